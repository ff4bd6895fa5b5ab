/** Time as a parameter. Everything in the runtime that waits, waits here, so that tests need not. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls `fn` once at an instant, or soon if it has passed; returns how to cancel. */
  setTimer(at: number, fn: () => void): () => void;
}

// What setTimeout can hold; longer ones fire early and are set again.
const longestMs = 2 ** 31 - 1;

/** The machine's clock. */
export const realClock: Clock = {
  now: () => Date.now(),
  setTimer(at, fn) {
    let timer: NodeJS.Timeout;
    const arm = () => {
      const left = Math.max(0, at - Date.now());
      timer = left > longestMs ? setTimeout(arm, longestMs) : setTimeout(fn, left);
    };
    arm();
    return () => clearTimeout(timer);
  },
};

/** While the machine's clock is behind, this much of the time that passes is counted, until it has caught up. */
const pace = 0.9;
/** One that is put back further was plainly wrong, and nobody wants to wait for it. */
const mostBackMs = 86_400_000;

/**
 * A clock that is not put back with the machine's, so that what was due a moment ago does not wait for an hour. `elapsed`
 * counts milliseconds and is never set.
 */
export function steadyClock(clock: Clock, elapsed: () => number): Clock {
  let last = clock.now();
  let counted = elapsed();
  const now = (): number => {
    const passed = Math.max(0, elapsed() - counted);
    counted += passed;
    const told = clock.now();
    last = told >= last || last - told > mostBackMs ? told : last + passed * pace;
    return Math.floor(last);
  };
  return { now, setTimer: (at, fn) => clock.setTimer(clock.now() + Math.max(0, at - now()), fn) };
}
