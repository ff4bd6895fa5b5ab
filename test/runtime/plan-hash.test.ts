import { expect, it as test } from 'vitest';
import { words } from '../../src/engine/card.ts';
import { hashPlan } from '../../src/runtime/plan-hash.ts';

test('a plan is hashed over what it touches, from where to where and by which calls, whatever the order of keys', () => {
  const draft = {
    subject: 'ip:1',
    title: words('a'),
    input: { ip: '1', server: 's' },
    calls: [],
    from: 'blocked',
    to: 'clear',
    evidence: [],
    risk: { level: 'low' as const, reasons: [] },
    needs: 1,
  };
  const { hash } = hashPlan('unblock', draft);
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(
    hashPlan('unblock', { ...draft, input: { server: 's', ip: '1' }, title: words('b'), needs: 2 }).hash,
  ).toBe(hash);
  const others = [{ subject: 'ip:2' }, { from: 'x' }, { to: 'x' }, { input: { ip: '2' } }].map((change) =>
    hashPlan('unblock', { ...draft, ...change }),
  );
  const call = { id: 'c', system: 'cpa' as const, text: words('c') };
  others.push(hashPlan('block', draft), hashPlan('unblock', { ...draft, calls: [call] }));
  expect(new Set([hash, ...others.map((other) => other.hash)]).size).toBe(7);
  const two = hashPlan('unblock', { ...draft, alternatives: [{ ...draft, to: 'half' }] });
  expect(two.hash).toBe(hash);
  expect(two.alternatives?.[0]?.hash).toBe(hashPlan('unblock', { ...draft, to: 'half' }).hash);
});

test('a plan is hashed over what it covers too: when, and every part of that', () => {
  const draft = {
    subject: 'account:a',
    title: words('a'),
    input: { quota: 300 },
    calls: [],
    from: '200',
    to: '300',
    evidence: [],
    risk: { level: 'low' as const, reasons: [] },
    needs: 1,
  };
  const back = { ...draft, input: { quota: 200 }, from: '300', to: '200' };
  const covers = { action: 'return', after: '14d' as const, plan: back };
  const plan = hashPlan('raise', { ...draft, covers });
  expect(plan.covers?.plan.hash).toBe(hashPlan('return', back).hash);
  const others = [
    draft,
    { ...draft, covers: { ...covers, after: '1d' as const } },
    { ...draft, covers: { ...covers, action: 'delete' } },
    { ...draft, covers: { ...covers, plan: { ...back, to: '100' } } },
  ].map((other) => hashPlan('raise', other).hash);
  expect(new Set([plan.hash, ...others]).size).toBe(5);
});
