import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Fault } from '../../simulators/faults.ts';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { cpaClient } from '../../src/clients/cpa.ts';
import type { CpaOptions } from '../../src/clients/cpa.ts';
import { cpaSite } from '../../src/clients/cpa-site.ts';
import { faultyServer } from '../fakes/faulty-server.ts';

const start = Date.UTC(2026, 10, 23, 10, 1);
const ip = '203.0.113.7';
let now = start;
let sim: Simulators;
const closing: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sim = await startSimulators({ now: () => now, unblockDelayMs: 20_000 });
});
beforeEach(() => {
  now = start;
  sim.reset();
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});
afterAll(() => sim.close());

const site = (more: Omit<Partial<CpaOptions>, 'loginUrl'> = {}) =>
  cpaSite({ ...sim.cpaSite, now: () => now, ...more });
const calls = () => sim.calls().map((call) => call.function);
const page = (body: string, status = 200): Fault => ({
  kind: 'reply',
  status,
  headers: { 'Content-Type': 'text/html' },
  body: `<html><body>${body}</body></html>`,
});
const failure = (work: Promise<unknown>) =>
  work.then(
    (value) => ({ code: `no failure but ${JSON.stringify(value)}` }),
    (error: unknown) => error,
  );

test('it signs in, fills in the form that it finds, and reads the page that answers', async () => {
  const cpa = cpaClient({ ...sim.cpaSite, now: () => now });
  expect(cpa.hasStatus).toBe(true);
  expect(await cpa.status(ip)).toBe('blocked');
  const marks: number[] = [];
  const answer = await cpa.unblock(ip, { sending: async () => void marks.push(sim.calls().length) });
  expect(answer).toEqual({ state: 'queued', message: `The un-block of ${ip} has been submitted.` });
  expect(calls()).toEqual([
    'sign-in page',
    'sign-in',
    'un-block page',
    'status page',
    'un-block page',
    'site un-block',
    'un-block page',
  ]);
  // Marked when everything was ready, and just before the one request that changes something.
  expect(marks).toEqual([5]);
  expect(await cpa.status(ip)).toBe('queued');
  now += 20_000;
  expect(await cpa.status(ip)).toBe('clear');
  expect(await cpa.unblock(ip)).toEqual({ state: 'already', message: `${ip} is not blocked.` });
});

test('without a status page nothing is asked', async () => {
  const cpa = site({ statusUrl: undefined });
  expect([cpa.hasStatus, await cpa.status(ip), calls()]).toEqual([false, 'unknown', []]);
});

test('a session that has ended is begun anew, before anything is sent', async () => {
  const cpa = site();
  await cpa.status(ip);
  sim.signEverybodyOut();
  expect(await cpa.unblock(ip)).toMatchObject({ state: 'queued' });
  now += 21 * 60_000;
  expect(await cpa.status(ip)).toBe('clear');
  expect(calls().filter((one) => one === 'sign-in')).toHaveLength(3);
  expect(calls().filter((one) => one === 'site un-block')).toHaveLength(1);
});

test('a session that ends with the request is unknown, and it is not sent again', async () => {
  const cpa = site();
  const sending = async () => sim.signEverybodyOut();
  expect(await failure(cpa.unblock(ip, { sending }))).toMatchObject({
    code: 'cpa.signed-out',
    outcome: 'unknown',
  });
  expect(calls().filter((one) => one === 'site un-block')).toHaveLength(1);
  expect(sim.world.pendingUnblocks.size).toBe(0);
  expect(await cpa.status(ip)).toBe('blocked');
});

test('a wrong password is tried once, and not again for five minutes', async () => {
  const cpa = site({ password: 'wrong' });
  const refused = { code: 'cpa.refused-token', retry: 'never', outcome: 'not-applied' };
  expect(await failure(cpa.unblock(ip))).toMatchObject(refused);
  expect(await failure(cpa.status(ip))).toMatchObject(refused);
  expect(calls().filter((one) => one === 'sign-in')).toHaveLength(1);
  now += 5 * 60_000 + 1;
  expect(await failure(cpa.status(ip))).toMatchObject(refused);
  expect(calls().filter((one) => one === 'sign-in')).toHaveLength(2);
});

test.each([
  [401, 'cpa.refused-token', 1],
  [422, 'cpa.refused-token', 1],
  [429, 'cpa.limited', 2],
  [503, 'cpa.server-error', 2],
])(
  'a sign-in answered with %i and the sign-in page: %s, and of two only %i are sent',
  async (status, code, sent) => {
    const form = '<form method="post"><input name="username"><input type="password" name="password"></form>';
    sim.faults.next('sign-in', page(form, status), 2);
    const cpa = site();
    expect(await failure(cpa.status(ip))).toMatchObject({ code });
    expect(await failure(cpa.status(ip))).toMatchObject({ code });
    expect(calls().filter((one) => one === 'sign-in')).toHaveLength(sent);
  },
);

test('two at once take turns, so that each has the token of its own page', async () => {
  sim.world.brutes.push({ ip: '203.0.113.8', at: now, until: now + 60_000, notes: '' });
  const cpa = site();
  const answers = await Promise.all([cpa.unblock(ip), cpa.unblock('203.0.113.8'), cpa.status('203.0.113.9')]);
  expect(answers).toMatchObject([{ state: 'queued' }, { state: 'queued' }, 'clear']);
  expect(Math.max(...sim.calls().map(({ inFlight }) => inFlight))).toBe(1);
});

test('whoever gives up while waiting for a turn has sent nothing', async () => {
  const cpa = site();
  sim.faults.next('sign-in page', { kind: 'delay', ms: 100 });
  const first = cpa.status(ip);
  const second = cpa.unblock(ip, { signal: AbortSignal.timeout(20) });
  expect(await failure(second)).toMatchObject({ code: 'cpa.cancelled', outcome: 'not-applied' });
  expect(await first).toBe('blocked');
  expect(calls()).not.toContain('site un-block');
});

test('the form is looked at without sending it', async () => {
  expect(await site().form()).toEqual({ to: '/admin/global-content/unblock-ip' });
  expect(calls()).not.toContain('site un-block');
  expect(await failure(site({ ipField: 'address' }).form())).toMatchObject({
    code: 'cpa.not-understood',
    message: expect.stringContaining('no form with the field "address", but only ip'),
  });
});

describe('before anything is sent, every failure says so', () => {
  test.each<
    [string, Fault | 'crashBefore' | 'hang' | 'tooManyRequests' | 'deniedHtml' | 'notFound', string, number]
  >([
    ['sign-in page', 'crashBefore', 'cpa.server-error', 1],
    ['sign-in page', page('<p>Welcome</p>'), 'cpa.not-understood', 1],
    ['sign-in', 'hang', 'cpa.timeout', 1],
    ['sign-in', page('<h1>Down</h1>', 500), 'cpa.server-error', 1],
    ['un-block page', { kind: 'reset', when: 'before' }, 'cpa.connection-lost', 2],
    ['un-block page', 'tooManyRequests', 'cpa.limited', 1],
    ['un-block page', 'notFound', 'cpa.wrong-address', 1],
    ['un-block page', page('<h1>Maintenance</h1>'), 'cpa.not-understood', 1],
    [
      'un-block page',
      page('<form method="post"><input name="ip"><input type="submit" value="Block"></form>'),
      'cpa.not-understood',
      1,
    ],
    [
      'un-block page',
      page('<form method="post" action="https://elsewhere.example/"><input name="ip"></form>'),
      'cpa.not-understood',
      1,
    ],
    ['un-block page', page('<form><input name="ip"></form>'), 'cpa.not-understood', 1],
    [
      'un-block page',
      { kind: 'reply', status: 302, headers: { Location: 'https://elsewhere.example/' }, body: '' },
      'cpa.redirected',
      1,
    ],
  ])('%s: %j: %s', async (name, fault, code, times) => {
    const cpa = site({ totalMs: 300 });
    // The sign-in ends at the un-block page itself, so that one is reached before the fault is set.
    if (name === 'un-block page') await cpa.status(ip);
    sim.faults.next(name, fault, times);
    const marks: string[] = [];
    const sending = async () => void marks.push('sent');
    expect(await failure(cpa.unblock(ip, { sending }))).toMatchObject({ code, outcome: 'not-applied' });
    expect(marks).toEqual([]);
    expect(calls()).not.toContain('site un-block');
  });

  test('a redirect is followed three times and no more', async () => {
    const loop: Fault = { kind: 'reply', status: 302, headers: { Location: '/admin/login' }, body: '' };
    sim.faults.next('sign-in page', loop, Infinity);
    expect(await failure(site().status(ip))).toMatchObject({ code: 'cpa.redirected' });
    expect(calls()).toHaveLength(4);
  });
});

describe('the answer to an un-block that was sent', () => {
  const state = (value: string) => ({ state: value });
  test.each<[string, Fault, object]>([
    ['done', page(`<p>${ip} has been un-blocked.</p>`), state('done')],
    ['a promise', page(`<p>${ip} will be un-blocked in 5-10 minutes.</p>`), state('accepted')],
    ['success without the address', page('<p>Request accepted.</p>'), state('accepted')],
    ['not blocked', page(`<p>${ip} is not blocked</p>`), state('already')],
    ['refused', page('<p>Error: that is no good.</p>'), { code: 'cpa.failed', outcome: 'not-applied' }],
    [
      'not done',
      page(`<p>${ip} has not been un-blocked</p>`),
      { code: 'cpa.failed', outcome: 'not-applied' },
    ],
    ['another address', page('<p>198.51.100.1 has been un-blocked.</p>'), { code: 'cpa.not-understood' }],
    [
      'both at once',
      page(`<p>${ip} un-blocked.</p><p>Error: mail not sent</p>`),
      { code: 'cpa.not-understood', outcome: 'unknown' },
    ],
    ['what was there before', page('<h1>Un-Block IP Address</h1>'), { code: 'cpa.not-understood' }],
    ['nothing', { kind: 'reply', body: '' }, { code: 'cpa.broken-answer', outcome: 'unknown' }],
    [
      'half a page',
      { kind: 'reply', body: `<html><p>${ip} has been un-blocked</p><p>not re` },
      { code: 'cpa.broken-answer', outcome: 'unknown' },
    ],
    ['a refused token', page('<p>Expired</p>', 419), { code: 'cpa.failed', outcome: 'not-applied' }],
    ['403', page('<p>No</p>', 403), { code: 'cpa.refused-token', outcome: 'not-applied' }],
    ['500', page('<p>Oops</p>', 500), { code: 'cpa.server-error', outcome: 'unknown' }],
    [
      'elsewhere',
      { kind: 'reply', status: 302, headers: { Location: 'https://elsewhere.example/' }, body: '' },
      { code: 'cpa.no-result', outcome: 'unknown' },
    ],
    [
      'please send it there',
      { kind: 'reply', status: 307, headers: { Location: '/admin/other' }, body: '' },
      { code: 'cpa.no-result', outcome: 'unknown' },
    ],
  ])('%s', async (_, fault, expected) => {
    const cpa = site();
    sim.faults.next('site un-block', fault);
    const answer = await cpa.unblock(ip).catch((error: unknown) => error);
    expect(answer).toMatchObject(expected);
    expect(calls().filter((one) => one === 'site un-block')).toHaveLength(1);
    expect(calls()).not.toContain('/admin/other');
  });

  test.each(['resetAfter', 'notFound', 'crashBefore', 'hang'] as const)(
    'the page with the result does not come (%s): unknown',
    async (fault) => {
      const cpa = site({ totalMs: 300 });
      const sending = async () => sim.faults.next('un-block page', fault, 2);
      const error = await failure(cpa.unblock(ip, { sending }));
      expect(error).toMatchObject({ outcome: 'unknown' });
      expect(sim.world.pendingUnblocks.has(ip)).toBe(true);
      expect(calls().filter((one) => one === 'site un-block')).toHaveLength(1);
    },
  );
});

test('password, cookie and token are in no message, even where the site repeats them', async () => {
  const leaks: string[] = [];
  const cookie = 'COOKIECANARY0123456789';
  const token = 'TOKENCANARY0123456789';
  const form = `<form method="post"><input type="hidden" name="t" value="${token}"><input name="ip"></form>`;
  const server = await faultyServer((request, response) => {
    const signed = request.headers.cookie !== undefined || request.method === 'POST';
    const login = '<form method="post"><input name="u"><input type="password" name="p"></form>';
    const echo = `<p>Error: ${cookie} ${token} CANARYPASSWORD ${encodeURIComponent('CANARYPASSWORD')}</p>`;
    const body = request.url === '/form' ? (request.method === 'POST' ? echo : form) : signed ? 'in' : login;
    const set = request.method === 'POST' && request.url === '/' ? { 'Set-Cookie': `id=${cookie}` } : {};
    response.writeHead(200, set).end(`<html>${body}</html>`);
  });
  closing.push(() => server.close());
  const log = {
    debug: (...all: unknown[]) => void leaks.push(JSON.stringify(all)),
    warn: (...all: unknown[]) => void leaks.push(JSON.stringify(all)),
  };
  const cpa = cpaSite({
    loginUrl: `${server.url}/`,
    unblockUrl: `${server.url}/form`,
    user: 'u',
    password: 'CANARYPASSWORD',
    log,
  });
  const error = await failure(cpa.unblock(ip));
  expect(error).toMatchObject({
    code: 'cpa.failed',
    message: expect.stringContaining('[secret] [secret] [secret]'),
  });
  expect(`${String(error)} ${JSON.stringify(error)} ${leaks.join()}`).not.toContain('CANARY');
});
