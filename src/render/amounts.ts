import type { Bar } from '../engine/card.ts';
import { say, staffTongue } from './language.ts';

/** `120 of 200 MB used`. */
export function usedOf({ usedMb, limitMb }: Bar): string {
  return say(`${megabytes(usedMb)} of ${megabytes(limitMb)} MB used`);
}

/** The part that is used: 0 of nothing, and more than 1 of a quota that is overrun. */
export function shareOf({ usedMb, limitMb }: Bar): number {
  return limitMb > 0 ? usedMb / limitMb : 0;
}

/** `41 %`. */
export function percent(share: number): string {
  // 99.9 % is not full, and 100.1 % is.
  const whole = share < 1 ? Math.floor(share * 100) : Math.ceil(share * 100);
  return `${whole} %`;
}

/** A bar out of signs, `▰▰▰▱▱▱`, for channels that draw nothing else; the words beside it say the same. */
export function drawnBar(share: number, length = 6): string {
  const full = Math.min(length, Math.max(0, Math.floor(share * length)));
  return `${'▰'.repeat(full)}${'▱'.repeat(length - full)}`;
}

const style = { maximumFractionDigits: 1, useGrouping: false } as const;

function megabytes(mb: number): string {
  return mb.toLocaleString(staffTongue().locale, style);
}
