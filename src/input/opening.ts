import { isIP } from 'node:net';
import { parseClientRef, refText } from './client-ref.ts';
import { parseIp } from './ip.ts';

/** The words for an opening that names nobody. */
export const nameTheClient = 'Name the client: their domain, one of their mailboxes, or the account.';

/** Client and address out of one line, in either order: `info@acme.example 203.0.113.7`. The runbook's types read on. */
export function readOpening(typed: string): { readonly client: string; readonly ip?: string } {
  const parts = typed.split(/[\s,;]+/).filter((part) => part !== '');
  const addresses = parts.filter((part) => isIP(bare(part)) !== 0);
  const client = parts.filter((part) => !addresses.includes(part)).join(' ');
  return addresses.length === 0 ? { client } : { client, ip: addresses.map(bare).join(' ') };
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
