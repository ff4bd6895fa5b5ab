/**
 * The store on this machine's disk: `npx tsc -b test && node dist/bench/store.js [turns]`.
 * A typical turn writes five rows: the incident, the log and three rows of the outbox.
 */
import { mkdtempSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Card } from '../src/engine/card.ts';
import type { InboundEvent } from '../src/engine/event.ts';
import type { Incident, Visit } from '../src/engine/incident.ts';
import { genesis, logRow } from '../src/store/chain.ts';
import type { ChainEnd } from '../src/store/chain.ts';
import { openSqlite } from '../src/store/sqlite.ts';
import type { OutboxRow, Turn } from '../src/store/store.ts';

const turns = Number(process.argv[2] ?? 2000);
const actor = { id: 'web:lea', person: 'lea', name: 'Lea' };
const words = {
  template: 'Ask them to open {site}, then the BYF site. Do both open?',
  values: { site: 'acme-cpa.com' },
};

// In the current folder: the one for temporary files may lie in memory.
const folder = mkdtempSync(join(process.cwd(), 'bench-store-'));
const store = openSqlite({ file: join(folder, 'mailfix.db'), world: 'simulated' });
try {
  await oneByOne(turns / 4);
  report('one turn at a time', await oneByOne(turns));
  report('turn, then its rows are claimed', await claimed(turns / 4));
  report('check of the event id, read of the incident', await reads(turns));
  const rate = await together(64, turns / 16);
  say(`64 conversations at once: ${Math.round(rate)} turns a second`);
} finally {
  await store.close();
  rmSync(folder, { recursive: true });
}

async function oneByOne(count: number): Promise<number[]> {
  const times: number[] = [];
  let incident = await conversation();
  for (let n = 0; n < count; n++) {
    if (n % 20 === 0) incident = await conversation();
    const turn = incident.next();
    times.push(await timed(() => store.commit(turn)));
    if (n % 100 === 0) await store.tidy(0);
  }
  await drain();
  return times;
}

async function claimed(count: number): Promise<number[]> {
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    const turn = (await conversation()).next();
    times.push(
      await timed(async () => {
        await store.commit(turn);
        await store.claim({ owner: 'bench', now: 1e9, leaseMs: 0, limit: 10 });
      }),
    );
    await drain();
  }
  return times;
}

async function reads(count: number): Promise<number[]> {
  const incident = await conversation();
  const turn = incident.next();
  await store.commit(turn);
  const times: number[] = [];
  for (let n = 0; n < count; n++) {
    times.push(
      await timed(async () => {
        await store.seen('bench', `${n}`);
        await store.read(turn.incident.id);
      }),
    );
  }
  return times;
}

async function together(conversations: number, each: number): Promise<number> {
  const all = await Promise.all(Array.from({ length: conversations }, () => conversation()));
  const start = performance.now();
  await Promise.all(
    all.map(async (incident) => {
      for (let n = 0; n < each; n++) await store.commit(incident.next());
    }),
  );
  return (conversations * Math.ceil(each) * 1000) / (performance.now() - start);
}

async function conversation(): Promise<{ next(): Turn }> {
  const id = await store.nextIncident();
  let end = genesis(id);
  return {
    next() {
      const turn = turnAfter(id, end);
      end = { seq: turn.log.seq, head: turn.log.hash };
      return turn;
    },
  };
}

/** About what the shipped dialog makes: an incident of eight visits (4 kB) and a card of six sections. */
function turnAfter(id: string, after: ChainEnd): Turn {
  const seq = after.seq + 1;
  const visit: Visit = {
    n: 1,
    step: 'sites',
    turn: 1,
    at: 1,
    by: actor,
    text: words,
    explain: words,
    findings: [],
    brought: {},
    settled: { text: words, by: 'Lea', at: 1, answer: { choice: 'both' } },
    looks: 0,
    notices: [],
  };
  const incident: Incident = {
    id,
    dialog: 'cannot-receive',
    dialogVersion: 1,
    openedBy: actor,
    openedAt: 1,
    owner: actor,
    turn: 1,
    seq,
    facts: {},
    visits: Array.from({ length: 8 }, () => visit),
    notes: [],
    open: {},
    deeds: [],
    due: [],
    lastAt: seq,
  };
  const event: InboundEvent = {
    type: 'answer.given',
    key: `k${seq}`,
    text: 'Outlook gets no mail since this morning',
    id: `${id}.${seq}`,
    source: 'bench',
    incident: id,
    at: seq,
    actor,
  };
  const card: Card = {
    heading: words,
    at: 0,
    tone: 'waiting',
    sections: Array.from({ length: 6 }, (_, n) => ({ id: `${n}`, text: words, explain: words })),
  };
  const row = (kind: OutboxRow['kind'], lane: string | null, message: string | null): OutboxRow => ({
    id: `${id}.${seq}.${kind}`,
    incident: id,
    kind,
    pool: kind,
    lane,
    message,
    due: seq,
    payload: JSON.stringify(card),
  });
  return {
    incident,
    expected: after.seq,
    log: logRow(after, event, { ok: true, incident: id }, () => `${seq}`.padStart(32, '0')),
    outbox: [row('show', `${id}@web`, `${id}.${seq}@web`), row('run', null, null), row('wake', null, null)],
  };
}

async function drain(): Promise<void> {
  for (;;) {
    const rows = await store.claim({ owner: 'drain', now: 1e9, leaseMs: 1000, limit: 500 });
    if (rows.length === 0) return;
    await Promise.all(rows.map((row) => store.finish(row)));
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function report(what: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(3);
  say(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms (${sorted.length} times)`);
}

function say(line: string): void {
  writeSync(1, `${line}\n`);
}
