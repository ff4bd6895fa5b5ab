import fc from 'fast-check';
import type { Button, Card, Field, Finding, Section, Text } from '../../../src/engine/card.ts';
import type { Plan } from '../../../src/engine/plan.ts';
import { at, hostile } from './hostile-card.ts';

/** Mostly short, sometimes hostile, seldom very long; never blank, as nothing that people read is. */
const value = fc.oneof(
  { weight: 6, arbitrary: fc.string({ minLength: 1, maxLength: 40 }) },
  { weight: 2, arbitrary: fc.constantFrom(...hostile) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }) },
  {
    weight: 1,
    arbitrary: fc.string({ minLength: 1, maxLength: 20 }).map((text) => `${text} word`.repeat(200)),
  },
);

const template = fc.constantFrom(
  '{v}',
  'Is {v} it?',
  '**{v}** and [{v}](https://docs.example/{v})',
  'First {v}\n\n3. one {v}\n4. two\n\n- a\n- b\n\nlast',
  'plain words',
);
const text: fc.Arbitrary<Text> = fc.record({ template, values: fc.record({ v: value }) });
const time = fc.integer({ min: -72, max: 72 }).map((hours) => at + hours * 1_800_000);

const field: fc.Arbitrary<Field> = fc.record(
  {
    name: fc.constantFrom('text' as const, 'why' as const),
    label: value,
    placeholder: value,
    required: fc.boolean(),
    multiline: fc.boolean(),
  },
  { requiredKeys: ['name', 'label', 'required'] },
);
const choices: fc.Arbitrary<readonly Button[]> = fc
  .array(
    fc.record(
      {
        label: text,
        event: fc.record({
          type: fc.constant('answer.given' as const),
          key: fc.constant('4.answer'),
          text: fc.string({ maxLength: 400 }),
        }),
        style: fc.constantFrom('primary' as const, 'danger' as const),
        field,
        inline: fc.boolean(),
        confirm: text,
      },
      { requiredKeys: ['label', 'event'] },
    ),
    { maxLength: 30 },
  )
  .map((buttons) => buttons.map((button, n) => ({ id: `b${n}`, ...button })));

const finding: fc.Arbitrary<Finding> = fc.record(
  {
    check: fc.constant('check'),
    verdict: fc.constantFrom('fail', 'warning', 'pass', 'unknown', 'not-applicable'),
    text,
    evidence: fc.array(text, { maxLength: 3 }),
    bar: fc.record({
      usedMb: fc.double({ min: -1, max: 1e6, noNaN: true }),
      limitMb: fc.double({ min: 0, max: 1e6, noNaN: true }),
    }),
  },
  { requiredKeys: ['check', 'verdict', 'text'] },
);

const plan: fc.Arbitrary<Plan> = fc.record(
  {
    hash: fc.constant('h'),
    subject: fc.constant('s'),
    title: text,
    input: fc.constant({}),
    calls: fc.array(
      fc.record({ id: fc.constant('c'), system: fc.constantFrom('whm' as const, 'cpa' as const), text }),
      { maxLength: 20 },
    ),
    from: value,
    to: value,
    evidence: fc.array(text, { maxLength: 3 }),
    consequence: text,
    risk: fc.record({
      level: fc.constantFrom('low' as const, 'raised' as const, 'high' as const),
      reasons: fc.array(text, { maxLength: 4 }),
    }),
    needs: fc.integer({ min: 1, max: 3 }),
  },
  { requiredKeys: ['hash', 'subject', 'title', 'input', 'calls', 'from', 'to', 'evidence', 'risk', 'needs'] },
);

const section: fc.Arbitrary<Omit<Section, 'id'>> = fc.record(
  {
    text,
    explain: text,
    findings: fc.array(finding, { maxLength: 15, size: 'max' }),
    pending: fc.array(value, { maxLength: 3 }),
    plan,
    approval: fc.record({ until: time, approvedBy: fc.array(value, { maxLength: 2 }) }),
    script: text,
    summary: fc.array(text, { maxLength: 8 }),
    progress: fc.record({ text, since: time, nextAt: time, until: time }),
    buttons: choices,
    settled: fc.record(
      { text, by: value, at: time, change: choices },
      { requiredKeys: ['text', 'by', 'at'] },
    ),
    notices: fc.array(text, { maxLength: 3 }),
    struck: fc.constant(true),
  },
  { requiredKeys: [] },
);

const answered: fc.Arbitrary<Omit<Section, 'id'>> = fc.record({
  text,
  settled: fc.record({ text, by: value, at: time }),
});

/** Any card at all: of few parts, of many, or of so many that were settled that no message can hold them. */
export const cards: fc.Arbitrary<Card> = fc
  .record(
    {
      heading: text,
      at: fc.constant(at),
      tone: fc.constantFrom('working', 'waiting', 'good', 'bad', 'neutral'),
      sections: fc.oneof(
        { weight: 3, arbitrary: fc.array(section, { maxLength: 4 }) },
        { weight: 3, arbitrary: fc.array(section, { minLength: 15, maxLength: 50, size: 'max' }) },
        {
          weight: 1,
          arbitrary: fc
            .tuple(fc.array(answered, { minLength: 150, maxLength: 200, size: 'max' }), section)
            .map(([before, last]) => [...before, last]),
        },
      ),
      simulated: fc.constant(true),
    },
    { requiredKeys: ['at', 'tone', 'sections'] },
  )
  .map((card) => ({
    ...card,
    sections: card.sections.map((one, n) => ({ id: n === 0 ? 'state' : `${n}`, ...one })),
  })) as fc.Arbitrary<Card>;
