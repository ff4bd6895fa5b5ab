/** How far and by which steps quotas go: the ladder and ceiling of mailfix.yaml (MB). */
export interface QuotaLadder {
  readonly ladder?: readonly number[];
  readonly ceiling?: number;
}

/** The most that a quota is raised to: the ceiling, else the ladder's last step. */
export function ceilingOf({ ladder, ceiling }: QuotaLadder): number | undefined {
  return ceiling ?? ladder?.at(-1);
}

/** What a limit is raised to next: the ladder's next step, without a ladder so much more; undefined at the ceiling. */
export function nextLimit(limitMb: number, stepMb: number, steps: QuotaLadder): number | undefined {
  const most = ceilingOf(steps) ?? Infinity;
  if (limitMb >= most) return undefined;
  const rung = steps.ladder === undefined ? limitMb + stepMb : steps.ladder.find((one) => one > limitMb);
  return Math.min(rung ?? most, most);
}
