import { existsSync, readFileSync } from 'node:fs';

const file = '/proc/thread-self/schedstat';

/**
 * By how much other work on the machine slows this thread down from now on: 1 when it runs whenever it wants to, 2 when
 * it waits for a processor as long as it has one. The servers that it talks to wait like it. Where Linux does not tell
 * it is 1, and a limit is what it says.
 */
export function slowdown(): () => number {
  const before = read();
  return () => {
    const now = read();
    const [ran, waited] = [now.ran - before.ran, now.waited - before.waited];
    return ran > 0 ? (ran + waited) / ran : 1;
  };
}

/** Nanoseconds on a processor, and ready but waiting for one. */
function read(): { ran: number; waited: number } {
  const [ran = 0, waited = 0] = existsSync(file) ? readFileSync(file, 'utf8').split(' ').map(Number) : [];
  return { ran, waited };
}
