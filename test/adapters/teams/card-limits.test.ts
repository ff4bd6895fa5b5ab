import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readData } from '../../../adapters/teams/press.ts';
import { toAdaptiveCard, type About } from '../../../adapters/teams/to-adaptive-card.ts';
import { words, type Section } from '../../../src/engine/card.ts';
import { shortened, toLine, toPlain, visible } from '../../../src/render/markup.ts';
import { openSection } from '../../../src/render/to-text.ts';
import { problemsInCard } from '../../fakes/teams-cards.ts';
import { at, everything, hostile } from '../slack/hostile-card.ts';
import { cards } from '../slack/random-card.ts';
import { about, answer, button, draw, plan, proposal } from './draw-card.ts';
import { readable, typedIn } from './read-card.ts';

/** What Teams might make something of, besides what any channel might. */
const forTeams = [
  '**b** __b__ _i_ ~~s~~ `c`',
  '# h',
  '- item\n1. item\n> quote',
  '![x](https://evil.example/x.png)',
  '{{DATE(2026-11-23T10:03:00Z, SHORT)}} {{TIME(2026-11-23T10:03:00Z)}} {{{date (x)}}}',
  '${expr} {{expr}} ${if(true, 1, 2)}',
  'a\n\n\nb\n'.repeat(800),
];

describe('values', () => {
  it.each([...hostile, ...forTeams].map((v) => [v.slice(0, 30), v]))(
    'are text and nothing else, in every place: %j',
    (_, v) => {
      const kinds = (value: string) => {
        const all = draw(everything(value).sections, everything(value), { message: 'root' });
        return all.parts.map(({ type }) => type);
      };
      const harmless = new Set(kinds('x'));
      expect(kinds(v).filter((kind) => !harmless.has(kind))).toEqual([]);
      const handTo = [{ title: v, value: v.slice(0, 100) }];
      const { parts, summary } = draw(everything(v).sections, everything(v), { message: 'root', handTo });
      // Markdown is read in these only, and no value of it gets there.
      for (const { text } of parts.filter(({ type }) => type === 'TextBlock'))
        expect(text).toMatch(/^[\p{L}\p{N}][\p{L}\p{N} ,·@–.-]*$/u);
      expect(parts.filter(({ type, style }) => type === 'Input.ChoiceSet' && style !== 'compact')).toEqual(
        [],
      );
      for (const { url } of parts.filter(({ type }) => type === 'Action.OpenUrl'))
        expect(url).toMatch(/^https:\/\/docs\.example\/[\w%.!~*'()-]*$/);
      expect(summary.length).toBeLessThanOrEqual(1000);
      expect(summary).not.toMatch(/[\u0000\u001B\u202E\u2066]|\{\{(?:DATE|TIME)/);
    },
  );

  it('that are harmless stand there as they are', () => {
    const v = '<at>x</at> [x](http://evil.example) **b** _i_ # h <b> {ip} ${expr} &amp;';
    const { seen } = draw([{ id: '1', text: words('Is {v}?', { v }) }]);
    expect(seen).toBe(`Is ${v}?`);
  });

  it('that look like a function for dates stay words', () => {
    const v = '{{DATE(2026-11-23T10:03:00Z)}}';
    const { seen } = draw([{ id: '1', text: words('{v}', { v }), buttons: [button('a', v)] }]);
    expect(seen).toBe('*{\u2060{DATE(2026-11-23T10:03:00Z)}}*\n[{\u2060{DATE(2026-11-23T10:03:00Z)}}]');
  });

  it('that make a function only side by side stay words too', () => {
    const text = words('{a}{b}', { a: '{', b: '{TIME(2026-11-23T10:03:00Z)}}' });
    const { seen } = draw([{ id: '1', text, explain: text, plan: { ...plan, from: '{', title: text } }]);
    expect(seen.match(/\{\u2060\{TIME/g)).toHaveLength(2);
    expect(seen).not.toContain('{{TIME');
  });

  it('that are long take nothing from what is decided on', () => {
    const long = 'x'.repeat(10_000);
    const { seen } = draw([{ ...proposal, plan: { ...plan, from: long, evidence: [words(long)] } }]);
    for (const said of [
      'Un-block 203.0.113.7?',
      'CPA System: un-block',
      'Low risk',
      'Waiting for an approver',
      '[Approve …',
    ])
      expect(seen).toContain(said);
  });
});

describe('a long card', () => {
  const old = (count: number): readonly Section[] =>
    Array.from({ length: count }, (_, n) => ({
      id: `${n}`,
      text: words(`Question ${n}?`),
      explain: words('because'),
      settled: { text: words(`Answer ${n}`), by: 'Sam', at },
    }));
  const open: Section = { id: 'open', text: words('And now?'), buttons: [button('yes', 'Yes')] };

  it('folds what was settled, the oldest first', () => {
    const { seen } = draw([...old(60), open]);
    expect(seen).toMatch(/^✔ Question 0\?: Answer 0 — Sam\n✔ Question 1\?: Answer 1 — Sam\n/);
    expect(seen).toContain('Question 59?\n(because)\n✔ *Answer 59* — Sam, 10:03 UTC');
    expect(seen).toMatch(/\n\*And now\?\*\n\[Yes\]$/);
    const told = { id: 'told', text: words('Told'), explain: words('because') };
    expect(draw([told, ...old(60), open]).seen).toMatch(/^Told\n\(because\)\n✔ Question 0\?: Answer 0/);
  });

  it('says how much it leaves out, and never leaves out the open question', () => {
    const { seen, summary } = draw([...old(1000), open]);
    expect(seen).toMatch(
      /^\(\d+ earlier parts are left out here; the console and the log have everything\.\)\n/,
    );
    expect(seen).toMatch(/\n\*And now\?\*\n\[Yes\]$/);
    expect(summary).toMatch(/^…\n[\s\S]*And now\?\nChoices: Yes$/);
    expect(draw([open, ...old(1000)]).seen).toContain('*And now?*\n[Yes]');
  });

  it('keeps the words for the client whole, when all else is shortened', () => {
    const long = words('{v}', { v: 'x'.repeat(9000) });
    const script = words('{v}', { v: 'y'.repeat(1400) });
    const parts = {
      text: long,
      explain: long,
      summary: [long],
      notices: [long],
      pending: ['x'.repeat(9000)],
    };
    const progress = { text: long, since: at, nextAt: at, until: at };
    const settled = { text: long, by: 'Sam', at };
    const { seen } = draw([{ ...open, ...parts, script, progress, settled, plan: { ...plan, title: long } }]);
    expect(seen).toContain('y'.repeat(1400));
    expect(seen).not.toContain('x'.repeat(3001));
  });

  it('leaves evidence that is too much to the console', () => {
    const evidence = Array.from({ length: 500 }, (_, n) => words(`Login ${n} failed`));
    const finding = { check: 'c', verdict: 'fail', text: words('Blocked'), evidence } as const;
    const one = draw([{ ...open, findings: [finding] }]);
    expect(one.seen).toMatch(/- • Login \d+ failed\n- \(… \d+ more\)/);
    const many = Array.from({ length: 40 }, () => finding);
    const script = words('{v}', { v: '漢'.repeat(9000) });
    const full = draw([
      { ...open, findings: many, script, plan, explain: script, notices: [script, script] },
    ]);
    expect(full.seen).toContain('(The evidence is in the console.)');
  });

  it('shows at least what is asked and its buttons, whatever else there is', () => {
    const v = '漢'.repeat(400);
    const text = words('{v}\n\n{v} **{v}** [{v}](https://docs.example/{v})\n\n'.repeat(6), { v });
    const field = { name: 'text', label: v, placeholder: v, required: true } as const;
    const large = (id: string): Section => {
      const buttons = Array.from({ length: 40 }, (_, n) =>
        button(`${id}.${n}`, `${id}${n} ${v}`, {
          field,
          inline: n % 2 === 0,
          confirm: text,
          event: answer({ text: v.slice(0, 100) }),
          for: 'approvers',
        }),
      );
      const bar = { usedMb: 1, limitMb: 2 };
      const finding = { check: 'c', verdict: 'fail', text, bar, evidence: [text, text] } as const;
      const many = Array.from({ length: 12 }, () => text);
      return {
        ...proposal,
        id,
        text,
        plan: {
          ...plan,
          title: words('Shall {id}? {v}', { id, v }),
          risk: { level: 'high', reasons: many },
          from: v,
          to: v,
        },
        explain: text,
        findings: many.map(() => finding),
        pending: [v, v],
        script: text,
        summary: many,
        notices: many,
        progress: { text, since: 0, nextAt: at, until: at },
        settled: { text, by: v, at, change: buttons.map((one) => ({ ...one, id: `c.${one.id}` })) },
        buttons,
      };
    };
    const views = Array.from({ length: 60 }, (_, n) => `29:${n}${'x'.repeat(110)}`);
    const handTo = Array.from({ length: 100 }, (_, n) => ({ title: `${n} ${v}`, value: `oid-${n}` }));
    const { seen } = draw(
      [large('state'), large('middle'), large('last')],
      { heading: text, simulated: true },
      { message: 'root', handTo, refreshFor: views, viewer: 'approver' },
    );
    expect(seen).toMatch(/Shall state\?.*\n(?:.*\n)+\[state0 /);
    expect(seen).toMatch(/Shall last\?.*\n(?:.*\n)+\[last0 /);
    expect(seen).toContain('One earlier part is left out here');
  });
});

const met = { cards: 0, folded: 0, leftOut: 0, cutTexts: 0, open: 0, refused: 0, views: 0 };

describe('any card', () => {
  it('is taken by Teams, and keeps its open question and its buttons', { timeout: 120_000 }, () => {
    const looks = fc.constantFrom<Partial<About>>(
      {},
      { message: 'root' },
      { refreshFor: ['29:lea'] },
      { viewer: 'other' },
    );
    fc.assert(
      fc.property(cards, looks, (card, who) => {
        const { card: drawn, summary } = toAdaptiveCard(card, { ...about, ...who });
        expect(problemsInCard(drawn)).toEqual([]);
        expect(summary.length).toBeLessThanOrEqual(1000);
        const seen = readable(drawn);
        met.cards += 1;
        if (/\n[•✔] /.test(seen)) met.folded += 1;
        if (seen.includes('left out here')) met.leftOut += 1;
        if (seen.includes('…')) met.cutTexts += 1;
        if (drawn.refresh === undefined && who.refreshFor !== undefined) met.views += 1;
        if (seen.includes('no button fits')) met.refused += 1;
        const open = openSection(card);
        if (open === undefined) return;
        met.open += 1;
        const pressed = typedIn(drawn).flatMap(({ data }) => readData(data)?.e ?? []);
        const [first] = open.buttons ?? [];
        if (first !== undefined) expect(pressed).toContainEqual(first.event);
        const title = open.plan?.title ?? open.text;
        const name =
          title === undefined ? '' : visible(open.plan === undefined ? toPlain(title) : toLine(title));
        expect(seen.replaceAll(/[\s*]/g, '')).toContain(
          shortened(name, 8)
            .replaceAll(/[\s*…]/g, '')
            .slice(0, 7),
        );
      }),
      { numRuns: 200, seed: 20_261_123, endOnFailure: true },
    );
  });
});

afterAll(() => {
  console.log('any card:', JSON.stringify(met));
  expect(met.folded).toBeGreaterThan(10);
  expect(met.leftOut).toBeGreaterThan(10);
  expect(met.cutTexts).toBeGreaterThan(20);
  expect(met.open).toBeGreaterThan(50);
  expect(met.refused).toBeGreaterThan(2);
});
