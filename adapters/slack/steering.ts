import type { types } from '@slack/bolt';
import { knownMessage } from '../../src/engine/known.ts';
import type { Confirmation, Refusal } from '../../src/engine/reply.ts';
import { toLine } from '../../src/render/markup.ts';
import type { Desk } from './desk.ts';
import { escaped } from './escape.ts';
import { writeMeta } from './form-meta.ts';
import { modal, plainSections } from './form-blocks.ts';
import { formNames, type Meta } from './modals.ts';
import { pressValue, type Press } from './press.ts';
import { tellPrivately, type Listener } from './private-words.ts';
import { peopleOf } from './plan-blocks.ts';
import { inlineOf, plainText, richText, row, type Line } from './rich-text.ts';
import { toMessage } from './to-blocks.ts';

/** Shows one person alone all that is known of an incident, with Change beside each answer. */
export async function tellKnown(desk: Desk, to: Listener, incident: string): Promise<void> {
  const { card, clock, approvers, timeZone } = desk.ports;
  const known = await card(incident, knownMessage);
  if (known === undefined)
    return tellPrivately(desk, to, escaped(`There is no incident “${incident}” here.`));
  const zone = timeZone === undefined ? {} : { timeZone };
  const message = toMessage(known, { incident, message: knownMessage, now: clock.now(), approvers, ...zone });
  tellPrivately(desk, to, message.text, message.blocks);
}

/** Tells one person alone what a correction takes back, with the button that goes on all the same. */
export function tellConfirmation(
  desk: Desk,
  to: Listener,
  incident: string,
  { message, confirm }: Refusal & { readonly confirm: Confirmation },
): void {
  const press = pressOf(incident, confirm);
  const value = pressValue(incident, press.message, {
    id: press.button,
    label: confirm.label,
    event: confirm.event,
  });
  const words = confirmationBlocks(confirm);
  const button: types.Button | undefined =
    value === undefined
      ? undefined
      : {
          type: 'button',
          action_id: 'press:confirm',
          style: 'primary',
          text: plainText(toLine(confirm.label), 75),
          value,
        };
  const blocks = button === undefined ? words : [...words, { type: 'actions' as const, elements: [button] }];
  tellPrivately(desk, to, escaped(message), blocks);
}

/** The same in place of the form that the correction was made with. */
export function confirmModal(incident: string, confirm: Confirmation, meta: Meta): types.ModalView {
  return {
    ...modal('Please read first', toLine(confirm.label)),
    callback_id: formNames.confirm,
    private_metadata: writeMeta({ ...meta, press: pressOf(incident, confirm) }),
    blocks: confirmationBlocks(confirm),
  };
}

function pressOf(incident: string, { event }: Confirmation): Press {
  return { incident, message: 'root', button: 'confirm', event };
}

function confirmationBlocks({ title, lines, withdrawn }: Confirmation): types.KnownBlock[] {
  const whom = (text: Confirmation['title']) => withdrawn.find((one) => one.text === text)?.asked ?? [];
  const bullets = lines.map((text): Line => {
    const asked = whom(text);
    return {
      kind: 'bullet',
      parts: [...inlineOf(text), ...(asked.length === 0 ? [] : row(' – ', peopleOf(asked)).parts)],
    };
  });
  const list = richText(bullets);
  return [...plainSections(toLine(title)), ...(list === undefined ? [] : [list])];
}
