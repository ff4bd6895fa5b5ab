import { describe, expect, it } from 'vitest';
import { readData } from '../../../adapters/teams/press.ts';
import type { About } from '../../../adapters/teams/to-adaptive-card.ts';
import { words, type Section } from '../../../src/engine/card.ts';
import { at } from '../slack/hostile-card.ts';
import { answer, approval, button, decide, draw, plan, proposal } from './draw-card.ts';
import { typedIn } from './read-card.ts';

describe('a card', () => {
  it('about a blocked address reads well', () => {
    const { seen, summary } = draw([
      {
        id: '1',
        text: words('What I found'),
        findings: [
          {
            check: 'ip',
            verdict: 'fail',
            text: words('{ip} is blocked by cPHulk since {at}', { ip: '203.0.113.7', at: '09:41' }),
            evidence: [words('14 failed logins')],
          },
          { check: 'csf', verdict: 'unknown', text: words('CSF could not be asked') },
          { check: 'account', verdict: 'pass', text: words('Account active') },
        ],
        pending: ['the CPA System'],
      },
      {
        id: '2',
        text: words('Is {ip} the client?', { ip: '203.0.113.7' }),
        explain: words('Ask them to open www.whatismyip.com: the number should be the same.'),
        buttons: [
          button('yes', 'Yes, that is them', { style: 'primary' }),
          button('typed', 'Send', {
            event: answer(),
            inline: true,
            field: { name: 'text', label: 'Their IP address', placeholder: '203.0.113.7', required: true },
          }),
          button('no', 'They can’t tell'),
        ],
      },
    ]);
    expect(seen).toMatchInlineSnapshot(`
      "What I found
      *✖ Problem: *203.0.113.7 is blocked by cPHulk since 09:41
      *? Not known: *CSF could not be asked
      *✔ OK: *Account active
      … Looking: the CPA System
      [Evidence]
      - *203.0.113.7 is blocked by cPHulk since 09:41*
      - • 14 failed logins
      *Is 203.0.113.7 the client?*
      (Ask them to open www.whatismyip.com: the number should be the same.)
      [Yes, that is them | positive]
      {Their IP address: 203.0.113.7}
      [Send] [They can’t tell]"
    `);
    expect(summary).toMatchInlineSnapshot(`
      "What I found
      Problem: 203.0.113.7 is blocked by cPHulk since 09:41
      Not known: CSF could not be asked
      OK: Account active
      Looking: the CPA System
      Is 203.0.113.7 the client?
      Ask them to open www.whatismyip.com: the number should be the same.
      Choices: Yes, that is them / type: Their IP address / They can’t tell"
    `);
  });

  it('about an approval reads well', () => {
    const { seen, summary } = draw([proposal]);
    expect(seen).toMatchInlineSnapshot(`
      "*Un-block 203.0.113.7?*
      *Change: *blocked → clear
      *Call: *CPA System: un-block 203.0.113.7
      *Then: *Mail comes in after 5–10 minutes
      *Low risk*: this address only ever logged in to acme.example
      *Waiting for an approver* (1 in Teams, Lea (console), 1 in Slack) until 10:32 UTC
      [Approve … | positive] [Reject … | destructive] [Evidence]
          *Really?*
          [Yes: Approve | positive]
          {Why not? *: large}
          [Reject | destructive]
      - • 14 failed POP3 logins"
    `);
    expect(summary).toMatchInlineSnapshot(`
      "Un-block 203.0.113.7?
      Change: blocked → clear
      Call: CPA System: un-block 203.0.113.7
      Then: Mail comes in after 5–10 minutes
      Low risk: this address only ever logged in to acme.example
      Waiting for an approver (1 in Teams, Lea (console), 1 in Slack) until 10:32
      Choices: Approve / Reject …"
    `);
  });

  it('about a quota reads well, approved and waited for', () => {
    const { seen } = draw([
      {
        id: '4',
        plan: { ...plan, title: words('Raise the account?'), calls: [...plan.calls, ...plan.calls] },
        findings: [
          {
            check: 'quota',
            verdict: 'fail',
            text: words('account full'),
            bar: { usedMb: 200.2, limitMb: 200 },
          },
        ],
        settled: { text: words('Approved'), by: 'Lea', at },
      },
      {
        id: '5',
        script: words('We gave you **more space**.\n\n1. Delete old mail\n2. Empty the Trash'),
        summary: [words('Account was full'), words('Raised by {by}', { by: 'Lea' })],
        progress: {
          text: words('First look'),
          since: at - 60_000,
          nextAt: at + 4 * 60_000,
          until: at + 9 * 60_000,
        },
        notices: [words('The block is back')],
        buttons: [button('look', 'Look now', { event: { type: 'time.came', key: 'k' } })],
      },
    ]);
    expect(seen).toMatchInlineSnapshot(`
      "*Raise the account?*
      *Change: *blocked → clear
      *Calls:*
      1. CPA System: un-block 203.0.113.7
      2. CPA System: un-block 203.0.113.7
      *Then: *Mail comes in after 5–10 minutes
      *Low risk*: this address only ever logged in to acme.example
      ✔ *Approved* — Lea, 10:03 UTC
      *✖ Problem: *account full · 200.2 of 200 MB used, 101 % ▰▰▰▰▰▰▰▰▰▰
      [Evidence]
      - • 14 failed POP3 logins
      | *Words for the client*
      | We gave you more space.
      | 1. Delete old mail
      | 2. Empty the Trash
      | *Summary*
      | • Account was full
      | • Raised by Lea
      First look: 10:07 UTC, in 4 min
      ▰▱▱▱▱▱▱▱▱▱ until 10:12 UTC
      [Look now]
      ⚠ The block is back"
    `);
  });

  const root: readonly Section[] = [
    {
      id: 'state',
      text: words('Waiting for Sam: Is it?'),
      explain: words('Owner: {owner}', { owner: 'Sam' }),
    },
    { id: 'findings', findings: [{ check: 'a', verdict: 'pass', text: words('Account active') }] },
  ];

  it('of the root reads well, with its menu', () => {
    const heading = words('{id} · {client} · cannot receive mail', {
      id: 'INC-142',
      client: 'info@acme-plumbing.example',
    });
    const handTo = [{ title: 'Lea', value: 'oid-lea' }];
    const { seen, parts } = draw(root, { heading, simulated: true }, { message: 'root', handTo });
    expect(seen).toMatchInlineSnapshot(`
      "# INC-142 · info@acme-plumbing.example · cannot receive mail
      Waiting for Sam: Is it?
      (Owner: Sam)
      *✔ OK: *Account active
      (SIMULATORS: nothing here touches a real server)
      [More …] [What I know] [Another way …]
          {Note, reason, or what a colleague should know: large}
          {Hand over to: Lea}
          [Add as a note] [Take over] [Hand over] [Park] [Cancel incident | destructive]
          [Back to the question before] [Ask again at the bottom] [Start over] [Escalate]"
    `);
    expect(parts.filter(({ style }) => style === 'heading')).toHaveLength(1);
    const menus = parts.filter(({ type }) => type === 'Action.Execute').map(({ data }) => readData(data));
    expect(menus.map((one) => [one?.verb, one?.i, one?.m, one?.menu])).toEqual(
      ['note', 'take', 'hand', 'park', 'cancel', 'known', 'back', 'repeat', 'restart', 'escalate'].map(
        (menu) => ['menu', 'INC-142', 'root', menu],
      ),
    );
  });

  it('of the root offers what can be done: after the end only a note', () => {
    const menu = (who: Partial<About>) => draw(root, {}, { message: 'root', ...who }).seen;
    expect(menu({})).toContain('[Add as a note] [Take over] [Park] [Cancel incident | destructive]');
    expect(menu({ parked: true })).toContain('[Take up again]');
    expect(menu({ parked: true })).not.toContain('[Park]');
    expect(menu({ ended: true })).toMatch(
      /\[More …\] \[What I know\]\n {4}\{Note \*: large\}\n {4}\[Add as a note\]$/,
    );
    expect(draw(root).seen).not.toContain('More');
    expect(menu({ incident: 'x'.repeat(201) })).not.toContain('More');
    const many = Array.from({ length: 500 }, (_, n) => ({ title: `Colleague ${n}`, value: `oid-${n}` }));
    expect(menu({ handTo: many })).toContain('Colleague 80');
    expect(menu({ handTo: many })).not.toContain('Colleague 499');
  });
});

describe('who looks', () => {
  const lea = ['29:lea'];

  it('sees the buttons of an approval when they may approve, or when all see the same', () => {
    for (const who of [
      {},
      { refreshFor: [] },
      { viewer: 'approver' },
      { viewer: 'approver', refreshFor: lea },
    ])
      expect(draw([proposal], {}, who as Partial<About>).seen).toContain('[Approve … | positive] [Reject …');
  });

  it('sees that an approver is waited for, otherwise', () => {
    for (const who of [{ viewer: 'other' }, { refreshFor: lea }, { viewer: 'other', refreshFor: lea }]) {
      const { seen } = draw([proposal], {}, who as Partial<About>);
      expect(seen).toContain(
        '*Waiting for an approver* (1 in Teams, Lea (console), 1 in Slack) until 10:32 UTC',
      );
      expect(seen).toMatch(/\n\[Evidence\]\n/);
      expect(seen).not.toMatch(/Approve …|Reject/);
    }
    const bare = { id: '3', text: words('Un-block?'), buttons: [...decide, button('x', 'Look now')] };
    expect(draw([bare], {}, { viewer: 'other' }).seen).toBe(
      '*Un-block?*\n*Waiting for an approver*\n[Look now]',
    );
  });

  it('is asked for by Teams only where views differ', () => {
    const { card } = draw([proposal], {}, { refreshFor: lea });
    expect(card.refresh).toMatchObject({
      action: { type: 'Action.Execute', verb: 'refresh' },
      userIds: lea,
    });
    const [{ data } = {}] = typedIn(card.refresh);
    expect(readData(data)).toEqual({ verb: 'refresh', i: 'INC-142', m: 'turn-3' });
    const many = Array.from({ length: 100 }, (_, n) => `29:${n}`);
    expect(draw([proposal], {}, { refreshFor: many }).card.refresh?.userIds).toHaveLength(60);
    expect(draw([proposal]).card.refresh).toBeUndefined();
    const { buttons: _, ...decided } = proposal;
    expect(draw([decided], {}, { refreshFor: lea }).card.refresh).toBeUndefined();
    expect(draw([{ ...proposal, struck: true }], {}, { refreshFor: lea }).card.refresh).toBeUndefined();
  });

  it('is told who may approve, and who did', () => {
    const web = Array.from({ length: 14 }, (_, n) => `web:p${n}`);
    const again = {
      ...proposal,
      plan: { ...plan, needs: 2 },
      approval: { ...approval, approvedBy: ['Tom'] },
    };
    const { seen, summary } = draw([again], {}, { approvers: web, timeZone: 'Europe/Berlin' });
    expect(seen).toContain(
      'Approved by Tom. It needs two people. *Waiting for an approver* (P0 (console), P1 ',
    );
    expect(seen).toContain('P9 (console), 4 more) until 11:32\n');
    expect(summary).toContain('until 11:32');
    expect(draw([proposal], {}, { approvers: [] }).seen).toContain('nobody is named in APPROVERS yet');
  });
});

describe('other parts of a card', () => {
  it('that were withdrawn are struck through, without their buttons, and tell what happened', () => {
    const { seen, summary } = draw([
      {
        id: '1',
        struck: true,
        text: words('Does mail come in?'),
        buttons: [button('yes', 'Yes')],
        settled: { text: words('Yes'), by: 'Sam', at, change: [button('no', 'No')] },
        notices: [words('It was done all the same')],
      },
      { ...proposal, struck: true },
    ]);
    expect(seen).toMatchInlineSnapshot(`
      "Withdrawn, because an earlier answer was changed
      ~Does mail come in?~
      ~Yes — Sam~
      ⚠ It was done all the same
      Withdrawn, because an earlier answer was changed
      ~Un-block 203.0.113.7?~"
    `);
    expect(summary).toContain('Withdrawn: Does mail come in?\nIt was done all the same');
  });

  it('that are notes of its own thread are left out', () => {
    const note = (id: string) => ({
      id,
      text: words('a note'),
      settled: { text: words('Note'), by: 'Sam', at },
    });
    const own = draw([note('note.msg.19.123'), note('note.web.1')], {}, { ownNotes: 'note.msg.19.' });
    expect(own.seen).toBe('a note\n✎ *Note* — Sam, 10:03 UTC');
    expect(own.summary.match(/a note/g)).toHaveLength(1);
    const nothing = draw([note('note.msg.19.1')], {}, { ownNotes: 'note.msg.19.' });
    expect([nothing.seen, nothing.summary]).toEqual([
      '(See the notes in this thread.)',
      'See the notes in this thread.',
    ]);
  });

  it('keep paragraphs, lists and line breaks, and spell links out', () => {
    const text = words('First {v}\n\nsecond\n\n3. [three](https://docs.example/)\n4. four', { v: 'a\nb' });
    const { seen, parts } = draw([{ id: '1', text }]);
    expect(seen).toBe('First a\nb\nsecond\n3. three (https://docs.example/)\n4. four');
    expect(parts.filter(({ type }) => type === 'Action.OpenUrl')).toEqual([
      { type: 'Action.OpenUrl', title: 'Open', url: 'https://docs.example/' },
    ]);
  });

  it('break a few lines only, and make no link of half an address', () => {
    const text = words('{v}\n\n{v}\n\n{v}', { v: 'a\n'.repeat(12) });
    const { seen, parts } = draw([{ id: '1', text }]);
    expect(parts.filter(({ type }) => type === 'RichTextBlock')).toHaveLength(23);
    expect(seen.endsWith('\na a a a a a a a a a a a ')).toBe(true);
    const link = (length: number) => words('[{v}](https://docs.example/{v})', { v: 'x'.repeat(length) });
    const links = (length: number) =>
      draw([{ id: '1', text: link(length) }]).parts.filter(({ type }) => type === 'Action.OpenUrl');
    expect([1000, 1800, 2100].map((length) => links(length).length)).toEqual([1, 0, 0]);
  });

  it('are a dash where they are blank', () => {
    const blank = words('{v}', { v: ' ' });
    const field = { name: 'text', label: '', placeholder: '', required: true } as const;
    const buttons = [button('a', ' ', { confirm: blank }), button('b', '', { field, inline: true })];
    const { seen } = draw([{ id: '1', text: blank, explain: blank, buttons }], { heading: blank });
    expect(seen).toBe('*–*\n[– …]\n    [Yes: –]\n{–: –}\n[–]');
  });

  it('give far times with their day, and look when it is time', () => {
    const progress = { text: words('Watching'), since: at, nextAt: at + 26 * 3_600_000, until: at + 1e8 };
    expect(draw([{ id: '1', progress }]).seen).toBe(
      'Watching: 24 Nov, 12:03 UTC, in 1 d\n▱▱▱▱▱▱▱▱▱▱ until 24 Nov, 13:49 UTC',
    );
    expect(draw([{ id: '1', progress: { ...progress, nextAt: at } }]).seen).toContain(
      'Watching: looking now …',
    );
  });
});
