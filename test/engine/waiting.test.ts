import { describe, expect, test } from 'vitest';
import { plain } from '../../src/engine/card.ts';
import { stateOf } from '../../src/engine/root.ts';
import { step } from '../../src/engine/step.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { lea, sam, type Conversation } from '../conversation.ts';
import { atTheDoor, contracts, door } from './small-dialog.ts';

const minute = 60_000;
const asks = (at: number) => ({
  remindAt: at + 10 * minute,
  callAt: at + 30 * minute,
  parkAt: at + 240 * minute,
  morningAt: at + 22 * 60 * minute,
});
const waiting = () => atTheDoor({}, { asks });
const state = (talk: Conversation) => plain(stateOf(talk.it));
/** Whom the messages told that were shown from there on. */
const told = (talk: Conversation, from: number) =>
  talk.effects
    .slice(from)
    .flatMap((one) => (one.type === 'show' && one.notify !== 'none' ? [`${one.message} ${one.notify}`] : []));

describe('a question that nobody answers', () => {
  test('reminds its owner, then tells the channel, then is parked', () => {
    const talk = waiting();
    let from = talk.effects.length;
    talk.waits(9);
    expect(told(talk, from)).toEqual([]);
    talk.waits(1);
    expect(told(talk, from)).toEqual(['turn-0 owner']);
    talk.says('Sam, this has waited for 10 min, since 10:00 UTC.');
    from = talk.effects.length;
    talk.waits(20);
    expect(told(talk, from)).toEqual(['turn-0 channel']);
    talk.says('Nobody has answered for 30 min, since 10:00 UTC: Which colour?');
    expect(talk.it.parked).toBeUndefined();
    from = talk.effects.length;
    talk.waits(210);
    expect(told(talk, from)).toEqual(['turn-0 owner']);
    expect(state(talk)).toBe('Parked since 14:00 UTC: nobody answered');
    talk.waits(10_000);
    expect(talk.effects.filter(({ type }) => type === 'wake')).toHaveLength(3);
  });

  test('does not, once it is answered; the next one begins anew', () => {
    const talk = waiting().waits(9);
    talk.answers('red').waits(9);
    expect(talk.thread()).not.toContain('has waited');
    talk.waits(1).says('Sam, this has waited for 10 min, since 10:09 UTC.');
  });

  test('leaves people alone while they talk', () => {
    const talk = waiting().waits(8);
    talk.send({ type: 'note.added', text: 'they call back' }, lea);
    talk.waits(3);
    talk.send({ type: 'note.added', text: 'fine' }, sam);
    talk.waits(4);
    expect(talk.thread()).not.toContain('has waited');
    talk.waits(1).says('Sam, this has waited for 16 min');
    // What would have come meanwhile is not left out.
    talk.waits(14).says('Nobody has answered for 30 min');
  });

  test('waits for ever where no terms came with it', () => {
    expect(atTheDoor().effects.some(({ type }) => type === 'wake')).toBe(false);
  });

  test('and was talked about until its next time was over leaves people a while between two calls', () => {
    const talk = waiting().waits(9);
    for (let n = 0; n < 8; n += 1) {
      talk.send({ type: 'note.added', text: `${n}` }, sam);
      talk.waits(4);
    }
    const from = talk.effects.length;
    talk.waits(1);
    expect(told(talk, from)).toEqual(['turn-0 owner']);
    talk.waits(4);
    expect(told(talk, from)).toEqual(['turn-0 owner']);
    talk.waits(1);
    expect(told(talk, from)).toEqual(['turn-0 owner', 'turn-0 channel']);
  });

  test('is never reminded of by a person', () => {
    const talk = waiting();
    const key = Object.keys(talk.it.open).find((one) => one.includes('nudge')) ?? '';
    expect(talk.refuses({ type: 'time.came', key })).toBe('Only the clock can do that.');
  });

  test('is told from its log whatever the settings say later', () => {
    const talk = waiting().waits(10);
    talk.send({ type: 'incident.parked', wake: 'morning' }, sam);
    talk.waits(24 * 60);
    let folded: Incident | undefined;
    for (const event of talk.log) folded = step(door, contracts, folded, event).incident;
    expect(folded).toEqual(talk.it);
  });
});

describe('a parked incident', () => {
  test('goes on where it was, with what is known and its question, asked once', () => {
    const talk = waiting().answers('red').waits(300);
    expect(talk.it.parked).toMatchObject({ unanswered: true });
    const from = talk.effects.length;
    talk.clicks('Take up again', undefined, lea);
    expect(told(talk, from)).toEqual([`turn-${talk.it.turn} owner`]);
    talk.asks('Lea takes this up again.').asks('Which colour? Red').asks('Which door?');
    expect(talk.buttons().filter(({ inline }) => inline === true)).toHaveLength(2);
    talk.waits(10).says('this has waited for 5 h 10 min');
    talk.types('front').says('Open front');
    expect(talk.buttons().some(({ inline }) => inline === true)).toBe(false);
    expect(talk.refuses({ type: 'incident.resumed' })).toBe('INC-1 is not parked: it goes on where it is.');
  });

  test('is not reminded of, and goes on with any answer', () => {
    const talk = waiting();
    talk.send({ type: 'incident.parked', why: 'lunch' }, sam);
    talk.waits(600);
    expect(talk.thread()).not.toContain('has waited');
    expect(state(talk)).toBe('Parked since 10:00 UTC: lunch');
    talk.answers('red');
    expect(talk.it.parked).toBeUndefined();
    talk.waits(10).says('Sam, this has waited for 10 min');
  });

  test.each([
    ['Remind me in 30 min', 30, 'Parked from 10:10 UTC until 10:40 UTC'],
    ['Remind me in 2 h', 120, 'Parked from 10:10 UTC until 12:10 UTC'],
    ['Remind me tomorrow morning', 22 * 60, 'Parked from 10:10 UTC until 08:10 UTC'],
  ])('%s: it wakes by itself and calls its owner', (label, minutes, words) => {
    const talk = waiting();
    expect(talk.labels()).not.toContain('Remind me');
    talk.waits(10).clicks(label);
    expect(state(talk)).toBe(words);
    expect(talk.labels()).not.toContain('Remind me');
    talk.waits(minutes - 1);
    expect(talk.it.parked).toBeDefined();
    const from = talk.effects.length;
    talk.waits(1);
    expect(talk.it.parked).toBeUndefined();
    expect(told(talk, from)).toEqual([`turn-${talk.it.turn} owner`]);
    talk.asks('It is time: Sam wanted to be reminded now.').asks('Which colour?');
  });

  test('that was taken up before is not woken, and says so to a late clock', () => {
    const talk = waiting();
    talk.send({ type: 'incident.parked', wake: '30m' }, sam);
    const { key = '' } = talk.it.parked ?? {};
    expect(talk.refuses({ type: 'time.came', key })).toBe('Only the clock can do that.');
    talk.clicks('Take up again');
    const { turn } = talk.it;
    talk.waits(40);
    expect(talk.it.turn).toBe(turn);
  });

  test('is not parked until a morning that nobody knows', () => {
    expect(atTheDoor().refuses({ type: 'incident.parked', wake: 'morning' })).toContain(
      'Choose another time',
    );
  });
});

describe('a new owner', () => {
  test('is called with a summary and the open question, and the one before is told', () => {
    const talk = waiting().answers('red');
    let from = talk.effects.length;
    talk.send({ type: 'incident.taken-over' }, lea);
    expect(talk.effects.slice(from)).toContainEqual({
      type: 'whisper',
      key: 'whisper.owner',
      to: sam,
      text: expect.objectContaining({ template: '{name} has taken {id} over from you.' }),
    });
    talk.asks('Lea takes this over from Sam.').asks('Which colour? Red').asks('Which door?');
    from = talk.effects.length;
    talk.send({ type: 'incident.handed-over', to: sam, why: 'I have to go' }, lea);
    expect(told(talk, from)).toEqual([`turn-${talk.it.turn} owner`]);
    talk.asks('Lea hands this over to Sam.').asks('I have to go').asks('Which door?');
    // Further up the question is asked where it was, and in the newest message, and no third time.
    expect(talk.buttons().filter(({ inline }) => inline === true)).toHaveLength(2);
  });

  test('is not who owned it before', () => {
    const talk = atTheDoor();
    const from = talk.effects.length;
    talk.send({ type: 'incident.taken-over' }, sam);
    expect(talk.effects.slice(from)).toEqual([]);
    expect(talk.refuses({ type: 'incident.handed-over', to: sam })).toBe('INC-1 is with Sam already.');
  });
});

describe('a note', () => {
  test('is taken back by whoever wrote it: the card forgets its words, the log does not', () => {
    const talk = atTheDoor();
    talk.send({ type: 'note.added', text: 'wrong thread' }, sam);
    const note = talk.it.notes[0]?.id ?? '';
    expect(talk.refuses({ type: 'note.deleted', note }, lea)).toBe('Only Sam can take that note back.');
    talk.send({ type: 'note.deleted', note }, sam);
    talk.says('Note, taken back');
    expect(talk.thread()).not.toContain('wrong thread');
    expect(talk.refuses({ type: 'note.deleted', note }, sam)).toBe('There is no such note.');
    expect(talk.refuses({ type: 'note.edited', note, text: 'x' }, sam)).toBe('There is no such note.');
    expect(JSON.stringify(talk.log)).toContain('wrong thread');
  });
});
