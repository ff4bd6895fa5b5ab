import { createHash, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { canonical, genesis, sha256, tryParse } from './chain.ts';
import type { LogRow } from './store.ts';

/** What the first line of an export says it is. */
export const format = 'mailfix export 1';

/** Signs exports; `publicKey` is the Ed25519 key as base64 of its SPKI form. */
export interface Signer {
  readonly sign: KeyObject;
  readonly publicKey: string;
}

/** The last line of an export: what all lines before it come to. The signature covers it. */
export interface End {
  readonly count: number;
  readonly head: string;
  readonly header: string;
  readonly rows: string;
  readonly publicKey: string;
}

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

/** Short name of a public key, for people to compare; the form that ssh uses. */
export function fingerprintOf(publicKey: string): string {
  const digest = createHash('sha256').update(Buffer.from(publicKey, 'base64')).digest('base64');
  return `SHA256:${digest.replace(/=+$/, '')}`;
}

/** What is signed of an end. */
export function signedText(end: End): Buffer {
  return Buffer.from(`${format}\n${canonical(end)}`);
}
