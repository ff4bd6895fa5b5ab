import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import type { WhmClient } from '../clients/whm.ts';

/** The WHM servers of the settings, by name. */
export type Whms = ReadonlyMap<string, WhmClient>;

/** The server that was named, or all of them; never one that only an answer or a fact names. */
export function chosen(whms: Whms, server: string | undefined): readonly (readonly [string, WhmClient])[] {
  if (server === undefined) return [...whms];
  const whm = whms.get(server);
  return whm === undefined ? [] : [[server, whm]];
}

/** The finding when there is no server to ask. */
export function noServer(check: string, whms: Whms, server: string | undefined): Finding {
  const text =
    whms.size === 0 || server === undefined
      ? words(
          'WHM is not configured, so I could not look. Set WHM_URL, WHM_USER and WHM_TOKEN, or go by hand.',
        )
      : words('{server} is not among the WHM servers in the settings, so I could not look there.', {
          server,
        });
  return { check, verdict: 'unknown', text };
}
