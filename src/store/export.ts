import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { canonical, faultOf, genesis, isObject, sha256, tryParse } from './chain.ts';
import type { ChainEnd } from './chain.ts';
import type { LogRow } from './store.ts';

const format = 'mailfix export 1';

/** Signs exports; `publicKey` is the Ed25519 key as base64 of its SPKI form. */
export interface Signer {
  readonly sign: KeyObject;
  readonly publicKey: string;
}

/** `trusted`: signed by the key that was given to compare with. `line` counts from 1. */
export type VerifiedExport =
  | {
      readonly ok: true;
      readonly incident: string;
      readonly count: number;
      readonly keyFingerprint: string;
      readonly trusted: boolean;
    }
  | { readonly ok: false; readonly line: number; readonly reason: string };

/** An incident's log for an auditor: a header, each row and a signed end, one canonical JSON object a line. */
export function exportJsonl(
  incident: string,
  rows: readonly LogRow[],
  signer: Signer,
  exportedAt: number,
): string {
  const header = canonical({ format, incident, exportedAt: new Date(exportedAt).toISOString() });
  const lines = rows.map(({ seq, prev, hash, body, secrets }) =>
    canonical({ seq, prev, hash, body: tryParse(body), secrets: tryParse(secrets) }),
  );
  const end: End = {
    count: rows.length,
    head: rows.at(-1)?.hash ?? genesis(incident).head,
    header: sha256(header),
    // The chain does not cover what was redacted and when; the signature covers all that stands here.
    rows: sha256(lines.join('\n')),
    publicKey: signer.publicKey,
  };
  const signature = sign(null, signedText(end), signer.sign).toString('base64');
  return [header, ...lines, canonical({ ...end, signature }), ''].join('\n');
}

/** Checks an export without anything else at hand, and names the first line that is wrong. */
export function verifyExport(file: string | Uint8Array, trustedPublicKey?: string): VerifiedExport {
  const lines = linesOf(file);
  const end = endOf(lines.at(-1));
  const signed = end !== undefined && isSigned(end);

  const incident = incidentOf(lines[0]);
  if (incident === undefined) return broken(1, `is not the header of a ${format}`);
  if (signed && end.header !== sha256(lines[0] ?? '')) return broken(1, 'was changed after signing');

  const rows = end === undefined ? lines.slice(1) : lines.slice(1, -1);
  let after = genesis(incident);
  for (const [index, line] of rows.entries()) {
    const row = rowOf(line, incident);
    const fault = row === undefined ? 'is not a row of the log' : faultOf(row, after);
    if (row === undefined || fault !== undefined) return broken(index + 2, fault ?? '');
    after = { seq: row.seq, head: row.hash };
  }
  const last = lines.length;
  const fault =
    end === undefined ? 'should be the signed end: the file was cut' : faultOfEnd(end, rows, after, signed);
  if (end === undefined || fault !== undefined)
    return broken(end === undefined ? last + 1 : last, fault ?? '');
  return {
    ok: true,
    incident,
    count: end.count,
    keyFingerprint: fingerprintOf(end.publicKey),
    trusted: end.publicKey === trustedPublicKey,
  };
}

/** Short name of a public key, for people to compare; the form that ssh uses. */
export function fingerprintOf(publicKey: string): string {
  const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

interface End {
  readonly count: number;
  readonly head: string;
  readonly header: string;
  readonly rows: string;
  readonly publicKey: string;
}

function faultOfEnd(end: End, rows: readonly string[], after: ChainEnd, signed: boolean): string | undefined {
  if (!signed) return 'has a signature that does not fit';
  if (end.count !== after.seq || end.head !== after.head) {
    return `is the end of ${end.count} rows, and ${after.seq} are here`;
  }
  if (end.rows !== sha256(rows.join('\n'))) return 'was signed over rows with other secrets';
  return undefined;
}

/** Each line strictly as UTF-8; one that is not, or a missing last line break, shows as an empty line. */
function linesOf(file: string | Uint8Array): readonly string[] {
  const bytes = Buffer.from(file);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const lines: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = bytes.indexOf(10, from);
    const line = bytes.subarray(from, to === -1 ? bytes.length : to);
    try {
      lines.push(to === -1 ? '' : utf8.decode(line));
    } catch {
      lines.push('');
    }
    from = to === -1 ? bytes.length : to + 1;
  }
  return lines;
}

/** The line's object, if the line is its canonical text and has exactly these keys: nothing can hide in spaces or escapes. */
function exactly(line: string | undefined, keys: readonly string[]): Record<string, unknown> | undefined {
  const value = tryParse(line ?? '');
  if (!isObject(value)) return undefined;
  const same = Object.keys(value).toSorted().join() === keys.toSorted().join();
  return same && canonical(value) === line ? value : undefined;
}

function incidentOf(line: string | undefined): string | undefined {
  const value = exactly(line, ['format', 'incident', 'exportedAt']);
  if (value?.['format'] !== format) return undefined;
  return typeof value['incident'] === 'string' ? value['incident'] : undefined;
}

function rowOf(line: string, incident: string): LogRow | undefined {
  const value = exactly(line, ['seq', 'prev', 'hash', 'body', 'secrets']);
  if (value === undefined || !isObject(value['body'])) return undefined;
  const { seq, prev, hash, body, secrets } = value;
  const { id, source, at } = value['body'];
  if (typeof seq !== 'number' || typeof prev !== 'string' || typeof hash !== 'string') return undefined;
  if (typeof id !== 'string' || typeof source !== 'string' || typeof at !== 'number') return undefined;
  return {
    incident,
    seq,
    source,
    eventId: id,
    at,
    body: canonical(body),
    secrets: canonical(secrets),
    prev,
    hash,
    reply: { ok: true, incident },
  };
}

function endOf(line: string | undefined): (End & { readonly signature: string }) | undefined {
  const value = exactly(line, ['count', 'head', 'header', 'rows', 'publicKey', 'signature']);
  if (value === undefined) return undefined;
  const { count, head, header, rows, publicKey, signature } = value;
  if (typeof count !== 'number' || typeof head !== 'string' || typeof header !== 'string') return undefined;
  if (typeof rows !== 'string' || typeof publicKey !== 'string' || typeof signature !== 'string')
    return undefined;
  return { count, head, header, rows, publicKey, signature };
}

function isSigned({ signature, ...end }: End & { readonly signature: string }): boolean {
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

function signedText(end: End): Buffer {
  return Buffer.from(`${format}\n${canonical(end)}`);
}

function broken(line: number, reason: string): VerifiedExport {
  return { ok: false, line, reason: `Line ${line} ${reason}.` };
}
