import type { DiskUsage } from '../clients/whm-shapes.ts';
import type { WhmClient } from '../clients/whm.ts';
import { words } from '../engine/card.ts';
import type { Bar, Text } from '../engine/card.ts';
import { attempt } from './attempt.ts';
import { mb } from './phrases.ts';

/** Use and limit of an account or a mailbox, in MiB. */
export interface Figures {
  readonly usedMb: number;
  readonly limitMb: number | 'unlimited';
}

/** An account's figures; `fresh: false` are those of WHM's cache, which may be some hours old. */
export type AccountFigures = DiskUsage & { readonly fresh: boolean };

/** From here on mail is refused now and then, or will be within the hour. */
const fullFrom = 0.98;
const tightFrom = 0.9;

/** How much of it is used. */
export function levelOf({ usedMb, limitMb }: Figures): 'full' | 'tight' | 'room' {
  if (limitMb === 'unlimited') return 'room';
  if (usedMb >= limitMb * fullFrom) return 'full';
  return usedMb >= limitMb * tightFrom ? 'tight' : 'room';
}

/** What each level is worth as a verdict. */
export const levelVerdicts = { full: 'fail', tight: 'warning', room: 'pass' } as const;

/** The bar to draw; there is none without a limit. */
export function barOf({ usedMb, limitMb }: Figures): { readonly bar?: Bar } {
  return limitMb === 'unlimited' ? {} : { bar: { usedMb, limitMb } };
}

/** `200 MB`, or that there is no limit. The same limit always gives the same words. */
export function limitWords(limitMb: Figures['limitMb']): string {
  return limitMb === 'unlimited' ? 'no limit' : `${mb(limitMb)} MB`;
}

/** `office@… uses 71.9 of 100 MB`. */
export function usageText(name: string, { usedMb, limitMb }: Figures, more = ''): Text {
  if (limitMb === 'unlimited') {
    return words(`{name} uses {used} MB and has no limit${more}`, { name, used: mb(usedMb) });
  }
  const values = { name, used: mb(usedMb), limit: mb(limitMb) };
  return words(`{name} uses {used} of {limit} MB${more}`, values);
}

/** An account's disk use, past the cache where WHM lets us; null if there is no such account. */
export async function accountFigures(
  whm: WhmClient,
  user: string,
  signal: AbortSignal,
): Promise<AccountFigures | null> {
  const disk = await attempt(whm.diskUsage(user, { signal }));
  if (disk.ok && disk.value !== null) return { ...disk.value, fresh: true };
  const cached = await attempt(whm.account({ user }, { signal }));
  // The first failure says more: the second question was only asked because of it.
  if (!cached.ok) throw disk.ok ? cached.error : disk.error;
  if (cached.value === null) return null;
  const { diskUsedMb: usedMb, diskLimitMb: limitMb, inodesUsed, inodesLimit } = cached.value;
  return { usedMb, limitMb, inodesUsed, inodesLimit, fresh: false };
}
