import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { SlackPorts, SlackSettings } from '../../../adapters/slack/ports.ts';
import { createSlack, type Slack } from '../../../adapters/slack/slack.ts';
import type { Dialog } from '../../../src/engine/dialog.ts';
import { realClock } from '../../../src/runtime/clock.ts';
import { createDispatcher, type Dispatcher } from '../../../src/runtime/dispatch.ts';
import { createPolicy } from '../../../src/runtime/policy.ts';
import { createWorker, type Worker } from '../../../src/runtime/worker.ts';
import { startServer, type RunningServer } from '../../../src/server.ts';
import { openSqlite } from '../../../src/store/sqlite.ts';
import { seal, unseal } from '../../../src/store/seal.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Delivered, SentRequest } from '../../fakes/slack/delivery.ts';
import { startSlack, type FakeSlack, type SlackOptions } from '../../fakes/slack/server.ts';
import { FakeFirewall } from '../../runtime/fakes.ts';
import { contracts, dialog as smallDialog } from '../../runtime/rig.ts';

/** What a rig may be told to be different. */
export interface SlackRigOptions {
  readonly slack?: SlackOptions;
  readonly settings?: Partial<SlackSettings>;
  readonly ports?: Partial<SlackPorts>;
  readonly approvers?: readonly string[];
  readonly fourEyes?: boolean;
  readonly dialog?: Dialog;
}

/** The real adapter over the real Bolt, a real store, dispatcher and worker; a fake Slack, and a fake firewall. */
export interface SlackRig {
  readonly fake: FakeSlack;
  readonly store: Store;
  /** Where the store's database lies. */
  readonly file: string;
  readonly firewall: FakeFirewall;
  readonly logged: { readonly level: string; readonly fields: object; readonly message: string }[];
  /** The life that runs now. */
  readonly now: Life;
  /** Ends this life as a crash would, as far as that goes within a process, and begins another over the same store. */
  restart(): Promise<void>;
  /** Delivers what a request said once more, signed anew as of `seconds` ago: to the transport it is another request. */
  again(request: SentRequest, seconds?: number): Promise<Delivered>;
  /** Resolves when nothing is under way: no outbox row that is due, no private word, no event in the air. */
  settled(): Promise<void>;
}

interface Life {
  readonly slack: Slack;
  readonly dispatcher: Dispatcher;
  readonly worker: Worker;
  readonly server: RunningServer;
}

/** Every scope of manifest.json. */
const scopes = [
  'commands',
  'chat:write',
  'chat:write.public',
  'app_mentions:read',
  'users:read',
  'usergroups:read',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
];

const key = Buffer.alloc(32, 7);

/** Opens a rig; everything of it is closed after the test. */
export async function slackRig(options: SlackRigOptions = {}): Promise<SlackRig> {
  const folder = mkdtempSync(join(tmpdir(), 'mailfix-slack-'));
  const file = join(folder, 'mailfix.db');
  const store = openSqlite({ file, world: 'simulated' });
  const fake = await startSlack({ scopes, ...options.slack });
  const firewall = new FakeFirewall();
  const logged: SlackRig['logged'] = [];
  let life = await live();
  onTestFinished(async () => {
    await end(life);
    await fake.close();
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function live(): Promise<Life> {
    const { approvers = ['slack:U0LEA'], fourEyes = true, dialog = smallDialog } = options;
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
      log,
    });
    const settings: SlackSettings = {
      botToken: 'xoxb-fake',
      signingSecret: fake.signingSecret,
      appToken: undefined,
      apiUrl: fake.apiUrl,
      clientId: undefined,
      clientSecret: undefined,
      stateSecret: undefined,
      teams: [],
      ...options.settings,
    };
    const slack = createSlack({
      settings,
      store,
      dispatch: {
        open: (opening) => dispatcher.open({ ...opening, source: 'slack', simulated: true }),
        press: (event, sender) => dispatcher.press(event, sender),
        say: (text, sender) => dispatcher.say(text, sender),
      },
      dialogs: [
        { id: dialog.id, title: dialog.title, client: { name: 'client', label: 'Domain or mailbox' } },
      ],
      approvers,
      technicians: [],
      connections: async () => [{ name: 'WHM host2', state: 'up', at: Date.now() }],
      onTurn: (listener) => dispatcher.onTurn(listener),
      clock: realClock,
      seal: {
        seal: (about, text) => seal(key, about, text),
        open: (about, text) => unseal(key, about, text),
      },
      publicUrl: undefined,
      timeZone: 'UTC',
      log,
      ...options.ports,
    });
    const worker = createWorker({
      store,
      dispatcher,
      channels: new Map([['slack', slack.channel]]),
      contracts,
      handlers: firewall.handlers,
      policy: createPolicy({
        approvers,
        fourEyes,
        rolesOf: (actor) => slack.channel.rolesOf(actor),
        nameOf: (id) => slack.channel.nameOf(id),
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
      raw: slack.raw,
      notReady: async () => slack.notReady(),
    });
    fake.deliverTo(server.url);
    await slack.start();
    worker.start();
    return { slack, dispatcher, worker, server };
  }

  async function end({ slack, worker, server }: Life): Promise<void> {
    await worker.drain(0);
    await server.close(0);
    await slack.close();
  }

  return {
    fake,
    store,
    file,
    firewall,
    logged,
    get now() {
      return life;
    },
    async restart() {
      await end(life);
      life = await live();
    },
    again: ({ kind, payload }, seconds = 1) =>
      fake.deliver(kind, payload, { timestamp: Math.floor(Date.now() / 1000) - seconds }),
    async settled() {
      // Each may begin what the other then waits for.
      for (let quiet = 0; quiet < 2;) {
        const before = fake.calls().length;
        await fake.settled();
        await life.slack.idle();
        await life.worker.idle();
        await nextTurn();
        const due = await store.nextDue();
        const waits = due !== undefined && due <= Date.now();
        quiet = fake.calls().length === before && !waits ? quiet + 1 : 0;
      }
    },
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
