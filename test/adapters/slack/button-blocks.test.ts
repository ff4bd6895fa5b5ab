import { describe, expect, it } from 'vitest';
import { readPress, readSection } from '../../../adapters/slack/press.ts';
import { words, type Button, type Section } from '../../../src/engine/card.ts';
import { answer, button, draw } from './drawing.ts';
import { at } from './hostile-card.ts';
import type { Json } from './read-blocks.ts';

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
      ['press:plain', 'Yes: Is it?'],
      ['ask:asks', 'Another: Is it?'],
      ['send:typed', 'Send: Which?'],
    ]);
    expect(readPress(buttonsOf(parts)[0]?.['value'])).toEqual({
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
