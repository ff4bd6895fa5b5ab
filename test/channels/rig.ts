import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Dialog } from '../../src/engine/dialog.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import { realClock } from '../../src/runtime/clock.ts';
import { createDispatcher, type Dispatcher } from '../../src/runtime/dispatch.ts';
import type { Mirror } from '../../src/runtime/mirrors.ts';
import type { People } from '../../src/runtime/persons.ts';
import { createPolicy } from '../../src/runtime/policy.ts';
import { createWorker, type Worker } from '../../src/runtime/worker.ts';
import { startServer, type RunningServer } from '../../src/server.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { FakeFirewall } from '../runtime/fakes.ts';
import { contracts, dialog as smallDialog } from '../runtime/rig.ts';

/** What a chat product's adapter has in common with the others. */
interface Adapter {
  readonly channel: Channel;
  readonly raw: NonNullable<Parameters<typeof startServer>[0]['raw']>;
  start(): Promise<void>;
  notReady?(): readonly string[];
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What an adapter is made of, whatever it is for. */
export interface Parts {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly dialog: Dialog;
  readonly log: Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>;
}

/** Another product beside the one that the rig is about. */
interface Beside {
  readonly fake: FakeProduct;
  readonly make: (parts: Parts) => Adapter;
}

/** What a rig may be told to be different. */
export interface ChatOptions {
  readonly approvers: readonly string[];
  readonly beside?: readonly Beside[];
  readonly mirrors?: readonly Mirror[];
  readonly people?: People;
  readonly fourEyes?: boolean | undefined;
  readonly dialog?: Dialog | undefined;
}

/** The product that is imitated. */
interface FakeProduct {
  deliverTo(url: string): void;
  calls(): readonly unknown[];
  settled?(): Promise<void>;
  close(): Promise<void>;
}

/** One run of the adapter's process. */
export interface Life<A> {
  readonly adapter: A;
  /** With those beside it. */
  readonly all: readonly Adapter[];
  readonly dispatcher: Dispatcher;
  readonly worker: Worker;
  readonly server: RunningServer;
}

/** A real adapter, store, dispatcher and worker over a fake product and a fake firewall; closed after the test. */
export async function chatRig<A extends Adapter>(
  fake: FakeProduct,
  options: ChatOptions,
  make: (parts: Parts) => A,
) {
  const { beside = [] } = options;
  const fakes = [fake, ...beside.map((one) => one.fake)];
  const folder = mkdtempSync(join(tmpdir(), 'mailfix-chat-'));
  const file = join(folder, 'mailfix.db');
  const store = openSqlite({ file, world: 'simulated' });
  const firewall = new FakeFirewall();
  const logged: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  let life = await live();
  onTestFinished(async () => {
    await end(life);
    for (const product of fakes) await product.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const calls = () => fakes.reduce((sum, product) => sum + product.calls().length, 0);

  async function live(): Promise<Life<A>> {
    const { approvers, fourEyes = true, dialog = smallDialog, mirrors = [], people = new Map() } = options;
    const note = (level: string) => (fields: object, message: string) => {
      logged.push({ level, fields, message });
    };
    const log = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') };
    const dispatcher = createDispatcher({
      store,
      dialogs: new Map([[dialog.id, dialog]]),
      contracts,
      now: () => Date.now(),
      salt: () => 'a salt of sixteen bytes',
      mirrors,
      log,
    });
    const parts = { store, dispatcher, dialog, log };
    const adapter = make(parts);
    const all: readonly Adapter[] = [adapter, ...beside.map((one) => one.make(parts))];
    const channels = new Map(all.map(({ channel }) => [channel.name, channel]));
    const channelOf = (id: string) => channels.get(id.split(':', 1)[0] ?? '');
    const worker = createWorker({
      store,
      dispatcher,
      channels,
      contracts,
      handlers: firewall.handlers,
      policy: createPolicy({
        approvers,
        fourEyes,
        people,
        rolesOf: async (actor) => (await channelOf(actor.id)?.rolesOf(actor)) ?? [],
        nameOf: async (id) => (await channelOf(id)?.nameOf(id)) ?? id,
      }),
      clock: realClock,
      random: () => 0,
      owner: `life ${logged.length} ${Date.now()}`,
      log,
    });
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      fetch: () => new Response('nothing here', { status: 404 }),
      raw: new Map(all.flatMap(({ raw }) => [...raw])),
      notReady: async () => adapter.notReady?.() ?? [],
    });
    for (const product of fakes) product.deliverTo(server.url);
    for (const one of all) await one.start();
    worker.start();
    return { adapter, all, dispatcher, worker, server };
  }

  async function end({ all, worker, server }: Life<A>): Promise<void> {
    await worker.drain(0);
    await server.close(0);
    for (const one of all) await one.close();
  }

  return {
    store,
    /** Where the store's database lies. */
    file,
    firewall,
    logged,
    /** The life that runs now. */
    life: (): Life<A> => life,
    /** Ends this life as a crash would, as far as that goes within a process, and begins another over the same store. */
    async restart(): Promise<void> {
      await end(life);
      life = await live();
    },
    /** Resolves when nothing is under way: no outbox row that is due, no private word, no event in the air. */
    async settled(): Promise<void> {
      // Each may begin what the other then waits for.
      for (let quiet = 0; quiet < 2;) {
        const before = calls();
        for (const product of fakes) await product.settled?.();
        for (const one of life.all) await one.idle();
        await life.worker.idle();
        await nextTurn();
        const due = await store.nextDue(0);
        const waits = due !== undefined && due <= Date.now();
        quiet = calls() === before && !waits ? quiet + 1 : 0;
      }
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
