import { expect, test } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import type { AskStep, Dialog, Step } from '../../src/engine/dialog.ts';
import { replay } from '../../src/rehearsal/replay.ts';
import { dialog, incident } from '../dialogs/cannot-send/shipped.ts';

const past = () => incident().answers('smtp', 'blocked', 'no', 'on', 'yes').ends('resolved');
const edited = (id: string, change: (step: Step) => Partial<AskStep>): Dialog => {
  const step = dialog.steps[id];
  if (step === undefined) throw new Error(`no step ${id}`);
  return { ...dialog, version: 2, steps: { ...dialog.steps, [id]: { ...step, ...change(step) } as Step } };
};
const through = (other: Dialog) => {
  const talk = past();
  return replay(other, contracts, talk.log, talk.it);
};

test('an incident goes the same way through the dialog that it went through', () => {
  expect(through(dialog)).toEqual({ state: 'same' });
  expect(through({ ...dialog, version: 9 })).toEqual({ state: 'same' });
});

test('other words are told by the steps that say them', () => {
  expect(through(edited('port', () => ({ ask: 'Which port?' })))).toEqual({
    state: 'reworded',
    steps: ['port'],
  });
});

test('another way is told by the event after which it is taken', () => {
  const other = edited('portRight', (step) => {
    if (step.kind !== 'ask') throw new Error('no question');
    const no = step.choices?.['no'];
    if (no === undefined) throw new Error('no such choice');
    return { choices: { ...step.choices, no: { ...no, next: 'handOver' } } };
  });
  const log = past().log;
  const seq = log.findIndex((event) => event.type === 'answer.given' && event.choice === 'no') + 1;
  expect(through(other)).toEqual({
    state: 'differs',
    seq,
    after: 'Sam answered no',
    was: 'authentication',
    would: 'handOver',
  });
});

test('an answer that the edited dialog does not have is told', () => {
  const other = edited('port', (step) => {
    if (step.kind !== 'ask') throw new Error('no question');
    const { blocked: _, ...choices } = step.choices ?? {};
    return { choices };
  });
  expect(through(other)).toMatchObject({
    state: 'differs',
    after: 'Sam answered blocked',
    was: 'port',
    would: expect.stringContaining('refuse it: “blocked” is not an answer here'),
  });
});

test('a path that comes to its end too early is told', () => {
  const talk = past();
  const shorter = talk.log.slice(0, -1);
  expect(replay(dialog, contracts, shorter, talk.it)).toMatchObject({
    state: 'differs',
    after: 'the last event',
    was: 'settingsMended',
    would: 'nothing more',
  });
});
