import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { checkDialog } from '../../src/engine/check.ts';
import { defineDialog, type Dialog, type Step } from '../../src/engine/dialog.ts';
import { flowchart } from '../../src/engine/flowchart.ts';
import { contracts, door } from './small-dialog.ts';

/** The door's dialog with some steps replaced. */
function planted(steps: Readonly<Record<string, unknown>>): Dialog {
  return { ...door, steps: { ...door.steps, ...(steps as Record<string, Step>) } };
}

const reasons = (dialog: Dialog, step: string): string[] =>
  checkDialog(dialog, contracts)
    .filter((problem) => problem.step === step)
    .map((problem) => problem.reason);

const { door: asks, looks, open, watch, waits, byHand } = door.steps;
const end = { kind: 'end', outcome: 'resolved', text: 'Over.' };

describe('checkDialog', () => {
  it('finds nothing wrong with a sound dialog', () => {
    expect(checkDialog(door, contracts)).toEqual([]);
  });

  it('wants an end to escalate to that reads nothing', () => {
    expect(checkDialog({ ...door, escalate: 'gone' }, contracts)).toEqual([]);
    expect(reasons({ ...door, escalate: 'well' }, 'door')).toEqual([
      '"escalate" names "well", which is no end with the outcome "escalated".',
    ]);
    expect(reasons({ ...door, escalate: 'nowhere' }, 'door')).toHaveLength(1);
    expect(reasons({ ...door, escalate: 'stuck' }, 'stuck')).toEqual([
      '"escalate" leads here from any step, and it reads "door".',
    ]);
  });

  it.each<[defect: string, step: string, steps: Record<string, unknown>, reason: string]>([
    ['an unreachable step', 'lonely', { lonely: end }, 'No path leads here'],
    [
      'no way to an end',
      'loop',
      {
        door: { ...asks, choices: { unknown: { label: 'x', next: 'loop' } } },
        loop: { kind: 'ask', ask: 'Again?', choices: { unknown: { label: 'x', next: 'loop' } } },
      },
      'No path leads from here to an end',
    ],
    [
      'a ring that waits for nobody',
      'ring',
      {
        door: { ...asks, choices: { unknown: { label: 'x', next: 'ring' } } },
        ring: { kind: 'say', to: 'staff', text: 'x', next: 'ring2' },
        ring2: {
          kind: 'say',
          to: 'staff',
          text: 'x',
          next: [{ when: { colour: 'red' }, to: 'gone' }, 'ring'],
        },
      },
      'without waiting for anybody',
    ],
    [
      'a fact read too early',
      'gone',
      { gone: { ...end, text: 'About {door}.' } },
      'reads "door", which is not known on every path',
    ],
    [
      'an input not known on a path',
      'colour',
      {
        colour: {
          kind: 'ask',
          ask: 'Which?',
          choices: { unknown: { label: 'x', next: 'looks' }, red: { label: 'y', next: 'door' } },
        },
      },
      '',
    ],
    [
      'a step that is not there',
      'door',
      { door: { ...asks, next: 'nowhere' } },
      'leads to "nowhere", and there is no such step',
    ],
    [
      'a target named like a built-in',
      'door',
      { door: { ...asks, next: 'constructor' } },
      'leads to "constructor", and there is no such step',
    ],
    [
      'a value that cannot occur',
      'looks',
      {
        looks: {
          ...looks,
          next: [
            { when: { fast: 'maybe' }, to: 'open' },
            { when: { fast: 'unknown' }, to: 'byHand' },
            { when: { slow: 'unknown' }, to: 'byHand' },
            'gone',
          ],
        },
      },
      '"fast" can never be "maybe"; it can be: yes, no, unknown',
    ],
    [
      'a condition on no fact',
      'looks',
      {
        looks: {
          ...looks,
          next: [
            { when: { __proto__x: 'yes' }, to: 'open' },
            { when: { fast: 'unknown' }, to: 'byHand' },
            { when: { slow: 'unknown' }, to: 'byHand' },
            'gone',
          ],
        },
      },
      'neither a check nor an enumerated fact',
    ],
    [
      'a condition on free text',
      'looks',
      {
        looks: {
          ...looks,
          next: [
            { when: { door: 'front' }, to: 'open' },
            { when: { fast: 'unknown' }, to: 'byHand' },
            { when: { slow: 'unknown' }, to: 'byHand' },
            'gone',
          ],
        },
      },
      '"door" is neither a check nor an enumerated fact',
    ],
    [
      'a condition asked before it can hold',
      'looks',
      {
        looks: {
          ...looks,
          next: [
            { when: { shut: 'yes' }, to: 'open' },
            { when: { fast: 'unknown' }, to: 'byHand' },
            { when: { slow: 'unknown' }, to: 'byHand' },
            'gone',
          ],
        },
      },
      'asks for "shut", which no path to here has set',
    ],
    [
      'unknown taken for a result',
      'looks',
      {
        looks: {
          ...looks,
          next: [{ when: { fast: 'yes' }, to: 'open' }, { when: { fast: 'unknown' }, to: 'byHand' }, 'gone'],
        },
      },
      "no row for { slow: 'unknown' }",
    ],
    ['an action without confirm', 'open', { open: { ...open, confirm: undefined } }, 'has no "confirm"'],
    ['an action that nobody wrote', 'open', { open: { ...open, run: 'fly' } }, 'There is no action "fly"'],
    [
      'an outcome without a way',
      'open',
      {
        open: {
          ...open,
          on: { done: 'waits', failed: 'gone', partly: 'gone', unknown: 'gone', rejected: 'gone' },
        },
      },
      'no way for the outcome "expired"',
    ],
    ['a watch on the path', 'door', { door: { ...asks, next: 'watch' } }, 'a watch begins with "after"'],
    [
      'a watch on what is no deed',
      'open',
      { open: { ...open, after: { failed: 'watch' } } },
      '"after" names "failed", and a watch can begin with: done, partly, unknown.',
    ],
    ['an "after" that is no watch', 'open', { open: { ...open, after: 'gone' } }, 'which is no watch'],
    [
      'a question that forces a guess',
      'byHand',
      { byHand: { ...byHand, choices: { done: { label: 'Done', next: 'well' } } } },
      'no choice "unknown"',
    ],
    [
      'a field that saves nothing',
      'byHand',
      { byHand: { ...byHand, field: { label: 'x' } } },
      'needs "save" and "next"',
    ],
    [
      'an answer saved as no fact',
      'door',
      { door: { ...asks, save: 'size' } },
      '"size", which "facts" does not declare',
    ],
    [
      'a choice that sets no fact',
      'byHand',
      {
        byHand: {
          kind: 'ask',
          ask: 'x',
          choices: { unknown: { label: 'x', next: 'gone', set: { size: 'xl' } } },
        },
      },
      '"size", which "facts" does not declare',
    ],
    [
      'a choice that sets what a fact cannot be',
      'byHand',
      {
        byHand: {
          kind: 'ask',
          ask: 'x',
          choices: { unknown: { label: 'x', next: 'gone', set: { colour: 'green' } } },
        },
      },
      '"colour" can never be "green"',
    ],
    [
      'a label that a platform cuts',
      'byHand',
      {
        byHand: {
          kind: 'ask',
          ask: 'x',
          choices: { done: { label: 'x'.repeat(76), next: 'well' }, unknown: { label: 'x', next: 'gone' } },
        },
      },
      'has 76 characters; the narrowest channel takes 75',
    ],
    [
      'a text that a platform cuts',
      'byHand',
      {
        byHand: {
          kind: 'ask',
          ask: 'x'.repeat(2801),
          choices: { done: { label: 'x', next: 'well' }, unknown: { label: 'x', next: 'gone' } },
        },
      },
      'has 2801 characters; the narrowest channel takes 2800',
    ],
    [
      'too many choices',
      'byHand',
      {
        byHand: {
          kind: 'ask',
          ask: 'x',
          choices: {
            unknown: { label: 'x', next: 'gone' },
            ...Object.fromEntries([...'abcdefghij'].map((id) => [id, { label: id, next: 'well' }])),
          },
        },
      },
      'It has 11 choices',
    ],
    [
      'a choice with a forbidden name',
      'byHand',
      {
        byHand: {
          kind: 'ask',
          ask: 'x',
          choices: { unknown: { label: 'x', next: 'gone' }, 'a b': { label: 'x', next: 'well' } },
        },
      },
      'no plain word',
    ],
    [
      'an empty text',
      'byHand',
      {
        byHand: {
          kind: 'ask',
          ask: ' ',
          choices: { unknown: { label: 'x', next: 'gone' }, done: { label: 'x', next: 'well' } },
        },
      },
      'The text is empty',
    ],
    [
      'a time that cannot be read',
      'waits',
      { waits: { ...waits, deadline: '10 parsecs' } },
      'deadline: "10 parsecs"',
    ],
    ['looks out of order', 'waits', { waits: { ...waits, looks: ['7m', '5m'] } }, 'each must be later'],
    [
      'a stop on what cannot occur',
      'waits',
      { waits: { ...waits, until: [{ shut: 'ajar' }] } },
      '"shut" can never be "ajar"',
    ],
    ['a stop that always holds', 'waits', { waits: { ...waits, until: [{}] } }, 'always holds'],
    [
      'a watch on what cannot occur',
      'watch',
      { watch: { ...watch, fires: [{ shut: 'ajar' }] } },
      '"shut" can never be "ajar"',
    ],
    [
      'a watch on what it does not look at',
      'watch',
      { watch: { ...watch, fires: [{ fast: 'yes' }] } },
      '"fires" asks for "fast", and the watch does not run that check',
    ],
    ['a check of nothing', 'looks', { looks: { ...looks, run: [] } }, '"run" names no check'],
    ['a watch of nothing', 'watch', { watch: { ...watch, run: [] } }, '"run" names no check'],
    [
      'a ring of checks',
      'looks',
      {
        looks: {
          ...looks,
          next: [
            { when: { fast: 'unknown' }, to: 'looks' },
            { when: { slow: 'unknown' }, to: 'byHand' },
            { when: { fast: 'yes' }, to: 'open' },
            { when: { slow: 'yes' }, to: 'stuck' },
            'gone',
          ],
        },
      },
      'without waiting for anybody',
    ],
    ['a watch without looks', 'watch', { watch: { ...watch, looks: [] } }, 'at least one look'],
  ])('names step and reason for %s', (_, step, steps, reason) => {
    const dialog = planted(steps);
    const found = reasons(dialog, step).concat(
      reason === '' ? checkDialog(dialog, contracts).map((one) => one.reason) : [],
    );
    expect(found.join('\n')).toContain(reason);
    expect(found).not.toEqual([]);
  });

  it('refuses facts that the dialog does not declare, and names that are no words', () => {
    const dialog: Dialog = { ...door, facts: z.object({ colour: z.enum(['red', 'blue']) }) };
    expect(reasons(dialog, 'open').join()).toContain('"door", which "facts" does not declare');
    expect(reasons(planted({ 'not a word': end }), 'not a word').join()).toContain('letter a–z');
  });

  it('refuses an empty dialog', () => {
    expect(checkDialog({ ...door, steps: {} }, contracts)).toEqual([
      { step: 'door', reason: 'The dialog has no steps.' },
    ]);
  });
});

describe('the compiler', () => {
  const facts = z.object({ door: z.string(), colour: z.enum(['red', 'blue']) });
  const about = { id: 'x', version: 1, title: 'x', client: 'door', facts } as const;
  const gone = { kind: 'end', outcome: 'escalated', text: 'x' } as const;
  const run = { kind: 'action', run: 'open', title: 'x', deadline: '5s' } as const;
  const confirm = { by: 'approvers', within: '30m' } as const;
  const on = {
    done: 'gone',
    failed: 'gone',
    partly: 'gone',
    unknown: 'gone',
    rejected: 'gone',
    expired: 'gone',
  } as const;

  it('refuses an action without confirm', () => {
    // @ts-expect-error: no confirm
    const dialog = defineDialog(contracts, { ...about, start: 'go', steps: { go: { ...run, on }, gone } });
    expect(reasons(dialog, 'go').join()).toContain('has no "confirm"');
  });

  it('refuses an approval without a way for rejected and expired', () => {
    const { rejected: _, expired: __, ...half } = on;
    const dialog = defineDialog(contracts, {
      ...about,
      start: 'go',
      // @ts-expect-error: rejected and expired are missing
      steps: { go: { ...run, confirm, on: half }, gone },
    });
    expect(reasons(dialog, 'go')).toHaveLength(3);
  });

  it('refuses unknown steps, facts, checks, actions, outcomes and values', () => {
    const unknown = { label: 'x', next: 'gone' } as const;
    const dialogs = [
      defineDialog(contracts, {
        ...about,
        start: 'go',
        // @ts-expect-error: no such step
        steps: { go: { kind: 'say', to: 'staff', text: 'x', next: 'nowhere' }, gone },
      }),
      // @ts-expect-error: no such start
      defineDialog(contracts, { ...about, start: 'nowhere', steps: { gone } }),
      defineDialog(contracts, {
        ...about,
        start: 'go',
        steps: {
          go: {
            kind: 'ask',
            ask: 'x',
            // @ts-expect-error: no such fact
            save: 'size',
            field: { label: 'x' },
            next: 'gone',
            choices: { unknown },
          },
          gone,
        },
      }),
      defineDialog(contracts, {
        ...about,
        start: 'go',
        // @ts-expect-error: no such check
        steps: { go: { kind: 'check', title: 'x', run: ['smell'], deadline: '5s', next: 'gone' }, gone },
      }),
      defineDialog(contracts, {
        ...about,
        start: 'go',
        steps: {
          go: {
            kind: 'check',
            title: 'x',
            run: ['fast'],
            deadline: '5s',
            // @ts-expect-error: no such outcome
            next: [{ when: { fast: 'maybe' }, to: 'gone' }, 'gone'],
          },
          gone,
        },
      }),
      defineDialog(contracts, {
        ...about,
        start: 'go',
        steps: {
          go: {
            kind: 'say',
            to: 'staff',
            text: 'x',
            // @ts-expect-error: no such value
            next: [{ when: { colour: 'green' }, to: 'gone' }, 'gone'],
          },
          gone,
        },
      }),
      defineDialog(contracts, {
        ...about,
        start: 'go',
        // @ts-expect-error: no such action
        steps: { go: { ...run, run: 'fly', confirm, on }, gone },
      }),
    ];
    expect(dialogs.map((dialog) => checkDialog(dialog, contracts).length > 0)).not.toContain(false);
  });
});

describe('flowchart', () => {
  it('draws every step and way in Mermaid', () => {
    const drawn = flowchart(door, contracts);
    expect(drawn).toMatch(/^flowchart TD\n/);
    for (const id of Object.keys(door.steps)) expect(drawn).toContain(`  ${id}`);
    expect(drawn).toContain('  looks -->|"fast=yes"| open');
    expect(drawn).toContain('  open -.->|"after"| watch');
    expect(drawn).toContain('  watch -.->|"fires"| again');
  });

  it('cannot be broken by the words of a step', () => {
    expect(flowchart(planted({ gone: { ...end, text: '"]\n<b>#x' } }), contracts)).toContain(
      '(["resolved: #quot;]  b #35;x"])',
    );
  });
});
