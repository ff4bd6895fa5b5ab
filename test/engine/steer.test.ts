import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plain } from '../../src/engine/card.ts';
import { askFirst, consequencesOf, type Correction } from '../../src/engine/consequences.ts';
import type { ActionContract, CheckContract } from '../../src/engine/contract.ts';
import { defineDialog } from '../../src/engine/dialog.ts';
import { valuesOf } from '../../src/engine/fact.ts';
import { knownCard } from '../../src/engine/known.ts';
import { verbEvent, type Verb } from '../../src/engine/verbs.ts';
import { factsOf } from '../../src/engine/work.ts';
import { textOf } from '../card-words.ts';
import { lea, sam, talk, type Conversation, type World } from '../conversation.ts';
import { contracts as doorContracts, door, usual } from './small-dialog.ts';

const none = z.object({});
const contracts = {
  ...doorContracts,
  keeper: {
    kind: 'check',
    title: 'who has the key',
    system: 'the key book',
    input: z.object({ house: z.string() }),
    outcomes: { found: z.object({ door: z.string(), holder: z.string() }), unknown: none },
  },
} as const satisfies Record<string, CheckContract | ActionContract>;

/** A house is named, the key book says which door and who keeps its key; the door is opened with approval. */
const house = defineDialog(contracts, {
  id: 'house',
  version: 1,
  title: 'house trouble',
  client: 'house',
  facts: z.object({
    house: z.string().min(2, 'Name the house.'),
    door: z.string().min(2, 'Name the door.'),
    holder: z.string(),
    weather: z.enum(['wet', 'dry']),
  }),
  labels: { house: 'House', door: 'Their door' },
  start: 'house',
  escalate: 'others',
  steps: {
    house: {
      kind: 'ask',
      ask: 'Which house?',
      save: 'house',
      skipWhenKnown: true,
      field: { label: 'House' },
      next: 'weather',
      choices: { unknown: { label: 'Can’t tell', next: 'others' } },
    },
    weather: {
      kind: 'ask',
      ask: 'Is it raining?',
      choices: {
        wet: { label: 'Yes', set: { weather: 'wet' }, next: 'look' },
        dry: { label: 'No', set: { weather: 'dry' }, next: 'look' },
        unknown: { label: 'They can’t see', next: 'look' },
      },
    },
    look: {
      kind: 'check',
      title: 'Looking for the door of {house}',
      run: ['keeper'],
      deadline: '10s',
      next: [{ when: { keeper: 'unknown' }, to: 'door' }, 'sure'],
    },
    door: {
      kind: 'ask',
      ask: 'Which door?',
      save: 'door',
      field: { label: 'Door' },
      next: 'sure',
      choices: {
        key: { label: 'Somebody has the key …', text: { label: 'Who?', save: 'holder' }, next: 'sure' },
        unknown: { label: 'Can’t tell', next: 'others' },
      },
    },
    sure: {
      kind: 'ask',
      ask: 'Is it locked?',
      choices: {
        yes: { label: 'Yes', next: 'open' },
        no: { label: 'No', next: 'done' },
        again: { label: 'Look again', next: 'look' },
        unknown: { label: 'They can’t say', next: 'open' },
      },
    },
    open: {
      kind: 'action',
      run: 'open',
      title: 'Open the door',
      deadline: '5s',
      confirm: { by: 'approvers', within: '30m' },
      on: {
        done: 'helped',
        failed: 'others',
        partly: 'others',
        unknown: 'others',
        rejected: 'others',
        expired: 'others',
      },
    },
    helped: {
      kind: 'ask',
      ask: 'Is it open now?',
      choices: {
        yes: { label: 'Yes', next: 'done' },
        unknown: { label: 'They can’t say', next: 'done' },
      },
    },
    done: { kind: 'end', outcome: 'resolved', text: 'All is well.' },
    others: { kind: 'end', outcome: 'escalated', text: 'Others have to look.' },
  },
});

const world: World = { ...usual, keeper: ['found', { door: 'front', holder: 'Ann' }] };
const at = (facts: Record<string, string> = { house: 'green' }) =>
  talk({ dialog: house, contracts, world, facts });
const seenOf = (talk: Conversation) => ({ dialog: house, contracts, it: talk.it });
const stampOf = (talk: Conversation) => ({ source: 't', incident: 'INC-1', at: talk.now, actor: sam });
const known = (talk: Conversation) => valuesOf(factsOf(talk.it));
const says = (talk: Conversation, verb: Verb) => {
  const event = verbEvent(seenOf(talk), verb);
  if ('code' in event) throw new Error(event.message);
  expect(talk.send(event, sam)).toMatchObject({ ok: true });
  return talk.waits(0);
};
const read = (talk: Conversation, correction: Correction) => {
  const found = consequencesOf(seenOf(talk), correction, stampOf(talk));
  if ('code' in found) throw new Error(found.message);
  const { again, withdrawn, running, stays, ...rest } = found;
  return {
    ...rest,
    again: again.map(plain),
    withdrawn: withdrawn.map(({ text }) => plain(text)),
    running: running.map(plain),
    stays: stays.map(plain),
  };
};

describe('back', () => {
  it('asks the last answered question again, with the earlier answer beside it', () => {
    const it = says(at().answers('wet', 'yes'), 'back');
    it.asks('Is it locked?').says('Answered before: Yes (Sam, 10:00 UTC).');
    expect(it.button('Yes').style).toBe('primary');
  });

  it('goes one further each time, and each earlier answer can be given again with a click', () => {
    const it = at({}).answers('green', 'wet', 'yes');
    says(says(says(it, 'back'), 'back'), 'back');
    it.asks('Which house?').clicks('As before: green');
    it.asks('Is it raining?').clicks('Yes');
    it.asks('Is it locked?').clicks('Yes').asks('Open the door');
    expect(known(it)).toMatchObject({ house: 'green', weather: 'wet', door: 'front' });
  });

  it('withdraws what waits for an approval: the old button changes nothing and says why', () => {
    const it = at().answers('wet', 'yes');
    const { event } = it.button('Approve');
    const effects = it.effects.length;
    says(it, 'back').says('Withdrawn: Sam went back to an earlier question.');
    const told = it.effects.slice(effects).filter((one) => one.type === 'show' && one.notify === 'approvers');
    expect(told).toHaveLength(1);
    expect(it.refuses(event, lea)).toContain('This was withdrawn: an earlier answer was changed');
    expect(it.acts).toEqual([]);
  });

  it('asks nothing that was known without asking, and says so where nothing was answered', () => {
    expect(verbEvent(seenOf(at()), 'back')).toMatchObject({
      code: 'late',
      message: 'No question was answered yet, so there is none to go back to.',
    });
  });

  it('is refused while something is being done', () => {
    const it = at().world({ 'act:open': 'silent' }).answers('wet', 'yes').approves();
    const event = verbEvent(seenOf(it), 'back');
    if ('code' in event) throw new Error(event.message);
    expect(it.refuses(event)).toBe('Just now this is being done: open?. Please wait until it is over.');
    expect(it.refuses({ type: 'incident.restarted' })).toContain('Please wait until it is over.');
  });

  it('is refused for an answer that no longer stands', () => {
    const it = at().answers('wet', 'yes');
    const event = verbEvent(seenOf(it), 'back');
    if ('code' in event) throw new Error(event.message);
    expect(it.send(event, sam).ok).toBe(true);
    expect(it.refuses(event, lea)).toContain('That answer does not stand any more.');
    expect(it.refuses({ type: 'answer.reopened', visit: 99 })).toContain('does not stand');
  });
});

describe('a fact that a check brought', () => {
  const correct = { type: 'fact.corrected', fact: 'door', text: 'cellar' } as const;

  it('is overruled by a person: looked at anew from there, and the check does not win again', () => {
    const it = at().answers('wet');
    expect(known(it)['door']).toBe('front');
    expect(it.send(correct, sam).ok).toBe(true);
    it.waits(0).says('Sam says: Their door is cellar. the key book said front at 10:00 UTC.');
    expect(known(it)['door']).toBe('cellar');
    it.clicks('Look again');
    expect(known(it)['door']).toBe('cellar');
    it.answers('yes').approves();
    expect(it.acts.map(({ input }) => input)).toEqual([{ door: 'cellar' }]);
  });

  it('holds until a person answers otherwise, and falls with what it was said about', () => {
    const it = at({}).answers('green', 'wet');
    it.send(correct, sam);
    it.waits(0).changes('Is it raining?', 'No');
    expect(known(it)['door']).toBe('front');
    it.send(correct, sam);
    it.world({ keeper: ['unknown'] });
    it.send({ ...correct, text: 'attic' }, sam);
    it.waits(0).asks('Which door?').types('garden');
    expect(known(it)['door']).toBe('garden');
  });

  it('is refused where no question asks for it, where it is not known, and where it reads wrong', () => {
    const it = at().answers('wet');
    expect(it.refuses({ ...correct, fact: 'keeper' })).toContain(
      '“who has the key” is not for people to set.',
    );
    expect(it.refuses({ ...correct, fact: '__proto__' })).toContain('is not known yet');
    expect(it.refuses({ ...correct, text: 'x' })).toBe('Name the door.');
    expect(it.refuses({ ...correct, text: 'front' })).toContain('known already');
  });

  it('leaves what was said against the same check before, and asks nobody about it', () => {
    const it = at().answers('wet');
    it.send(correct, sam);
    it.waits(0);
    const other: Correction = { type: 'fact.corrected', fact: 'holder', text: 'Bob' };
    expect(read(it, other)).toMatchObject({ again: [], asks: false });
    it.send(other, sam);
    expect(known(it.waits(0))).toMatchObject({ door: 'cellar', holder: 'Bob' });
  });

  it('of the opening leads to where it is read first', () => {
    const it = at().answers('wet', 'yes');
    it.send({ type: 'fact.corrected', fact: 'house', text: 'red' }, sam);
    expect(known(it)).toMatchObject({ house: 'red' });
    it.waits(0).asks('Is it raining?');
  });
});

describe('consequences', () => {
  it('of a late answer alone are none, and it is not asked about', () => {
    const it = at().answers('wet');
    const change: Correction = { type: 'answer.corrected', visit: 2, choice: 'dry' };
    expect(read(it, change)).toMatchObject({ asks: false, again: [], withdrawn: [], stays: [] });
    expect(askFirst(seenOf(it), change, stampOf(it))).toBeUndefined();
  });

  it('name answers, approvals and deeds, and are accepted by their token alone', () => {
    const it = at().answers('wet', 'yes');
    const change: Correction = { type: 'answer.corrected', visit: 2, choice: 'dry' };
    const before = read(it, change);
    expect(before).toMatchObject({
      again: ['Asked again: Is it locked? (Yes)'],
      withdrawn: ['Withdrawn, and the approvers are told: open?'],
      asks: true,
    });
    const asked = askFirst(seenOf(it), change, stampOf(it));
    expect(asked).toMatchObject({
      code: 'confirm',
      confirm: { event: { ...change, accepts: before.token } },
    });
    expect(askFirst(seenOf(it), { ...change, accepts: before.token }, stampOf(it))).toBeUndefined();
    it.approves();
    const after = read(it, change);
    expect(after.stays).toEqual(['Stays done: open? (10:00 UTC)']);
    expect(after.withdrawn).toEqual([]);
    // What was read before is not what would happen now.
    expect(askFirst(seenOf(it), { ...change, accepts: before.token }, stampOf(it))?.code).toBe('confirm');
  });

  it('name what is being done right now', () => {
    const it = at().world({ 'act:open': 'silent' }).answers('wet', 'yes').approves();
    const { running } = read(it, { type: 'answer.corrected', visit: 2, choice: 'dry' });
    expect(running).toEqual(['Is being done right now, and will be finished: open?']);
  });

  it('name what was said against a check', () => {
    const it = at().answers('wet');
    it.send({ type: 'fact.corrected', fact: 'door', text: 'cellar' }, sam);
    it.waits(0);
    const { again, asks } = read(it, { type: 'answer.corrected', visit: 2, choice: 'dry' });
    expect({ again, asks }).toEqual({ again: ['To be said again: cellar (Sam, 10:00 UTC)'], asks: true });
  });

  it('of a refused correction are its refusal', () => {
    const it = at().answers('wet');
    const found = consequencesOf(
      seenOf(it),
      { type: 'answer.corrected', visit: 9, choice: 'dry' },
      stampOf(it),
    );
    expect(found).toMatchObject({ code: 'late' });
  });
});

describe('the other verbs', () => {
  it('repeat shows the question at the bottom, and its old buttons say so', () => {
    const it = at();
    const { event } = it.button('No');
    it.send({ type: 'note.added', text: 'on hold' }, sam);
    says(it, 'repeat').asks('Is it raining?').says('Asked again below.');
    expect(it.refuses(event)).toContain('Decided already: Asked again below. (Sam, 10:00 UTC)');
    it.answers('dry').asks('Is it locked?');
    expect(known(it)['weather']).toBe('dry');
  });

  it('unknown and skip take the choice that every question has, but skipping does not give it up', () => {
    const it = says(at(), 'unknown').asks('Is it locked?');
    says(it, 'skip').asks('Open the door');
    expect(verbEvent(seenOf(at({})), 'skip')).toMatchObject({
      code: 'not-allowed',
      message: expect.stringContaining('This cannot be skipped'),
    });
    expect(verbEvent(seenOf(it), 'skip')).toMatchObject({
      code: 'late',
      message: 'No question is open just now. Waiting for an approver: open?.',
    });
  });

  it('start over begins anew with what the opening brought, as corrected; deeds stay', () => {
    const it = at().answers('wet', 'yes').approves();
    it.send({ type: 'answer.corrected', visit: 1, text: 'red' }, sam);
    it.waits(0).answers('wet', 'yes').says('Done already');
    says(it, 'restart').asks('Is it raining?').says('Sam started over.');
    expect(known(it)).toEqual({ house: 'red' });
    expect(it.it.deeds).toHaveLength(1);
  });

  it('escalate ends it where the runbook says, and tells the approvers what is withdrawn', () => {
    const it = at().answers('wet', 'yes');
    it.send({ type: 'incident.escalated', why: 'too old' }, sam);
    it.ends('escalated', 'Others have to look.').says('Withdrawn: Sam ended the incident.', 'too old');
    expect(it.acts).toEqual([]);
    expect(
      talk({ dialog: door, contracts: doorContracts }).refuses({ type: 'incident.escalated' }),
    ).toContain('Hand it over to a colleague.');
  });

  it('are refused after the end, each in words', () => {
    const it = at().answers('wet', 'no');
    for (const verb of ['back', 'unknown', 'skip', 'repeat', 'restart', 'escalate'] as const) {
      expect(verbEvent(seenOf(it), verb)).toMatchObject({ code: 'ended' });
    }
    expect(it.refuses({ type: 'incident.escalated' })).toContain('has ended');
    expect(it.refuses({ type: 'question.repeated', key: '2.answer' })).toContain('has ended');
  });
});

describe('what is known', () => {
  const card = (it: Conversation) => knownCard(seenOf(it));

  it('is every fact with its source, and Change where there is something to change', () => {
    const it = at().answers('wet');
    expect(textOf(card(it))).toContain('who has the key: found (the key book, 10:00 UTC)');
    const said = card(it).sections.map(({ id, settled }) => [
      id,
      settled && plain(settled.text),
      settled?.by,
    ]);
    expect(said).toEqual([
      ['1', 'green', 'Sam'],
      ['2', 'Yes', 'Sam'],
      ['fact.door', 'front', 'the key book'],
      ['fact.holder', 'Ann', 'the key book'],
      ['rest', undefined, undefined],
    ]);
    const changeable = card(it).sections.filter(({ settled }) => settled?.change !== undefined);
    expect(changeable.map(({ id }) => id)).toEqual(['1', '2', 'fact.door', 'fact.holder']);
  });

  it('keeps what the check said beside what a person said against it', () => {
    const it = at().answers('wet');
    it.send({ type: 'fact.corrected', fact: 'door', text: 'cellar' }, sam);
    it.waits(0);
    const section = card(it).sections.find(({ id }) => id === 'fact.door');
    expect(plain(section?.explain ?? { template: '' })).toBe('the key book said front at 10:00 UTC.');
    expect(section?.settled).toMatchObject({ by: 'Sam' });
  });

  it('can be changed no more after the end', () => {
    const it = at().answers('wet', 'no');
    expect(card(it).sections.filter(({ settled }) => settled?.change !== undefined)).toEqual([]);
  });
});
