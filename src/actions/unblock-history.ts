import { words } from '../engine/card.ts';
import type { Text } from '../engine/card.ts';
import type { DeedRow } from '../store/store.ts';

/** How far back un-blocks of an address speak against another (ms). */
export const historyMs = 7 * 86_400_000;

const third = 3;
const mostNamed = 5;
/** Deeds that did, or may have done, an un-block. */
const counts = new Set(['accepted', 'done', 'partly', 'unknown']);

/**
 * Why one more un-block of an address is risky by those before it, from the third within a week on: what locks it is
 * still there. `deeds` are those of the address, newest first; those from another action are not counted.
 */
export function repeatedUnblock(action: string, deeds: readonly DeedRow[], now: number): Text | undefined {
  const before = deeds.filter(
    (deed) => deed.action === action && counts.has(deed.outcome) && deed.at > now - historyMs,
  );
  if (before.length + 1 < third) return undefined;
  const incidents = [...new Set(before.map(({ incident }) => incident))];
  const more = incidents.length > mostNamed ? ` and ${incidents.length - mostNamed} more` : '';
  return words(
    'It was un-blocked {count} times within 7 days already ({incidents}): what locks it is still there.',
    {
      count: `${before.length}`,
      incidents: `${incidents.slice(0, mostNamed).join(', ')}${more}`,
    },
  );
}
