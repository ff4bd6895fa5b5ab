import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { LeaseInput } from '../../src/actions/leased-quota.ts';
import { plain, words } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { hashPlan } from '../../src/runtime/plan-hash.ts';
import { approvedPlan, rig, said } from './rig.ts';
import type { Rig } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const mode = { quotaLease: '14d' } as const;
const handlers = () => one.handlers(mode);
const harbor = { account: 'harbortax', server: 'host2' };
const erik = { account: 'lindqvist', server: 'host2', mailbox: 'erik@lindqvist-cpa.example' };

function of(user: string) {
  const found = one.sims.world.accounts.find((each) => each.user === user);
  if (found === undefined) throw new Error(`no ${user}`);
  return found;
}
const box = () => of('lindqvist').mailboxes[0] ?? { usedMb: 0, limitMb: 0 };

/** Both quotas: the same promises hold for either. */
const kinds = {
  account: {
    name: 'account harbortax',
    from: 200,
    read: 'get_disk_usage',
    write: 'editquota',
    written: (mb: number) => `editquota user=harbortax quota=${mb}`,
    input: harbor,
    plan: () => handlers().raiseAccountQuota.plan(harbor, one.context()),
    act: (plan: Plan) => handlers().raiseAccountQuota.act(plan, one.actContext()),
    state: () => of('harbortax') as { usedMb: number; limitMb: number | 'unlimited' },
  },
  mailbox: {
    name: 'mailbox erik@lindqvist-cpa.example',
    from: 100,
    read: 'Email::list_pops_with_disk',
    write: 'Email::edit_pop_quota',
    written: (mb: number) => `Email::edit_pop_quota email=erik domain=lindqvist-cpa.example quota=${mb}`,
    input: erik,
    plan: () => handlers().raiseMailboxQuota.plan(erik, one.context()),
    act: (plan: Plan) => handlers().raiseMailboxQuota.act(plan, one.actContext()),
    state: () => box() as { usedMb: number; limitMb: number | 'unlimited' },
  },
};

describe.each(['account', 'mailbox'] as const)('a raise of the %s for a time', (of) => {
  const kind = kinds[of];
  const to = kind.from + 100;

  /** Raised as approved; what the end of the lease is told. */
  async function raised(): Promise<{ plan: Plan; lease: LeaseInput }> {
    const plan = approvedPlan(await kind.plan());
    const result = await kind.act(plan);
    if (result.outcome !== 'leased') throw new Error(`${result.outcome}: ${said(result)}`);
    const lease = { ...kind.input, ...result.facts } as unknown as LeaseInput;
    one.clock.at += 14 * 86_400_000;
    return { plan, lease };
  }
  const wayBack = async (lease: LeaseInput): Promise<Plan> =>
    approvedPlan(await handlers().returnQuota.plan(lease, one.context()), 'returnQuota');
  const end = (lease: LeaseInput) => handlers().leaseEnd(lease, one.context());

  test('its plan says that it goes back and covers exactly that; so does the smaller one', async () => {
    const plan = approvedPlan(await kind.plan());
    expect(plain(plan.consequence ?? words(''))).toContain(
      `After 14 days it goes back to ${kind.from} MB by itself, if what is used then fits; this approval is for that too.`,
    );
    expect(plan.covers).toMatchObject({ action: 'returnQuota', after: '14d' });
    const [smaller] = plan.alternatives ?? [];
    expect([plan, smaller].map((one) => [one?.covers?.plan.from, one?.covers?.plan.to])).toEqual([
      [`${to} MB`, `${kind.from} MB`],
      [`${to - 50} MB`, `${kind.from} MB`],
    ]);
    const forGood = approvedPlan(
      of === 'account'
        ? await one.handlers().raiseAccountQuota.plan(harbor, one.context())
        : await one.handlers().raiseMailboxQuota.plan(erik, one.context()),
    );
    expect(forGood.covers).toBeUndefined();
    expect(forGood.hash).not.toBe(plan.hash);
  });

  test('a plan that was approved for good stays so, whatever the settings say by now', async () => {
    const { covers: _, ...forGood } = approvedPlan(await kind.plan());
    expect((await kind.act(hashPlan('raise', forGood))).outcome).toBe('done');
  });

  test('it tells usage then, both limits and the end, and says so', async () => {
    const used = kind.state().usedMb;
    const { lease } = await raised();
    expect(lease).toMatchObject({
      leaseOf: of,
      leaseName: kind.name,
      leaseFor: '14d',
      leaseUntil: '2026-12-07 10:03 UTC',
      oldLimitMb: kind.from,
      newLimitMb: to,
      usedThenMb: Math.round(used * 10) / 10,
    });
  });

  test('a crash after the write begins the same lease', async () => {
    const plan = approvedPlan(await kind.plan());
    kind.state().limitMb = to;
    const result = await kind.act(plan);
    expect(result).toMatchObject({ outcome: 'leased', facts: { oldLimitMb: kind.from, newLimitMb: to } });
    expect(one.writes()).toEqual([]);
  });

  test('under the old limit it can go back: usage then and now, and the plan is the one that was covered', async () => {
    const { plan, lease } = await raised();
    kind.state().usedMb = kind.from - 17;
    const looked = await end(lease);
    expect(looked.outcome).toBe('fits');
    expect(said(looked)).toBe(
      `pass: Usage of the ${kind.name} then ${lease.usedThenMb}, now ${kind.from - 17} MB: it can go back to ${kind.from} MB safely.`,
    );
    const back = await wayBack(lease);
    expect(back.hash).toBe(plan.covers?.plan.hash);
    const context = one.actContext();
    const result = await handlers().returnQuota.act(back, context);
    expect(result.outcome).toBe('done');
    expect(one.writes()).toEqual([kind.written(to), kind.written(kind.from)]);
    expect(context.marks()).toBe(1);
    expect(one.sims.calls().at(-1)?.function).toBe(kind.read);
    // Sent before a crash: what is there is read, and nothing is written again.
    expect((await handlers().returnQuota.act(back, one.actContext({ mayHaveSent: true }))).outcome).toBe(
      'done',
    );
    expect(one.writes()).toHaveLength(2);
  });

  test.each([
    ['over it', 40],
    ['so near to it that mail would be turned away', -1],
  ])('%s it is needed: nothing is planned', async (_, over) => {
    const { lease } = await raised();
    kind.state().usedMb = kind.from + over;
    const looked = await end(lease);
    expect(looked.outcome).toBe('needed');
    expect(said(looked)).toContain(
      `now ${kind.from + over} MB: too much for ${kind.from} MB, so ${to} MB stay until somebody decides.`,
    );
    expect((await handlers().returnQuota.plan(lease, one.context())).outcome).toBe('needed');
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test('it filled up after the plan: changed, and nothing is cut off', async () => {
    const { lease } = await raised();
    kind.state().usedMb = 10;
    const back = await wayBack(lease);
    kind.state().usedMb = kind.from + 5;
    const result = await handlers().returnQuota.act(back, one.actContext());
    expect(result.outcome).toBe('changed');
    expect(said(result)).toContain(`uses ${kind.from + 5} MB by now: too much for ${kind.from} MB`);
    expect(kind.state().limitMb).toBe(to);
  });

  test.each(['unlimited' as const, 450, 200.5])(
    'somebody set %s meanwhile: it ends with a word',
    async (limit) => {
      const { lease } = await raised();
      kind.state().usedMb = 10;
      const back = await wayBack(lease);
      kind.state().limitMb = limit;
      for (const result of [
        await end(lease),
        await handlers().returnQuota.plan(lease, one.context()),
        await handlers().extendLease.plan(lease, one.context()),
        await handlers().keepQuota.plan(lease, one.context()),
      ]) {
        expect(['changed', 'nothingToDo']).toContain(result.outcome);
        expect(said(result)).toContain('somebody set it since. I leave it as it is.');
      }
      expect((await handlers().returnQuota.act(back, one.actContext())).outcome).toBe('changed');
      expect(one.writes()).toEqual([kind.written(to)]);
    },
  );

  test('a suspected server raises the risk of the way back', async () => {
    const { lease } = await raised();
    kind.state().usedMb = 10;
    one.alarms.push({ server: 'host2', sign: 'imap down', text: words('IMAP.'), at: one.clock.at });
    expect((await wayBack(lease)).risk.level).toBe('raised');
  });

  test('extending changes nothing in WHM, and covers the way back anew', async () => {
    const { plan, lease } = await raised();
    const extension = approvedPlan(await handlers().extendLease.plan(lease, one.context()), 'extendLease');
    expect(extension).toMatchObject({
      calls: [],
      from: `${to} MB until 2026-12-07 10:03 UTC`,
      to: `${to} MB for another 14 days`,
    });
    expect(extension.covers?.plan.hash).toBe(plan.covers?.plan.hash);
    const result = await handlers().extendLease.act(extension, one.actContext());
    expect(result).toMatchObject({
      outcome: 'leased',
      facts: { leaseUntil: '2026-12-21 10:03 UTC', oldLimitMb: kind.from, usedThenMb: lease.usedThenMb },
    });
    const next = { ...lease, leaseUntil: '2026-12-21 10:03 UTC' };
    const again = approvedPlan(await handlers().extendLease.plan(next, one.context()), 'extendLease');
    expect(again.hash).not.toBe(extension.hash);
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test('keeping changes nothing in WHM', async () => {
    const { lease } = await raised();
    const kept = approvedPlan(await handlers().keepQuota.plan(lease, one.context()), 'keepQuota');
    expect(kept).toMatchObject({ calls: [], to: `${to} MB for good` });
    expect(kept.covers).toBeUndefined();
    const result = await handlers().keepQuota.act(kept, one.actContext());
    expect(said(result)).toBe(`pass: The ${kind.name} keeps ${to} MB.`);
    kind.state().limitMb = 450;
    expect((await handlers().keepQuota.act(kept, one.actContext())).outcome).toBe('changed');
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test('a server or quota that is gone is no ground to take anything away', async () => {
    const { lease } = await raised();
    const moved = { ...lease, server: '__proto__' };
    const dead = { ...lease, account: 'nobody', mailbox: 'nobody@lindqvist-cpa.example' };
    for (const input of [moved, dead]) {
      const looked = await end(input).catch((error: unknown) => ({ outcome: 'unknown', error }));
      expect(looked.outcome).toBe('unknown');
      const planned = await handlers()
        .returnQuota.plan(input, one.context())
        .catch((error: unknown) => ({ outcome: 'failed', error }));
      expect(planned.outcome).toBe('failed');
    }
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test('without an answer of WHM nothing is guessed', async () => {
    const { lease } = await raised();
    one.sims.faults.next(kind.read, 'loginPage', 9);
    one.sims.faults.next('accountsummary', 'loginPage', 9);
    await expect(end(lease)).rejects.toMatchObject({ outcome: 'not-applied' });
  });
});

test('figures of WHM’s cache are no ground to take space away', async () => {
  const result = await kinds.account.act(approvedPlan(await kinds.account.plan()));
  const lease = { ...harbor, ...('facts' in result ? result.facts : {}) } as unknown as LeaseInput;
  of('harbortax').usedMb = 10;
  one.sims.faults.next('get_disk_usage', 'missingPrivilege', 9);
  const looked = await handlers().leaseEnd(lease, one.context());
  expect(looked.outcome).toBe('unknown');
  expect(said(looked)).toContain(
    'by WHM’s cache, which may be some hours old: no ground to take space away on.',
  );
  expect((await handlers().returnQuota.plan(lease, one.context())).outcome).toBe('needed');
});

test('a raise that WHM capped says that it does not go back by itself', async () => {
  const lucia = { account: 'delgado', server: 'host2', mailbox: 'lucia@delgado-tax.example' };
  Object.assign(of('delgado').mailboxes[0] ?? {}, { usedMb: 200, limitMb: 200 });
  one.sims.faults.next('accountsummary', 'loginPage');
  const plan = approvedPlan(await handlers().raiseMailboxQuota.plan(lucia, one.context()));
  const result = await handlers().raiseMailboxQuota.act(plan, one.actContext());
  expect(result.outcome).toBe('partly');
  expect(said(result)).toContain('has 250 MB at 10:03 UTC, not 300 MB');
  expect(said(result)).toContain('It is another limit than was approved, so it does not go back by itself.');
});
