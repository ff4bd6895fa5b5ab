import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { foreignNetwork } from '../../src/actions/unblock-network.ts';
import { plain } from '../../src/engine/card.ts';
import { approvedPlan, rig } from './rig.ts';
import type { Rig } from './rig.ts';

const reason = (ip: string, ...seen: readonly string[]) => {
  const text = foreignNetwork(
    ip,
    seen.map((one, index) => ({ ip: one, incident: `INC-${9 - index}` })),
  );
  return text === undefined ? undefined : plain(text);
};

describe('an address from another network than the client’s earlier ones', () => {
  test('is told with what is known of them', () => {
    expect(reason('203.0.113.7', '198.51.100.23', '192.0.2.4')).toBe(
      'It is from another network than all that this client was seen in before (198.51.100.23 in INC-9, 192.0.2.4 in INC-8): make sure that it is theirs.',
    );
  });

  test.each([
    ['nothing is known of the client', '203.0.113.7', []],
    ['it was seen before', '203.0.113.7', ['203.0.113.7']],
    ['one of them is of its provider', '203.0.113.7', ['198.51.100.23', '203.0.2.200']],
    ['an IPv6 address in the /32 of another', '2001:db8:1::7', ['2001:db8:ffff::1']],
    ['only the other protocol is known', '203.0.113.7', ['2001:db8::1']],
    ['what is known cannot be read', '203.0.113.7', ['[redacted]']],
  ])('is no reason where %s', (_, ip, seen) => {
    expect(reason(ip, ...seen)).toBeUndefined();
  });

  test('of IPv6 is one beyond the /32, and few are named', () => {
    expect(reason('2001:db9::7', '2001:db8::1')).toContain('2001:db8::1 in INC-9');
    expect(reason('203.0.113.7', '192.0.2.1', '192.0.2.2', '192.0.2.1', '192.0.2.3', '192.0.2.4')).toContain(
      '(192.0.2.1 in INC-7, 192.0.2.2 in INC-8, 192.0.2.3 in INC-6 and 1 more)',
    );
  });
});

describe('the plan of an un-block', () => {
  let one: Rig;
  beforeAll(async () => {
    one = await rig();
  });
  afterAll(() => one.sims.close());
  const risk = async () =>
    approvedPlan(await one.handlers().unblockIp.plan({ ip: '203.0.113.7', server: 'host2' }, one.context()))
      .risk;

  test('raises the risk only where there is such a history', async () => {
    expect((await risk()).level).toBe('low');
    one.seen.push({ ip: '198.51.100.23', incident: 'INC-4' });
    expect(await risk()).toMatchObject({
      level: 'raised',
      reasons: [{ values: { seen: '198.51.100.23 in INC-4' } }],
    });
    one.seen.push({ ip: '203.0.113.9', incident: 'INC-5' });
    expect((await risk()).level).toBe('low');
  });
});
