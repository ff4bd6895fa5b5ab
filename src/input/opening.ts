import { isIP } from 'node:net';
import { parseClientRef, refText } from './client-ref.ts';
import { parseIp } from './ip.ts';

/** The words for an opening that names nobody. */
export const nameTheClient = 'Name the client: their domain, one of their mailboxes, or the account.';

/** A runbook that an opening can ask for by one of its words. */
export interface Openable {
  readonly words?: readonly string[];
}

/** How each runbook is asked for, for the help: `send acme-cpa.com`, and what it is for. None where there is no choice. */
export function waysToOpen(
  dialogs: readonly (Openable & { readonly title: string })[],
): readonly { readonly typed: string; readonly title: string }[] {
  return dialogs.flatMap(({ words: [word] = [], title }) =>
    dialogs.length < 2 || word === undefined ? [] : [{ typed: `${word} acme-cpa.com`, title }],
  );
}

/** What one line asks for. */
export interface OpeningLine<D> {
  readonly client: string;
  readonly ip?: string;
  /** The runbook: the first that the line has a word of, else the first of all. */
  readonly dialog: D | undefined;
}

/** Said around a runbook's word, and no part of a client's name: `acme.example cannot send`. */
const around = new Set([
  'can',
  'cannot',
  "can't",
  'can’t',
  'cant',
  'not',
  'no',
  'mail',
  'email',
  'e-mail',
  'but',
]);

/**
 * Client, address and runbook out of one line, in any order: `info@acme.example 203.0.113.7`, `send acme.example`.
 * The runbook's types read on.
 */
export function readOpening<D extends Openable>(typed: string, dialogs: readonly D[]): OpeningLine<D> {
  const parts = typed.split(/[\s,;]+/).filter((part) => part !== '');
  const addresses = parts.filter((part) => isIP(bare(part)) !== 0);
  const named = parts.filter((part) => !addresses.includes(part));
  const asks = (part: string) => dialogs.find(({ words }) => words?.includes(part.toLowerCase()) === true);
  const asked = named.map(asks).find((one) => one !== undefined);
  const client =
    asked === undefined
      ? named
      : named.filter((part) => asks(part) === undefined && !around.has(part.toLowerCase()));
  const dialog = asked ?? dialogs[0];
  const line = { client: client.join(' '), dialog };
  return addresses.length === 0 ? line : { ...line, ip: addresses.map(bare).join(' ') };
}

/** The client and the address that a message names, as far as there is one of each. */
export function namedIn(text: string): { readonly client?: string; readonly ip?: string } {
  const client = parseClientRef(text);
  const ip = parseIp(text, []);
  return {
    ...(client.ok && client.ref.kind !== 'account' ? { client: refText(client.ref) } : {}),
    ...(ip.ok ? { ip: ip.ip } : {}),
  };
}

function bare(part: string): string {
  return part.replaceAll(/^[[(<"']+|[\])>"'.]+$/g, '');
}
