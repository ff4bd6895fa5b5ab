import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ceilingOf, nextLimit } from '../../src/actions/quota-ladder.ts';
import type { QuotaLadder } from '../../src/actions/quota-ladder.ts';
import { approvedPlan, rig, said, type Rig } from './rig.ts';

const ladder = [200, 300, 500];

describe('the next limit', () => {
  test.each<[number, QuotaLadder, number | undefined]>([
    [200, {}, 300],
    [200, { ceiling: 250 }, 250],
    [250, { ceiling: 250 }, undefined],
    [120, { ladder }, 200],
    [200, { ladder }, 300],
    [250, { ladder }, 300],
    [300, { ladder }, 500],
    [500, { ladder }, undefined],
    [900, { ladder }, undefined],
    [500, { ladder, ceiling: 600 }, 600],
    [600, { ladder, ceiling: 600 }, undefined],
  ])('after %s MB, by %o: %s', (limit, steps, next) => {
    expect(nextLimit(limit, 100, steps)).toBe(next);
  });

  test('a ladder ends at its last step, unless a ceiling is beyond it', () => {
    expect([ceilingOf({}), ceilingOf({ ladder }), ceilingOf({ ladder, ceiling: 600 })]).toEqual([
      undefined,
      500,
      600,
    ]);
  });
});

describe('a full account of 200 MB', () => {
  let one: Rig;
  beforeEach(async () => {
    one = await rig();
  });
  afterEach(() => one.sims.close());
  const plan = (account: QuotaLadder) =>
    one
      .handlers({ quotaLadders: { account, mailbox: {} } })
      .raiseAccountQuota.plan({ account: 'harbortax', server: 'host2' }, one.context());

  test('is raised to the ladder’s next step, or half of the way', async () => {
    const made = approvedPlan(await plan({ ladder: [200, 350, 500] }));
    expect(made).toMatchObject({ from: '200 MB', to: '350 MB', input: { quota: 350 } });
    expect(made.alternatives).toMatchObject([{ to: '275 MB' }]);
  });

  test('is not raised beyond the ceiling, and the finding says who can', async () => {
    const refused = await plan({ ladder: [100, 200] });
    expect(refused.outcome).toBe('failed');
    expect(said(refused)).toContain(
      'The account harbortax has 200 MB, and mailfix.yaml lets nobody go beyond 200 MB.',
    );
  });
});
