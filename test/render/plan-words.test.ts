import { describe, expect, it } from 'vitest';
import { words } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { approverNames } from '../../src/render/approver-names.ts';
import { awaited, callsWord, systemOf } from '../../src/render/plan-words.ts';

const call = (system: 'whm' | 'cpa', text: string) => ({ id: '1', system, text: words(text) });
const plan: Plan = {
  hash: 'h',
  subject: 's',
  title: words('Raise it?'),
  input: {},
  calls: [call('whm', 'editquota')],
  from: 'a',
  to: 'b',
  evidence: [],
  risk: { level: 'low', reasons: [] },
  needs: 1,
};

describe('a plan in words', () => {
  it('names a system once', () => {
    expect(systemOf(call('whm', 'editquota harbor'))).toBe('WHM');
    expect(systemOf(call('cpa', 'CPA System: un-block'))).toBeUndefined();
    expect(systemOf(call('whm', 'cPHulk on host2: remove its block'))).toBeUndefined();
    expect(callsWord(plan)).toBe('Call');
    expect(callsWord({ ...plan, calls: [] })).toBe('Calls');
  });

  it('says who approved, how many it takes, and that nobody could', () => {
    expect(awaited(plan, { until: 7, approvedBy: [] }, true)).toEqual({
      before: '',
      whom: 'an approver',
      until: 7,
    });
    expect(awaited({ ...plan, needs: 3 }, { until: 7, approvedBy: ['Lea', 'Tom'] }, false)).toEqual({
      before: 'Approved by Lea and Tom. It needs three people. ',
      whom: 'an approver; nobody is named in APPROVERS yet',
      until: 7,
    });
  });

  it('says who asked to wait, as one sentence', () => {
    const held = { by: 'Lea', why: ' Ask them\nfirst ' };
    expect(awaited(plan, { until: 7, approvedBy: [], held }, true).before).toBe(
      'Held by Lea: Ask them first. ',
    );
  });

  it('names approvers of the console and counts the others', () => {
    expect(approverNames(['web:lea', 'slack:U1', 'web:tom'])).toBe('Lea, Tom, 1 elsewhere');
    expect(approverNames(['slack:U1', 'teams:x'])).toBe('2 in other channels');
    expect(approverNames([])).toBe('');
  });
});
