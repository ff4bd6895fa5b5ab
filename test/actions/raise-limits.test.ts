import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { plain } from '../../src/engine/card.ts';
import { approvedPlan, rig, said } from './rig.ts';
import type { Rig } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const harbor = { account: 'harbortax', server: 'host2' };
const planHarbor = () => one.handlers().raiseAccountQuota.plan(harbor, one.context());

function of(user: string) {
  const found = one.sims.world.accounts.find((each) => each.user === user);
  if (found === undefined) throw new Error(`no ${user}`);
  return found;
}

describe('an account behind a WHM that does not let us past its cache', () => {
  const denied = () => one.sims.faults.next('get_disk_usage', 'missingPrivilege', 9);

  test('is raised all the same, and the plan says how old its figures may be', async () => {
    denied();
    const plan = approvedPlan(await planHarbor());
    expect(plan.evidence.map(plain)).toContain('These figures are from WHM’s cache, up to some hours old.');
    expect((await one.handlers().raiseAccountQuota.act(plan, one.actContext())).outcome).toBe('done');
    expect(one.writes()).toEqual(['editquota user=harbortax quota=300']);
  });

  test('an old figure after the write proves nothing', async () => {
    denied();
    const plan = approvedPlan(await planHarbor());
    const body = JSON.stringify({ metadata: { version: 1, result: 1, reason: 'Set quota for user.' } });
    one.sims.faults.next('editquota', {
      kind: 'reply',
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    expect((await one.handlers().raiseAccountQuota.act(plan, one.actContext())).outcome).toBe('unknown');
  });
});

describe('a mailbox whose account allows only so much', () => {
  const lucia = { account: 'delgado', server: 'host2', mailbox: 'lucia@delgado-tax.example' };
  const plan = () => one.handlers().raiseMailboxQuota.plan(lucia, one.context());
  const fill = (limitMb: number) =>
    Object.assign(of('delgado').mailboxes[0] ?? {}, { usedMb: limitMb, limitMb });

  test('is raised to that, and the plan says so', async () => {
    fill(200);
    const result = approvedPlan(await plan());
    expect(result).toMatchObject({ from: '200 MB', to: '250 MB', alternatives: [] });
    expect(result.evidence.map(plain).join()).toContain('250 MB is the most that its account allows');
  });

  test('is refused when it has that already', async () => {
    fill(250);
    const result = await plan();
    expect(result.outcome).toBe('failed');
    expect(said(result)).toContain('already has 250 MB, and its account allows 250 MB at most');
  });

  test('WHM puts in less than was asked for: partly', async () => {
    fill(200);
    one.sims.faults.next('accountsummary', 'loginPage');
    const approved = approvedPlan(await plan());
    expect(approved.to).toBe('300 MB');
    const result = await one.handlers().raiseMailboxQuota.act(approved, one.actContext());
    expect(result.outcome).toBe('partly');
    expect(said(result)).toContain('has 250 MB at 10:03 UTC, not 300 MB');
    expect(one.writes()).toHaveLength(1);
  });
});

test('a server that is not in the settings fails, and nothing is asked', async () => {
  const input = { ...harbor, mailbox: 'june@harbor-tax.example', server: '__proto__' };
  expect((await one.handlers().raiseAccountQuota.plan(input, one.context())).outcome).toBe('failed');
  expect((await one.handlers().raiseMailboxQuota.plan(input, one.context())).outcome).toBe('failed');
  expect(one.calls()).toEqual([]);
});
