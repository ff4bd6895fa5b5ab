import { describe, expect, it } from 'vitest';
import { myCard, type Mine } from '../../../adapters/teams/my-card.ts';
import { problemsInCard } from '../../fakes/teams-cards.ts';
import { at, hostile } from '../slack/hostile-card.ts';
import { readable, typedIn } from './read-card.ts';

const link = 'https://teams.microsoft.com/l/message/19%3Aabc%40thread.tacv2/1700?tenantId=t';
const entry = {
  heading: 'INC-142 · acme.example · cannot receive mail',
  state: 'Waiting for Sam: Is it?',
  link,
};

function see(mine: Partial<Mine>) {
  const { card, summary } = myCard({ mine: [], waiting: [], connections: [], now: at, ...mine });
  expect(problemsInCard(card)).toEqual([]);
  return { seen: readable(card), summary, parts: typedIn(card) };
}

describe('the personal card', () => {
  it('reads well, with links to the threads', () => {
    const { seen, summary, parts } = see({
      waiting: [{ ...entry, heading: 'INC-140 · harbor.example', state: '' }],
      mine: [entry, { heading: 'INC-141', state: 'Parked' }],
      connections: [
        { name: 'host2', state: 'up', at: at - 60_000 },
        { name: 'host3', state: 'down', why: 'no answer in 5 s', at },
        { name: 'CPA System', state: 'unknown' },
        { name: 'Slack', state: 'not configured' },
      ],
    });
    expect(seen).toMatchInlineSnapshot(`
      "# Waiting for my approval
      *INC-140 · harbor.example*
      [Open INC-140 · harbor.example]
      # My open incidents
      *INC-142 · acme.example · cannot receive mail*
      Waiting for Sam: Is it?
      [Open INC-142 · acme.example · cannot re…]
      *INC-141*
      Parked
      # Connections
      ✔ *host2*: works, as of 10:02 UTC
      ✖ *host3*: does not answer (no answer in 5 s), as of 10:03 UTC
      ? *CPA System*: not known
      – *Slack*: not set up"
    `);
    expect(summary).toBe('1 waiting for your approval, 2 open of yours, 1 system does not answer');
    expect(parts.filter(({ type }) => type === 'Action.OpenUrl').map(({ url }) => url)).toEqual([link, link]);
  });

  it('says when there is nothing', () => {
    expect(see({})).toMatchObject({
      seen: '# My open incidents\n(You have none.)\n# Connections\n(No outside system is set up.)',
      summary: 'Nothing waits for your approval, 0 open of yours',
    });
  });

  it('shows as many as fit, and counts the others', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ ...entry, heading: `INC-${n} · acme.example` }));
    const connections = Array.from({ length: 90 }, (_, n) => ({
      name: `host${n} ${'漢'.repeat(200)}`,
      state: 'down' as const,
      why: '漢'.repeat(500),
    }));
    const { seen } = see({ mine: many, waiting: many, connections });
    expect(seen).toMatch(
      /\n\(… and \d+ more: “list” shows what is open\.\)\n# My open incidents\nINC-0|\*INC-0/,
    );
    expect(seen.match(/more: “list” shows/g)).toHaveLength(2);
    expect(seen).toContain('Open INC-9 · acme.example');
    expect(seen).toMatch(/… (?:and )?\d+ more\)?$/);
  });

  it.each(hostile.map((v) => [v.slice(0, 30), v]))('takes values as text and nothing else: %j', (_, v) => {
    const one = { heading: v, state: v, link: v };
    const { parts } = see({
      mine: [one, { ...one, link: `https://ok.example/${v}` }],
      waiting: [one],
      connections: [{ name: v, state: 'down', why: v, at }],
    });
    for (const { url } of parts.filter(({ type }) => type === 'Action.OpenUrl'))
      expect(url).toMatch(/^https:\/\/ok\.example\/\S+$/);
  });
});
