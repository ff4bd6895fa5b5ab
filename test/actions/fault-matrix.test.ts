import { afterAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../simulators/faults.ts';
import { suffer } from './fault-matrix.ts';
import type { Told, Trouble, Write } from './fault-matrix.ts';
import { said } from './rig.ts';
import type { Rig } from './rig.ts';

const ip = '203.0.113.7';

function unblock(by: 'json' | 'form' | 'site', cpa: 'with status' | 'without status'): Write {
  return {
    contract: 'unblockIp',
    options: { by, cpa },
    call: by === 'site' ? 'site un-block' : 'unblock',
    answer: by === 'site' ? 'un-block page' : 'unblock',
    look: by === 'site' ? 'sign-in page' : cpa === 'with status' ? 'status' : 'get_cphulk_brutes',
    plan: ({ unblockIp }, one) => unblockIp.plan({ ip, server: 'host2' }, one.context()),
    watch: (one, made) => {
      const { pendingUnblocks } = one.sims.world;
      const set = pendingUnblocks.set.bind(pendingUnblocks);
      pendingUnblocks.set = (...pair) => {
        made();
        return set(...pair);
      };
    },
  };
}

function watchLimit(target: object | undefined, made: () => void): void {
  let limitMb: unknown = Reflect.get(target ?? {}, 'limitMb');
  if (target === undefined || typeof limitMb !== 'number') throw new Error('nothing to watch');
  Object.defineProperty(target, 'limitMb', {
    get: () => limitMb,
    set: (value: unknown) => {
      limitMb = value;
      made();
    },
  });
}
const accountIn = (one: Rig, user: string) => one.sims.world.accounts.find((each) => each.user === user);

const writes: Readonly<Record<string, Write>> = {
  'un-block, JSON, with status': unblock('json', 'with status'),
  'un-block, JSON, silent': unblock('json', 'without status'),
  'un-block, form, with status': unblock('form', 'with status'),
  'un-block, form, silent': unblock('form', 'without status'),
  'un-block, old site, with status': unblock('site', 'with status'),
  'un-block, old site, silent': unblock('site', 'without status'),
  editquota: {
    contract: 'raiseAccountQuota',
    options: {},
    call: 'editquota',
    answer: 'editquota',
    look: 'get_disk_usage',
    plan: ({ raiseAccountQuota }, one) =>
      raiseAccountQuota.plan({ account: 'harbortax', server: 'host2' }, one.context()),
    watch: (one, made) => watchLimit(accountIn(one, 'harbortax'), made),
  },
  edit_pop_quota: {
    contract: 'raiseMailboxQuota',
    options: {},
    call: 'Email::edit_pop_quota',
    answer: 'Email::edit_pop_quota',
    look: 'Email::list_pops_with_disk',
    plan: ({ raiseMailboxQuota }, one) =>
      raiseMailboxQuota.plan(
        { account: 'lindqvist', server: 'host2', mailbox: 'erik@lindqvist-cpa.example' },
        one.context(),
      ),
    watch: (one, made) => watchLimit(accountIn(one, 'lindqvist')?.mailboxes[0], made),
  },
};

const html = { 'Content-Type': 'text/html' };
const no: Readonly<Record<'api' | 'site' | 'whm', Fault>> = {
  api: {
    kind: 'reply',
    headers: { 'Content-Type': 'application/json' },
    body: '{"ok":false,"message":"not on my watch"}',
  },
  site: { kind: 'reply', headers: html, body: '<html><p>Error: not on my watch.</p></html>' },
  whm: {
    kind: 'reply',
    headers: { 'Content-Type': 'application/json' },
    body: '{"metadata":{"version":1,"result":0,"reason":"Not on my watch."}}',
  },
};
const page: Fault = {
  kind: 'reply',
  headers: html,
  body: '<html><title>Welcome</title><p>Hello.</p></html>',
};

type Kind = 'with status' | 'silent' | 'quota';
interface Row {
  readonly trouble: (kind: 'api' | 'site' | 'whm') => Trouble;
  /** How often the change is made, and what mailfix must say of it. */
  readonly made: 0 | 1 | Readonly<Record<Kind, 0 | 1>>;
  readonly says: Readonly<Record<Kind, string>>;
}
const says = (withStatus: string, silent: string, quota: string) => ({
  'with status': withStatus,
  silent,
  quota,
});
const good = says('accepted', 'accepted', 'done');
const bad = says('failed', 'failed', 'failed');
/** It was made, and only who can be asked again can know. */
const found = says('accepted', 'unknown', 'done');
const lookFails = 'the look fails at first';
const slow = 1000;

const rows: Readonly<Record<string, Row>> = {
  nothing: { trouble: () => ({}), made: 1, says: good },
  [lookFails]: { trouble: () => ({ fault: 'crashBefore', on: 'look' }), made: 1, says: good },
  refused: { trouble: () => ({ refused: true }), made: 0, says: bad },
  'timeout before': {
    trouble: () => ({ fault: { kind: 'hang', when: 'before' }, totalMs: slow }),
    made: 0,
    says: says('unknown', 'unknown', 'unknown'),
  },
  'timeout after': { trouble: () => ({ fault: 'hang', totalMs: slow }), made: 1, says: found },
  'reset before': {
    trouble: () => ({ fault: 'resetBefore' }),
    made: 0,
    says: says('unknown', 'unknown', 'unknown'),
  },
  'reset after': { trouble: () => ({ fault: 'resetAfter' }), made: 1, says: found },
  '500 after': { trouble: () => ({ fault: 'crashAfter' }), made: 1, says: found },
  // WHM shows the limit as it is; whether the CPA System put the request aside, it does not show.
  '500 before': {
    trouble: () => ({ fault: 'crashBefore' }),
    made: 0,
    says: says('unknown', 'unknown', 'failed'),
  },
  'cut answer': { trouble: () => ({ fault: 'cutJson', on: 'answer' }), made: 1, says: found },
  'HTML 200': { trouble: () => ({ fault: page }), made: 0, says: says('unknown', 'unknown', 'failed') },
  'HTML 200 after': { trouble: () => ({ fault: { ...page, applied: true } }), made: 1, says: found },
  'result 0, ok: false': { trouble: (kind) => ({ fault: no[kind] }), made: 0, says: bad },
  429: { trouble: () => ({ fault: 'tooManyRequests' }), made: 0, says: bad },
  'killed before': {
    trouble: () => ({ killed: 'before' }),
    // Who is told that the block still stands, and no request waits, may send it; who cannot ask must not.
    made: { 'with status': 1, silent: 0, quota: 1 },
    says: says('accepted', 'unknown', 'done'),
  },
  'killed after': { trouble: () => ({ fault: 'hang', killed: 'after' }), made: 1, says: found },
};

const cases = Object.entries(writes).flatMap(([name, write]) =>
  Object.entries(rows).map(([fault, row]) => ({ name, write, fault, row })),
);
let looked = 0;
const again = new Set<string>();

describe.concurrent('every write, every fault: made once or not at all, and what is said of it is true', () => {
  test.each(cases)('$name × $fault', async ({ write, fault, row }) => {
    const kind: Kind =
      write.contract !== 'unblockIp'
        ? 'quota'
        : write.options.cpa === 'with status'
          ? 'with status'
          : 'silent';
    const system = kind === 'quota' ? 'whm' : write.options.by === 'site' ? 'site' : 'api';
    const told = await suffer(write, row.trouble(system));
    const made = typeof row.made === 'number' ? row.made : row.made[kind];
    expect({ outcome: told.outcome, made: told.made }, said(told)).toEqual({ outcome: row.says[kind], made });
    expect(told.asked).toBeLessThanOrEqual(1);
    if (fault.startsWith('killed')) expect(told.tries).toBe(2);
    else if (fault !== lookFails) expect(told.tries).toBe(1);
    if (told.tries > 1) again.add(fault);
    tellsTheTruth(told);
    looked += 1;
  });
});

/** Whatever the table says: these hold for every outcome. */
function tellsTheTruth({ outcome, findings, made }: Told): void {
  const verdicts = findings.map(({ verdict }) => verdict);
  const of: Record<string, { verdict: string; made: readonly number[]; words: RegExp }> = {
    accepted: { verdict: 'pass', made: [1], words: /accepted|queue|un-blocked|went through/ },
    done: { verdict: 'pass', made: [1], words: /has \d+ MB now, read back/ },
    failed: {
      verdict: 'fail',
      made: [0],
      words: /did not take on|refused|Could not finish|still has|slow down/,
    },
    unknown: {
      verdict: 'unknown',
      made: [0, 1],
      words: /may be on its way|may yet come|could not read it back/,
    },
  };
  const rule = of[outcome];
  if (rule === undefined) throw new Error(`no rule for "${outcome}"`);
  expect(verdicts).toEqual([rule.verdict]);
  expect(rule.made).toContain(made);
  expect(said({ findings })).toMatch(rule.words);
}

afterAll(() => {
  console.log(
    `fault matrix: ${looked} of ${cases.length} cases, ${Object.keys(rows).length} faults of each write`,
  );
  expect(looked).toBeGreaterThan(100);
  // The tries of the runtime were part of it.
  expect([...again].toSorted()).toEqual(['killed after', 'killed before', lookFails]);
});
