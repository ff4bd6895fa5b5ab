import { afterAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../simulators/faults.ts';
import { suffer } from './fault-matrix.ts';
import type { Told, Trouble } from './fault-matrix.ts';
import { writes } from './fault-matrix-writes.ts';
import type { Kind, Speech } from './fault-matrix-writes.ts';
import { said } from './rig.ts';

const html = { 'Content-Type': 'text/html' };
const no: Readonly<Record<Speech, Fault>> = {
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
  csf: { kind: 'reply', headers: html, body: 'You do not have access to this feature\n' },
};
const page: Fault = {
  kind: 'reply',
  headers: html,
  body: '<html><title>Welcome</title><p>Hello.</p></html>',
};

interface Row {
  readonly trouble: (speech: Speech) => Trouble;
  /** How often the change is made, and what mailfix must say of it. */
  readonly made: 0 | 1 | Readonly<Record<Kind, 0 | 1>>;
  readonly says: Readonly<Record<Kind, string>>;
}
/** Of the CPA System with its status and without it, of a quota, and of a lift; two calls of a plan make "partly" of it. */
function says(withStatus: string, silent: string, quota: string, lift = quota): Row['says'] {
  const besides = (alone: string) => (alone === 'accepted' ? 'accepted' : 'partly');
  const own = { 'with status': withStatus, silent, quota, lift: lift === 'done' ? 'accepted' : lift };
  return { ...own, 'cpa besides': besides(own['with status']), 'lift besides': besides(own.lift) };
}
const good = says('accepted', 'accepted', 'done');
const bad = says('failed', 'failed', 'failed');
const doubt = says('unknown', 'unknown', 'unknown');
/** It was made, and only who can be asked again can know. */
const found = says('accepted', 'unknown', 'done');
const lookFails = 'the look fails at first';
const slow = 1000;

const rows: Readonly<Record<string, Row>> = {
  nothing: { trouble: () => ({}), made: 1, says: good },
  [lookFails]: { trouble: () => ({ fault: 'crashBefore', on: 'look' }), made: 1, says: good },
  // With one call refused so, nobody answers the other either.
  refused: { trouble: () => ({ refused: true }), made: 0, says: { ...bad, 'cpa besides': 'failed' } },
  'timeout before': {
    trouble: () => ({ fault: { kind: 'hang', when: 'before' }, totalMs: slow }),
    made: 0,
    says: doubt,
  },
  'timeout after': { trouble: () => ({ fault: 'hang', totalMs: slow }), made: 1, says: found },
  'reset before': { trouble: () => ({ fault: 'resetBefore' }), made: 0, says: doubt },
  'reset after': { trouble: () => ({ fault: 'resetAfter' }), made: 1, says: found },
  '500 after': { trouble: () => ({ fault: 'crashAfter' }), made: 1, says: found },
  // WHM shows things as they are; whether the CPA System put the request aside, it does not show.
  '500 before': {
    trouble: () => ({ fault: 'crashBefore' }),
    made: 0,
    says: says('unknown', 'unknown', 'failed'),
  },
  'cut answer': { trouble: () => ({ fault: 'cutJson', on: 'answer' }), made: 1, says: found },
  'HTML 200': { trouble: () => ({ fault: page }), made: 0, says: says('unknown', 'unknown', 'failed') },
  'HTML 200 after': { trouble: () => ({ fault: { ...page, applied: true } }), made: 1, says: found },
  'result 0, ok: false': { trouble: (speech) => ({ fault: no[speech] }), made: 0, says: bad },
  429: { trouble: () => ({ fault: 'tooManyRequests' }), made: 0, says: bad },
  'killed before': {
    trouble: () => ({ killed: 'before' }),
    // Who is told that the block still stands, and no request waits, may send it; who cannot ask must not.
    made: { 'with status': 1, silent: 0, quota: 1, lift: 1, 'cpa besides': 1, 'lift besides': 1 },
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
    const { kind } = write;
    const told = await suffer(write, row.trouble(write.speech));
    const made = typeof row.made === 'number' ? row.made : row.made[kind];
    expect({ outcome: told.outcome, made: told.made }, said(told)).toEqual({ outcome: row.says[kind], made });
    expect(told.asked).toBeLessThanOrEqual(1);
    // The call beside it is made all the same, and once, in whichever try.
    const isAlone = write.watchOther === undefined || (fault === 'refused' && kind === 'cpa besides');
    expect(told.besides).toBe(isAlone ? 0 : 1);
    if (fault.startsWith('killed')) expect(told.tries).toBe(2);
    else if (fault !== lookFails) expect(told.tries).toBe(1);
    if (told.tries > 1) again.add(fault);
    tellsTheTruth(told);
    looked += 1;
  });
});

const ofOne: Readonly<Record<string, { verdict: string; made: readonly number[]; words: RegExp }>> = {
  accepted: {
    verdict: 'pass',
    made: [1],
    words: /accepted|queue|un-blocked|went through|does not block .* any more, read back/,
  },
  done: { verdict: 'pass', made: [1], words: /has \d+ MB now, read back/ },
  failed: {
    verdict: 'fail',
    made: [0],
    words: /did not take on|refused|Could not finish|still has|still blocks|slow down/,
  },
  unknown: {
    verdict: 'unknown',
    made: [0, 1],
    words: /may be on its way|may yet come|could not read it back/,
  },
};

/** Whatever the table says: these hold for every outcome. */
function tellsTheTruth({ outcome, findings, made, besides }: Told): void {
  const verdicts = findings.map(({ verdict }) => verdict);
  if (outcome === 'partly') {
    // The one that nothing went wrong with is told as done, and the other as what it is.
    expect(besides).toBe(1);
    expect(verdicts.filter((verdict) => verdict === 'pass')).toHaveLength(1);
    const others = findings.filter(({ verdict }) => verdict !== 'pass');
    expect(others).toHaveLength(1);
    expect(said({ findings: others })).toMatch(
      others[0]?.verdict === 'fail' ? /refused|did not take on|did not let go|still blocks|not see/ : /may/,
    );
    return;
  }
  const rule = ofOne[outcome];
  if (rule === undefined) throw new Error(`no rule for "${outcome}"`);
  expect(new Set(verdicts)).toEqual(new Set([rule.verdict]));
  expect(rule.made).toContain(made);
  expect(said({ findings })).toMatch(rule.words);
}

afterAll(() => {
  console.log(
    `fault matrix: ${looked} of ${cases.length} cases, ${Object.keys(rows).length} faults of each write`,
  );
  expect(looked).toBeGreaterThan(200);
  // The tries of the runtime were part of it.
  expect([...again].toSorted()).toEqual(['killed after', 'killed before', lookFails]);
});
