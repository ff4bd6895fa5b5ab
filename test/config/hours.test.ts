import { expect, test } from 'vitest';
import { config, problems } from './rig.ts';

const file = '/etc/mailfix.yaml';
const env = { MAILFIX_CONFIG: file };
const read = (text: string) => config(env, { [file]: text }).hours;
const wrong = (text: string) => problems(env, { [file]: text });

test('working hours, and how long questions wait', () => {
  const text = `
workingHours: { days: "mon-thu, sat", hours: 08:30-17:00 }
questions: { remindAfter: 5m, callAfter: off, parkAfter: 2h }
`;
  expect(read(text)).toEqual({
    workingHours: { days: [1, 2, 3, 4, 6], from: 510, to: 1020 },
    patience: { remindAfterMs: 300_000, callAfterMs: 'off', parkAfterMs: 7_200_000 },
  });
});

test('days are Monday to Friday', () => {
  expect(read('workingHours: { hours: 08:00-24:00 }')).toMatchObject({
    workingHours: { days: [1, 2, 3, 4, 5], from: 480, to: 1440 },
  });
  expect(read('workingHours: { days: fri-mon, hours: 08:00-18:00 }').workingHours?.days).toEqual([
    0, 1, 5, 6,
  ]);
});

test.each([
  [
    '\nworkingHours: { days: mon-fry, hours: 08:00-18:00 }',
    2,
    '"mon-fry" names no days: write it like mon-fri',
  ],
  ['\n\nworkingHours:\n  hours: 8-18', 4, '"8-18" is no time of the day: write it like 08:00-18:00'],
  ['workingHours: { hours: 22:00-06:00 }', 1, 'they must end after they begin'],
  [
    'workingHours: { hours: 08:00-18:00, from: 08:00 }',
    1,
    '"from" is not known here. Known in workingHours are days, hours',
  ],
  ['questions: { remindAfter: soon }', 1, 'questions.remindAfter:'],
  ['questions:\n  callAfter: 5m', 2, 'callAfter (5m) must be longer than remindAfter (10m)'],
  ['questions:\n  remindAfter: 1h\n', 2, 'callAfter (30m) must be longer than remindAfter (1h)'],
  ['questions: { callAfter: off, parkAfter: 9m }', 1, 'parkAfter (9m) must be longer than remindAfter (10m)'],
  ['questions: { remind: 5m }', 1, 'Known in questions are remindAfter, callAfter, parkAfter'],
])('%j', (text, line, words) => {
  const [first = '', ...more] = wrong(text);
  expect(more).toEqual([]);
  expect(first).toMatch(new RegExp(`^${file}, line ${line}: `));
  expect(first).toContain(words);
});
