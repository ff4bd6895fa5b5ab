import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { toMessage } from '../../../adapters/slack/to-blocks.ts';
import { words, type Section } from '../../../src/engine/card.ts';
import { shortened, toLine, toPlain, visible } from '../../../src/render/markup.ts';
import { openSection } from '../../../src/render/to-text.ts';
import { problemsInMessage } from '../../fakes/slack/block-kit.ts';
import { about, button, draw } from './drawing.ts';
import { at } from './hostile-card.ts';
import { cards } from './random-card.ts';
import { typedIn } from './read-blocks.ts';

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
