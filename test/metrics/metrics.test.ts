import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { effectError, EffectError } from '../../src/errors.ts';
import { callNames, createMeter, outcomeOf } from '../../src/metrics/meter.ts';
import { meteredDispatcher, meteredSmtp } from '../../src/metrics/metered.ts';
import { createRegistry } from '../../src/metrics/registry.ts';
import { Tally } from '../../src/metrics/tally.ts';
import { traced } from '../../src/trace.ts';
import { packageRoot } from '../../src/root.ts';
import { idOf, ip, lea, open, press, proposed, sam } from '../runtime/rig.ts';
import { metered, valueOf } from './rig.ts';

const never = { retry: 'never', outcome: 'not-applied' } as const;

test('a small run shows in the figures: turns, deliveries, calls, what waits, and this process', async () => {
  const it = await metered();
  let tries = 0;
  it.chat.onShow = () => {
    tries += 1;
    if (tries === 1)
      throw effectError(
        'slack.limited',
        { call: 'chat.postMessage', seconds: 1 },
        { retry: 'later', outcome: 'not-applied', afterMs: 1000 },
      );
  };
  it.firewall.onLook = async ({ signal }) => {
    const call = { name: 'read_cphulk_records', method: 'GET', url: it.url, write: false } as const;
    await it.http.within((send) => send(call), { name: call.name, signal });
  };
  const id = await open(it.life);
  await it.clock.advance(2000);
  it.firewall.blocked.add(ip);
  idOf(await press(it.life, it, id, sam, 'Send', ip));
  await it.clock.settle();
  const waiting = await it.scrape();
  expect(valueOf(waiting, 'mailfix_store_readable')).toBe(1);
  expect(valueOf(waiting, 'mailfix_open_incidents')).toBe(1);
  expect(valueOf(waiting, 'mailfix_approvals_waiting')).toBe(1);
  expect(valueOf(waiting, 'mailfix_dead_letters')).toBe(0);
  expect(valueOf(waiting, 'mailfix_turn_seconds_count{way="open",outcome="taken"}')).toBe(1);
  expect(valueOf(waiting, 'mailfix_turn_seconds_bucket{way="open",outcome="taken",le="+Inf"}')).toBe(1);
  expect(valueOf(waiting, 'mailfix_turn_seconds_count{way="press",outcome="taken"}')).toBe(1);
  expect(valueOf(waiting, 'mailfix_turn_seconds_sum{way="press",outcome="taken"}')).toBeGreaterThan(0);
  const failed = 'mailfix_deliveries_total{channel="slack",kind="show",outcome="limited"}';
  expect(valueOf(waiting, failed)).toBe(1);
  const shown = 'mailfix_deliveries_total{channel="slack",kind="show",outcome="ok"}';
  expect(valueOf(waiting, shown)).toBe(tries - 1);
  const read = 'mailfix_outside_call_seconds_count{system="whm",call="read_cphulk_records",outcome="ok"}';
  expect(valueOf(waiting, read)).toBe(it.firewall.looks);
  expect(valueOf(waiting, 'process_resident_memory_bytes')).toBeGreaterThan(1e6);

  expect((await press(it.life, it, id, lea, 'Approve')).ok).toBe(true);
  await it.clock.settle();
  const after = await it.scrape();
  expect(valueOf(after, 'mailfix_approvals_waiting')).toBe(0);
  expect(it.life.errors).toEqual([]);
});

test('mail that was sent or refused is counted and logged, without a word of it', async () => {
  const { meter, scrape, lines } = await metered();
  const line = (level: string) => (fields: object, message: string) =>
    void lines.push({ ...fields, level, message });
  const log = { debug: line('debug'), warn: line('warn'), error: line('error') };
  const mail = { to: 'canary@firm.example', subject: 'CANARY' };
  const sendMail = async ({ to }: typeof mail) => {
    if (to === '') throw effectError('smtp.bad-message', { what: 'the recipient', why: 'is none' }, never);
    return { said: '250 CANARY' };
  };
  const smtp = meteredSmtp({ sendMail }, { meter, stopwatch: () => performance.now(), log });
  const signal = traced(new AbortController().signal, 'INC-1.7');
  expect(await smtp.sendMail(mail, { signal })).toEqual({ said: '250 CANARY' });
  await expect(smtp.sendMail({ ...mail, to: '' }, { signal })).rejects.toThrow('the recipient');
  const count = (outcome: string) =>
    `mailfix_outside_call_seconds_count{system="smtp",call="send",outcome="${outcome}"}`;
  const text = await scrape();
  expect(valueOf(text, count('ok'))).toBe(1);
  expect(valueOf(text, count('bad-message'))).toBe(1);
  const about = { system: 'smtp', call: 'send', trace: 'INC-1.7' };
  expect(lines).toMatchObject([
    { ...about, level: 'debug' },
    { ...about, level: 'warn', code: 'bad-message' },
  ]);
  expect(JSON.stringify(lines) + text).not.toMatch(/canary/i);
});

test('rows that cannot be done show in depth and age, and as dead letters once they are given up', async () => {
  const it = await metered();
  it.chat.onShow = () => {
    throw effectError(
      'slack.unreachable',
      { call: 'chat.postMessage', reason: 'ECONNREFUSED' },
      { retry: 'later', outcome: 'unknown' },
    );
  };
  await open(it.life);
  await it.clock.settle();
  const begun = await it.scrape();
  const rows = valueOf(begun, 'mailfix_outbox_rows{kind="show"}') ?? 0;
  expect(rows).toBeGreaterThan(1);
  // The head of the lane waits for its next try; what is behind it is due.
  expect(valueOf(begun, 'mailfix_outbox_retrying{kind="show"}')).toBe(1);
  it.clock.set(it.clock.now() + 60_000);
  const later = await it.scrape();
  expect(valueOf(later, 'mailfix_outbox_oldest_seconds{kind="show"}')).toBeGreaterThanOrEqual(59);
  await it.clock.advance(24 * 3_600_000);
  const over = await it.scrape();
  expect(valueOf(over, 'mailfix_dead_letters')).toBeGreaterThan(0);
  expect(valueOf(over, 'mailfix_outbox_rows{kind="show"}')).toBeUndefined();
});

test('nothing of a client, a person or an address is in the figures, and no label grows with them', async () => {
  const it = await metered();
  const canaries = ['CANARY-firm.example', '198.51.100.77', 'CANARY-box', 'INC-1', sam.name, lea.name, ip];
  it.firewall.onLook = async ({ signal }) => {
    // A name that an answer put together: what only a defect could do.
    const name = `look/CANARY-box@${it.lines.length}`;
    const call = { name, method: 'GET', url: it.url, write: false } as const;
    await it.http.within((send) => send(call), { name, signal });
  };
  const lines = [];
  for (const n of [1, 2, 3]) {
    const id = await proposed(it, it.life, `CANARY-event-${n}`);
    idOf(await it.life.dispatcher.say('CANARY-box cannot wait', sender(id, n), true));
    await it.clock.settle();
    lines.push((await it.scrape()).split('\n').filter((line) => line.startsWith('mailfix_')).length);
  }
  const text = await it.scrape();
  expect(valueOf(text, 'mailfix_outside_call_seconds_count{system="whm",call="other",outcome="ok"}')).toBe(3);
  for (const canary of canaries) expect(text).not.toContain(canary);
  expect(text).not.toContain('CANARY');
  expect(lines[2]).toBe(lines[1]);
  // The canaries were there to be told.
  expect(JSON.stringify(await it.read('INC-1'))).toContain('CANARY-box');
});

test('every call of the clients has a name that is counted by itself', () => {
  const folder = join(packageRoot, 'src', 'clients');
  const source = readdirSync(folder)
    .filter((file) => /^(?:whm|cpa|csf)/.test(file))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');
  const written = source.matchAll(/'(Email::\w+|get_\w+|[a-z_]*csf\.cgi)'|\bname: '([a-z][\w -]*)'/g);
  const names = new Set([...written].map(([, one, other]) => one ?? other ?? ''));
  expect(names.size).toBeGreaterThan(20);
  expect([...names].filter((name) => !callNames.has(name))).toEqual([]);
});

test('a tally takes no more series than it has room for', () => {
  const tally = new Tally({ name: 'n', help: 'h', labels: ['a'] });
  for (let n = 0; n < 1000; n += 1) tally.add([`${n}`]);
  const samples = tally.samples();
  expect(samples).toHaveLength(501);
  expect(samples.at(-1)).toEqual({ labels: { a: 'other' }, value: 500, metricName: 'n' });
});

test('a bucket holds what is at most its bound', async () => {
  const tally = new Tally({ name: 'n', help: 'h', labels: [], buckets: [1, 2] });
  for (const value of [0.5, 1, 1.5, 2, 3]) tally.add([], value);
  expect(tally.samples().map(({ labels, value, metricName }) => [metricName, labels['le'], value])).toEqual([
    ['n_bucket', 1, 2],
    ['n_bucket', 2, 4],
    ['n_bucket', '+Inf', 5],
    ['n_sum', undefined, 8],
    ['n_count', undefined, 5],
  ]);
});

test('with a database that does not answer, the rest is shown and no old figure', async () => {
  let broken = false;
  const figures = { open: 7, approvals: 0, dead: 0, outbox: [] };
  const { scrape } = createRegistry({
    meter: createMeter(),
    figures: () => (broken ? Promise.reject(new Error('gone')) : Promise.resolve(figures)),
    now: () => 0,
  });
  expect(valueOf((await scrape()).text, 'mailfix_open_incidents')).toBe(7);
  broken = true;
  const { text } = await scrape();
  expect(valueOf(text, 'mailfix_store_readable')).toBe(0);
  expect(valueOf(text, 'mailfix_open_incidents')).toBeUndefined();
  expect(valueOf(text, 'process_cpu_seconds_total')).toBeGreaterThan(0);
});

test('an outcome is a word of ours, never what an error says', () => {
  const outside = effectError(
    'whm.refused-token',
    { server: 'CANARY', call: 'x', status: 403 },
    { retry: 'never', outcome: 'not-applied' },
  );
  expect(outside).toBeInstanceOf(EffectError);
  expect(outcomeOf(outside)).toBe('refused-token');
  expect(outcomeOf(new Error('CANARY'))).toBe('defect');
});

function sender(incident: string, n: number) {
  return { id: `said-${n}`, source: 'web', incident, actor: sam };
}

test('everything that a turn is given reaches it: limits are counted with the figures on', async () => {
  const given: unknown[] = [];
  const reply = { ok: true, incident: 'INC-1' } as const;
  const note =
    (name: string) =>
    (...args: readonly unknown[]) => {
      given.push([name, ...args]);
      return Promise.resolve(reply);
    };
  const plain = {
    open: note('open'),
    press: note('press'),
    say: note('say'),
    steer: note('steer'),
    dispatch: note('dispatch'),
    onTurn: () => () => {},
    onOutbox: () => () => {},
  };
  const counted = meteredDispatcher(plain, createMeter(), () => 0);
  const by = { id: 'e', source: 'test', incident: 'INC-1', actor: sam };
  const fence = { id: 'row', owner: 'o', attempt: 1 };
  const counts = [{ name: 'unblockIp.all', over: 'The limit is reached.' }];
  const event = { type: 'incident.resumed' } as const;
  await counted.dispatch(event, by, fence, counts);
  await counted.steer('back', by);
  expect(given).toEqual([
    ['dispatch', event, by, fence, counts],
    ['steer', 'back', by],
  ]);
});
