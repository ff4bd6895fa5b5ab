import type { types } from '@slack/bolt';
import type { Button, Section, Text } from '../../src/engine/card.ts';
import { verdictWords } from '../../src/engine/verdict.ts';
import { say } from '../../src/render/language.ts';
import { shortened, toLine, toPlain, visible } from '../../src/render/markup.ts';
import { subjectOf } from './button-blocks.ts';
import { writeMeta, type FormMeta } from './form-meta.ts';
import type { MenuChoice, Press, SectionOf } from './press.ts';
import { limits, modal, plainSections, textInput } from './form-blocks.ts';
import { planLines } from './plan-blocks.ts';
import {
  fitLines,
  inlineOf,
  linesOf,
  packed,
  plainText,
  richText,
  row,
  said,
  type Line,
} from './rich-text.ts';
import type { ChatDialog } from '../../src/chat/ports.ts';

/** What a form of this adapter is called when it comes back: its `callback_id`. */
export const formNames = { open: 'open', answer: 'answer', change: 'change', confirm: 'confirm' } as const;

/** Where a form is opened and where its private answers go. */
export type Meta = Pick<FormMeta, 'channel' | 'thread'>;

/** What the form for a new incident begins with. */
export interface OpenForm {
  readonly dialogs: readonly Pick<ChatDialog, 'id' | 'title' | 'client'>[];
  readonly prefilled: { readonly client?: string; readonly ip?: string; readonly dialog?: string };
  /** The channel, if it is known; `ask` has it chosen. */
  readonly channel?: string;
  /** What was wrong with what was typed before. */
  readonly problem?: string;
  readonly meta: Meta;
}

/** The form for a new incident: blocks `client`, `ip`, and where there is a choice `dialog` and `channel`. */
export function openForm({ dialogs, prefilled, channel, problem, meta }: OpenForm): types.ModalView {
  const chosen = dialogs.find(({ id }) => id === prefilled.dialog) ?? dialogs[0];
  const { label = 'Client', placeholder } = chosen?.client ?? {};
  const asked = channel === 'ask';
  const { client = '', ip = '' } = prefilled;
  return {
    ...modal('New mail incident', 'Begin'),
    callback_id: formNames.open,
    private_metadata: writeMeta({
      ...meta,
      ...(asked || channel === undefined ? {} : { channel }),
      ...(dialogs.length === 1 && chosen !== undefined ? { dialog: chosen.id } : {}),
    }),
    blocks: [
      ...(problem === undefined ? [] : plainSections(`⚠ ${problem}`)),
      ...(dialogs.length > 1 && chosen !== undefined ? [dialogChoice(dialogs, chosen)] : []),
      textInput('client', {
        label,
        placeholder,
        initial: client,
        required: true,
        focus: client === '',
      }),
      textInput('ip', {
        label: 'Their IP address, if you know it',
        placeholder: '203.0.113.7',
        initial: ip,
        required: false,
      }),
      ...(asked ? [channelChoice()] : []),
    ],
  };
}

/** Asks for the text that a button needs: block `field`. What the button wants confirmed stands above it. */
export function fieldModal(button: Button, press: Press, meta: Meta, title?: string): types.ModalView {
  const { field, confirm } = button;
  const label = bare(toLine(button.label));
  return {
    ...modal(title ?? label, label),
    callback_id: formNames.answer,
    private_metadata: writeMeta({ ...meta, press }),
    blocks: [
      ...(confirm === undefined ? [] : plainSections(toPlain(confirm))),
      textInput('field', {
        label: field?.label ?? label,
        placeholder: field?.placeholder,
        multiline: field?.multiline,
        required: field?.required === true,
        focus: true,
      }),
    ],
  };
}

/** Another answer to a question that was answered: block `choice` by index, and `text` where one of them needs it. */
export function changeModal(section: Section, of: SectionOf, meta: Meta): types.ModalView {
  const change = (section.settled?.change ?? []).slice(0, limits.options);
  if (change.length === 0)
    return tellModal('Change this answer', 'There is no other answer to this question.');
  const options = change.map((button, index) => ({
    text: plainText(choiceText(button), limits.option),
    value: `${index}`,
  }));
  const typing = change.filter(({ field }) => field !== undefined);
  const [first] = typing;
  const now = section.settled === undefined ? '' : `\n${say('Answered')}: ${toLine(section.settled.text)}`;
  const few = options.length <= limits.choices;
  // Of one thing nothing is to be chosen.
  const only = options.length === 1 && first !== undefined;
  return {
    ...modal('Change this answer', 'Change'),
    callback_id: formNames.change,
    private_metadata: writeMeta({ ...meta, section: of }),
    blocks: [
      ...plainSections(`${shortened(subjectOf(section), 1500)}${now}`),
      ...(only ? [] : [choiceOf(options, few)]),
      ...(first === undefined
        ? []
        : [
            textInput('text', {
              label: [...new Set(typing.map((button) => say(button.field?.label ?? '')))].join(' / '),
              ...(only
                ? {}
                : { hint: say(`Only with ${typing.map((button) => `“${choiceText(button)}”`).join(', ')}`) }),
              placeholder: first.field?.placeholder,
              multiline: typing.some(({ field }) => field?.multiline === true),
              required: only,
            }),
          ]),
    ],
  };
}

function choiceOf(options: types.PlainTextOption[], few: boolean): types.InputBlock {
  return {
    type: 'input',
    block_id: 'choice',
    label: plainText('The answer is', limits.label),
    element: few
      ? { type: 'radio_buttons', action_id: 'choice', options }
      : { type: 'static_select', action_id: 'choice', options },
  };
}

/** What a section rests on: the evidence of its findings and of its plan, and the plan whole. */
export function detailsModal(section: Section): types.ModalView {
  const { findings = [], plan } = section;
  const proved = (evidence: readonly Text[] | undefined) =>
    (evidence ?? []).map((line): Line => ({ kind: 'bullet', parts: inlineOf(line) }));
  const lines: readonly Line[] = [
    ...(plan === undefined ? linesOf(section.text ?? { template: '' }, { bold: true }) : planLines(plan)),
    ...(plan === undefined || plan.evidence.length === 0 ? [] : [row(said(say('Evidence'), { bold: true }))]),
    ...proved(plan?.evidence),
    ...findings.flatMap(({ verdict, text, evidence }) => [
      { ...row(said(`${say(verdictWords[verdict])}: `, { bold: true }), inlineOf(text)), apart: true },
      ...proved(evidence),
    ]),
    ...(section.script === undefined ? [] : linesOf(section.script)),
  ];
  const blocks = packed(lines);
  return {
    ...modal('Details'),
    blocks: blocks.length === 0 ? plainSections('There is nothing more.') : blocks,
  };
}

/** A note for everybody who works on the incident: block `text`. */
export function noteModal(incident: string, meta: Meta): types.ModalView {
  return menuForm('note', incident, meta, 'Add a note', 'Add', [
    textInput('text', { label: 'Note', multiline: true, required: true, focus: true }),
  ]);
}

/** To whom an incident is handed over, and what they should know: blocks `to` and `why`. */
export function handOverModal(incident: string, meta: Meta): types.ModalView {
  return menuForm('hand', incident, meta, 'Hand over', 'Hand over', [
    {
      type: 'input',
      block_id: 'to',
      label: plainText('To whom?', limits.label),
      element: { type: 'users_select', action_id: 'to', placeholder: plainText('A colleague', 150) },
    },
    textInput('why', { label: 'What should they know?', multiline: true, required: false }),
  ]);
}

/** Why an incident is parked or cancelled: block `why`, which parking can do without. */
export function reasonModal(choice: 'park' | 'cancel', incident: string, meta: Meta): types.ModalView {
  const [title, label] =
    choice === 'park' ? ['Park', 'Until when, or for what?'] : ['Cancel incident', 'Why is it cancelled?'];
  return menuForm(choice, incident, meta, title, title, [
    textInput('why', { label, multiline: true, required: choice === 'cancel', focus: true }),
  ]);
}

/** Words only; with what was typed, so that it can be copied and is not lost. */
export function tellModal(title: string, text: string, typed = ''): types.ModalView {
  const kept = fitLines([row('You typed:'), { kind: 'copy', parts: said(typed) }], limits.typed);
  const block = typed.trim() === '' ? undefined : richText(kept.lines);
  return { ...modal(title), blocks: [...plainSections(text), ...(block === undefined ? [] : [block])] };
}

function menuForm(
  choice: MenuChoice,
  incident: string,
  meta: Meta,
  title: string,
  submit: string,
  blocks: types.KnownBlock[],
): types.ModalView {
  return {
    ...modal(title, submit),
    callback_id: choice,
    private_metadata: writeMeta({ ...meta, incident }),
    blocks,
  };
}

function dialogChoice(dialogs: OpenForm['dialogs'], chosen: OpenForm['dialogs'][number]): types.InputBlock {
  const option = ({ id, title }: OpenForm['dialogs'][number]) => ({
    text: plainText(title, limits.option),
    value: id,
  });
  const options = dialogs.slice(0, limits.options).map(option);
  return {
    type: 'input',
    block_id: 'dialog',
    label: plainText('What is the trouble?', limits.label),
    element: { type: 'static_select', action_id: 'dialog', options, initial_option: option(chosen) },
  };
}

function channelChoice(): types.InputBlock {
  return {
    type: 'input',
    block_id: 'channel',
    label: plainText('In which channel is it worked on?', limits.label),
    element: {
      type: 'conversations_select',
      action_id: 'channel',
      default_to_current_conversation: true,
      filter: {
        include: ['public', 'private'],
        exclude_external_shared_channels: true,
        exclude_bot_users: true,
      },
    },
  };
}

function choiceText({ label, field, inline }: Button): string {
  return field !== undefined && inline === true ? visible(say(field.label)) : toLine(label);
}

function bare(label: string): string {
  return label.replace(/\s*…$/, '');
}
