import { coversIp } from '../../clients/ip-match.ts';
import type { WhmClient } from '../../clients/whm.ts';
import type { Brute } from '../../clients/whm-shapes.ts';
import { words } from '../../engine/card.ts';
import { attempt } from '../attempt.ts';
import type { Attempt } from '../attempt.ts';
import { counted, moment, startWords } from '../phrases.ts';
import { nothingSeen } from './blocker.ts';
import type { Block, Blocker, Lift } from './blocker.ts';

/** cPHulk, which refuses logins after too many wrong passwords. `now` is for "until" (epoch ms). */
export function cphulk(server: string, whm: WhmClient, now: () => number): Blocker {
  const name = `cPHulk on ${server}`;
  return {
    name,
    ...(whm.mayFlush() ? { lift: flush(server, whm) } : {}),
    async look(ip, signal) {
      const [config, brutes, excessive, black, white, failed] = await Promise.all([
        attempt(whm.cphulkConfig({ signal })),
        attempt(whm.cphulkBrutes(ip, { signal })),
        attempt(whm.cphulkExcessiveBrutes(ip, { signal })),
        attempt(whm.cphulkList('black', { signal })),
        attempt(whm.cphulkList('white', { signal })),
        attempt(whm.cphulkFailedLogins({ ip }, { signal })),
      ]);
      // A white list keeps nobody out, so that not to have read it spoils nothing.
      const all: readonly Attempt<unknown>[] = [config, brutes, excessive, black, failed];
      const errors = all.flatMap((one) => (one.ok ? [] : [one.error]));
      const off = config.ok
        ? !config.value.enabled
        : errors.some(({ code }) => code === 'whm.cphulk-disabled');
      if (off) return nothingSeen(name, 'off');
      const blocks = [
        ...[...valueOr(brutes, []), ...valueOr(excessive, [])].map((brute) => bruteBlock(brute, now())),
        ...entriesFor(black, ip).map((entry) => listBlock(server, ip, entry)),
      ];
      const remarks = entriesFor(white, ip).map(([entry]) =>
        words('It is on the white list of cPHulk on {server} as {entry}.', { server, entry }),
      );
      const state = blocks.length > 0 ? 'blocked' : errors.length > 0 ? 'unknown' : 'clear';
      return { name, state, blocks, remarks, failedLogins: valueOr(failed, []), errors };
    },
  };
}

/** Takes the blocks away together with the failed logins that they came from; what is on the lists stays. */
function flush(server: string, whm: WhmClient): Lift {
  return {
    id: `cphulk:${server}`,
    text({ failedLogins }) {
      const records = counted(failedLogins.length, 'record');
      return failedLogins.length === 0
        ? words('cPHulk on {server}: remove its block', { server })
        : words('cPHulk on {server}: remove its {records}', { server, records });
    },
    async send(ip, { signal, sending }) {
      await sending();
      const removed = await whm.cphulkFlush(ip, { signal });
      return [words('cPHulk says that it removed {records}.', { records: removedWords(removed) })];
    },
  };
}

function removedWords(removed: number | null): string {
  return removed === null ? 'records, not how many' : counted(removed, 'record');
}

function bruteBlock({ since, at, untilMs, notes }: Brute, now: number): Block {
  const text = words('Blocked since {since}, until {until}. cPHulk notes: {notes}', {
    since: startWords(since, at, now),
    until: untilMs === null ? 'an unknown time' : moment(untilMs, now),
    notes: notes ?? 'none',
  });
  return { id: since ?? 'no time', liftable: true, text, since, at, until: untilMs, byHand: false };
}

type Entry = readonly [entry: string, comment: string | null];

function listBlock(server: string, ip: string, [entry, comment]: Entry): Block {
  const values = { server, entry, comment: comment ?? 'none' };
  const template =
    'On the black list of cPHulk on {server} as {entry}, put there by hand. Comment: {comment}';
  const block = {
    id: `list ${entry}`,
    liftable: false,
    text: words(template, values),
    since: null,
    at: null,
    until: 'never',
    byHand: true,
  } as const;
  if (!/[/-]/.test(entry)) return block;
  return {
    ...block,
    stuck: `the range ${entry} is on the black list of cPHulk on ${server}, and ${ip} is in it.`,
  };
}

function entriesFor(list: Attempt<ReadonlyMap<string, string | null>>, ip: string): readonly Entry[] {
  return [...valueOr(list, new Map<string, string | null>())].filter(([entry]) => coversIp(entry, ip));
}

function valueOr<T>(tried: Attempt<T>, otherwise: T): T {
  return tried.ok ? tried.value : otherwise;
}
