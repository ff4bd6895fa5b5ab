import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { words, type Button, type Card, type Section } from '../../src/engine/card.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { fitted, type Piece } from '../../src/render/fit-text.ts';
import { openSection, toText, type TextOptions } from '../../src/render/to-text.ts';

const at = Date.UTC(2026, 10, 23, 10, 3);

const read = (sections: readonly Section[], options: Partial<TextOptions> = {}, card: Partial<Card> = {}) =>
  toText({ at, tone: 'waiting', sections, ...card }, { now: at, timeZone: 'UTC', ...options });

const button = (label: string, more: Partial<Button> = {}): Button => ({
  id: label,
  label: words(label),
  event: { type: 'note.added', text: '' },
  ...more,
});

const plan: Plan = {
  hash: 'h',
  subject: 's',
  title: words('Raise **{account}**?', { account: 'harbor' }),
  input: {},
  calls: [
    { id: '1', system: 'whm', text: words('editquota harbor') },
    { id: '2', system: 'cpa', text: words('CPA System: tell') },
  ],
  from: '200 MB',
  to: '300 MB',
  evidence: [words('three messages deferred')],
  consequence: words('Mail comes in'),
  risk: { level: 'raised', reasons: [words('It is shared'), words('It is big')] },
  needs: 2,
};

describe('a card as text', () => {
  it('is read in order, and whole but for the evidence', () => {
    const text = read(
      [
        {
          id: '1',
          text: words('What **I** found'),
          explain: words('Because\n\n1. one\n2. two'),
          findings: [
            {
              check: 'q',
              verdict: 'fail',
              text: words('full'),
              evidence: [words('hidden')],
              bar: { usedMb: 3, limitMb: 2 },
            },
            { check: 'c', verdict: 'unknown', text: words('CSF') },
          ],
          pending: ['the CPA System'],
          settled: { text: words('Yes'), by: 'Sam', at },
        },
        {
          id: '2',
          text: words('not read beside a plan'),
          plan,
          approval: { until: at + 60_000, approvedBy: ['Tom'] },
          buttons: [button('Approve'), button('Reject …')],
        },
        {
          id: '3',
          script: words('Close **Outlook**.'),
          summary: [words('It was full'), words('It was raised')],
          progress: { text: words('Next look'), since: at, nextAt: at + 120_000, until: at + 600_000 },
          notices: [words('It is back')],
        },
        {
          id: '4',
          struck: true,
          text: words('Old?'),
          buttons: [button('Yes')],
          notices: [words('It was done')],
        },
      ],
      { approvers: 'Lea, Tom' },
      { heading: words('{id} · acme', { id: 'INC-1' }), simulated: true },
    );
    expect(text).toMatchInlineSnapshot(`
      "INC-1 · acme
      What I found
      Because

      1. one
      2. two
      Problem: full (3 of 2 MB used, 150 %)
      Not known: CSF
      Looking: the CPA System
      Yes — Sam, 10:03
      Raise harbor?
      Change: 200 MB → 300 MB
      Calls: WHM: editquota harbor; CPA System: tell
      Then: Mail comes in
      Raised risk: It is shared; It is big
      Approved by Tom. It needs two people. Waiting for an approver (Lea, Tom) until 10:04
      Choices: Approve / Reject …
      Words for the client:
      Close Outlook.
      Summary:
      - It was full
      - It was raised
      Next look: 10:05, in 2 min; until 10:13
      It is back
      Withdrawn: Old?
      It was done
      SIMULATORS: nothing here touches a real server"
    `);
  });

  it('says what is typed, and counts choices beyond what anybody takes in', () => {
    const field = { name: 'text', label: 'Their IP address', required: true } as const;
    expect(
      read([{ id: '1', buttons: [button('Send', { inline: true, field }), button('Other …', { field })] }]),
    ).toBe('Choices: type: Their IP address / Other …');
    const many = Array.from({ length: 33 }, (_, n) => button(`b${n}`));
    expect(read([{ id: '1', buttons: many }])).toMatch(/ \/ b29 \/ 3 more$/);
  });

  it('reads a result of an act after the approval, and a look that is under way', () => {
    const findings = [{ check: 'q', verdict: 'pass', text: words('300 MB now') }] as const;
    const acted = read([{ id: '1', plan, findings, settled: { text: words('Approved'), by: 'Lea', at } }]);
    expect(acted).toMatch(/Approved — Lea, 10:03\nOK: 300 MB now$/);
    const progress = { text: words('Next look'), since: at, nextAt: at, until: at };
    expect(read([{ id: '1', progress }])).toBe('Next look: looking now …; until 10:03');
  });

  it('names approvers only where they are known, and says when there are none', () => {
    const section = { id: '1', plan, approval: { until: at, approvedBy: [] } };
    expect(read([section])).toContain('It needs two people. Waiting for an approver until 10:03');
    expect(read([section], { approvers: '' })).toContain('nobody is named in APPROVERS yet until 10:03');
  });

  it('cuts what is old and what only gives reasons, and keeps the open question', () => {
    const old = (n: number): Section => ({
      id: `${n}`,
      text: words(`Question ${n}?`),
      explain: words('Reason'),
      settled: { text: words('Yes'), by: 'Sam', at },
    });
    const sections = [
      old(1),
      old(2),
      { id: '3', text: words('And now?'), buttons: [button('Yes'), button('No')] },
    ];
    const cut = (most: number) => read(sections, { most });
    expect(cut(98)).not.toContain('…');
    expect(cut(97)).toBe(cut(98).replace('Reason', '…'));
    expect(cut(88)).toBe(cut(98).replaceAll('Reason', '…'));
    expect(cut(87)).toBe(cut(88).replace('Question 1?\n', ''));
    expect(cut(60)).toBe('…\nQuestion 2?\n…\nYes — Sam, 10:03\nAnd now?\nChoices: Yes / No');
    expect(cut(35)).toBe('…\nAnd now?\nChoices: Yes / No');
    expect(cut(22)).toBe('…\nA…\nChoices: Y… / No');
  });

  it('waits at the last section with buttons that stands', () => {
    const buttons = [button('Yes')];
    const sections = [
      { id: '1', buttons },
      { id: '2', buttons },
      { id: '3', buttons, struck: true },
      { id: '4' },
    ];
    expect(openSection({ sections })?.id).toBe('2');
    expect(openSection({ sections: [] })).toBeUndefined();
  });
});

const escape = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

describe('pieces that must fit', () => {
  const atom = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.string({ maxLength: 5 }).map((one) => `${one}<&`.repeat(300)),
  );
  const piece: fc.Arbitrary<Piece> = fc.record({
    rank: fc.nat(3),
    lead: fc.constantFrom('', 'Choices: '),
    atoms: fc.array(atom, { minLength: 1, maxLength: 5 }),
    join: fc.constantFrom(' / ', '\n'),
  });

  it('do, and those that must stay do', () => {
    let [whole, cut] = [0, 0];
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.integer({ min: 600, max: 4000 }), (pieces, most) => {
        const must = pieces.filter(({ rank }) => rank === 0).slice(0, 4);
        const all = [...must, ...pieces.filter(({ rank }) => rank > 0)];
        const text = fitted(all, { most, escape });
        expect(text.length).toBeLessThanOrEqual(most);
        const plain = all.map(({ lead, atoms, join }) => escape(`${lead}${atoms.join(join)}`)).join('\n');
        if (plain.length <= most) {
          whole += 1;
          expect(text).toBe(plain);
          return;
        }
        cut += 1;
        for (const { atoms } of must)
          for (const one of atoms) expect(text).toContain(escape(one.slice(0, 3).trimEnd()));
      }),
      { numRuns: 300, seed: 7 },
    );
    expect(whole).toBeGreaterThan(20);
    expect(cut).toBeGreaterThan(20);
  });
});
