import { afterAll, expect, test } from 'vitest';
import type { CpaSystem } from '../../src/config-systems.ts';
import { lookAtCpa } from '../../src/doctor/cpa.ts';
import { faultyServer } from '../fakes/faulty-server.ts';
import { asking, told } from './rig.ts';

let says = { status: 200, body: '' };
const server = await faultyServer((_, response) => response.writeHead(says.status).end(says.body));
afterAll(() => server.close());

const system: CpaSystem = {
  unblockUrl: `${server.url}/unblock`,
  statusUrl: `${server.url}/status`,
  token: 'T0KEN',
  user: undefined,
  password: undefined,
  body: 'json',
  ipField: 'ip',
  ca: undefined,
};

test.each([
  [200, '{"status":"clear"}', /^pass: the sign-in is taken, and it says that 192\.0\.2\.1 is clear$/],
  [200, '{"blocked":true}', /^warn: .* is blocked, though nobody has this address/],
  [200, '{"hello":1}', /^warn: it answers, and mailfix cannot read .* → It should say/],
  [200, '<html>Sign in</html>', /^fail: .*web page instead of data/],
  [401, '', /^fail: .*refused the sign-in.* → Check CPA_TOKEN/],
  [404, '', /^fail: .*nothing is at this address/],
  [302, '', /^fail: .*redirect/],
])('the status address says %i %s', async (status, body, words) => {
  says = { status, body };
  const looks = await lookAtCpa(system, asking());
  expect(told(looks, 'status')).toMatch(words);
  expect(told(looks, 'un-block')).toBe('skipped: not tried, because it would change something');
});

test('without a status address nothing is asked', async () => {
  const before = server.requests.length;
  const looks = await lookAtCpa({ ...system, statusUrl: undefined }, asking());
  expect(told(looks, 'status')).toMatch(/^skipped: .* → .*CPA_STATUS_URL/);
  expect(server.requests).toHaveLength(before);
});

test('a sign-in that is incomplete is said', async () => {
  const looks = await lookAtCpa({ ...system, token: undefined }, asking());
  expect(told(looks, 'status')).toMatch(/^fail: CPA_TOKEN is not set/);
});

test('the un-block address is never called', () => {
  expect(server.requests.length).toBeGreaterThan(6);
  expect(server.requests.filter(({ url }) => !url.startsWith('/status?ip=192.0.2.1'))).toEqual([]);
});
