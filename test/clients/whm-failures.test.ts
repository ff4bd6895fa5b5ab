import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Fault, knownFaults } from '../../simulators/faults.ts';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { EffectError } from '../../src/errors.ts';
import { retryAfterMs } from '../../src/clients/transport.ts';
import { whmClient } from '../../src/clients/whm.ts';
import { faultyServer, localhostPem } from '../fakes/faulty-server.ts';

const now = Date.now;
let sim: Simulators;
beforeAll(async () => {
  sim = await startSimulators({ now: Date.now });
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

const client = (totalMs = 5000) =>
  whmClient({ url: sim.whmUrl, user: sim.whmUser, token: sim.whmToken, totalMs, now });
const failureOf = async (work: Promise<unknown>): Promise<EffectError> => {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof EffectError)) throw new Error(`expected an EffectError, got ${String(error)}`);
  return error;
};

// What came back | its code | retry | does a read try twice | what a write must believe | was it applied in truth
type Row = [
  keyof typeof knownFaults,
  code: string,
  retry: string,
  readTries: 1 | 2,
  write: string,
  applied: boolean,
];
const rows: Row[] = [
  ['deniedJson', 'whm.refused-token', 'never', 1, 'not-applied', false],
  ['deniedHtml', 'whm.refused-token', 'never', 1, 'not-applied', false],
  ['missingPrivilege403', 'whm.missing-privilege', 'never', 1, 'not-applied', false],
  ['missingPrivilege', 'whm.missing-privilege', 'never', 1, 'not-applied', false],
  ['unknownApp', 'whm.function-missing', 'never', 1, 'not-applied', false],
  ['cphulkDisabled', 'whm.cphulk-disabled', 'never', 1, 'not-applied', false],
  ['overSold', 'whm.failed', 'never', 1, 'not-applied', false],
  ['stringResultZero', 'whm.failed', 'never', 1, 'not-applied', false],
  ['loginPage', 'whm.not-json', 'never', 1, 'unknown', false],
  ['licencePage', 'whm.not-json', 'never', 1, 'unknown', false],
  ['empty', 'whm.broken-answer', 'later', 2, 'unknown', true],
  ['cutJson', 'whm.broken-answer', 'later', 2, 'unknown', true],
  ['perlWarning', 'whm.broken-answer', 'later', 2, 'unknown', true],
  ['oddResult', 'whm.broken-answer', 'later', 2, 'unknown', false],
  ['apiZero', 'whm.broken-answer', 'never', 1, 'unknown', false],
  ['redirectToLogin', 'whm.redirected', 'never', 1, 'not-applied', false],
  ['tooManyRequests', 'whm.limited', 'later', 1, 'not-applied', false],
  ['unavailable', 'whm.limited', 'later', 1, 'not-applied', false],
  ['crashAfter', 'whm.server-error', 'later', 2, 'unknown', true],
  ['crashBefore', 'whm.server-error', 'later', 2, 'unknown', false],
  ['notFound', 'whm.wrong-address', 'never', 1, 'not-applied', false],
  ['resetBefore', 'whm.connection-lost', 'later', 2, 'unknown', false],
  ['resetAfter', 'whm.connection-lost', 'later', 2, 'unknown', true],
];

test.each(rows)('%s: a read fails as %s, retry %s, after %i tries', async (fault, code, retry, tries) => {
  sim.faults.next('accountsummary', fault, Infinity);
  const error = await failureOf(client().account({ user: 'harbortax' }));
  expect(error).toMatchObject({ code, retry, outcome: 'not-applied' });
  expect(sim.calls()).toHaveLength(tries);
});

test.each(rows)('%s: a write fails as %s, is sent once, and believes the right thing', async (...row) => {
  const [fault, code, retry, , outcome, applied] = row;
  sim.faults.next('editquota', fault, Infinity);
  const error = await failureOf(client().setAccountQuota('harbortax', 300));
  expect(error).toMatchObject({ code, retry, outcome });
  expect(sim.calls()).toHaveLength(1);
  const limit = sim.world.accounts.find((one) => one.user === 'harbortax')?.limitMb;
  expect(limit).toBe(applied ? 300 : 200);
  // The promise behind every row: what was applied is never called "not applied".
  if (applied) expect(error.outcome).toBe('unknown');
});

test.each(rows.filter((row) => row[3] === 2))('%s once: the second try of a read helps', async (fault) => {
  sim.faults.next('accountsummary', fault);
  expect(await client().account({ user: 'harbortax' })).toMatchObject({ user: 'harbortax' });
});

test('"API failure": a read is tried once more, a write never and may have happened', async () => {
  sim.faults.next('*', 'apiFailure', Infinity);
  expect(await failureOf(client().version())).toMatchObject({ code: 'whm.failed' });
  expect(sim.calls()).toHaveLength(2);
  const error = await failureOf(client().setAccountQuota('harbortax', 300));
  expect(error).toMatchObject({ code: 'whm.failed', retry: 'never', outcome: 'unknown' });
  expect(sim.calls()).toHaveLength(3);
});

test('a byte order mark is no fault; whole JSON labelled text/html serves a read but proves no write', async () => {
  sim.faults.next('version', 'byteOrderMark');
  sim.faults.next('version', 'jsonLabelledHtml');
  expect(await client().version()).toBe('11.138.0.10');
  expect(await client().version()).toBe('11.138.0.10');
  sim.faults.next('editquota', 'jsonLabelledHtml');
  const error = await failureOf(client().setAccountQuota('harbortax', 300));
  expect(error).toMatchObject({ code: 'whm.broken-answer', outcome: 'unknown' });
});

test('UAPI: status 0 inside result 1 fails, with the reasons', async () => {
  const error = await failureOf(client().setMailboxQuota('harbortax', 'nobody@harbor-tax.example', 300));
  expect(error).toMatchObject({ code: 'whm.failed', outcome: 'not-applied' });
  expect(error.message).toContain('“nobody@harbor-tax.example” does not exist');
});

test.each([
  ['{"metadata":{"result":1}}', 'the inner UAPI call is missing'],
  ['{"metadata":{"result":1},"data":{"uapi":{"status":"perhaps"}}}', 'the inner status is "perhaps"'],
  ['[]', 'no metadata'],
  ['null', 'no metadata'],
  ['"text"', 'no metadata'],
  ['{"metadata":null}', 'no metadata'],
])('the answer %s is broken, not empty', async (body, words) => {
  sim.faults.next('*', { kind: 'reply', body }, 2);
  const error = await failureOf(client().mailboxes('harbortax'));
  expect(error).toMatchObject({ code: 'whm.broken-answer' });
  expect(error.message).toContain(words);
});

test('messages name the server, the call, the reason and the privilege', async () => {
  const host = new URL(sim.whmUrl).host;
  sim.faults.next('editquota', 'missingPrivilege');
  const missing = await failureOf(client().setAccountQuota('harbortax', 300));
  expect(missing.message).toBe(
    `WHM at ${host} does not let the token call "editquota": You do not have the privilege “quota” to call this function. ` +
      'Give the token the privilege "quota" in WHM › Development › Manage API Tokens.',
  );
  sim.faults.next('editquota', 'overSold');
  const oversold = await failureOf(client().setAccountQuota('harbortax', 300));
  expect(oversold.message).toContain('The reseller’s disk limit would be exceeded.');
});

test.each<[string, Fault]>([
  ['hangs', { kind: 'hang' }],
  ['answers late', { kind: 'delay', ms: 60_000 }],
  ['drips for ever', { kind: 'drip', everyMs: 5 }],
])('a server that %s is given up at the total limit, both tries of a read included', async (_, fault) => {
  const started = performance.now();
  sim.faults.next('*', fault, Infinity);
  expect(await failureOf(client(300).version())).toMatchObject({
    code: 'whm.timeout',
    retry: 'later',
    outcome: 'not-applied',
  });
  expect(await failureOf(client(300).setAccountQuota('harbortax', 300))).toMatchObject({
    code: 'whm.timeout',
    outcome: 'unknown',
  });
  // Long before the slow one would have answered, on a busy machine too.
  expect(performance.now() - started).toBeLessThan(30_000);
  expect(sim.calls()).toHaveLength(2);
});

test('the caller can give up, while running and while waiting for a turn', async () => {
  sim.faults.next('*', 'hang', Infinity);
  const whm = client();
  const callers = Array.from({ length: 12 }, () => new AbortController());
  const all = callers.map(({ signal }, index) => failureOf(whm.domainOwner(`${index}.example`, { signal })));
  const last = new AbortController();
  const write = failureOf(whm.setAccountQuota('harbortax', 300, { signal: last.signal }));
  await expect.poll(() => sim.calls().length).toBe(4);
  for (const caller of [last, ...callers.toReversed()]) caller.abort();
  for (const error of await Promise.all(all)) expect(error).toMatchObject({ code: 'whm.cancelled' });
  // It was still waiting, so surely nothing was sent.
  expect(await write).toMatchObject({ code: 'whm.cancelled', outcome: 'not-applied' });
  expect(sim.calls()).toHaveLength(4);
  sim.faults.clear();
  expect(await whm.version()).toBe('11.138.0.10');
  await expect(whm.version({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'whm.cancelled' });
});

test('nobody listens: not applied, try later', async () => {
  const server = await faultyServer(() => {});
  await server.close();
  const whm = whmClient({ url: server.url, user: 'root', token: 't', now });
  const error = await failureOf(whm.setAccountQuota('harbortax', 300));
  expect(error).toMatchObject({
    code: 'whm.unreachable',
    retry: 'later',
    outcome: 'not-applied',
    cause: 'ECONNREFUSED',
  });
  const nameless = whmClient({ url: 'https://no-such-host.invalid:2087', user: 'root', token: 't', now });
  expect(await failureOf(nameless.setAccountQuota('harbortax', 300))).toMatchObject({
    code: 'whm.unreachable',
    outcome: 'not-applied',
  });
});

test('more than 32 MiB is refused', async () => {
  const chunk = Buffer.alloc(1024 * 1024, ' ');
  const server = await faultyServer((_, response) => {
    const more = () => {
      while (response.write(chunk));
    };
    response.on('drain', more);
    more();
  });
  const error = await failureOf(whmClient({ url: server.url, user: 'root', token: 't', now }).version());
  expect(error).toMatchObject({ code: 'whm.too-large', retry: 'never' });
  await server.close();
});

test('a redirect is not followed: the token goes nowhere else', async () => {
  const thief = await faultyServer((_, response) => response.end('{}'));
  const server = await faultyServer((_, response) => {
    response.writeHead(307, { Location: `${thief.url}/json-api/version` }).end();
  });
  const whm = whmClient({ url: server.url, user: 'root', token: 'secret', now });
  expect(await failureOf(whm.version())).toMatchObject({ code: 'whm.redirected' });
  expect(await failureOf(whm.setAccountQuota('x', 1))).toMatchObject({ code: 'whm.redirected' });
  expect(server.requests.map((one) => one.authorization)).toEqual(Array(2).fill('whm root:secret'));
  expect(thief.requests).toEqual([]);
  await Promise.all([server.close(), thief.close()]);
});

test('a self-signed certificate is refused unless it is pinned, and a wrong name always', async () => {
  const answer = '{"metadata":{"result":1},"data":{"version":"11.1"}}';
  const server = await faultyServer((_, response) => response.end(answer), { tls: true });
  const options = { url: server.url, user: 'root', token: 't', now };
  const unknown = await failureOf(whmClient(options).setAccountQuota('x', 1));
  expect(unknown).toMatchObject({ code: 'whm.certificate', outcome: 'not-applied', retry: 'never' });
  expect(unknown.message).toContain('DEPTH_ZERO_SELF_SIGNED_CERT');
  expect(await whmClient({ ...options, ca: localhostPem }).version()).toBe('11.1');
  const byIp = whmClient({ ...options, url: `https://127.0.0.1:${server.port}`, ca: localhostPem });
  expect(await failureOf(byIp.version())).toMatchObject({
    code: 'whm.certificate',
    cause: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
  expect(server.requests).toHaveLength(1);
  await server.close();
});

test('at most four calls at a time, and one write at a time for an account', async () => {
  const waiting: { url: string; answer: () => void }[] = [];
  const server = await faultyServer((request, response) => {
    const answer = () => void response.end('{"metadata":{"result":1},"data":{"user":null}}');
    waiting.push({ url: request.url ?? '', answer });
  });
  const whm = whmClient({ url: server.url, user: 'root', token: 't', now });
  const arrived = (count: number) => expect.poll(() => waiting.length).toBe(count);

  const writes = [whm.setAccountQuota('a', 1), whm.setAccountQuota('a', 2), whm.setAccountQuota('b', 3)];
  await arrived(2);
  const reads = [1, 2, 3, 4].map((one) => whm.domainOwner(`${one}.example`));
  await arrived(4);
  expect(waiting.map((one) => one.url.replace(/\?.*/, ''))).toEqual([
    '/json-api/editquota',
    '/json-api/editquota',
    '/json-api/getdomainowner',
    '/json-api/getdomainowner',
  ]);
  for (let answered = 0; answered < 7; answered += 1) {
    await expect.poll(() => waiting.length).toBeGreaterThan(answered);
    expect(waiting.length - answered).toBeLessThanOrEqual(4);
    waiting[answered]?.answer();
  }
  await Promise.all([...writes, ...reads]);
  await server.close();
});

test.each([
  ['7', 7000],
  ['0', 0],
  ['99999', 900_000],
  ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
  ['Mon, 23 Nov 2020 10:00:30 GMT', 0],
  ['soon', undefined],
  ['', undefined],
])('Retry-After %j is %s ms', (header, ms) => {
  expect(retryAfterMs(header, 'Mon, 23 Nov 2026 10:00:00 GMT')).toBe(ms);
});

test('Retry-After reaches the error', async () => {
  sim.faults.next('version', 'tooManyRequests');
  expect((await failureOf(client().version())).afterMs).toBe(7000);
});
