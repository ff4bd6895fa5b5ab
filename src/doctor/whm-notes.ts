import { EffectError } from '../errors.ts';
import { pass, skipped, warn } from './line.ts';
import type { Look } from './line.ts';
import { fieldOf, rowsIn, textIn } from './outside.ts';
import type { Reply } from './whm-asker.ts';
import type { Reads } from './whm-reads.ts';

const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;

/** What no page of cPanel says for certain, as this server does it. The shapes that mailfix cannot read are warned of. */
export function notesOf({ answered, oddities }: Reads): readonly Look[] {
  const replies = new Map(
    answered.flatMap(({ name, reply }) => (reply === undefined ? [] : [[name, reply]])),
  );
  return [
    resultNote([...replies.values()]),
    chunkNote(replies.get('listaccts')),
    ...timeNotes(blockRows(replies)),
    unlimitedNote(oddities.unlimited),
    addonNote(oddities.addon),
    innerFailureNote(oddities.innerFailure),
    denialNote([...replies.values()]),
    skipped('lag after editquota', 'not tried, because it would change something'),
  ];
}

function resultNote(replies: readonly Reply[]): Look {
  const what = 'shape of metadata.result';
  const kinds = replies.map(({ body }) => fieldOf(fieldOf(body, 'metadata'), 'result')).filter(isThere);
  if (kinds.length === 0) return skipped(what, 'no answer had one');
  const count = (kind: string) => kinds.filter((one) => typeof one === kind).length;
  return pass(what, `${count('number')} times a number, ${count('string')} times a text`);
}

function chunkNote(reply: Reply | undefined): Look {
  const what = 'names in metadata.chunk';
  const chunk = fieldOf(fieldOf(reply?.body, 'metadata'), 'chunk');
  if (typeof chunk !== 'object' || chunk === null) return skipped(what, 'listaccts sent none');
  return pass(what, Object.keys(chunk).slice(0, 20).join(', '));
}

interface BlockRow {
  readonly row: unknown;
  readonly date: number | undefined;
}

function blockRows(replies: ReadonlyMap<string, Reply>): readonly BlockRow[] {
  const lists = [
    ['get_cphulk_brutes', 'brutes'],
    ['get_cphulk_excessive_brutes', 'excessive_brutes'],
    ['get_cphulk_user_brutes', 'user_brutes'],
    ['get_cphulk_failed_logins', 'failed_logins'],
  ] as const;
  return lists.flatMap(([name, list]) => {
    const reply = replies.get(name);
    return rowsIn(fieldOf(reply?.data, list)).map((row) => ({ row, date: reply?.date }));
  });
}

function timeNotes(rows: readonly BlockRow[]): readonly Look[] {
  const left = rows.map(({ row }) => fieldOf(row, 'timeleft')).find(isThere);
  const timed = rows.find(({ row }) => textIn(row, 'exptime') !== undefined);
  return [leftNote(left), timed === undefined ? noTime : zoneNote(timed)];
}

const noTime = skipped('zone of exptime', 'cPHulk blocks nobody now');

function leftNote(left: unknown): Look {
  const what = 'shape of timeleft';
  if (left === undefined) return skipped(what, 'cPHulk blocks nobody now');
  const isRead =
    typeof left === 'number' || (typeof left === 'string' && /^\s*(\d+(\.\d+)?)?\s*$/.test(left));
  if (isRead) return pass(what, `a ${typeof left === 'number' ? 'number' : 'text with a number'} of minutes`);
  return warn(what, `mailfix cannot read it: ${shapeOf(left)}`, report);
}

/** The server's time stands there without a zone; with "minutes left" and the Date of the answer the zone follows. */
function zoneNote({ row, date }: BlockRow): Look {
  const what = 'zone of exptime';
  const text = textIn(row, 'exptime') ?? '';
  const left = Number(fieldOf(row, 'timeleft') ?? Number.NaN);
  if (!/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text)) return pass(what, `written like ${shapeOf(text)}`);
  const shape = 'YYYY-MM-DD HH:MM:SS';
  const asUtc = Date.parse(`${text.replace(' ', 'T')}Z`);
  const offset = date === undefined ? Number.NaN : asUtc - (date + left * minuteMs);
  if (Number.isNaN(offset)) return pass(what, `written like ${shape}, without a zone`);
  const hours = (Math.round(offset / quarterMs) * quarterMs) / (60 * minuteMs);
  const zone = hours === 0 ? 'UTC' : `UTC${hours > 0 ? '+' : ''}${hours}`;
  return pass(what, `written like ${shape}, without a zone; it is the server’s time, ${zone}`);
}

function unlimitedNote(reply: Reply | undefined): Look {
  const what = 'get_pop_quota of a box without limit';
  if (reply === undefined) return skipped(what, 'the account that was looked at has no such mailbox');
  if (reply.error !== undefined) return skipped(what, 'it was not answered');
  const told = typeof reply.data === 'object' ? fieldOf(reply.data, 'quota') : reply.data;
  const isRead = told === 0 || told === '0' || /^unlimited$/i.test(String(told));
  if (isRead) return pass(what, `says ${JSON.stringify(told)}`);
  return warn(what, `mailfix cannot read it: ${shapeOf(told)}`, report);
}

function addonNote(reply: Reply | undefined): Look {
  const what = 'listaccts for a second domain';
  if (reply === undefined) return skipped(what, 'the account that was looked at has mail on one domain only');
  if (reply.error !== undefined) return skipped(what, 'it was not answered');
  const found = rowsIn(fieldOf(reply.data, 'acct')).length > 0;
  return pass(what, found ? 'finds its account' : 'finds nothing: it searches main domains only');
}

function innerFailureNote(reply: Reply | undefined): Look {
  const what = 'a UAPI call that fails inside';
  if (reply === undefined) return skipped(what, 'there was no account to ask about');
  const result = fieldOf(fieldOf(reply.body, 'metadata'), 'result');
  const status = fieldOf(fieldOf(fieldOf(reply.body, 'data'), 'uapi'), 'status');
  if (reply.error === undefined)
    return warn(what, 'the quota of a mailbox that nobody has was told as if it were there', report);
  if (result === undefined || status === undefined)
    return skipped(what, 'it failed in another way, so nothing is learnt');
  return pass(what, `says result ${JSON.stringify(result)} and inner status ${JSON.stringify(status)}`);
}

function denialNote(replies: readonly Reply[]): Look {
  const denied = replies.find(
    ({ error }) => error instanceof EffectError && error.code === 'whm.missing-privilege',
  );
  const what = 'wording of a missing privilege';
  if (denied === undefined) return skipped(what, 'the token was denied nothing');
  const reason = fieldOf(fieldOf(denied.body, 'metadata'), 'reason');
  return pass(what, typeof reason === 'string' ? `“${reason.slice(0, 200)}”` : shapeOf(reason));
}

const report = 'Report this to whoever maintains mailfix, with the version of WHM.';

/** How something is written, without what it says: digits become 9, letters become x. */
function shapeOf(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.slice(0, 60).replaceAll(/\d/g, '9').replaceAll(/\p{L}/gu, 'x');
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
