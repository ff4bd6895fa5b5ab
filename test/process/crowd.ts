import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contracts } from '../../src/actions/contracts.ts';
import { shippedDialogs } from '../shipped-dialogs.ts';
import type { Values } from '../../src/engine/fact.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import type { Clock } from '../../src/runtime/clock.ts';
import { createDispatcher } from '../../src/runtime/dispatch.ts';
import type { Dispatcher } from '../../src/runtime/dispatch.ts';
import { createPolicy } from '../../src/runtime/policy.ts';
import type { AnyHandlers } from '../../src/runtime/run.ts';
import { createWorker } from '../../src/runtime/worker.ts';
import { openRow } from '../../src/store/chain.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import { factsFor } from '../dialogs/world.ts';
import { planOf } from '../outside.ts';

/** How many incidents there are to be, and how many of them wait for an approval that is reminded of in the time named. */
export interface CrowdOptions {
  readonly open: number;
  readonly timers: number;
  /** When the first reminder is due, and how long until the last one (epoch ms, and ms). */
  readonly remindFrom: number;
  readonly spreadMs: number;
}

const sam = { id: 'web:sam', person: 'sam', name: 'Sam' };
/** Half of what an approval may take. */
const remindAfterMs = 15 * 60_000;
const atATime = 50;
/** The way to a full account: a proposal without a question before. */
const outcomes: Readonly<Record<string, string>> = {
  clientAccount: 'found',
  mailRouting: 'here',
  mailServices: 'up',
  failingLogins: 'nobody',
  delivery: 'nothing',
  ipBlock: 'clear',
  cpaBlock: 'clear',
  serverTrouble: 'alone',
  mailboxQuota: 'room',
  accountQuota: 'full',
};

/** Makes a file with open incidents of the console, as a server of before would have left it: nothing is due but the reminders. */
export async function fillWithCrowd(file: string, options: CrowdOptions): Promise<void> {
  const { open, timers, remindFrom, spreadMs } = options;
  // Made in memory where the system has that: nobody's disk is measured here.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'mailfix-crowd-'));
  const made = join(folder, 'made.db');
  const store = openSqlite({ file: made, world: 'real' });
  const dialogs = await shippedDialogs();
  let at = remindFrom - remindAfterMs;
  const clock: Clock = {
    now: () => at,
    setTimer(due, call) {
      const timer = setTimeout(call, Math.max(0, due - at));
      return () => clearTimeout(timer);
    },
  };
  const dispatcher = createDispatcher({
    store,
    dialogs,
    contracts,
    now: () => at,
    salt: () => 'a salt of a test!',
  });
  const worker = createWorker({
    store,
    dispatcher,
    channels: new Map([['web', console]]),
    contracts,
    handlers,
    policy: createPolicy({ approvers: ['web:lea'], fourEyes: true, rolesOf: async () => [] }),
    clock,
    random: () => 0,
    owner: 'last week',
  });
  worker.start();
  try {
    const chunks = Math.ceil(timers / atATime);
    for (let n = 0; n < open; n += atATime) {
      const chunk = n / atATime;
      at =
        remindFrom - remindAfterMs + Math.floor((spreadMs * Math.min(chunk, chunks)) / Math.max(1, chunks));
      const count = Math.min(atATime, open - n);
      await Promise.all(Array.from({ length: count }, (_, k) => openOne(dispatcher, n + k, n + k < timers)));
      await worker.idle();
    }
  } finally {
    await worker.drain(1000);
    await store.close();
    copyFileSync(made, file);
    rmSync(folder, { recursive: true });
  }
}

/** How many reminders came, and how late each was (ms), as the incidents' logs have it. */
export async function latenessOf(file: string, timers: number): Promise<readonly number[]> {
  const store = openSqlite({ file, world: 'real', readOnly: true });
  const late: number[] = [];
  try {
    for (let n = 1; n <= timers; n += 1) {
      const rows = (await store.log(`INC-${n}`)).map(openRow);
      const planned = rows.find((event) => event.type === 'run.finished' && event.outcome === 'planned');
      const came = rows.find((event) => event.type === 'time.came' && event.key.includes('.reminder.'));
      if (planned !== undefined && came !== undefined) late.push(came.at - planned.at - remindAfterMs);
    }
  } finally {
    await store.close();
  }
  return late;
}

async function openOne(dispatcher: Dispatcher, n: number, proposes: boolean): Promise<void> {
  // Whoever names no client is asked for one.
  const facts: Record<string, string> = proposes ? { client: `crowd${n}.example` } : {};
  const reply = await dispatcher.open({
    dialog: 'cannot-receive',
    facts,
    actor: sam,
    source: 'web',
    eventId: `crowd ${n}`,
    place: { channel: 'web' },
    simulated: false,
  });
  if (!reply.ok) throw new Error(reply.refusal.message);
}

const console: Channel = {
  name: 'web',
  show: async ({ message }) => message,
  whisper: async () => {},
  nameOf: async (id) => id,
  rolesOf: async () => [],
};

const handlers: AnyHandlers = Object.fromEntries(
  Object.entries(contracts).map(([name, { kind }]) => {
    if (kind === 'check') {
      const outcome = outcomes[name] ?? 'unknown';
      return [name, async () => ({ outcome, facts: factsFor(name, outcome) })];
    }
    const plan = async (input: Values) => ({ outcome: 'planned', plan: planOf(name, input) });
    return [name, { plan, act: () => Promise.reject(new Error('Nobody approved it.')) }];
  }),
);
