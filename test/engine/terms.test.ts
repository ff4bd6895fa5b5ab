import { describe, expect, it } from 'vitest';
import type { Plan, Risk } from '../../src/engine/plan.ts';
import type { Terms } from '../../src/engine/terms.ts';
import { planOf } from '../outside.ts';
import { atTheDoor } from './small-dialog.ts';

const low: Risk = { level: 'low', reasons: [] };

/** The door's plan comes back with these terms. */
function proposed(terms: Terms, change: Partial<Plan> = {}) {
  const talk = atTheDoor({ open: 'silent' }).answers('red', 'front');
  const key = Object.keys(talk.it.open).find((one) => one.includes('.plan.')) ?? '';
  const plan: Plan = { ...planOf('open', { door: 'front' }), risk: low, ...change };
  talk.send({ type: 'run.finished', key, outcome: 'planned', plan, terms });
  return talk;
}

const acts = (talk: ReturnType<typeof proposed>) =>
  talk.effects.filter((effect) => effect.type === 'run' && effect.mode === 'act').length;

describe('a rule that approves in place of a person', () => {
  const waived: Terms = { by: ['web:lea'], waiver: 'policy.open' };

  it('is written down as who approved', () => {
    const talk = proposed(waived).says('Approved by policy:policy.open: low risk');
    expect(acts(talk)).toBe(1);
    expect(talk.it.visits.find(({ plan }) => plan)?.approvedBy).toMatchObject([
      { name: 'policy:policy.open' },
    ]);
  });

  it.each(['raised', 'high'] as const)('never does at %s risk, whatever the terms say', (level) => {
    const talk = proposed(waived, { risk: { level, reasons: [] } });
    expect(acts(talk)).toBe(0);
    talk.button('Approve');
  });

  it('does so once: when the world has changed since, people are asked', () => {
    const talk = proposed(waived);
    const key = Object.keys(talk.it.open).find((one) => one.includes('.act.')) ?? '';
    talk.send({ type: 'run.finished', key, outcome: 'changed' });
    const again = Object.keys(talk.it.open).find((one) => one.includes('.plan.')) ?? '';
    const plan: Plan = { ...planOf('open', { door: 'front' }), risk: low, from: 'ajar', hash: 'another' };
    talk.send({ type: 'run.finished', key: again, outcome: 'planned', plan, terms: waived });
    expect(acts(talk)).toBe(1);
    talk.says('Changed since it was approved').button('Approve');
  });
});

describe('times of a proposal', () => {
  const wakes = (talk: ReturnType<typeof proposed>) =>
    Object.fromEntries(
      Object.values(talk.it.open).flatMap((one) =>
        one.kind === 'time' ? [[one.purpose, (one.at - talk.now) / 60_000]] : [],
      ),
    );

  it('are the runbook’s, and half of it for the reminder', () => {
    expect(wakes(proposed({ by: [] }))).toEqual({ expiry: 30, reminder: 15 });
  });

  it('are the policy’s where it says so', () => {
    const escalation = { to: ['web:tom'], afterMs: 1_200_000 };
    const terms = { by: [], withinMs: 3_600_000, remindAfterMs: 600_000, escalation };
    expect(wakes(proposed(terms))).toEqual({ expiry: 60, reminder: 10, escalation: 20 });
  });

  it('begin when quiet hours end', () => {
    const { now } = atTheDoor();
    const quiet = { until: now + 120 * 60_000, ends: '12:00' };
    expect(wakes(proposed({ by: [], quiet }))).toEqual({ call: 120, expiry: 150, reminder: 135 });
    const escalation = { to: ['web:tom'] };
    expect(wakes(proposed({ by: [], quiet, escalation }))).toEqual({ expiry: 30, reminder: 15 });
  });
});
