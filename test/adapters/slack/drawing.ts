import { expect } from 'vitest';
import { toMessage, type About } from '../../../adapters/slack/to-blocks.ts';
import { words, type Button, type Card, type Section } from '../../../src/engine/card.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { problemsInMessage } from '../../fakes/slack/block-kit.ts';
import { at } from './hostile-card.ts';
import { readable, typedIn } from './read-blocks.ts';

/** Whom the cards are drawn for. */
export const about: About = {
  incident: 'INC-142',
  message: 'turn-3',
  now: at,
  approvers: ['slack:U12345678', 'slack:T1234/S98765', 'web:lea', 'teams:0000'],
};

/** Draws sections as a message, which Slack must take; `seen` as a person reads it, `parts` all that has a type. */
export const draw = (sections: readonly Section[], more: Partial<Card> = {}, who: Partial<About> = {}) => {
  const message = toMessage({ at, tone: 'waiting', sections, ...more }, { ...about, ...who });
  expect(problemsInMessage(message, { update: true })).toEqual([]);
  return { ...message, seen: readable(message.blocks), parts: typedIn(message.blocks) };
};

/** The event of an answer. */
export const answer = (more: object = {}) => ({ type: 'answer.given', key: '4.answer', ...more }) as const;
/** A button that gives an answer. */
export const button = (id: string, label: string, more: Partial<Button> = {}): Button => ({
  id,
  label: words(label),
  event: answer({ choice: id }),
  ...more,
});

/** A proposal to un-block an address. */
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
/** Its buttons. */
export const decide: readonly Button[] = [
  button('a', 'Approve', { style: 'primary', for: 'approvers', confirm: words('Really?') }),
  button('r', 'Reject …', {
    style: 'danger',
    field: { name: 'why', label: 'Why not?', required: true, multiline: true },
  }),
];
