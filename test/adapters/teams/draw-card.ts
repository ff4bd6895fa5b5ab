import { expect } from 'vitest';
import { toAdaptiveCard, type About } from '../../../adapters/teams/to-adaptive-card.ts';
import { words, type Button, type Card, type Section } from '../../../src/engine/card.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { problemsInCard } from '../../fakes/teams-cards.ts';
import { at } from '../slack/hostile-card.ts';
import { readable, typedIn } from './read-card.ts';

/** What cards of these tests are drawn for. */
export const about: About = {
  incident: 'INC-142',
  message: 'turn-3',
  now: at,
  approvers: ['slack:U12345678', 'web:lea', 'teams:0aebf0f5-2d4b-4dc6-9b08-2d2f9b0a5f11'],
};

/** A card with these sections, once Teams has taken it: whole, and as a person sees it. */
export const draw = (sections: readonly Section[], more: Partial<Card> = {}, who: Partial<About> = {}) => {
  const { card, summary } = toAdaptiveCard({ at, tone: 'waiting', sections, ...more }, { ...about, ...who });
  expect(problemsInCard(card)).toEqual([]);
  return { card, summary, seen: readable(card), parts: typedIn(card) };
};

/** An answer to the one question. */
export const answer = (more: object = {}) => ({ type: 'answer.given', key: '4.answer', ...more }) as const;
/** A button that answers it. */
export const button = (id: string, label: string, more: Partial<Button> = {}): Button => ({
  id,
  label: words(label),
  event: answer({ choice: id }),
  ...more,
});

/** A proposal. */
export const plan: Plan = {
  hash: 'h',
  subject: 'ip:203.0.113.7',
  title: words('Un-block {ip}?', { ip: '203.0.113.7' }),
  input: {},
  calls: [{ id: '1', system: 'cpa', text: words('CPA System: un-block {ip}', { ip: '203.0.113.7' }) }],
  from: 'blocked',
  to: 'clear',
  evidence: [words('14 failed POP3 logins')],
  consequence: words('Mail comes in after 5–10 minutes'),
  risk: { level: 'low', reasons: [words('this address only ever logged in to acme.example')] },
  needs: 1,
};
/** Its two buttons. */
export const decide: readonly Button[] = [
  button('a', 'Approve', { style: 'primary', for: 'approvers', confirm: words('Really?') }),
  button('r', 'Reject …', {
    style: 'danger',
    for: 'approvers',
    field: { name: 'why', label: 'Why not?', required: true, multiline: true },
  }),
];
/** Until when it waits. */
export const approval = { until: at + 29 * 60_000, approvedBy: [] };
/** All of it as a section. */
export const proposal: Section = { id: '3', text: words('Un-block?'), plan, approval, buttons: decide };
