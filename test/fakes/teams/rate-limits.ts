/** How much a bot may do in one conversation: so many calls in so many milliseconds. */
const sending = [
  [1000, 7],
  [2000, 8],
  [30_000, 60],
  [3_600_000, 1800],
] as const;
const reading = [
  [1000, 14],
  [2000, 16],
  [30_000, 120],
  [3_600_000, 3600],
] as const;

/** Teams' limits for one bot in one conversation; what was refused does not count. */
export function createRateLimits(now: () => number) {
  const calls = new Map<string, number[]>();
  return {
    /** How many seconds to wait, or undefined when the call may be made now, and is counted. */
    take(kind: 'send' | 'create' | 'read', conversation: string): number | undefined {
      const key = `${kind} ${conversation}`;
      const list = calls.get(key) ?? [];
      calls.set(key, list);
      const at = now();
      for (const [windowMs, most] of kind === 'read' ? reading : sending) {
        const recent = list.filter((one) => one > at - windowMs);
        const oldest = recent[recent.length - most];
        if (oldest !== undefined) return Math.max(1, Math.ceil((oldest + windowMs - at) / 1000));
      }
      list.push(at);
      return undefined;
    },
  };
}

/** Teams' limits for one bot. */
export type RateLimits = ReturnType<typeof createRateLimits>;
