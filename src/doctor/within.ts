import type { Asking } from './line.ts';

/** An answer did not come in time. */
export class Late extends Error {
  override readonly name = 'Late';
}

/** Gives work the time of one call; throws Late when that, or the time of all calls, is over. */
export async function within<T>(
  { signal, callMs }: Asking,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const end = new AbortController();
  let stop = () => {};
  const over = new Promise<never>((_, reject) => {
    stop = () => {
      reject(new Late(`no answer within ${callMs / 1000} s`));
      end.abort();
    };
  });
  const timer = setTimeout(stop, callMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  try {
    return await Promise.race([work(end.signal), over]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}
