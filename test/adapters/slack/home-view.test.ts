import { describe, expect, it } from 'vitest';
import { homeView, type Home } from '../../../adapters/slack/home-view.ts';
import { problemsInView } from '../../fakes/slack/block-kit.ts';
import { at, hostile } from './hostile-card.ts';
import { readable, typedIn } from './read-blocks.ts';

const nothing: Home = { mine: [], waiting: [], isApprover: false, connections: [], now: at };

const see = (home: Partial<Home>) => {
  const view = homeView({ ...nothing, ...home });
  expect(problemsInView(view)).toEqual([]);
  return { seen: readable(view.blocks), parts: typedIn(view.blocks) };
};

describe('the Home tab', () => {
  it('shows what waits, what is theirs, and how the systems are', () => {
    const link = 'https://acme.slack.com/archives/C1/p1';
    const { seen, parts } = see({
      isApprover: true,
      waiting: [{ heading: 'INC-2 · b.example', state: 'Waiting for an approver: Un-block?', link }],
      mine: [
        { heading: 'INC-1 · a.example', state: 'Waiting for Sam: Is it?', link },
        { heading: 'INC-3', state: '' },
      ],
      connections: [
        { name: 'WHM host2', state: 'up', at: at - 60_000 },
        { name: 'CPA System', state: 'down', why: 'no answer in 5 s', at: at - 86_400_000 },
        { name: 'WHM host3', state: 'unknown' },
        { name: 'BYF', state: 'not configured' },
      ],
    });
    expect(seen).toMatchInlineSnapshot(`
      "[New incident | primary]
      # Waiting for my approval
      INC-2 · b.example
      Waiting for an approver: Un-block? [Open]
      # My open incidents
      INC-1 · a.example
      Waiting for Sam: Is it? [Open]
      INC-3
      # Connections
      ✔ *WHM host2*: works, as of <10:02 UTC>
      ✖ *CPA System*: does not answer (no answer in 5 s), as of <22 Nov, 10:03 UTC>
      ? *WHM host3*: not known
      – *BYF*: not set up"
    `);
    const buttons = parts.filter(({ type }) => type === 'button').map((one) => one['action_id']);
    expect(buttons).toEqual(['form:home', 'link:0', 'link:1']);
    expect(parts.filter(({ url }) => url === link)).toHaveLength(2);
  });

  it('says that there is nothing, and asks only approvers to approve', () => {
    expect(see({}).seen).toMatchInlineSnapshot(`
      "[New incident | primary]
      # My open incidents
      (You have none.)
      # Connections
      (No outside system is set up.)"
    `);
    expect(see({ isApprover: true }).seen).toContain('# Waiting for my approval\n(Nothing waits for you.)');
  });

  it('shows a hundred blocks at most, and says how many more there are', () => {
    const many = Array.from({ length: 300 }, (_, n) => ({ heading: `INC-${n}`, state: 'x'.repeat(2000) }));
    const connections = Array.from({ length: 200 }, (_, n) => ({
      name: `host${n}`,
      state: 'up' as const,
      at,
    }));
    const { seen } = see({ mine: many, waiting: many, isApprover: true, connections });
    expect(seen.match(/^\(… and 260 more: “\/mailfix list” shows what is open\.\)$/gm)).toHaveLength(2);
    expect(seen).toMatch(/… and 170 more$/);
  });

  it.each(hostile.map((v) => [v.slice(0, 30), v]))('takes values as text: %j', (_, v) => {
    const entries = [{ heading: v, state: v, link: v }];
    const { parts } = see({
      mine: entries,
      waiting: entries,
      connections: [{ name: v, state: 'down', why: v, at }],
    });
    expect(
      parts.filter(({ type, emoji, url }) => type === 'mrkdwn' || emoji === true || url !== undefined),
    ).toEqual([]);
    for (const part of parts) expect(String(part['text'])).not.toMatch(/[\u0000\u001B\u202E\u2066]/);
  });
});
