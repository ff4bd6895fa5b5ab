import { inspect } from 'node:util';
import pino from 'pino';
import { afterAll, expect, test } from 'vitest';
import { knownFaults } from '../../simulators/faults.ts';
import type { Fault } from '../../simulators/faults.ts';
import { startSimulators } from '../../simulators/server.ts';
import { cpaClient } from '../../src/clients/cpa.ts';
import { redactor } from '../../src/clients/transport.ts';
import { whmClient } from '../../src/clients/whm.ts';
import { ConfigError } from '../../src/errors.ts';

const now = Date.now;
const canary = 'CANARY+7f/3a=9Zq-secret~token';
const sim = await startSimulators({ now: Date.now, newToken: () => canary });
afterAll(() => sim.close());

const base64At = (offset: number) =>
  Buffer.from(`${'x'.repeat(offset)}${canary}`)
    .toString('base64')
    .slice(offset + 1, -4);
const spellings = [canary, encodeURIComponent(canary), base64At(0), base64At(1), base64At(2)];
const leaks = (text: string) => spellings.filter((spelling) => text.includes(spelling));
const everyView = (error: unknown, logged: string[]) => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  log.error(error, 'as object');
  log.error({ err: error, error }, 'as field');
  const deep = inspect(error, { depth: Infinity, showHidden: true, getters: true });
  return [
    deep,
    JSON.stringify(error),
    String(error),
    error instanceof Error ? (error.stack ?? '') : '',
    ...lines,
    ...logged,
  ].join('\n');
};

// Answers that echo what was sent, as debug pages of proxies do.
const echo = `token ${canary} ${encodeURIComponent(canary)} ${Buffer.from(`whm u:${canary}`).toString('base64')}`;
const echoes: [string, Fault][] = [
  ['an echoing page', { kind: 'reply', body: `<html>${echo}` }],
  ['a good answer that echoes', { kind: 'reply', body: `fine ${echo}` }],
  ['an echoing text', { kind: 'reply', body: `error ${echo}` }],
  [
    'a reason that echoes',
    { kind: 'reply', body: JSON.stringify({ metadata: { result: 0, reason: echo }, error: echo }) },
  ],
  [
    'a field that echoes',
    { kind: 'reply', body: JSON.stringify({ metadata: { result: 1 }, data: { version: [echo] } }) },
  ],
  ['a result that echoes', { kind: 'reply', body: JSON.stringify({ metadata: { result: canary } }) }],
  [
    'a redirect that echoes',
    { kind: 'reply', status: 302, headers: { Location: `/?t=${encodeURIComponent(canary)}` }, body: '' },
  ],
];

test.each([...Object.entries<Fault>(knownFaults), ...echoes])(
  'no spelling of the token leaks after %s',
  async (_, fault) => {
    const logged: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void logged.push(line) });
    const totalMs = fault.kind === 'hang' ? 50 : 5000;
    const whm = whmClient({ url: sim.whmUrl, user: sim.whmUser, token: canary, totalMs, log, now });
    const cpa = cpaClient({
      unblockUrl: sim.cpaUrl,
      statusUrl: sim.cpaStatusUrl,
      token: canary,
      totalMs,
      log,
    });
    const basic = cpaClient({ unblockUrl: sim.cpaUrl, user: 'sam', password: canary, totalMs, log });
    sim.faults.next('*', fault, Infinity);
    const calls = [
      whm.version(),
      whm.setAccountQuota('harbortax', 300),
      cpa.unblock('203.0.113.7'),
      cpa.status('203.0.113.7'),
    ];
    const results = await Promise.allSettled([...calls, basic.unblock('203.0.113.7')]);
    sim.faults.clear();
    expect(logged.length).toBeGreaterThanOrEqual(results.length);
    for (const result of results) {
      const shown: unknown = result.status === 'rejected' ? result.reason : result.value;
      expect(leaks(everyView(shown, logged))).toEqual([]);
    }
  },
);

test('the search for leaks finds a planted one', () => {
  const planted = Object.assign(new Error('x'), {
    config: { headers: { Authorization: `whm root:${canary}` } },
  });
  expect(leaks(everyView(planted, []))).toContain(canary);
  for (const offset of [0, 1, 2]) {
    const encoded = Buffer.from(`${'u'.repeat(offset)}${canary}::`).toString('base64');
    expect(leaks(encoded)).not.toEqual([]);
    expect(leaks(redactor([canary])(encoded))).toEqual([]);
  }
});

test.each([
  ['a line break', `${canary}\n`],
  ['nothing', ''],
  ['a space', `${canary} ${canary}`],
  ['a letter beyond ASCII', `${canary}é`],
])('a token with %s is refused without being shown', (_, token) => {
  for (const make of [
    () => whmClient({ url: sim.whmUrl, user: 'root', token, now }),
    () => whmClient({ url: sim.whmUrl, user: 'root', token: 'ok', writeToken: token, now }),
    () => cpaClient({ unblockUrl: sim.cpaUrl, token }),
  ]) {
    const error = thrownBy(make);
    expect(error).toMatchObject({ code: 'config.bad-secret' });
    expect(leaks(everyView(error, []))).toEqual([]);
  }
});

test.each([
  ['http://host2.example.com:2087', 'config.not-https'],
  ['http://127.0.0.1.example.com', 'config.not-https'],
  ['http://127.0.0.1:2086', 'config.plain-whm-port'],
  ['https://host2.example.com:2086', 'config.plain-whm-port'],
  ['ftp://127.0.0.1', 'config.not-https'],
  ['https://root@host2.example.com', 'config.bad-secret'],
  ['https://:pw@host2.example.com', 'config.bad-secret'],
  ['https://host2.example.com/cpsess123/json-api', 'config.bad-value'],
  ['host2', 'config.bad-value'],
  ['', 'config.bad-value'],
])('the WHM address %j is refused as %s', (url, code) => {
  expect(thrownBy(() => whmClient({ url, user: 'root', token: 't', now }))).toMatchObject({ code });
});

test.each([
  'https://host2.example.com:2087',
  'https://whm.example.com/',
  'http://[::1]:9',
  'http://localhost:9',
])('the WHM address %s is fine', (url) => {
  expect(() => whmClient({ url, user: 'root', token: 't', now })).not.toThrow();
});

test('the CPA System needs https and a sign-in too', () => {
  const plain = 'http://cpa.example.com/unblock';
  expect(thrownBy(() => cpaClient({ unblockUrl: plain, token: 't' }))).toMatchObject({
    code: 'config.not-https',
  });
  const statusUrl = { unblockUrl: sim.cpaUrl, statusUrl: plain, token: 't' };
  expect(thrownBy(() => cpaClient(statusUrl))).toMatchObject({ code: 'config.not-https' });
  expect(thrownBy(() => cpaClient({ unblockUrl: sim.cpaUrl, user: 'sam' }))).toMatchObject({
    code: 'config.missing',
  });
  expect(thrownBy(() => whmClient({ url: sim.whmUrl, user: 'a:b', token: 't', now }))).toMatchObject({
    code: 'config.bad-value',
  });
});

function thrownBy(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error;
  }
  throw new Error('nothing was thrown');
}
