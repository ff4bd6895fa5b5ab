import { createPublicKey, verify } from 'node:crypto';
import { canonical, faultOf, genesis, isObject, sha256, tryParse } from './chain.ts';
import type { ChainEnd } from './chain.ts';
import { fingerprintOf, format, signedText } from './export.ts';
import type { End } from './export.ts';
import type { LogRow } from './store.ts';

/** `trusted`: signed by the key that was given to compare with. */
export type VerifiedExport =
  | {
      readonly ok: true;
      readonly incident: string;
      readonly count: number;
      readonly keyFingerprint: string;
      readonly trusted: boolean;
    }
  | Broken;

/** The first line that is wrong, counted from 1; the event that is there or should be; its field, where one can be named. */
export interface Broken {
  readonly ok: false;
  readonly line: number;
  readonly seq?: number;
  readonly field?: string;
  /** Place and fault, as one sentence. */
  readonly reason: string;
}

/**
 * Checks an export without anything else at hand, over its exact bytes, and names the first line that is wrong.
 * `trustedKey` is a public key or the fingerprint of one.
 */
export function verifyExport(file: string | Uint8Array, trustedKey?: string): VerifiedExport {
  const lines = linesOf(file);
  const last = lines.length;
  const lastLine = lines[last - 1];
  const end = endOf(lastLine);

  const header = objectOf(lines[0], ['format', 'incident', 'exportedAt']);
  const { value: { incident, format: found } = {} } = header;
  if (typeof incident !== 'string' || found !== format) {
    const field = header.value === undefined ? header.field : found === format ? 'incident' : 'format';
    return broken(1, { reason: `is not the header of a ${format}${because(header)}`, field });
  }

  // A last line that begins as a row does may be one, with the end cut off; any other was the end.
  const endIsBroken = end === undefined && last > 1 && lastLine?.text?.startsWith('{"body"') !== true;
  const rows = lines.slice(1, end === undefined && !endIsBroken ? last : -1);
  const read = rows.map((line) => rowOf(line, incident));
  if (end !== undefined && end.header !== sha256(lines[0]?.text ?? '') && isSigned(end)) {
    const field = read[0]?.row?.prev === genesis(incident).head ? 'exportedAt' : 'incident';
    return broken(1, { reason: 'was changed after signing', field });
  }

  let after = genesis(incident);
  for (const [index, { row, ...unread }] of read.entries()) {
    const place = { line: index + 2, seq: after.seq + 1 };
    if (row === undefined)
      return broken(place.line, {
        ...unread,
        seq: place.seq,
        reason: `is not a row of the log${because(unread)}`,
      });
    const fault = faultOf(row, after);
    if (fault !== undefined) {
      // Where what follows holds on to the hash, it is the body that was changed.
      const heldOn = read[index + 1]?.row?.prev ?? end?.head;
      const field = fault.field === 'hash' && heldOn === row.hash ? 'body' : fault.field;
      return broken(place.line, { ...fault, field, seq: place.seq });
    }
    after = { seq: row.seq, head: row.hash };
  }
  if (endIsBroken) {
    const unread = objectOf(lastLine, endKeys);
    const reason = `is not a row of the log, and not the signed end${because(unread)}`;
    return broken(last, { reason, field: unread.field });
  }
  if (end === undefined) return broken(last + 1, { reason: 'should be the signed end: the file was cut' });
  const is = { header: lines[0]?.text ?? '', rows, after, trustedKey };
  const fault = faultOfEnd(end, is);
  if (fault !== undefined) return broken(last, fault);
  const keyFingerprint = fingerprintOf(end.publicKey);
  const trusted = trustedKey !== undefined && [end.publicKey, keyFingerprint].includes(trustedKey);
  return { ok: true, incident, count: end.count, keyFingerprint, trusted };
}

/** A line without its line break; undefined text is no text at all, and `why` says so. */
interface Line {
  readonly text?: string;
  readonly why?: string;
}

/** What was read of a line: its value, or why there is none. */
interface Read<T> {
  readonly value?: T;
  readonly field?: string | undefined;
  readonly why?: string;
}

type SignedEnd = End & { readonly signature: string };

const endKeys = ['count', 'head', 'header', 'rows', 'publicKey', 'signature'];

/** The first field that does not fit the lines above; when all do, what was changed is the key or the signature. */
function faultOfEnd(
  end: SignedEnd,
  is: {
    readonly header: string;
    readonly rows: readonly Line[];
    readonly after: ChainEnd;
    readonly trustedKey: string | undefined;
  },
): { reason: string; field: string } | undefined {
  const { after, trustedKey } = is;
  const text = is.rows.map((line) => line.text ?? '').join('\n');
  const field =
    end.count !== after.seq
      ? 'count'
      : end.head !== after.head
        ? 'head'
        : end.header !== sha256(is.header)
          ? 'header'
          : end.rows !== sha256(text)
            ? 'rows'
            : undefined;
  if (!isSigned(end)) {
    const otherKey = trustedKey !== undefined && isSigned({ ...end, publicKey: trustedKey });
    return {
      reason: 'has a signature that does not fit',
      field: field ?? (otherKey ? 'publicKey' : 'signature'),
    };
  }
  if (field === undefined) return undefined;
  if (field === 'rows') return { reason: 'was signed over rows with other secrets', field };
  return { reason: `is the end of ${end.count} rows, and ${after.seq} are here`, field };
}

/** Each line strictly as UTF-8. */
function linesOf(file: string | Uint8Array): readonly Line[] {
  const bytes = Buffer.from(file);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lines: Line[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(10, from);
    if (to === -1) {
      lines.push({ why: 'it has no line break, so the file was cut' });
      break;
    }
    try {
      lines.push({ text: utf8.decode(bytes.subarray(from, to)) });
    } catch {
      lines.push({ why: 'it has bytes that are no UTF-8' });
    }
    from = to + 1;
  }
  return lines;
}

/** The line's object, if the line is its canonical text and has exactly these keys: nothing can hide in spaces or escapes. */
function objectOf(line: Line | undefined, keys: readonly string[]): Read<Record<string, unknown>> {
  if (line?.text === undefined) return { why: line?.why ?? 'there is nothing' };
  const value = tryParse(line.text);
  if (!isObject(value)) return { why: 'it is not a JSON object' };
  const stray = Object.keys(value).find((key) => !keys.includes(key));
  if (stray !== undefined) return { why: `it has "${stray.slice(0, 40)}", which does not belong there` };
  const missing = keys.find((key) => !Object.hasOwn(value, key));
  if (missing !== undefined) return { field: missing, why: `"${missing}" is missing` };
  const text = canonical(value);
  if (text === line.text) return { value };
  const at = firstDifference(text, line.text);
  const why = `from sign ${at + 1} on it is not written as mailfix writes it`;
  return { field: fieldAt(value, at), why };
}

function firstDifference(one: string, other: string): number {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  return at;
}

/** The key of an object whose value stands at this place of its canonical text. */
function fieldAt(value: Record<string, unknown>, at: number): string | undefined {
  let upTo = 0;
  return Object.keys(value)
    .toSorted()
    .find((key) => {
      upTo += canonical({ [key]: value[key] }).length - 1;
      return at <= upTo;
    });
}

function because({ why }: { readonly why?: string }): string {
  return why === undefined ? '' : `: ${why}`;
}

function rowOf(line: Line, incident: string): { row?: LogRow; field?: string | undefined; why?: string } {
  const { value, ...unread } = objectOf(line, ['seq', 'prev', 'hash', 'body', 'secrets']);
  if (value === undefined) return unread;
  const { seq, prev, hash, body, secrets } = value;
  const wrong = (field: string) => ({ field, why: `"${field}" is of another kind` });
  if (typeof seq !== 'number') return wrong('seq');
  if (typeof prev !== 'string') return wrong('prev');
  if (typeof hash !== 'string') return wrong('hash');
  if (!isObject(body)) return wrong('body');
  const { id, source, at } = body;
  if (typeof id !== 'string' || typeof source !== 'string' || typeof at !== 'number') return wrong('body');
  const reply = { ok: true, incident } as const;
  const texts = { body: canonical(body), secrets: canonical(secrets) };
  return { row: { incident, seq, source, eventId: id, at, ...texts, prev, hash, reply } };
}

function endOf(line: Line | undefined): SignedEnd | undefined {
  const { value } = objectOf(line, endKeys);
  if (value === undefined) return undefined;
  const { count, head, header, rows, publicKey, signature } = value;
  if (typeof count !== 'number' || typeof head !== 'string' || typeof header !== 'string') return undefined;
  if (typeof rows !== 'string' || typeof publicKey !== 'string' || typeof signature !== 'string')
    return undefined;
  return { count, head, header, rows, publicKey, signature };
}

function isSigned({ signature, ...end }: SignedEnd): boolean {
  try {
    const bytes = Buffer.from(signature, 'base64');
    // Base64 can spell the same bytes in several ways; only one of them passes.
    if (bytes.toString('base64') !== signature) return false;
    const key = createPublicKey({ key: Buffer.from(end.publicKey, 'base64'), format: 'der', type: 'spki' });
    if (key.asymmetricKeyType !== 'ed25519') return false;
    return verify(null, signedText(end), key, bytes);
  } catch {
    return false;
  }
}

function broken(
  line: number,
  { reason, seq, field }: { reason: string; seq?: number; field?: string | undefined },
): Broken {
  const where = [
    ...(seq === undefined ? [] : [`event ${seq}`]),
    ...(field === undefined ? [] : [`field "${field}"`]),
  ];
  const named = where.length === 0 ? '' : ` (${where.join(', ')})`;
  return {
    ok: false,
    line,
    ...(seq === undefined ? {} : { seq }),
    ...(field === undefined ? {} : { field }),
    reason: `Line ${line}${named} ${reason}.`,
  };
}
