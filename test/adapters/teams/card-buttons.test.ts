import { describe, expect, it } from 'vitest';
import { inputOf, pressData, readData } from '../../../adapters/teams/press.ts';
import { words, type Button, type Section } from '../../../src/engine/card.ts';
import { at } from '../slack/hostile-card.ts';
import { answer, button, draw } from './draw-card.ts';
import { readable, type Json } from './read-card.ts';

describe('buttons', () => {
  const section = (buttons: readonly Button[], id = '4'): Section => ({ id, text: words('Is it?'), buttons });
  const executes = (parts: readonly Json[]) => parts.filter(({ type }) => type === 'Action.Execute');
  const field = { name: 'text', label: 'Which?', required: true } as const;

  it('carry their event, twice for old clients, and take along only what is theirs', () => {
    const buttons = [
      button('plain', 'Yes'),
      button('asks', 'Another …', { field: { ...field, placeholder: '203.0.113.7' } }),
      button('typed', 'Send', { field, inline: true, style: 'primary' }),
    ];
    const { card, parts } = draw([section(buttons)]);
    for (const one of executes(parts)) expect(one['verb']).toBe('press');
    const read = executes(parts).map(({ data }) => readData(data));
    expect(new Set(read.map((one) => one?.b))).toEqual(new Set(['plain', 'asks', 'typed']));
    for (const one of buttons)
      expect(executes(parts).map(({ data }) => data)).toContainEqual(pressData('INC-142', 'turn-3', one));
    const [plain] = executes(parts).filter(({ data }) => readData(data)?.b === 'plain');
    expect(plain).toEqual({
      type: 'Action.Execute',
      verb: 'press',
      title: 'Yes',
      data: pressData('INC-142', 'turn-3', button('plain', 'Yes')),
      associatedInputs: 'none',
      fallback: {
        type: 'Action.Submit',
        title: 'Yes',
        data: pressData('INC-142', 'turn-3', button('plain', 'Yes')),
        associatedInputs: 'none',
      },
    });
    const fields = parts.filter(({ type }) => type === 'Input.Text');
    // The open one stops no other button, the one that was opened says what is missing.
    expect(fields.map(({ id, isRequired, errorMessage }) => [id, isRequired, errorMessage])).toEqual([
      [inputOf('asks'), true, 'Please fill in: Which?'],
      [inputOf('typed'), undefined, undefined],
    ]);
    expect(readable(card)).toMatch(/\[Yes\] \[Another …\]\n[^]*\{Which\?\}\n\[Send \| positive\]$/);
  });

  it('are positive only once, and ask once more below an open field too', () => {
    const { seen } = draw([
      section([
        button('one', 'One', { style: 'primary' }),
        button('two', 'Two', { style: 'primary', confirm: words('Really {x}?', { x: '**b**' }) }),
        button('three', 'Three', { style: 'danger', confirm: words('Sure?'), field }),
        button('four', 'Send', { confirm: words('Sure?'), field, inline: true }),
      ]),
    ]);
    expect(seen).toMatchInlineSnapshot(`
      "*Is it?*
      [One | positive] [Two …] [Three … | destructive]
          *Really **b**?*
          [Yes: Two]
          *Sure?*
          {Which? *}
          [Three | destructive]
      {Which?}
      [Send …]
          *Sure?*
          [Yes: Send]"
    `);
  });

  it('stand six in a row, each open field above its own', () => {
    const fields = [1, 2].map((n) => button(`f${n}`, `Send ${n}`, { inline: true, field }));
    const many = Array.from({ length: 14 }, (_, n) => button(`b${n}`, `${n}`));
    const { seen } = draw([section([...many.slice(0, 2), ...fields, ...many.slice(2)])]);
    expect(seen.split('\n').slice(1)).toEqual([
      // What is offered, before a field for something else.
      '[0] [1]',
      '{Which?}',
      '[Send 1]',
      '{Which?}',
      '[Send 2]',
      '[2] [3] [4] [5] [6] [7]',
      '[8] [9] [10] [11] [12] [13]',
    ]);
  });

  it('that do not fit are named in words', () => {
    const long = button('long', 'x'.repeat(100), { event: answer({ text: '<'.repeat(20_000) }) });
    const { seen } = draw([section([button('fits', 'Yes'), long, button('y'.repeat(201), 'No')])]);
    expect(seen).toContain('[Yes]\n');
    expect(seen).toContain(
      `(Please mention the bot in this thread with your answer, or use the console: no button fits here for “${'x'.repeat(74)}…”, “No”.)`,
    );
    const many = draw([section(Array.from({ length: 60 }, (_, n) => button(`b${n}`, `Label ${n}`)))]);
    expect(many.seen).toContain('[Label 29]');
    expect(many.seen).toMatch(/no button fits here for “Label \d+”,/);
    expect(draw([section([button('a', `${'Very long '.repeat(9)}label`)])]).seen).toMatch(
      /\[(?:Very long ){3}Very long…\]/,
    );
  });

  it('keep the one field of a name that is asked for now', () => {
    const typed = button('same', 'Send', { field, inline: true });
    const { seen, parts } = draw([
      section([typed], '1'),
      section([typed], '2'),
      section([typed, typed], '3'),
    ]);
    expect(parts.filter(({ type }) => type === 'Input.Text')).toHaveLength(1);
    expect(seen.match(/no button fits here for “Which\?”/g)).toHaveLength(3);
    expect(seen).toMatch(/\n\*Is it\?\*\n\{Which\?\}\n\[Send\]\n\(Please/);
    // What asks for nothing now waits, the latest first.
    const later = draw([section([typed], '1'), section([typed], '2'), section([button('b', 'Yes')], '3')]);
    expect(later.seen).toMatch(/^[^{]*no button fits[^\n]*\n\*Is it\?\*\n\{Which\?\}\n\[Send\]\n[^{]*$/);
  });

  it('change an answer, with a text where one needs it; one answer a card', () => {
    const change = [
      button('no', 'No'),
      button('typed', 'Send', {
        inline: true,
        field: { name: 'text', label: 'Their IP address', placeholder: '203.0.113.7', required: true },
      }),
    ];
    const settled = { text: words('Yes'), by: 'Sam', at, change };
    const { seen, parts } = draw([{ id: '7', text: words('Is it?'), settled }]);
    expect(seen).toMatchInlineSnapshot(`
      "Is it?
      ✔ *Yes* — Sam, 10:03 UTC
      [Change …]
          {The answer is *: No / Their IP address}
          {Their IP address: 203.0.113.7}
          [Change]"
    `);
    const [sent] = executes(parts);
    expect(readData(sent?.['data'])).toEqual({ verb: 'change', i: 'INC-142', m: 'turn-3', s: '7' });
    expect(parts.find(({ type }) => type === 'Input.ChoiceSet')).toMatchObject({
      id: 'changeChoice',
      style: 'compact',
      choices: [
        { title: 'No', value: '0' },
        { title: 'Their IP address', value: '1' },
      ],
    });
  });

  it('change the other answers of a card too', () => {
    const text = { name: 'text', label: 'Which?', required: true } as const;
    const change = [button('8.no', 'No'), button('8.other', 'Another …', { field: text })];
    const settled = (others: readonly Button[]) => ({ text: words('Yes'), by: 'Sam', at, change: others });
    const first = { id: '7', text: words('Is it?'), settled: settled(change) };
    const last = { id: '8', text: words('And this?'), settled: settled([button('no', 'No')]) };
    const { seen, parts } = draw([first, last]);
    expect(seen).toMatchInlineSnapshot(`
      "Is it?
      ✔ *Yes* — Sam, 10:03 UTC
      [Change …]
          [No]
          {Which?}
          [Another]
      And this?
      ✔ *Yes* — Sam, 10:03 UTC
      [Change …]
          {The answer is *: No}
          [Change]"
    `);
    const carried = executes(parts).flatMap(({ data }) => readData(data) ?? []);
    expect(carried.map(({ verb, b }) => [verb, b])).toEqual([
      ['press', '8.no'],
      ['press', '8.other'],
      ['change', undefined],
    ]);
    const three = draw([{ ...first, id: '6' }, first, last]).seen;
    expect(three).toContain('Is it?\n✔ *Yes* — Sam, 10:03 UTC\n(This answer can be changed in the console.)');
  });

  it('open the evidence, which is hidden until then', () => {
    const finding = { check: 'a', verdict: 'fail', text: words('bad'), evidence: [words('seen')] } as const;
    const { parts } = draw([{ id: '7', text: words('Is it?'), findings: [finding] }]);
    const toggle = parts.find(({ type }) => type === 'Action.ToggleVisibility');
    const [id] = (toggle?.['targetElements'] ?? []) as readonly string[];
    expect(id).toBeDefined();
    expect(parts.find((one) => one['id'] === id)).toMatchObject({ type: 'Container', isVisible: false });
  });
});
