import { say } from '../../src/render/language.ts';
import { shortened } from '../../src/render/markup.ts';
import { actionSets, textInput } from './action-elements.ts';
import { inputs } from './press.ts';
import { copied, drawn, named, row, shown } from './text-elements.ts';
import { cardOf, type AdaptiveCard } from './to-adaptive-card.ts';
import type { ChatDialog } from '../../src/chat/ports.ts';

/** What the form for a new incident begins with. */
export interface OpenForm {
  readonly dialogs: readonly Pick<ChatDialog, 'id' | 'title' | 'client'>[];
  readonly prefilled: { readonly client?: string; readonly ip?: string };
  /** The form's own number: sent twice, it opens one incident. */
  readonly nonce: string;
  /** What was wrong with what was typed before. */
  readonly problem?: string;
}

const longestTyped = 1000;
const mostDialogs = 6;

/** The form for a new incident: inputs `client` and `ip`, and a button for each runbook. */
export function openFormCard({ dialogs, prefilled, nonce, problem }: OpenForm): AdaptiveCard {
  const [first] = dialogs;
  const { label = 'Client', placeholder } = first?.client ?? {};
  const several = dialogs.length > 1;
  const kept = (text = '') => shortened(shown(text).replaceAll(/\s+/g, ' ').trim(), longestTyped);
  const submits = (several ? dialogs.slice(0, mostDialogs) : [undefined]).map((dialog) => ({
    type: 'Action.Submit' as const,
    title: dialog === undefined ? say('Begin') : named(dialog.title, 40),
    data: { mailfix: { verb: 'open' as const, n: nonce, ...(dialog === undefined ? {} : { s: dialog.id }) } },
    ...(several ? {} : { style: 'positive' as const }),
  }));
  return cardOf([
    ...(problem === undefined ? [] : drawn([row('⚠ ', problem)], longestTyped)),
    textInput(inputs.client, { label, placeholder, required: true, value: kept(prefilled.client) }),
    textInput(inputs.ip, {
      label: 'Their IP address, if you know it',
      placeholder: '203.0.113.7',
      required: false,
      value: kept(prefilled.ip),
    }),
    ...actionSets(submits),
  ]);
}

/** Words as a card, exactly as they are. */
export function messageCard(text: string): AdaptiveCard {
  const words = drawn(copied(say(text)), 6000);
  return cardOf(words.length === 0 ? drawn([row('–')], 10) : words);
}
