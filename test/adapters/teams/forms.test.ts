import { describe, expect, it } from 'vitest';
import { messageCard, openFormCard } from '../../../adapters/teams/forms.ts';
import { readData } from '../../../adapters/teams/press.ts';
import type { AdaptiveCard } from '../../../adapters/teams/to-adaptive-card.ts';
import { problemsInCard } from '../../fakes/teams-cards.ts';
import { hostile } from '../slack/hostile-card.ts';
import { readable, typedIn } from './read-card.ts';

const dialogs = [
  {
    id: 'receive',
    title: 'Cannot receive mail',
    client: { name: 'client', label: 'Domain or mailbox', placeholder: 'info@acme.example' },
  },
  { id: 'send', title: 'Cannot send mail', client: { name: 'who', label: 'Who?' } },
];

const nonce = 'a1b2';

/** A form as a person sees it, once Teams has taken it. */
function see(card: AdaptiveCard): string {
  expect(problemsInCard(card)).toEqual([]);
  // In dialogs, Action.Execute does nothing.
  expect(typedIn(card).filter(({ type }) => type === 'Action.Execute')).toEqual([]);
  return readable(card);
}

const sent = (card: AdaptiveCard) =>
  typedIn(card)
    .filter(({ type }) => type === 'Action.Submit')
    .map(({ data }) => readData(data));

describe('the form for a new incident', () => {
  it('asks for the client, and begins', () => {
    const form = openFormCard({ dialogs: dialogs.slice(0, 1), prefilled: {}, nonce });
    expect(see(form)).toMatchInlineSnapshot(`
      "{Domain or mailbox *: info@acme.example}
      {Their IP address, if you know it: 203.0.113.7}
      [Begin | positive]"
    `);
    expect(sent(form)).toEqual([{ verb: 'open', n: nonce }]);
    expect(typedIn(form).flatMap(({ id }) => id ?? [])).toEqual(['client', 'ip']);
  });

  it('keeps what was typed, and says what was wrong with it', () => {
    const prefilled = { client: ' info@acme.example\n', ip: '203.0.113' };
    const form = openFormCard({
      dialogs: dialogs.slice(0, 1),
      prefilled,
      nonce,
      problem: '“203.0.113” is no IP address.',
    });
    expect(see(form)).toMatchInlineSnapshot(`
      "⚠ “203.0.113” is no IP address.
      {Domain or mailbox *: info@acme.example, info@acme.example}
      {Their IP address, if you know it: 203.0.113.7, 203.0.113}
      [Begin | positive]"
    `);
    const values = typedIn(form).flatMap(({ value }) => value ?? []);
    expect(values).toEqual(['info@acme.example', '203.0.113']);
  });

  it('lets the runbook be chosen by its button', () => {
    const form = openFormCard({ dialogs, prefilled: {}, nonce });
    expect(see(form)).toContain('[Cannot receive mail] [Cannot send mail]');
    expect(sent(form)).toEqual([
      { verb: 'open', n: nonce, s: 'receive' },
      { verb: 'open', n: nonce, s: 'send' },
    ]);
    expect(see(openFormCard({ dialogs: [], prefilled: {}, nonce }))).toContain('{Client *}');
  });

  it.each(hostile.map((v) => [v.slice(0, 30), v]))('takes values as text and nothing else: %j', (_, v) => {
    const dialog = { id: 'd', title: v, client: { name: 'client', label: v, placeholder: v } };
    const form = { dialogs: [dialog, dialog], prefilled: { client: v, ip: v }, nonce, problem: v };
    see(openFormCard(form));
    see(openFormCard({ ...form, dialogs: [dialog] }));
  });
});

describe('words as a card', () => {
  it('are exactly as they are, a line each', () => {
    const text = 'INC-142 started: **acme**\n[x](http://evil.example)\n\n<at>x</at>';
    expect(see(messageCard(text))).toBe(text.replace('\n\n', '\n'));
    expect(see(messageCard(' '))).toBe('–');
    for (const v of hostile) see(messageCard(v));
  });
});
