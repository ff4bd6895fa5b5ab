/**
 * All checks of a known mailbox against the simulated WHM, over HTTP:
 * `npx tsc -b test && node dist/bench/diagnosis.js [milliseconds a call]`.
 * The longest chain is measured too: the same with no limit on calls at a time takes as long as the calls that wait for
 * one another.
 */
import { diagnosisOf } from './look-all.ts';

const delayMs = Number(process.argv[2] ?? 300);
const rounds = 3;

const [limited, unlimited, big] = [
  await diagnosisOf({ delayMs }),
  await diagnosisOf({ delayMs, parallel: 1000 }),
  await diagnosisOf({ delayMs: 0, accounts: 20_000 }),
];
const small = await diagnosisOf({ delayMs: 0, accounts: 20 - 13 });
try {
  const [times, chains, firsts]: number[][] = [[], [], []];
  for (let round = 0; round < rounds; round += 1) {
    const looked = await limited.look();
    times?.push(looked.ms);
    firsts?.push(looked.firstMs);
    chains?.push((await unlimited.look()).ms);
  }
  const [time, chain, first] = [median(times ?? []), median(chains ?? []), median(firsts ?? [])];
  const { calls, mostAtOnce } = await limited.look();
  say(`each call takes ${delayMs} ms; ${calls} calls, at most ${mostAtOnce} at a time`);
  say(`first evidence after ${Math.round(first)} ms, everything after ${Math.round(time)} ms`);
  say(`longest chain of calls ${Math.round(chain)} ms, so ${(time / chain).toFixed(2)} times that`);
  for (const [accounts, one] of [
    [20, small],
    [20_000, big],
  ] as const) {
    const looked = await one.look();
    say(
      `${accounts} accounts: ${looked.calls} calls, ${looked.bytes} bytes answered, ${Math.round(looked.ms)} ms`,
    );
  }
} finally {
  await Promise.all([limited, unlimited, small, big].map((one) => one.close()));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
