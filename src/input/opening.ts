import { isIP } from 'node:net';

/** The words for an opening that names nobody. */
export const nameTheClient = 'Name the client: their domain, one of their mailboxes, or the account.';

/** Client and address out of one line, in either order: `info@acme.example 203.0.113.7`. The runbook's types read on. */
export function readOpening(typed: string): { readonly client: string; readonly ip?: string } {
  const parts = typed.split(/[\s,;]+/).filter((part) => part !== '');
  const addresses = parts.filter((part) => isIP(bare(part)) !== 0);
  const client = parts.filter((part) => !addresses.includes(part)).join(' ');
  return addresses.length === 0 ? { client } : { client, ip: addresses.map(bare).join(' ') };
}

function bare(part: string): string {
  return part.replaceAll(/^[[(<"']+|[\])>"'.]+$/g, '');
}
