import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readPress, readSection } from '../../../adapters/slack/press.ts';
import { toMessage, type About } from '../../../adapters/slack/to-blocks.ts';
import { words, type Button, type Card, type Section } from '../../../src/engine/card.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { shortened, toLine, toPlain, visible } from '../../../src/render/markup.ts';
import { openSection } from '../../../src/render/to-text.ts';
import { problemsInMessage } from '../../fakes/slack/block-kit.ts';
import { at, everything, hostile } from './hostile-card.ts';
import { cards } from './random-card.ts';
import { readable, typedIn, type Json } from './read-blocks.ts';

const about: About = {
  incident: 'INC-142',
  message: 'turn-3',
  now: at,
  approvers: ['slack:U12345678', 'slack:T1234/S98765', 'web:lea', 'teams:0000'],
};

const draw = (sections: readonly Section[], more: Partial<Card> = {}, who: Partial<About> = {}) => {
  const message = toMessage({ at, tone: 'waiting', sections, ...more }, { ...about, ...who });
  expect(problemsInMessage(message, { update: true })).toEqual([]);
  return { ...message, seen: readable(message.blocks), parts: typedIn(message.blocks) };
};

const answer = (more: object = {}) => ({ type: 'answer.given', key: '4.answer', ...more }) as const;
const button = (id: string, label: string, more: Partial<Button> = {}): Button => ({
  id,
  label: words(label),
  event: answer({ choice: id }),
  ...more,
});

const plan: Plan = {
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
const decide: readonly Button[] = [
  button('a', 'Approve', { style: 'primary', for: 'approvers', confirm: words('Really?') }),
  button('r', 'Reject …', {
    style: 'danger',
    field: { name: 'why', label: 'Why not?', required: true, multiline: true },
  }),
];

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
      {Their IP address: plain_text_input 203.0.113.7}
      [Send] [Yes, that is them | primary] [They can’t tell]"
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
      /^# –\n– overflow .*\n\(–\)\n\{–: plain_text_input –\}\n\[–\] \[– \| asks once more\]$/,
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

describe('buttons', () => {
  const section = (buttons: readonly Button[]): Section => ({ id: '4', text: words('Is it?'), buttons });
  const buttonsOf = (parts: readonly Json[]) => parts.filter(({ type }) => type === 'button');

  it('say which kind of press they are, and what they do to what', () => {
    const field = { name: 'text', label: 'Which?', required: true } as const;
    const { parts } = draw([
      section([
        button('plain', 'Yes'),
        button('asks', 'Another …', { field }),
        button('typed', 'Send', { field, inline: true }),
      ]),
    ]);
    expect(buttonsOf(parts).map((one) => [one['action_id'], one['accessibility_label']])).toEqual([
      ['send:typed', 'Send: Which?'],
      ['press:plain', 'Yes: Is it?'],
      ['ask:asks', 'Another: Is it?'],
    ]);
    expect(readPress(buttonsOf(parts)[1]?.['value'])).toEqual({
      incident: 'INC-142',
      message: 'turn-3',
      button: 'plain',
      event: answer({ choice: 'plain' }),
    });
    const input = parts.find(({ type }) => type === 'input');
    expect(input).toMatchObject({ dispatch_action: true, element: { action_id: 'type:typed' } });
    expect(readPress(input?.['block_id'])?.button).toBe('typed');
  });

  it('send by Enter only where Enter may: not in large fields, not unconfirmed, not without room for the value', () => {
    const field = { name: 'text', label: 'Which?', required: true } as const;
    for (const more of [
      { field: { ...field, multiline: true } },
      { field, confirm: words('Sure?') },
      { field, event: answer({ choice: 'x'.repeat(300) }) },
    ]) {
      const { parts } = draw([section([button('typed', 'Send', { inline: true, ...more })])]);
      expect(parts.find(({ type }) => type === 'input')).toMatchObject({ dispatch_action: false });
      expect(readPress(buttonsOf(parts)[0]?.['value'])?.button).toBe('typed');
    }
  });

  it('are primary only once, and ask once more only where told to', () => {
    const { parts } = draw([
      section([
        button('one', 'One', { style: 'primary' }),
        button('two', 'Two', { style: 'primary', confirm: words('Really {x}?', { x: '<!channel>' }) }),
        button('three', 'Three', {
          style: 'danger',
          confirm: words('Sure?'),
          field: { name: 'why', label: 'Why?', required: true },
        }),
      ]),
    ]);
    expect(buttonsOf(parts).map(({ style }) => style)).toEqual(['primary', undefined, 'danger']);
    const [one, two, three] = buttonsOf(parts);
    expect(one?.['confirm']).toBeUndefined();
    // Its modal asks.
    expect(three?.['confirm']).toBeUndefined();
    expect(two?.['confirm']).toMatchObject({
      title: { text: 'Two' },
      text: { type: 'plain_text', text: 'Really <!channel>?' },
      confirm: { text: 'Two' },
      deny: { text: 'Go back' },
    });
  });

  it('that Slack would not take are left out, and the card says what to do instead', () => {
    const { seen, parts } = draw([
      section([
        button('fits', 'Yes'),
        button('long', 'x'.repeat(100), { event: answer({ text: '<'.repeat(3000) }) }),
        button('y'.repeat(201), 'No'),
      ]),
    ]);
    expect(buttonsOf(parts).map((one) => one['action_id'])).toEqual(['press:fits']);
    expect(seen).toContain(
      `(No button fits here for “${'x'.repeat(74)}…”, “No”: type the answer into the thread, or use the console.)`,
    );
    const many = draw([section(Array.from({ length: 40 }, (_, n) => button(`b${n}`, `Label ${n}`)))]);
    expect(buttonsOf(many.parts)).toHaveLength(23);
    expect(many.seen).toContain('No button fits here for “Label 23”,');
    const field = (n: number) => ({ name: 'text', label: `Field ${n}`, required: true }) as const;
    const fields = Array.from({ length: 5 }, (_, n) =>
      button(`f${n}`, 'Send', { inline: true, field: field(n) }),
    );
    const typed = draw([section(fields)]);
    expect(typed.parts.filter(({ type }) => type === 'input')).toHaveLength(3);
    expect(typed.seen).toContain('(No button fits here for “Field 3”, “Field 4”:');
    const settled = { text: words('Yes'), by: 'Sam', at, change: [button('no', 'No')] };
    expect(draw([{ id: 'x'.repeat(300), settled }]).seen).not.toContain('Change');
  });

  it('with the same id stand side by side all the same', () => {
    const field = { name: 'text', label: 'Which?', required: true } as const;
    const typed = button('same', 'Send', { field, inline: true });
    const { parts } = draw([section([button('same', 'Yes'), button('same', 'No'), typed, typed])]);
    expect(buttonsOf(parts)).toHaveLength(4);
    const inputs = parts.filter(({ type }) => type === 'input');
    expect(inputs.map((one) => one['dispatch_action'])).toEqual([true, false]);
  });

  it('open the evidence and the other answers, each by its section', () => {
    const finding = { check: 'a', verdict: 'fail', text: words('bad'), evidence: [words('seen')] } as const;
    const settled = { text: words('Yes'), by: 'Sam', at, change: [button('no', 'No')] };
    const { parts, seen } = draw([{ id: '7', text: words('Is it?'), findings: [finding], settled }]);
    expect(seen).not.toContain('seen');
    expect(buttonsOf(parts).map((one) => [one['action_id'], readSection(one['value'])])).toEqual(
      ['change:7', 'details:7'].map((id) => [id, { incident: 'INC-142', message: 'turn-3', section: '7' }]),
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

describe('a long message', () => {
  const old = (count: number): readonly Section[] =>
    Array.from({ length: count }, (_, n) => ({
      id: `${n}`,
      text: words(`Question ${n}?`),
      explain: words('because'),
      settled: { text: words(`Answer ${n}`), by: 'Sam', at, change: [button('no', 'No')] },
    }));
  const open: Section = { id: 'open', text: words('And now?'), buttons: [button('yes', 'Yes')] };

  it('folds what was settled, the oldest first', () => {
    const { seen, blocks } = draw([...old(20), open]);
    expect(blocks.length).toBeLessThanOrEqual(50);
    expect(seen).toMatch(/^✔ Question 0\?: Answer 0 — Sam\n✔ Question 1\?: Answer 1 — Sam\n/);
    expect(seen).toContain('Question 19?\n(because)\n✔ *Answer 19* — Sam, <10:03 UTC>\n[Change …]');
    expect(seen).toMatch(/\*And now\?\*\n\[Yes\]$/);
  });

  it('fits beside its heading and marks, whatever its length', () => {
    for (let count = 0; count < 60; count += 1) {
      const { blocks } = draw([...old(count), open], { heading: words('INC-142'), simulated: true });
      expect(blocks.length).toBeLessThanOrEqual(50);
    }
  });

  it('keeps the words for the client whole, when all else is shortened', () => {
    const long = words('{v}', { v: 'x'.repeat(5000) });
    const script = words('{v}', { v: 'y'.repeat(1400) });
    const { seen } = draw([
      {
        ...open,
        explain: long,
        summary: [long],
        notices: [long],
        script,
        text: long,
        progress: { text: long, since: at, nextAt: at, until: at },
      },
    ]);
    expect(seen).toContain('y'.repeat(1400));
    expect(seen).not.toContain('x'.repeat(1000));
  });

  it('is short enough to be heard, its mentions counted', () => {
    const mention = Array.from({ length: 30 }, (_, n) => `slack:U000${n}`);
    const { text } = draw([...old(1000), open], {}, { mention });
    expect(text.length).toBeLessThanOrEqual(3900);
    expect(text.length).toBeGreaterThan(3800);
    expect(text).toMatch(/^<@U0000> /);
  });

  it('says how much it leaves out, and never leaves out the open question', () => {
    const { seen, text } = draw([...old(1000), open]);
    expect(seen).toMatch(/^\d+ earlier parts are left out here; the console and the log have everything\.\n/);
    expect(seen).toMatch(/\*And now\?\*\n\[Yes\]$/);
    expect(text).toMatch(/^…\n[\s\S]*And now\?\nChoices: Yes$/);
    expect(draw([open, ...old(1000)]).seen).toContain('*And now?*\n[Yes]');
  });
});

const met = { cards: 0, folded: 0, leftOut: 0, cutTexts: 0, open: 0 };

describe('any card', () => {
  it('is taken by Slack, and keeps its open question and choices for whoever only hears it', () => {
    fc.assert(
      fc.property(cards, fc.boolean(), (card, root) => {
        const message = toMessage(card, { ...about, message: root ? 'root' : 'turn-1' });
        expect(problemsInMessage(message, { update: true })).toEqual([]);
        expect(message.text.length).toBeLessThanOrEqual(3900);
        expect(message.blocks.length).toBeLessThanOrEqual(50);
        const texts = typedIn(message.blocks).map((part) =>
          typeof part['text'] === 'string' ? part['text'] : '',
        );
        expect(texts.join('').length).toBeLessThanOrEqual(12_000);
        met.cards += 1;
        if (texts.some((text) => text.includes(' left out here'))) met.leftOut += 1;
        if (texts.some((text) => text === 'Withdrawn: ' || text === '• ')) met.folded += 1;
        if (message.text.includes('\n…\n')) met.cutTexts += 1;
        const open = openSection(card);
        if (open === undefined) return;
        met.open += 1;
        const heard = message.text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
        const begins = (text: string) =>
          shortened(visible(text).split('\n')[0]?.trim() ?? '', 12)
            .replace(/…$/, '')
            .trim();
        const question = open.plan === undefined ? open.text : open.plan.title;
        if (question !== undefined) expect(heard).toContain(begins(toPlain(question)));
        const shown = typedIn(message.blocks)
          .filter(({ type }) => type === 'button')
          .map((one) => one['action_id']);
        for (const { id, label, field, inline } of (open.buttons ?? []).slice(0, 3)) {
          const typed = field !== undefined && inline === true;
          expect(heard).toContain(typed ? `type: ${begins(field.label)}` : begins(toLine(label)));
          expect(shown).toContainEqual(expect.stringMatching(new RegExp(`^(?:press|ask|send):${id}(?:~|$)`)));
        }
      }),
      { numRuns: 120, seed: 20_261_123, endOnFailure: true },
    );
  });

  it('was tried often enough for that to mean something', () => {
    expect(met.cards).toBeGreaterThanOrEqual(120);
    for (const count of Object.values(met)) expect(count).toBeGreaterThan(5);
  });
});

afterAll(() => console.log('random cards:', JSON.stringify(met)));
