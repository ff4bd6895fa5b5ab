import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { plain, type Finding } from '../../src/engine/card.ts';
import type { Contracts } from '../../src/engine/contract.ts';
import { defineDialog } from '../../src/engine/dialog.ts';
import { mailfix, type Actor } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { stateOf } from '../../src/engine/root.ts';
import { lea, sam, talk as talkOf, type Conversation, type World } from '../conversation.ts';
import { planOf } from '../outside.ts';
import { proposal as shipped } from '../dialogs/cannot-receive/shipped.ts';
import { atTheDoor } from './small-dialog.ts';

const tom: Actor = { id: 'web:tom', person: 'tom', name: 'Tom' };

/** A check finds the lock that somebody’s words are about; the lock is changed. */
const smithy = {
  smith: {
    kind: 'check',
    title: 'the locksmith’s books',
    input: z.object({ door: z.string() }),
    outcomes: { known: z.object({ lock: z.string() }), unknown: z.object({}) },
  },
  rekey: {
    kind: 'action',
    title: 'change the lock',
    input: z.object({ lock: z.string() }),
    outcomes: { done: z.object({}) },
  },
} as const satisfies Contracts;
const lock = defineDialog(smithy, {
  id: 'lock',
  version: 1,
  title: 'lock trouble',
  client: 'door',
  facts: z.object({ door: z.string(), lock: z.string() }),
  start: 'door',
  steps: {
    door: {
      kind: 'ask',
      ask: 'Which door?',
      save: 'door',
      field: { label: 'Door' },
      next: 'find',
      choices: { unknown: { label: 'Can’t tell', next: 'over' } },
    },
    find: {
      kind: 'check',
      title: 'Whose lock is it?',
      run: ['smith'],
      deadline: '5s',
      next: [{ when: { smith: 'unknown' }, to: 'over' }, 'rekey'],
    },
    rekey: {
      kind: 'action',
      run: 'rekey',
      title: 'Change {lock}',
      deadline: '5s',
      confirm: { by: 'approvers', within: '30m' },
      on: {
        done: 'over',
        failed: 'over',
        partly: 'over',
        unknown: 'over',
        rejected: 'over',
        expired: 'over',
      },
    },
    over: { kind: 'end', outcome: 'escalated', text: 'Over.' },
  },
});
const atTheLock = (world: World): Conversation => talkOf({ dialog: lock, contracts: smithy, world });

const keyOf = (talk: Conversation, part: string): string =>
  Object.keys(talk.it.open).find((key) => key.includes(part)) ?? `no ${part}`;
const state = (it: Incident): string => plain(stateOf(it));
const proposal = (): Conversation => atTheDoor().answers('red', 'front');
const waiting = (): Conversation =>
  atTheDoor({ shut: ['yes'] })
    .answers('red', 'front')
    .approves();
const acting = (): Conversation => atTheDoor({ 'act:open': 'silent' }).answers('red', 'front').approves();
const authority = { allowed: true, roles: [], reason: 'approvers' };
const whispers = (talk: Conversation): string[] =>
  talk.effects.flatMap((effect) => (effect.type === 'whisper' ? [plain(effect.text)] : []));
/** Who was told of what, since the n-th effect. */
const pings = (talk: Conversation, from: number): string[] =>
  talk.effects
    .slice(from)
    .flatMap((effect) =>
      effect.type === 'show' && effect.notify !== 'none' ? [`${effect.message} ${effect.notify}`] : [],
    );
const rootFindings = (talk: Conversation): string[] =>
  (talk.cards().get('root')?.sections ?? [])
    .flatMap((section) => section.findings ?? [])
    .map(({ check, verdict }) => `${check} ${verdict}`);

describe('a press', () => {
  it('that is looked into when the approval expires does nothing, and the presser is told', () => {
    const talk = proposal();
    talk.now += 29 * 60_000;
    talk.send(talk.button('Approve').event, lea);
    const key = keyOf(talk, '.press.');
    talk.now += 60_000;
    talk.send({ type: 'time.came', key: keyOf(talk, '.expiry.') });
    talk.ends('escalated');
    expect(Object.keys(talk.it.open)).toEqual([key]);
    talk.send({ type: 'confirm.decided', key, authority }, lea);
    expect(talk.acts).toEqual([]);
    expect(whispers(talk)).toEqual([expect.stringContaining('Decided already: Nobody approved in time.')]);
    expect(talk.it.open).toEqual({});
  });

  it('after the time, when the clock has not come round yet, is refused at once', () => {
    const talk = proposal();
    const { event } = talk.button('Approve');
    talk.now += 31 * 60_000;
    expect(talk.refuses(event, lea)).toContain('The time to approve it is over');
  });

  it('by whoever named the client is one by a requester, though a check made another fact of the name', () => {
    const talk = atTheLock({ smith: ['known', { lock: 'L7' }], rekey: ['planned'] });
    talk.types('front', tom).approves('Approve', lea);
    const asked = talk.effects.find((effect) => effect.type === 'authorize');
    expect(asked).toMatchObject({ requesters: ['sam', 'tom'], plan: { input: { lock: 'L7' } } });
  });
});

describe('parking', () => {
  const parked = (talk: Conversation): Conversation => {
    talk.send({ type: 'incident.parked', why: 'client rings back' }, sam);
    return talk;
  };

  it('says why', () => {
    expect(state(parked(proposal()).it)).toBe('Parked since 10:00 UTC: client rings back');
  });

  it('is lifted by an answer, by a change of one, by an approval and by a rejection', () => {
    expect(parked(atTheDoor()).answers('red').it.parked).toBeUndefined();
    const changed = parked(proposal());
    changed.changes('Which colour?', 'Blue');
    expect(changed.it.parked).toBeUndefined();
    expect(parked(proposal()).approves().it.parked).toBeUndefined();
    expect(parked(proposal()).rejects('no').it.parked).toBeUndefined();
  });

  it('does not stop the clocks', () => {
    parked(proposal()).waits(15).says('Still waiting for an approver.').waits(15).ends('escalated');
    parked(waiting()).waits(10).ends('escalated', 'front is stuck.');
  });
});

describe('a look', () => {
  it('pressed for twice at once is made once', () => {
    const talk = waiting().world({ shut: 'silent' });
    const { event } = talk.button('Look now');
    expect(talk.send(event, sam).ok).toBe(true);
    expect(talk.refuses(event, lea)).toContain('no longer waiting');
    expect(talk.effects.filter((effect) => effect.type === 'run' && effect.contract === 'shut')).toHaveLength(
      1,
    );
    talk.send({ type: 'run.finished', key: keyOf(talk, '.shut.0'), outcome: 'yes' });
    talk.button('Look now');
  });

  it('of a watch is made again only when the one before is over', () => {
    const talk = waiting().clicks('It is open already').world({ shut: 'silent' }).waits(20);
    expect(Object.keys(talk.it.open).filter((key) => key.includes('.look.'))).toEqual([]);
    talk.waits(1);
    expect(Object.keys(talk.it.open).filter((key) => key.includes('.look.'))).toHaveLength(1);
  });

  it('that was given up leaves a finding that says so, and not the one before', () => {
    const talk = waiting().waits(5);
    expect(rootFindings(talk)).toContain('shut warning');
    talk.world({ shut: 'silent' }).waits(2);
    talk.send({ type: 'effect.died', key: keyOf(talk, '.shut.'), what: 'the door', why: 'It broke.' });
    talk.says('This did not work: the door. It broke.');
    expect(rootFindings(talk)).toContain('shut unknown');
    expect(rootFindings(talk)).not.toContain('shut warning');
  });
});

describe('a late result', () => {
  const late = (): Conversation => atTheDoor({ fast: 'silent' }).answers('red', 'front').waits(1);

  it('that speaks against the path is said, whatever else was said there before', () => {
    const talk = atTheDoor({ fast: 'silent', slow: 'silent' }).answers('red', 'front');
    talk.send({ type: 'dialog.version-changed', to: 2 });
    talk.waits(1).says('now version 2').asks('Open front by hand.');
    talk.send({ type: 'run.finished', key: '3.fast.0', outcome: 'yes' });
    talk.says('This came after the path was chosen');
  });

  it('that is still owed does not hide who is waited for', () => {
    expect(state(late().it)).toBe('Waiting for Sam: Open front by hand.');
  });

  it('for an ended incident is refused and throws nothing', () => {
    const talk = atTheDoor({ fast: ['no'], slow: 'silent' }).answers('red', 'front');
    const key = keyOf(talk, '.slow.');
    talk.send({ type: 'incident.cancelled', why: 'x' }, sam);
    expect(talk.refuses({ type: 'run.finished', key, outcome: 'yes' }, mailfix)).toContain('Cancelled.');
    expect(talk.refuses({ type: 'time.came', key: '3.deadline.0' }, mailfix)).not.toBe('');
    expect(talk.refuses({ type: 'confirm.decided', key: '9.press.9', authority }, lea)).not.toBe('');
  });
});

describe('an incident that is cancelled while an act runs', () => {
  it('records the deed, begins its watch, moves nothing, and is re-opened by the watch', () => {
    const talk = acting();
    const key = keyOf(talk, '.act.');
    talk.send({ type: 'incident.cancelled', why: 'wrong client' }, sam);
    const visits = talk.it.visits.length;
    talk.send({ type: 'run.finished', key, outcome: 'done' });
    talk.ends('cancelled').says('Watching front');
    expect(talk.it.deeds).toHaveLength(1);
    expect(talk.it.visits.slice(visits).map(({ step }) => step)).toEqual(['watch']);
    talk
      .world({ shut: ['yes'] })
      .waits(20)
      .says('front fell shut again.');
    expect(talk.it.ended).toBeUndefined();
  });

  it('says that it was cancelled only where something was waited for', () => {
    const talk = atTheDoor({ slow: 'silent' }).answers('red', 'front');
    talk.send({ type: 'incident.cancelled', why: 'x' }, sam);
    expect(talk.it.visits.map(({ settled }) => settled && plain(settled.text))).toEqual([
      'Red',
      'front',
      undefined,
      'Cancelled.',
    ]);
  });
});

describe('an act', () => {
  it('that runs is shown as running', () => {
    const section = [...acting().cards().values()].at(-1)?.sections.at(-1);
    expect(section?.pending).toEqual(['open the door']);
  });

  it('whose world changed leaves nothing behind of what was approved', () => {
    const talk = atTheDoor({ open: 'silent', 'act:open': 'silent' }).answers('red', 'front');
    const small = planOf('open', { door: 'side' });
    const plan = { ...planOf('open', { door: 'front' }), alternatives: [small] };
    talk.send({ type: 'run.finished', key: keyOf(talk, '.plan.'), outcome: 'planned', plan });
    talk.approves('Approve then instead');
    expect(talk.it.visits.at(-1)?.brought['door']?.value).toBe('side');
    talk.send({ type: 'run.finished', key: keyOf(talk, '.act.'), outcome: 'changed' });
    expect(talk.it.visits.at(-1)?.brought).toEqual({});
    expect(talk.it.visits.at(-1)).not.toHaveProperty('approvedBy');
    const again = talk.effects.findLast((effect) => effect.type === 'run' && effect.mode === 'plan');
    expect(again).toMatchObject({ input: { door: 'front' } });
  });

  it('of which nobody knows whether it worked hides no finding', () => {
    const talk = atTheDoor({ 'act:open': 'silent', open: 'silent' }).answers('red', 'front');
    const findings: Finding[] = [{ check: 'shutNow', verdict: 'fail', text: { template: 'shut' } }];
    const plan = planOf('open', { door: 'front' });
    talk.send({ type: 'run.finished', key: keyOf(talk, '.plan.'), outcome: 'planned', plan, findings });
    talk.approves();
    talk.send({ type: 'run.finished', key: keyOf(talk, '.act.'), outcome: 'unknown' });
    expect(rootFindings(talk)).toEqual(['shutNow fail', 'fast warning', 'slow warning']);
  });

  it.each(['changed', 'planned', '__proto__', 'unknown', 'partly'])(
    'that could not even be planned (“%s”) has surely changed nothing',
    (outcome) => {
      const talk = atTheDoor({ open: 'silent' }).answers('red', 'front');
      talk.send({ type: 'run.finished', key: keyOf(talk, '.plan.'), outcome });
      talk.asks('Open front by hand.');
    },
  );
});

describe('a watch', () => {
  const ended = (): Conversation => waiting().clicks('It is open already').ends('resolved');

  it('that could not look says so once, tells the owner, and takes it back when a late answer comes', () => {
    const talk = ended().world({ shut: 'silent' }).waits(60);
    const from = talk.effects.length;
    talk.waits(1).says('could not look even once');
    expect(pings(talk, from)).toEqual(['turn-3 owner']);
    const watch = (): Incident['visits'][number] | undefined =>
      talk.it.visits.find(({ detached }) => detached !== undefined);
    const key = keyOf(talk, '.shut.1');
    const other = { ...talk.it };
    talk.send({ type: 'run.finished', key, outcome: 'unknown' });
    expect(watch()?.notices).toHaveLength(1);
    talk.incident = other;
    talk.send({ type: 'run.finished', key, outcome: 'no' });
    expect(watch()?.notices).toEqual([]);
    expect(watch()?.settled && plain(watch()?.settled?.text ?? { template: '' })).toBe('Nothing came back.');
  });

  it('that fires late, after its end, re-opens the incident all the same', () => {
    const talk = ended().world({ shut: 'silent' }).waits(61);
    talk.send({ type: 'run.finished', key: keyOf(talk, '.shut.1'), outcome: 'yes' });
    talk.waits(0).says('front fell shut again.');
    expect(talk.it.ended).toBeUndefined();
  });

  it('that fires while the incident is busy tells the owner', () => {
    const talk = waiting();
    talk.changes('Which door?', 'Send', 'back').waits(19);
    const from = talk.effects.length;
    talk.waits(2).says('It came back. This is taken up next.');
    expect(pings(talk, from)).toEqual([`turn-${talk.it.turn} owner`]);
  });

  it('does not hide what was found on the path meanwhile', () => {
    const talk = shipped({ 'act:unblockIp': 'silent' }).approves();
    talk.changes('Which of the two opens?', 'Only BYF').answers('203.0.113.8');
    talk.send({ type: 'run.finished', key: keyOf(talk, '.act.'), outcome: 'accepted' });
    talk.waits(0).world({ ipBlock: ['clear'] });
    expect(rootFindings(talk)).toContain('ipBlock fail');
    talk.waits(25).button('Approve');
    expect(rootFindings(talk)).toContain('ipBlock fail');
    talk.rejects('no');
    expect(rootFindings(talk)).not.toContain('ipBlock fail');
  });

  it('that is due beside another waits for the end of that one', () => {
    const talk = waiting();
    talk.changes('Which door?', 'Send', 'back').approves();
    talk.changes('Which door?', 'Send', 'side');
    const watches = (talk.cards().get('root')?.sections ?? []).filter(({ id }) => id.startsWith('watch'));
    expect(watches.map(({ text = { template: '' } }) => plain(text))).toEqual([
      'Watching front',
      'Watching back',
    ]);
    expect(new Set(watches.map(({ id }) => id)).size).toBe(2);
    talk.waits(21);
    expect(talk.it.due).toHaveLength(2);
    talk
      .world({ open: ['planned', { from: 'later' }] })
      .rejects('no')
      .says('front fell shut again.');
    expect(talk.it.due).toHaveLength(1);
    talk.rejects('no').says('back fell shut again.');
    expect(talk.it.due).toEqual([]);
    talk.rejects('no').ends('escalated');
  });
});

describe('a summary', () => {
  it('does not repeat what a watch saw where the path took it up', () => {
    const talk = waiting().clicks('It is open already');
    talk
      .world({ open: ['planned', { from: 'later' }] })
      .waits(20)
      .rejects('no')
      .ends('escalated');
    const lines = talk.it.visits.at(-1)?.summary?.map(plain);
    expect(lines?.filter((line) => line === 'Warning: shut: yes')).toHaveLength(1);
    expect(lines?.filter((line) => line.startsWith('Done at'))).toHaveLength(1);
  });
});

describe('notes', () => {
  it('that are empty are refused, and an edited one is of whoever edited it', () => {
    const talk = atTheDoor();
    expect(talk.refuses({ type: 'note.added', text: ' \n' })).toBe('Please type the note.');
    talk.send({ type: 'note.added', text: 'one' }, sam);
    const note = talk.it.notes[0]?.id ?? '';
    expect(talk.refuses({ type: 'note.edited', note, text: ' ' })).toBe('Please type the note.');
    talk.send({ type: 'note.edited', note, text: 'two' }, lea);
    expect(talk.it.notes).toMatchObject([{ text: 'two', by: 'Lea' }]);
  });

  it('keep the reason of a hand-over', () => {
    const talk = atTheDoor();
    talk.send({ type: 'incident.handed-over', to: lea, why: 'my shift is over' }, sam);
    talk.says('my shift is over');
    expect(pings(talk, 0)).toContain('turn-1 owner');
  });
});

describe('a changed answer', () => {
  it('keeps what the question explained', () => {
    const talk = atTheDoor().answers('red').changes('Which colour?', 'Blue');
    expect(talk.it.visits.find(({ n }) => n === 3)?.explain).toEqual({ template: 'It is on the frame.' });
  });
});
