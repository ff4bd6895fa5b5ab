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
