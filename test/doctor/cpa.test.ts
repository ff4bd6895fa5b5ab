import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
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
  loginUrl: undefined,
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

describe('the old admin site', () => {
  let sim: Simulators;
  beforeAll(async () => {
    sim = await startSimulators({ now: () => Date.UTC(2026, 10, 23, 10, 1) });
  });
  afterAll(() => sim.close());
  const old = (more: object = {}): CpaSystem => ({ ...system, token: undefined, ...sim.cpaSite, ...more });
  const sent = (name: string) => sim.calls().filter((call) => call.function === name).length;

  test('is signed in to, and its form is looked at without sending it', async () => {
    const looks = await lookAtCpa(old(), asking());
    expect(told(looks, 'un-block page')).toBe(
      'pass: the sign-in is taken, and the page has the form with the field "ip", which goes to /admin/global-content/unblock-ip',
    );
    expect(told(looks, 'un-block')).toMatch(/^skipped/);
    expect([sent('sign-in'), sent('site un-block')]).toEqual([1, 0]);
    // Its list of addresses says nothing of one that it never saw, or that it is not blocked.
    expect(told(looks, 'status')).toMatch(/^pass: .* is clear$/);
  });

  test('a wrong password and a wrong field are said, and the password is tried once', async () => {
    sim.reset();
    const wrong = await lookAtCpa(old({ password: 'wrong' }), asking());
    expect(told(wrong, 'un-block page')).toMatch(
      /^fail: .*refused the sign-in.* → Check CPA_TOKEN, or CPA_USER/,
    );
    expect(sent('sign-in')).toBe(1);
    const field = await lookAtCpa(old({ ipField: 'address' }), asking());
    expect(told(field, 'un-block page')).toMatch(/^fail: .*no form with the field "address", but only ip/);
  });
});
