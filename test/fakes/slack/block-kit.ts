import { plain } from './block-elements.ts';
import { limits } from './block-limits.ts';
import { blocksOn } from './blocks.ts';
import { isJson, jsonsOf, listOf } from './json.ts';
import { byType, flag, kind, shape, text } from './shape.ts';
import type { Check, Problem } from './shape.ts';

export type { Problem } from './shape.ts';

/** A message as it is sent. */
export interface MessageParts {
  readonly text?: unknown;
  readonly blocks?: unknown;
  readonly metadata?: unknown;
}

const eventPayload: Check = (value, at, found) => {
  if (!isJson(value)) return void found.push({ pointer: at, message: 'must be an object' });
  if (Buffer.byteLength(JSON.stringify(value)) > limits.eventPayloadBytes)
    found.push({ pointer: at, message: `must be no more than ${limits.eventPayloadBytes} bytes of JSON` });
};
const metadata = shape({ event_type: text(limits.idLength), event_payload: eventPayload });

/**
 * Everything that Slack, or a person who only hears the message, would have against it.
 * `text` beside blocks is asked for although Slack does not refuse a message without it: screen readers read nothing else.
 */
export function problemsInMessage(message: MessageParts, { update = false } = {}): readonly Problem[] {
  const found: Problem[] = [];
  const { text: said, blocks } = message;
  const hasBlocks = blocks !== undefined && listOf(blocks).length > 0;
  if (said === undefined)
    found.push({ pointer: '/text', message: hasBlocks ? 'missing: screen readers read it' : 'no text' });
  else text(update ? limits.updateText : limits.postText)(said, '/text', found);
  if (blocks !== undefined) blocksOn('message')(blocks, '/blocks', found);
  if (message.metadata !== undefined) metadata(message.metadata, '/metadata', found);
  return found;
}

const viewFields = {
  private_metadata: text(limits.privateMetadata, 0),
  callback_id: text(limits.idLength, 0),
  external_id: text(limits.idLength, 0),
};

const submitForInputs: Check = (value, at, found) => {
  if (!isJson(value) || value['submit'] !== undefined) return;
  if (jsonsOf(value['blocks']).some(({ type }) => type === 'input'))
    found.push({ pointer: `${at}/submit`, message: 'submit is required when there are input blocks' });
};

const oneFocus: Check = (value, at, found) => {
  if (focusesIn(value) > 1)
    found.push({ pointer: `${at}/blocks`, message: 'only one element may have focus_on_load' });
};

function focusesIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + focusesIn(one), 0);
  if (!isJson(value)) return 0;
  const own = value['focus_on_load'] === true ? 1 : 0;
  return Object.values(value).reduce<number>((sum, one) => sum + focusesIn(one), own);
}

const view = byType({
  modal: kind(
    { title: plain(limits.modalTitle), blocks: blocksOn('modal') },
    {
      ...viewFields,
      close: plain(limits.modalTitle),
      submit: plain(limits.modalTitle),
      clear_on_close: flag,
      notify_on_close: flag,
      submit_disabled: flag,
    },
    submitForInputs,
    oneFocus,
  ),
  home: kind({ blocks: blocksOn('home') }, viewFields, oneFocus),
});

/** Whether a view is more than Slack takes, by its JSON. */
export function isViewTooLarge(value: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(value) ?? '') > limits.viewBytes;
}

/** Everything that Slack would have against a modal or a Home tab. */
export function problemsInView(value: unknown): readonly Problem[] {
  const found: Problem[] = [];
  view(value, '', found);
  if (isViewTooLarge(value))
    found.push({ pointer: '', message: `must be no more than ${limits.viewBytes} bytes of JSON` });
  return found;
}
