import { createHash } from 'node:crypto';
import type { FieldClass, InboundEvent } from '../engine/event.ts';
import type { Reply } from '../engine/reply.ts';
import type { LogRow } from './store.ts';

/** The fields that may hold a client's words or a person's data: the body only commits to them. */
const sensitive = ['text', 'why', 'facts', 'findings', 'plan', 'related'] as const;
type Sensitive = (typeof sensitive)[number];

/** What stands in an opened event for words that were redacted. */
const redactedText = '[redacted]';

/** Where a chain stands: the number and hash of its last row. */
export interface ChainEnd {
  readonly seq: number;
  readonly head: string;
}

/** What is wrong with a row, and with which of its fields; a redactable one is named `secrets.text`. */
export interface Fault {
  readonly field: string;
  readonly reason: string;
}

/** What a look at a whole chain found; `line` counts rows from 1. */
export type Verified =
  | { readonly ok: true; readonly count: number }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** The end of a chain that has no rows yet. */
export function genesis(incident: string): ChainEnd {
  return { seq: 0, head: sha256(`mailfix log 1\n${incident}`) };
}

/** JSON with sorted keys and without spaces: one text for one value. Keys without a value are left out. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join(',')}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'null';
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${pairs.join(',')}}`;
}

/** The next row of an incident's chain. `salt` must give 16 random bytes or more, as text, anew at each call. */
export function logRow(after: ChainEnd, event: InboundEvent, reply: Reply, salt: () => string): LogRow {
  const fields = new Map<string, unknown>(Object.entries(event));
  const secrets = new Map<string, Secret>();
  for (const field of sensitive) {
    const value = fields.get(field);
    if (value === undefined) continue;
    const secret = { salt: salt(), value };
    secrets.set(field, secret);
    fields.set(field, { commitment: commitment(field, secret) });
  }
  const body = canonical(Object.fromEntries(fields));
  return {
    incident: event.incident,
    seq: after.seq + 1,
    source: event.source,
    eventId: event.id,
    at: event.at,
    body,
    secrets: canonical(Object.fromEntries(secrets)),
    prev: after.head,
    hash: hashOf(after.head, body),
    reply,
  };
}

/** The event as it was; of redacted fields, words read `[redacted]`, facts are empty and the rest is missing. */
export function openRow(row: LogRow): InboundEvent {
  const fields = new Map(entriesOf(row.body));
  const secrets = new Map(entriesOf(row.secrets));
  for (const field of committed(fields)) {
    const secret = secrets.get(field);
    if (isSecret(secret)) fields.set(field, secret.value);
    else if (field === 'text' && fields.get('type') === 'server.suspected')
      fields.set(field, { template: redactedText });
    else if (field === 'text' || field === 'why') fields.set(field, redactedText);
    else if (field === 'facts') fields.set(field, {});
    else fields.delete(field);
  }
  return Object.fromEntries(fields) as unknown as InboundEvent;
}

/** The event as it was, with its place in the chain and the names of what was redacted. */
export function loggedEvent(row: LogRow): {
  readonly seq: number;
  readonly hash: string;
  readonly event: InboundEvent;
  readonly redacted: readonly string[];
} {
  return { seq: row.seq, hash: row.hash, event: openRow(row), redacted: redactedFields(row) };
}

/** The fields of an event that a class that can be redacted is made of. */
const fieldsOf = {
  texts: ['text', 'why', 'related'],
  facts: ['facts', 'related'],
  findings: ['findings', 'related'],
  plans: ['plan', 'related'],
} as const satisfies Record<FieldClass, readonly Sensitive[]>;

/** Why something was held or redacted is for the auditor, and stays. */
const kept = new Set(['incident.held', 'incident.released', 'incident.redacted']);

/** The secrets of a row without values and salts of these classes; the row's hash stays good. */
export function secretsWithout(
  row: Pick<LogRow, 'body' | 'secrets'>,
  classes: readonly FieldClass[],
): string {
  const type = new Map(entriesOf(row.body)).get('type');
  if (kept.has(String(type))) return row.secrets;
  const fields = new Set<string>(classes.flatMap((name) => fieldsOf[name]));
  return canonical(Object.fromEntries(entriesOf(row.secrets).filter(([field]) => !fields.has(field))));
}

/** Names of the fields of a row whose values were deleted. */
export function redactedFields(row: LogRow): readonly string[] {
  const secrets = new Map(entriesOf(row.secrets));
  return committed(new Map(entriesOf(row.body))).filter((field) => !secrets.has(field));
}

/** Looks at every row of one incident, in order; `head` is what the incident says its last hash is. */
export function verifyRows(rows: readonly LogRow[], head?: string): Verified {
  const incident = rows[0]?.incident ?? '';
  let end = genesis(incident);
  for (const row of rows) {
    const reason =
      row.incident === incident
        ? faultOf(row, end)?.reason
        : `belongs to ${row.incident}, not to ${incident}`;
    if (reason !== undefined) return { ok: false, line: end.seq + 1, reason };
    end = { seq: row.seq, head: row.hash };
  }
  if (head !== undefined && head !== end.head) {
    return { ok: false, line: rows.length + 1, reason: 'the end of the log is missing or was replaced' };
  }
  return { ok: true, count: rows.length };
}

/** What is wrong with a row that should follow `after`; undefined when it is sound. */
export function faultOf(row: LogRow, after: ChainEnd): Fault | undefined {
  if (row.seq !== after.seq + 1)
    return { field: 'seq', reason: `is numbered ${row.seq} where ${after.seq + 1} should be` };
  if (row.prev !== after.head) return { field: 'prev', reason: 'does not follow the row before it' };
  if (row.hash !== hashOf(row.prev, row.body))
    return { field: 'hash', reason: 'was changed: its hash does not fit' };
  const body = tryParse(row.body);
  if (!isObject(body) || canonical(body) !== row.body)
    return { field: 'body', reason: 'has a body that is not canonical JSON' };
  const fields = new Map(Object.entries(body));
  const named = { incident: row.incident, id: row.eventId, source: row.source, at: row.at };
  for (const [field, value] of Object.entries(named)) {
    if (fields.get(field) !== value) return { field, reason: `says another "${field}" than its body` };
  }
  return faultOfSecrets(row.secrets, fields);
}

interface Secret {
  readonly salt: string;
  readonly value: unknown;
}

function faultOfSecrets(text: string, fields: ReadonlyMap<string, unknown>): Fault | undefined {
  const secrets = tryParse(text);
  if (!isObject(secrets) || canonical(secrets) !== text)
    return { field: 'secrets', reason: 'has secrets that are not canonical JSON' };
  for (const [field, secret] of Object.entries(secrets)) {
    const expected = fields.get(field);
    if (!isSecret(secret) || !isObject(expected) || expected['commitment'] !== commitment(field, secret)) {
      const reason = `was changed: "${field}" is not what its body commits to`;
      return { field: `secrets.${field}`, reason };
    }
  }
  return undefined;
}

function committed(fields: ReadonlyMap<string, unknown>): readonly Sensitive[] {
  return sensitive.filter((field) => fields.has(field));
}

function commitment(field: string, { salt, value }: Secret): string {
  return `sha256:${sha256(`${field}\n${salt}\n${canonical(value)}`)}`;
}

function hashOf(prev: string, body: string): string {
  return sha256(`${prev}\n${body}`);
}

/** SHA-256 of a text, in hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function entriesOf(json: string): readonly [string, unknown][] {
  const value = tryParse(json);
  return isObject(value) ? Object.entries(value) : [];
}

function isSecret(value: unknown): value is Secret {
  return (
    isObject(value) &&
    typeof value['salt'] === 'string' &&
    'value' in value &&
    Object.keys(value).length === 2
  );
}

/** An object with string keys, and not a list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON's value, or undefined if it is not JSON. */
export function tryParse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
