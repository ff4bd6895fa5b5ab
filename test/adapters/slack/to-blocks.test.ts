import { describe, expect, it } from 'vitest';
import type { About } from '../../../adapters/slack/to-blocks.ts';
import { words, type Section } from '../../../src/engine/card.ts';
import { answer, button, decide, draw, plan } from './drawing.ts';
import { at, everything, hostile } from './hostile-card.ts';

describe('a card', () => {
  it('about a blocked address reads well', () => {
    const { seen, text } = draw([
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
      [Details]
      *Is 203.0.113.7 the client?*
      (Ask them to open www.whatismyip.com: the number should be the same.)
      [Yes, that is them | primary]
      {Their IP address: plain_text_input 203.0.113.7}
      [Send] [They can’t tell]"
    `);
    expect(text).toMatchInlineSnapshot(`
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
    const approval = { until: at + 29 * 60_000, approvedBy: [] };
    const { seen, text } = draw([{ id: '3', text: words('Un-block?'), plan, approval, buttons: decide }]);
    expect(seen).toMatchInlineSnapshot(`
      "*Un-block 203.0.113.7?*
      *Change: *blocked → clear
      *Call: *CPA System: un-block 203.0.113.7
      *Then: *Mail comes in after 5–10 minutes
      *Low risk*: this address only ever logged in to acme.example
      Waiting for an approver (@U12345678, @S98765, Lea (console), 1 in Teams) until <10:32 UTC>
      [Approve | primary | asks once more] [Reject … | danger] [Details]"
    `);
    expect(text).toMatchInlineSnapshot(`
      "Un-block 203.0.113.7?
      Change: blocked → clear
      Call: CPA System: un-block 203.0.113.7
      Then: Mail comes in after 5–10 minutes
      Low risk: this address only ever logged in to acme.example
      Waiting for an approver (2 in Slack, Lea (console), 1 in Teams) until 10:32
      Choices: Approve / Reject …"
    `);
  });

  it('about a quota reads well, approved and waited for', () => {
    const { seen, text } = draw([
      {
        id: '4',
        plan: { ...plan, title: words('Raise the account?'), calls: [...plan.calls, ...plan.calls] },
        findings: [
          {
            check: 'quota',
            verdict: 'fail',
            text: words('account full'),
            bar: { usedMb: 120.4, limitMb: 200 },
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
      ✔ *Approved* — Lea, <10:03 UTC>
      *✖ Problem: *account full · 120.4 of 200 MB used, 60 % ▰▰▰▱▱▱
      [Details]
      *Words for the client*
      | We gave you more space.
      | 
      | 1. Delete old mail
      | 2. Empty the Trash
      *Summary*
      - Account was full
      - Raised by Lea
      First look: <10:07 UTC>, in 4 min
      ▰▱▱▱▱▱▱▱▱▱ until <10:12 UTC>
      [Look now]
      ⚠ The block is back"
    `);
    expect(text).toMatchInlineSnapshot(`
      "Raise the account?
      Change: blocked → clear
      Calls: CPA System: un-block 203.0.113.7; CPA System: un-block 203.0.113.7
      Then: Mail comes in after 5–10 minutes
      Low risk: this address only ever logged in to acme.example
      Approved — Lea, 10:03
      Problem: account full (120.4 of 200 MB used, 60 %)
      Words for the client:
      We gave you more space.

      1. Delete old mail
      2. Empty the Trash
      Summary:
      - Account was full
      - Raised by Lea
      First look: 10:07, in 4 min; until 10:12
      Choices: Look now
      The block is back"
    `);
  });

  it('of the root reads well, with its menu', () => {
    const root: readonly Section[] = [
      {
        id: 'state',
        text: words('Waiting for Sam: Is it?'),
        explain: words('Owner: {owner}', { owner: 'Sam' }),
      },
      { id: 'findings', findings: [{ check: 'a', verdict: 'pass', text: words('Account active') }] },
    ];
    const heading = words('{id} · {client} · cannot receive mail', { id: 'INC-142', client: 'acme.example' });
    const { seen, text } = draw(root, { heading, simulated: true }, { message: 'root' });
    expect(seen).toMatchInlineSnapshot(`
      "# INC-142 · acme.example · cannot receive mail
      Waiting for Sam: Is it? overflow Add a note … / Take over / Hand over … / Park … / Cancel incident …
      (Owner: Sam)
      [What I know] overflow Back to the question before / Ask again at the bottom / Start over / Escalate
      *✔ OK: *Account active
      (SIMULATORS: nothing here touches a real server)"
    `);
    expect(text).toMatchInlineSnapshot(`
      "INC-142 · acme.example · cannot receive mail
      Waiting for Sam: Is it?
      Owner: Sam
      OK: Account active
      SIMULATORS: nothing here touches a real server"
    `);
    const menu = (who: Partial<About>) => draw(root, {}, { message: 'root', ...who }).seen.split('\n')[0];
    expect(menu({ parked: true })).toContain('Take up again');
    expect(menu({ parked: true })).not.toContain('Park');
    expect(menu({ ended: true })).toMatch(/overflow Add a note …$/);
    expect(draw(root).seen).not.toContain('overflow');
    expect(menu({ incident: 'x'.repeat(80) })).toBe('Waiting for Sam: Is it?');
  });

  it('shows what was withdrawn struck through, without its buttons, and what happened to it', () => {
    const { seen, text } = draw([
      {
        id: '1',
        struck: true,
        text: words('Does mail come in?'),
        buttons: [button('yes', 'Yes')],
        settled: { text: words('Yes'), by: 'Sam', at, change: [button('no', 'No')] },
        notices: [words('It was done all the same')],
      },
    ]);
    expect(seen).toMatchInlineSnapshot(`
      "Withdrawn, because an earlier answer was changed
      ~Does mail come in?~
      ~Yes — Sam~
      ⚠ It was done all the same"
    `);
    expect(text).toBe('Withdrawn: Does mail come in?\nIt was done all the same');
  });

  it('leaves out the notes that were typed in its own thread, and mentions only when told to', () => {
    const note = (id: string) => ({
      id,
      text: words('a note'),
      settled: { text: words('Note'), by: 'Sam', at },
    });
    const own = draw([note('note.msg.C1.123'), note('note.web.1')], {}, { ownNotes: 'note.msg.C1.' });
    expect(own.seen.match(/a note/g)).toHaveLength(1);
    expect(own.text.match(/a note/g)).toHaveLength(1);
    expect(own.parts.map(({ type }) => type)).not.toContain('user');
    expect(draw([note('note.msg.C1.1')], {}, { ownNotes: 'note.msg.C1.' }).seen).toBe(
      '(See the notes in this thread.)',
    );
    const called = draw([note('n')], {}, { mention: ['slack:T1/U12345678', 'web:lea'] });
    expect(called.seen).toMatch(/^@U12345678, Lea \(console\)\n/);
    expect(called.text).toMatch(/^<@U12345678> /);
  });

  it('keeps paragraphs and lists, and numbers as they were', () => {
    const text = words('First {v}\n\nsecond\n\n3. [three](https://docs.example/)\n4. four', { v: 'a\nb' });
    expect(draw([{ id: '1', text }]).seen).toBe(
      'First a\nb\n\nsecond\n3. three (https://docs.example/)\n4. four',
    );
  });

  it('shows what is blank as a dash, for Slack refuses what is empty', () => {
    const blank = words('{v}', { v: ' ' });
    const field = { name: 'text', label: '', placeholder: '', required: true } as const;
    const buttons = [button('a', ' ', { confirm: blank }), button('b', '', { field, inline: true })];
    const { seen } = draw(
      [{ id: 'state', text: blank, explain: blank, buttons }],
      { heading: blank },
      { message: 'root' },
    );
    expect(seen).toMatch(
      /^# –\n– overflow .*\n\(–\)\n\[– \| asks once more\]\n\{–: plain_text_input –\}\n\[–\]\n\[What I know\] overflow .*$/,
    );
  });

  it('names ten approvers and counts the others, and names nobody once it is decided', () => {
    const approvers = Array.from({ length: 40 }, (_, n) => `slack:U000${n}`);
    const approval = { until: at + 60_000, approvedBy: ['Tom'] };
    const waiting = draw([{ id: '3', plan, approval, buttons: decide }], {}, { approvers });
    expect(waiting.seen).toContain('Approved by Tom. Waiting for an approver (@U0000, @U0001,');
    expect(waiting.seen).toContain('@U0009, 30 more) until <10:04 UTC>');
    expect(waiting.text).toContain('(40 in Slack)');
    const settled = { text: words('Approved'), by: 'Lea', at };
    expect(draw([{ id: '3', plan, approval, settled }]).seen).not.toContain('Waiting');
    expect(draw([{ id: '3', plan, approval }], {}, { approvers: [] }).seen).toContain(
      'nobody is named in APPROVERS yet',
    );
  });

  it('gives far times with their day', () => {
    const progress = {
      text: words('Watching'),
      since: at,
      nextAt: at + 26 * 3_600_000,
      until: at + 27 * 3_600_000,
    };
    const { parts } = draw([{ id: '1', progress }]);
    expect(parts.find(({ type }) => type === 'date')).toMatchObject({
      timestamp: (at + 26 * 3_600_000) / 1000,
      format: '{date_short_pretty} {time}',
      fallback: '24 Nov, 12:03 UTC',
    });
    expect(draw([{ id: '1', progress: { ...progress, nextAt: at } }]).seen).toContain(
      'Watching: looking now …',
    );
  });
});

describe('values', () => {
  it.each(hostile.map((v) => [v.slice(0, 30), v]))(
    'are text and nothing else, in every place: %j',
    (_, v) => {
      const kinds = (value: string) => {
        const { parts } = draw(everything(value).sections, {}, { mention: ['slack:U12345678'] });
        return parts.map(({ type }) => type);
      };
      const harmless = new Set(kinds('x'));
      expect(kinds(v).filter((kind) => !harmless.has(kind))).toEqual([]);
      const { text, parts } = draw(everything(v).sections, everything(v));
      expect(parts.filter(({ type }) => type === 'mrkdwn')).toEqual([]);
      expect(parts.filter(({ emoji }) => emoji === true)).toEqual([]);
      expect(text).not.toMatch(/[<>]/);
      expect(text).not.toMatch(/&(?!(?:amp|lt|gt);)/);
      for (const link of parts.filter(({ type }) => type === 'link'))
        expect(link['url']).toMatch(/^https:\/\/docs\.example\/[\w%.!~*'()-]*$/);
      for (const part of parts) expect(String(part['text'])).not.toMatch(/[\u0000\u001B\u202E\u2066]/);
    },
  );

  it('that are long take nothing from what is decided on', () => {
    const long = 'x'.repeat(10_000);
    const { seen } = draw([
      {
        id: '3',
        plan: { ...plan, from: long, evidence: [] },
        approval: { until: at + 60_000, approvedBy: [] },
        buttons: decide,
      },
    ]);
    for (const said of [
      'Un-block 203.0.113.7?',
      'CPA System: un-block',
      'Low risk',
      'Waiting for an approver',
    ])
      expect(seen).toContain(said);
    expect(seen).toContain('(Some of this is shortened. “Details” shows more.)');
    expect(seen).toContain('[Details]');
  });
});
