import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { z } from 'zod';
import type { ActionContract, CheckContract } from '../../src/engine/contract.ts';
import { defineDialog } from '../../src/engine/dialog.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import type { Actor } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import type { Reply } from '../../src/engine/reply.ts';
import { createDispatcher } from '../../src/runtime/dispatch.ts';
import type { Dispatcher } from '../../src/runtime/dispatch.ts';
import type { Policy } from '../../src/runtime/policy.ts';
import { createPolicy } from '../../src/runtime/policy.ts';
import type { IsTogether } from '../../src/runtime/related.ts';
import { createWorker } from '../../src/runtime/worker.ts';
import type { Worker, WorkerOptions } from '../../src/runtime/worker.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { FakeChat, FakeFirewall } from './fakes.ts';
import { SimulatedClock } from './simulated-clock.ts';

const none = z.object({});
const memory = '/dev/shm';

/** One check and one action: all that the runtime has to carry. */
export const contracts = {
  blocked: {
    kind: 'check',
    title: 'the firewall',
    input: z.object({ ip: z.string() }),
    outcomes: { blocked: none, clear: none, unknown: none },
  },
  unblock: {
    kind: 'action',
    title: 'un-block the address',
    input: z.object({ ip: z.string() }),
    outcomes: { done: none, nothingToDo: none },
  },
} as const satisfies Record<string, CheckContract | ActionContract>;

/** Ask, look, propose, act, wait, ask, end. */
export const dialog: Dialog = defineDialog(contracts, {
  id: 'blocked',
  version: 1,
  title: 'Blocked',
  facts: z.object({ client: z.string(), ip: z.string().regex(/^[\d.]+$/, 'That is no address.') }),
  client: 'client',
  start: 'ip',
  escalate: 'escalate',
  steps: {
    ip: {
      kind: 'ask',
      ask: 'Which address?',
      save: 'ip',
      field: { label: 'Address' },
      next: 'look',
      choices: { unknown: { label: 'They can’t tell', next: 'escalate' } },
    },
    look: {
      kind: 'check',
      title: 'Looking at the firewall',
      run: ['blocked'],
      deadline: '15s',
      next: [
        { when: { blocked: 'blocked' }, to: 'unblock' },
        { when: { blocked: 'clear' }, to: 'mail' },
        'byHand',
      ],
    },
    unblock: {
      kind: 'action',
      run: 'unblock',
      title: 'Un-block {ip}?',
      deadline: '20s',
      confirm: { by: 'approvers', within: '30m' },
      on: {
        done: 'wait',
        nothingToDo: 'mail',
        failed: 'byHand',
        partly: 'byHand',
        unknown: 'byHand',
        rejected: 'escalate',
        expired: 'escalate',
      },
    },
    wait: {
      kind: 'check',
      title: 'It takes some minutes',
      run: ['blocked'],
      deadline: '15s',
      looks: ['5m', '10m'],
      until: [{ blocked: 'clear' }],
      next: 'mail',
    },
    mail: {
      kind: 'ask',
      ask: 'Does mail come in?',
      choices: {
        yes: { label: 'Yes', next: 'resolved' },
        no: { label: 'Not yet', next: 'escalate' },
        unknown: { label: 'They can’t tell', next: 'escalate' },
      },
    },
    byHand: {
      kind: 'ask',
      ask: 'Look by hand. Is it open?',
      choices: {
        yes: { label: 'Yes', next: 'mail' },
        again: { label: 'Look again', next: 'look' },
        unknown: { label: 'Can’t tell', next: 'escalate' },
      },
    },
    resolved: { kind: 'end', outcome: 'resolved', text: 'Mail comes in.' },
    escalate: { kind: 'end', outcome: 'escalated', text: 'Handed over.' },
  },
});

export const sam: Actor = { id: 'web:sam', person: 'sam', name: 'Sam' };
export const lea: Actor = { id: 'web:lea', person: 'lea', name: 'Lea' };

/** The address that every incident is about. */
export const ip = '203.0.113.7';

/** When every test begins. */
export const start = Date.UTC(2025, 5, 2, 10, 0, 0);

/** A server's life over a store: what dies with a kill, and what a restart makes anew. */
export interface Life {
  readonly dispatcher: Dispatcher;
  readonly worker: Worker;
  readonly errors: string[];
}

/** A store, the world outside, and a simulated clock. */
export interface Rig {
  readonly store: Store;
  readonly clock: SimulatedClock;
  readonly chat: FakeChat;
  readonly firewall: FakeFirewall;
  /** Another server over the same store; `start` false leaves its worker asleep. */
  boot(
    changes?: Partial<WorkerOptions> & { dialog?: Dialog; asleep?: boolean; isTogether?: IsTogether },
  ): Life;
  read(incident: string): Promise<Incident>;
}

/**
 * Opens a rig on a file of its own; it is cleaned up after the test. The file is in memory where the system offers that:
 * what is tested here lives through the death of a process, not of the machine, and hundreds of cases wait for no disk.
 */
export function rig(wrap: (store: Store) => Store = (store) => store): Rig {
  const folder = mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'mailfix-runtime-'));
  let calls = 0;
  const clock = new SimulatedClock(start, () => calls);
  const file = openSqlite({ file: join(folder, 'mailfix.db'), world: 'simulated', now: () => clock.now() });
  const store = wrap(counting(file, () => (calls += 1)));
  const chat = new FakeChat();
  const firewall = new FakeFirewall();
  const lives: Life[] = [];
  onTestFinished(async () => {
    await Promise.all(lives.map((life) => life.worker.drain(0)));
    await file.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    store,
    clock,
    chat,
    firewall,
    boot({ dialog: runbook = dialog, asleep = false, ...changes } = {}) {
      const errors: string[] = [];
      const note = (fields: object, message: string) => {
        const error: unknown = 'err' in fields ? fields.err : undefined;
        errors.push(`${message}: ${error instanceof Error ? error.message : ''}`);
      };
      const log = changes.log ?? { error: note, warn: note, debug: () => {} };
      const dispatcher = createDispatcher({
        store: changes.store ?? store,
        dialogs: new Map([[runbook.id, runbook]]),
        contracts: changes.contracts ?? contracts,
        now: () => (changes.clock ?? clock).now(),
        salt: () => 'a salt of sixteen bytes',
        pause: (attempt) => ticks(Math.floor(random() * 2 ** attempt)),
        ...(changes.isTogether === undefined ? {} : { isTogether: changes.isTogether }),
        log,
      });
      const worker = createWorker({
        store,
        dispatcher,
        channels: new Map([['web', chat]]),
        contracts,
        handlers: firewall.handlers,
        policy: policy(),
        clock,
        random: () => 0.5,
        owner: `worker ${lives.length}`,
        pollMs: 600_000,
        log,
        ...changes,
      });
      const life = { dispatcher, worker, errors };
      lives.push(life);
      if (!asleep) worker.start();
      return life;
    },
    async read(incident) {
      const snapshot = await store.read(incident);
      if (snapshot === undefined) throw new Error(`no ${incident}`);
      return snapshot.incident;
    },
  };
}

/** Lea may approve. */
export function policy(): Policy {
  return createPolicy({ approvers: ['web:lea'], fourEyes: false, rolesOf: async () => [] });
}

/** Opens an incident; returns its id. */
export async function open(life: Life, eventId = 'open-1'): Promise<string> {
  return idOf(await life.dispatcher.open(opening(eventId)));
}

/** The opening that `open` sends. */
export function opening(eventId = 'open-1') {
  const place = { channel: 'web' };
  const facts = { client: 'acme.example' };
  return { dialog: 'blocked', facts, actor: sam, source: 'web', eventId, place, simulated: true };
}

let seed = 1;

/** The same numbers in every run. */
function random(): number {
  seed = (seed * 16_807) % 2_147_483_647;
  return seed / 2_147_483_647;
}

async function ticks(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await new Promise((resolve) => setImmediate(resolve));
}

let pressed = 0;

/** Presses what a person sees: the button whose label begins so, with what they type. */
export async function press(
  life: Life,
  { chat }: Pick<Rig, 'chat'>,
  incident: string,
  who: Actor,
  label: string,
  typed?: string,
): Promise<Reply> {
  const event = eventOf(chat, incident, label, typed);
  return life.dispatcher.press(event, { id: `press-${(pressed += 1)}`, source: 'web', incident, actor: who });
}

/** As far as the proposal that waits for its approval. */
export async function proposed(it: Rig, life: Life, eventId?: string, address = ip): Promise<string> {
  it.firewall.blocked.add(address);
  const id = await open(life, eventId);
  await it.clock.settle();
  idOf(await press(life, it, id, sam, 'Send', address));
  await it.clock.settle();
  return id;
}

/** As far as the act. */
export async function approved(it: Rig, life: Life): Promise<string> {
  const id = await proposed(it, life);
  idOf(await press(life, it, id, lea, 'Approve'));
  await it.clock.settle();
  return id;
}

/** The event of a visible button. */
export function eventOf(chat: FakeChat, incident: string, label: string, typed?: string): object {
  const button = chat.buttons(incident).find((one) => one.label.template.startsWith(label));
  if (button === undefined) {
    const seen = chat.buttons(incident).map((one) => one.label.template);
    throw new Error(`There is no button "${label}" in ${incident}, only: ${seen.join(', ')}`);
  }
  const field = button.field?.name ?? 'text';
  return typed === undefined ? button.event : { ...button.event, [field]: typed };
}

/** The incident that a reply is about; a refusal fails the test. */
export function idOf(reply: Reply): string {
  if (!reply.ok) throw new Error(reply.refusal.message);
  return reply.incident;
}

function counting(store: Store, called: () => void): Store {
  return new Proxy(store, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        called();
        try {
          return (await value.apply(target, args)) as unknown;
        } finally {
          called();
        }
      };
    },
  });
}
