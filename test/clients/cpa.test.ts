import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { cpaClient } from '../../src/clients/cpa.ts';
import { EffectError } from '../../src/errors.ts';
import { faultyServer } from '../fakes/faulty-server.ts';

const start = Date.UTC(2026, 10, 23, 10, 1);
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

const client = (more: object = {}) =>
  cpaClient({
    unblockUrl: sim.cpaUrl,
    statusUrl: sim.cpaStatusUrl,
    token: sim.cpaToken,
    ...more,
  });
const ip = '203.0.113.7';

/** A client of a server that answers everything with this, and the bodies that the server got. */
async function against(status: number, body: string, more: object = {}) {
  const bodies: string[] = [];
  const server = await faultyServer((request, response) => {
    request.on('data', (chunk: Buffer) => bodies.push(chunk.toString()));
    request.on('end', () => response.writeHead(status).end(body));
  });
  closing.push(() => server.close());
  const cpa = cpaClient({
    unblockUrl: `${server.url}/u`,
    statusUrl: `${server.url}/s?v=1`,
    token: 'test-token',
    ...more,
  });
  return { cpa, bodies, server };
}

test.each(['json', 'form'] as const)('an un-block (%s) is queued, then clear', async (body) => {
  const cpa = client({ body });
  expect(await cpa.status(ip)).toBe('blocked');
  expect(await cpa.unblock(ip)).toEqual({
    state: 'queued',
    reference: expect.stringMatching(/^UB-\d+$/),
    message: 'Un-block requested. It takes 5-10 minutes.',
  });
  expect(await cpa.status(ip)).toBe('queued');
  now += 20_000;
  expect(await cpa.status(ip)).toBe('clear');
  expect(sim.calls().map((call) => [call.method, call.function, call.params])).toEqual([
    ['GET', 'status', { ip }],
    ['POST', 'unblock', { ip }],
    ['GET', 'status', { ip }],
    ['GET', 'status', { ip }],
  ]);
});

test('the body is JSON unless a form is asked for', async () => {
  const json = await against(200, '');
  await json.cpa.unblock('2001:db8::7');
  expect(json.bodies).toEqual(['{"ip":"2001:db8::7"}']);
  const form = await against(200, '', { body: 'form' });
  await form.cpa.unblock('2001:db8::7');
  expect(form.bodies).toEqual(['ip=2001%3Adb8%3A%3A7']);
});

test('the field name and a basic sign-in can be chosen', async () => {
  const { cpa, bodies, server } = await against(200, '', {
    token: undefined,
    user: 'sam',
    password: 'pä ss',
    ipField: 'address',
  });
  await cpa.unblock(ip);
  await cpa.status(ip);
  expect(bodies).toEqual(['{"address":"203.0.113.7"}']);
  expect(server.requests.map((one) => one.url)).toEqual(['/u', '/s?v=1&address=203.0.113.7']);
  expect(server.requests[0]?.authorization).toBe(`Basic ${Buffer.from('sam:pä ss').toString('base64')}`);
});

test.each([
  [200, '', { state: 'accepted' }],
  [201, '{}', { state: 'accepted' }],
  [202, '', { state: 'queued' }],
  [204, '', { state: 'accepted' }],
  [200, '{"ok":true}', { state: 'accepted' }],
  [200, '\uFEFF{"success":"1","id":77}', { state: 'accepted', reference: '77' }],
  [200, '{"ok":true,"error":null,"errors":[]}', { state: 'accepted' }],
  [200, '{"status":"queued","message":"soon"}', { state: 'queued', message: 'soon' }],
  [200, '{"data":{"state":"pending","ticket":"T-9"}}', { state: 'queued', reference: 'T-9' }],
  [200, '{"queued":true}', { state: 'queued' }],
  [202, '{"status":"done"}', { state: 'done' }],
  [200, '{"Status":"Unblocked"}', { state: 'done' }],
  [200, '{"status":"ok"}', { state: 'accepted' }],
  [200, 'OK', { state: 'accepted', message: 'OK' }],
  [200, 'true', { state: 'accepted' }],
  [200, 'IP un-blocked', { state: 'done', message: 'IP un-blocked' }],
  [
    200,
    'It will be unblocked in 5-10 minutes',
    { state: 'accepted', message: 'It will be unblocked in 5-10 minutes' },
  ],
  [200, '"Your request was queued"', { state: 'queued', message: 'Your request was queued' }],
])('%i %j means %j', async (status, body, answer) => {
  const { cpa } = await against(status, body);
  expect(await cpa.unblock(ip)).toEqual(answer);
});

test.each([
  [200, '{"ok":false,"message":"no such address"}', 'cpa.failed', 'never', 'not-applied', 'no such address'],
  [200, '{"success":"false"}', 'cpa.failed', 'never', 'not-applied', 'status 200'],
  [200, '{"error":{"message":"locked"}}', 'cpa.failed', 'never', 'not-applied', 'locked'],
  [200, '{"errors":["a","b"]}', 'cpa.failed', 'never', 'not-applied', 'a b'],
  [200, '{"status":"error"}', 'cpa.failed', 'never', 'not-applied', 'status 200'],
  [200, '{"status":500,"message":"boom"}', 'cpa.failed', 'never', 'not-applied', 'boom'],
  [200, 'false', 'cpa.failed', 'never', 'not-applied', ''],
  [200, 'ERROR: could not do it', 'cpa.failed', 'never', 'unknown', 'ERROR: could not do it'],
  [200, '<!DOCTYPE html><form>Login</form>', 'cpa.not-json', 'never', 'unknown', 'web page'],
  [200, '{"ok":tr', 'cpa.broken-answer', 'later', 'unknown', 'breaks off'],
  [400, '{"error":"bad ip"}', 'cpa.failed', 'never', 'not-applied', 'bad ip'],
  [422, '<html>', 'cpa.failed', 'never', 'not-applied', 'status 422'],
  [401, '', 'cpa.refused-token', 'never', 'not-applied', '401'],
  [403, '{}', 'cpa.refused-token', 'never', 'not-applied', '403'],
  [404, '', 'cpa.wrong-address', 'never', 'not-applied', '404'],
  [302, '', 'cpa.redirected', 'never', 'not-applied', '302'],
  [429, '', 'cpa.limited', 'later', 'not-applied', '429'],
  [500, '', 'cpa.server-error', 'later', 'unknown', '500'],
  [503, '', 'cpa.server-error', 'later', 'unknown', '503'],
])('%i %j fails as %s, retry %s, outcome %s', async (status, body, code, retry, outcome, words) => {
  const { cpa, server } = await against(status, body);
  const error = await cpa.unblock(ip).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(EffectError);
  expect(error).toMatchObject({ code, retry, outcome, message: expect.stringContaining(words) });
  expect(server.requests).toHaveLength(1);
});

test.each(['resetBefore', 'resetAfter', 'hang', 'cutJson', 'crashAfter'] as const)(
  'after %s the outcome of an un-block is unknown, and it was sent once',
  async (fault) => {
    sim.faults.next('unblock', fault, Infinity);
    await expect(client({ totalMs: 60 }).unblock(ip)).rejects.toMatchObject({ outcome: 'unknown' });
    expect(sim.calls()).toHaveLength(1);
  },
);

test('a read of the status is tried once more', async () => {
  sim.faults.next('status', 'resetBefore');
  expect(await client().status(ip)).toBe('blocked');
  sim.faults.next('status', 'crashBefore', 2);
  await expect(client().status(ip)).rejects.toMatchObject({
    code: 'cpa.server-error',
    outcome: 'not-applied',
  });
});

test.each([
  ['{"status":"blocked"}', 'blocked'],
  ['{"state":"Queued"}', 'queued'],
  ['{"status":"not blocked"}', 'clear'],
  ['{"status":"unblocked"}', 'clear'],
  ['{"blocked":true}', 'blocked'],
  ['{"blocked":"0"}', 'clear'],
  ['{"blocked":false,"status":"ok"}', 'clear'],
  ['{"blocked":true,"status":"pending"}', 'queued'],
  ['{"blocked":false,"status":"blocked"}', 'unknown'],
  ['{"blocked":null}', 'unknown'],
  ['{"data":{"blocked":false}}', 'clear'],
  ['{"status":"ok"}', 'unknown'],
  ['{"status":"ok","state":"blocked"}', 'blocked'],
  ['{}', 'unknown'],
  ['[]', 'unknown'],
  ['', 'unknown'],
  ['blocked', 'blocked'],
  ['whatever', 'unknown'],
])('the status %j means %s', async (body, status) => {
  const { cpa } = await against(200, body);
  expect(await cpa.status(ip)).toBe(status);
});

test('without a status URL nothing is asked and nothing is known', async () => {
  const cpa = client({ statusUrl: undefined });
  expect(cpa.hasStatus).toBe(false);
  expect(await cpa.status(ip)).toBe('unknown');
  expect(sim.calls()).toEqual([]);
});

test('giving up', async () => {
  sim.faults.next('unblock', 'hang');
  const controller = new AbortController();
  const work = client().unblock(ip, { signal: controller.signal });
  await expect.poll(() => sim.calls().length).toBe(1);
  controller.abort();
  await expect(work).rejects.toMatchObject({ code: 'cpa.cancelled', outcome: 'unknown' });
});
