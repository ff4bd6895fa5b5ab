import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { knownFaults } from '../../simulators/faults.ts';
import { plain, words } from '../../src/engine/card.ts';
import { approvedPlan, rig, said } from './rig.ts';
import type { Rig, RigOptions } from './rig.ts';

type FaultName = keyof typeof knownFaults;

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const harbor = { account: 'harbortax', server: 'host2' };
const erik = { account: 'lindqvist', server: 'host2', mailbox: 'erik@lindqvist-cpa.example' };

/** The two raises, side by side: the same promises hold for both. */
const kinds = {
  account: {
    read: 'get_disk_usage',
    write: 'editquota',
    subject: 'account:host2/harbortax',
    from: 200,
    written: (mb: number) => `editquota user=harbortax quota=${mb}`,
    plan: (options?: RigOptions) => one.handlers(options).raiseAccountQuota.plan(harbor, one.context()),
    act: (...[plan, context, options]: ActArguments) =>
      one.handlers(options).raiseAccountQuota.act(plan, context),
    limit: () => of('harbortax').limitMb,
    set: (limitMb: number | 'unlimited') => Object.assign(of('harbortax'), { limitMb }),
    use: (usedMb: number) => Object.assign(of('harbortax'), { usedMb }),
  },
  mailbox: {
    read: 'Email::list_pops_with_disk',
    write: 'Email::edit_pop_quota',
    subject: 'mailbox:host2/erik@lindqvist-cpa.example',
    from: 100,
    written: (mb: number) => `Email::edit_pop_quota email=erik domain=lindqvist-cpa.example quota=${mb}`,
    plan: (options?: RigOptions) => one.handlers(options).raiseMailboxQuota.plan(erik, one.context()),
    act: (...[plan, context, options]: ActArguments) =>
      one.handlers(options).raiseMailboxQuota.act(plan, context),
    limit: () => of('lindqvist').mailboxes[0]?.limitMb,
    set: (limitMb: number | 'unlimited') => Object.assign(of('lindqvist').mailboxes[0] ?? {}, { limitMb }),
    use: (usedMb: number) => Object.assign(of('lindqvist').mailboxes[0] ?? {}, { usedMb }),
  },
};
type ActArguments = [
  plan: ReturnType<typeof approvedPlan>,
  context: ReturnType<Rig['actContext']>,
  options?: RigOptions,
];

function of(user: string) {
  const found = one.sims.world.accounts.find((each) => each.user === user);
  if (found === undefined) throw new Error(`no ${user}`);
  return found;
}

describe.each(['account', 'mailbox'] as const)('raising the quota of a full %s', (name) => {
  const kind = kinds[name];
  const to = kind.from + 100;

  test('while its server is suspected, the plan and the smaller one carry a raised risk', async () => {
    const { hash } = approvedPlan(await kind.plan());
    const text = words('3 clients on {server} in 30 minutes.', { server: 'host2' });
    one.alarms.push({ server: 'host2', sign: 'incidents INC-7', text, at: one.clock.at });
    const plan = approvedPlan(await kind.plan());
    expect(plan.hash).toBe(hash);
    expect([plan, ...(plan.alternatives ?? [])].map(({ risk }) => risk)).toEqual([
      { level: 'raised', reasons: [text] },
      { level: 'raised', reasons: [text] },
    ]);
  });

  test('the plan looks, writes nothing and names one absolute target', async () => {
    const plan = approvedPlan(await kind.plan());
    expect(plan).toMatchObject({ subject: kind.subject, from: `${kind.from} MB`, to: `${to} MB`, needs: 1 });
    expect(plan.input).toMatchObject({ quota: to });
    expect(plan.calls.map(({ text }) => plain(text))).toEqual([expect.stringMatching(`quota=${to}$`)]);
    expect(plan.evidence.map(plain).join()).toMatch(/uses .* of .* MB/);
    expect(plan.risk.level).toBe('low');
    expect(one.writes()).toEqual([]);
  });

  test('half the step is offered as a smaller change with a hash of its own', async () => {
    const plan = approvedPlan(await kind.plan());
    expect(plan.alternatives).toHaveLength(1);
    expect(plan.alternatives?.[0]).toMatchObject({
      to: `${kind.from + 50} MB`,
      input: { quota: kind.from + 50 },
    });
    expect(plan.alternatives?.[0]?.hash).not.toBe(plan.hash);
    expect(approvedPlan(await kind.plan({ quotaStepMb: 49 })).alternatives).toEqual([]);
  });

  test('the same world gives the same plan', async () => {
    expect(approvedPlan(await kind.plan()).hash).toBe(approvedPlan(await kind.plan()).hash);
  });

  test('the act is one write, marked before, read back after', async () => {
    const plan = approvedPlan(await kind.plan());
    const context = one.actContext({ onSending: () => expect(one.writes()).toEqual([]) });
    const result = await kind.act(plan, context);
    expect(result.outcome).toBe('done');
    expect(said(result)).toContain(`has ${to} MB now, read back at 10:03 UTC`);
    expect(one.writes()).toEqual([kind.written(to)]);
    expect(context.marks()).toBe(1);
    expect(one.sims.calls().at(-1)?.function).toBe(kind.read);
  });

  test('the smaller change is done as approved', async () => {
    const smaller = approvedPlan(await kind.plan()).alternatives?.[0];
    if (smaller === undefined) throw new Error('no alternative');
    expect((await kind.act(smaller, one.actContext())).outcome).toBe('done');
    expect(one.writes()).toEqual([kind.written(kind.from + 50)]);
  });

  test('not full, or without a limit: nothing to do', async () => {
    kind.use(10);
    expect(await kind.plan()).toMatchObject({ outcome: 'nothingToDo' });
    kind.set('unlimited');
    const result = await kind.plan();
    expect(result.outcome).toBe('nothingToDo');
    expect(said(result)).toContain('has no limit');
  });

  test('the target is there already: done, without a write', async () => {
    const plan = approvedPlan(await kind.plan());
    kind.set(to);
    const context = one.actContext();
    expect((await kind.act(plan, context)).outcome).toBe('done');
    expect(one.writes()).toEqual([]);
    expect(context.marks()).toBe(0);
  });

  test.each([kind.from + 30, 'unlimited' as const])(
    'the limit became %s meanwhile: changed, without a write',
    async (limit) => {
      const plan = approvedPlan(await kind.plan());
      kind.set(limit);
      const result = await kind.act(plan, one.actContext());
      expect(result.outcome).toBe('changed');
      expect(said(result)).toContain(
        `no longer has ${kind.from} MB but ${limit === 'unlimited' ? 'no limit' : `${limit} MB`}`,
      );
      expect(one.writes()).toEqual([]);
    },
  );

  test('acting twice raises once', async () => {
    const plan = approvedPlan(await kind.plan());
    await kind.act(plan, one.actContext());
    expect((await kind.act(plan, one.actContext({ mayHaveSent: true }))).outcome).toBe('done');
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test('a lost attempt that WHM capped is partly', async () => {
    const plan = approvedPlan(await kind.plan());
    kind.set(kind.from + 30);
    const result = await kind.act(plan, one.actContext({ mayHaveSent: true }));
    expect(result.outcome).toBe('partly');
    expect(one.writes()).toEqual([]);
  });

  test('an attempt that was marked and never left is made now', async () => {
    const plan = approvedPlan(await kind.plan());
    expect((await kind.act(plan, one.actContext({ mayHaveSent: true }))).outcome).toBe('done');
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test.each<[FaultName, string, 'made' | 'not made']>([
    ['resetAfter', 'done', 'made'],
    ['cutJson', 'done', 'made'],
    ['perlWarning', 'done', 'made'],
    ['jsonLabelledHtml', 'done', 'made'],
    ['crashAfter', 'done', 'made'],
    ['apiFailure', 'done', 'made'],
    ['empty', 'done', 'made'],
    // The connection broke: the change may come yet.
    ['resetBefore', 'unknown', 'not made'],
    ['loginPage', 'failed', 'not made'],
    ['crashBefore', 'failed', 'not made'],
    ['oddResult', 'failed', 'not made'],
    ['stringResultZero', 'failed', 'not made'],
    ['overSold', 'failed', 'not made'],
    ['missingPrivilege', 'failed', 'not made'],
    ['deniedHtml', 'failed', 'not made'],
    ['redirectToLogin', 'failed', 'not made'],
  ])('the write with %s: %s, and never two writes', async (fault, outcome, made) => {
    const plan = approvedPlan(await kind.plan());
    one.sims.faults.next(kind.write, fault);
    const result = await kind.act(plan, one.actContext());
    expect(result.outcome).toBe(outcome);
    expect(kind.limit()).toBe(made === 'made' ? to : kind.from);
    expect(one.writes()).toEqual([kind.written(to)]);
    if (result.outcome !== 'done') expect(said(result)).not.toContain('pass:');
  });

  test('no answer in time, but made: done after reading back', async () => {
    const plan = approvedPlan(await kind.plan());
    one.sims.faults.next(kind.write, 'hang');
    expect((await kind.act(plan, one.actContext(), { totalMs: 400 })).outcome).toBe('done');
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test('WHM asks to slow down: thrown for a later try, since nothing was made', async () => {
    const plan = approvedPlan(await kind.plan());
    one.sims.faults.next(kind.write, 'tooManyRequests');
    await expect(kind.act(plan, one.actContext())).rejects.toMatchObject({
      retry: 'later',
      outcome: 'not-applied',
    });
    expect(one.writes()).toHaveLength(1);
  });

  test.each<FaultName | 'none'>(['none', 'resetAfter', 'resetBefore'])(
    'it cannot be read back (write: %s): unknown',
    async (fault) => {
      const plan = approvedPlan(await kind.plan());
      if (fault !== 'none') one.sims.faults.next(kind.write, fault);
      const onSending = () => {
        one.sims.faults.next(kind.read, 'loginPage', 2);
        one.sims.faults.next('accountsummary', 'loginPage', 2);
      };
      const result = await kind.act(plan, one.actContext({ onSending }));
      expect(result.outcome).toBe('unknown');
      expect(said(result)).toContain('I could not read it back. Look in WHM');
      expect(one.writes()).toHaveLength(1);
    },
  );

  test('success that changed nothing is a failure', async () => {
    const plan = approvedPlan(await kind.plan());
    const body = JSON.stringify({
      data: { uapi: { status: 1, data: null, errors: null } },
      metadata: { version: 1, result: 1, reason: 'OK' },
    });
    one.sims.faults.next(kind.write, {
      kind: 'reply',
      body,
      headers: { 'Content-Type': 'application/json' },
    });
    const result = await kind.act(plan, one.actContext());
    expect(result.outcome).toBe('failed');
    expect(said(result)).toContain(`still has ${kind.from} MB`);
  });

  test('given up in the middle: thrown, so that the next attempt looks first', async () => {
    const plan = approvedPlan(await kind.plan());
    const stop = new AbortController();
    one.sims.faults.next(kind.write, 'hang');
    const context = one.actContext({ signal: stop.signal });
    const act = kind.act(plan, context);
    // The write hangs only after the simulator has made the change.
    await expect.poll(() => kind.limit()).toBe(to);
    stop.abort();
    await expect(act).rejects.toMatchObject({ code: 'whm.cancelled', outcome: 'unknown' });
    expect((await kind.act(plan, one.actContext({ mayHaveSent: true }))).outcome).toBe('done');
    expect(one.writes()).toEqual([kind.written(to)]);
  });

  test('it cannot be looked first: thrown, and nothing is written', async () => {
    const plan = approvedPlan(await kind.plan());
    one.sims.faults.next(kind.read, 'resetBefore', 2);
    one.sims.faults.next('accountsummary', 'resetBefore', 2);
    await expect(kind.act(plan, one.actContext())).rejects.toMatchObject({ name: 'EffectError' });
    expect(one.writes()).toEqual([]);
  });

  test('an attempt in doubt that can no longer be looked into is unknown, not failed', async () => {
    const plan = approvedPlan(await kind.plan());
    one.sims.faults.next(kind.read, 'deniedHtml', 2);
    one.sims.faults.next('accountsummary', 'deniedHtml', 2);
    expect((await kind.act(plan, one.actContext({ mayHaveSent: true }))).outcome).toBe('unknown');
    expect(one.writes()).toEqual([]);
  });

  test('gone meanwhile: failed, without a write', async () => {
    const plan = approvedPlan(await kind.plan());
    of('lindqvist').mailboxes = [];
    one.sims.world.accounts = one.sims.world.accounts.filter(({ user }) => user !== 'harbortax');
    expect((await kind.act(plan, one.actContext())).outcome).toBe('failed');
    expect(one.writes()).toEqual([]);
  });
});
