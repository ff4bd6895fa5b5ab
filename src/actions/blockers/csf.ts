import type { CsfEntry } from '../../clients/csf.ts';
import type { WhmClient } from '../../clients/whm.ts';
import { words } from '../../engine/card.ts';
import { attempt } from '../attempt.ts';
import { counted, moment, serverTime } from '../phrases.ts';
import { nothingSeen } from './blocker.ts';
import type { Block, Blocker, Lift } from './blocker.ts';

/** CSF with LFD, which drops packets: mail and websites are both dead. `now` is for "until" (epoch ms). */
export function csf(server: string, whm: WhmClient, now: () => number): Blocker {
  const name = `CSF on ${server}`;
  return {
    name,
    ...(whm.csf.mayKill() ? { lift: kill(server, whm) } : {}),
    async look(ip, signal) {
      const seen = await attempt(whm.csf.look(ip, { signal }));
      if (!seen.ok) {
        const { error } = seen;
        if (error.code === 'csf.missing') return nothingSeen(name, 'off');
        return { ...nothingSeen(name, 'clear'), state: 'unknown', errors: [error] };
      }
      const { blocked, entries } = seen.value;
      const allowed = entries.filter(({ kind }) => kind === 'allow');
      return {
        ...nothingSeen(name, 'clear'),
        state: blocked ? 'blocked' : 'clear',
        blocks: entries
          .filter(({ kind }) => kind !== 'allow')
          .map((entry) => blockOf(server, ip, entry, now())),
        remarks: allowed.map(({ entry }) => words('CSF on {server} allows {entry}.', { server, entry })),
      };
    },
  };
}

/** Takes the address itself off; ranges, sets and what is marked "do not delete" stay. */
function kill(server: string, whm: WhmClient): Lift {
  return {
    id: `csf:${server}`,
    text({ blocks }) {
      const entries = counted(blocks.filter(({ liftable }) => liftable).length, 'entry', 'entries');
      return words('CSF on {server}: remove its {entries}', { server, entries });
    },
    async send(ip, { signal, sending }) {
      await sending();
      const printed = await whm.csf.kill(ip, { signal });
      const lines = printed.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
      return lines
        .slice(0, mostLines)
        .map((said) => words('CSF printed: {said}', { said: said.slice(0, 200) }));
    },
  };
}

/** `csf -dr` can print every rule that it takes away. */
const mostLines = 4;

const templates = {
  temporary: 'Blocked for a time by CSF, since {since}, until {until}: {reason}',
  permanent: 'In the deny list of CSF, with no end, since {since}: {reason}',
  range: 'In the deny list of CSF by the range {entry}, with no end, since {since}: {reason}',
  port: 'Blocked by CSF for some ports only ({entry}), since {since}: {reason}',
  ipset: 'In the set {entry} of CSF: a list of whole countries or of known attackers',
} as const;

function blockOf(server: string, ip: string, entry: CsfEntry, now: number): Block {
  const { kind, since, untilMs } = entry;
  const values = {
    entry: entry.entry,
    since: serverTime(since),
    until: untilMs === null ? 'an unknown time' : moment(untilMs, now),
    reason: entry.reason ?? 'no reason is noted',
  };
  const block = {
    id: `${kind} ${entry.entry} ${since ?? entry.reason ?? ''}`.trim(),
    liftable: entry.removable,
    text: words(kind === 'allow' ? '{entry}' : templates[kind], values),
    since,
    at: null,
    until: untilMs ?? (kind === 'temporary' ? null : 'never'),
    // LFD always names itself in what it blocks.
    byHand: (kind === 'permanent' || kind === 'range') && !/\blfd\b/i.test(entry.reason ?? ''),
  } as const;
  return entry.removable ? block : { ...block, stuck: stuckWords(server, ip, entry) };
}

function stuckWords(server: string, ip: string, { entry, stuck }: CsfEntry): string {
  if (stuck === 'range') return `CSF on ${server} denies the whole range ${entry}, and ${ip} is in it.`;
  if (stuck === 'ipset')
    return `CSF on ${server} has it in the set ${entry}, a list of whole countries or attackers.`;
  return `CSF on ${server} has it marked as “do not delete”, so somebody wants it blocked.`;
}
