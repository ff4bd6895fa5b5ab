import { jsonOf, jsonsOf, textIn } from '../slack/json.ts';
import type { Json } from '../slack/json.ts';
import { adaptive } from './card-parts.ts';
import { faultsOfCard, faultsOfMentions } from './card-rules.ts';
import { Refusal } from './refusal.ts';

/** Teams' limit for the text and everything else of a message, in bytes. */
const largestMessage = 100 * 1024;

/** Refuses an activity that Teams would not take, or would not show as it is meant. */
export function refuseBad(activity: Json, largestCard: number): void {
  const type = textIn(activity['type']);
  if (type === 'typing') return;
  const bad = (why: string): Refusal => new Refusal(400, 'BadSyntax', `Activity: ${why}.`);
  if (type !== 'message') throw bad(`its type is "${type}"`);
  const text = textIn(activity['text']);
  const format = textIn(activity['textFormat'] ?? 'markdown');
  if (!['plain', 'markdown', 'xml'].includes(format)) throw bad(`its textFormat is ${format}`);
  const attachments = jsonsOf(activity['attachments']);
  if (text === '' && attachments.length === 0) throw bad('it has neither text nor attachments');
  if (attachments.some((one) => textIn(one['contentType']) === ''))
    throw bad('an attachment has no contentType');
  const cards = attachments
    .filter((one) => one['contentType'] === adaptive)
    .map((one) => jsonOf(one['content']));
  const [fault] = [...cards.flatMap(faultsOfCard), ...faultsOfMentions(jsonsOf(activity['entities']), text)];
  if (fault !== undefined) throw bad(fault);
  if (cards.some((card) => sizeOf(card) > largestCard) || sizeOf(activity) > largestMessage)
    throw new Refusal(413, 'MessageSizeTooBig', 'Message size too large.');
}

function sizeOf(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
