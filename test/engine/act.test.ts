import { describe, expect, it } from 'vitest';
import { plain } from '../../src/engine/card.ts';
import { lea, sam } from '../conversation.ts';
import { atTheDoor } from './small-dialog.ts';

const tom = { id: 'web:tom', person: 'tom', name: 'Tom' };
const proposal = (): ReturnType<typeof atTheDoor> => atTheDoor().answers('red', 'front');
const acts = (talk: ReturnType<typeof atTheDoor>): number =>
  talk.effects.filter((effect) => effect.type === 'run' && effect.mode === 'act').length;

describe('an approval', () => {
  it('lets the act run once, and names who gave it', () => {
    const talk = proposal().approves().says('Approved by Lea');
    expect(acts(talk)).toBe(1);
    expect(talk.it.deeds).toMatchObject([{ action: 'open', outcome: 'done', approvedBy: [lea] }]);
  });

  it('is not given by somebody whom the policy refuses; that person alone is told', () => {
    const talk = proposal().approves('Approve', sam);
    expect(acts(talk)).toBe(0);
    const whisper = talk.effects.find((effect) => effect.type === 'whisper');
    expect(whisper).toMatchObject({ to: sam });
    expect(whisper?.type === 'whisper' ? plain(whisper.text) : '').toBe('You asked for it yourself.');
    talk.approves();
    expect(acts(talk)).toBe(1);
  });

  it('asks the policy with everybody who gave a fact that the plan uses', () => {
    const talk = atTheDoor().answers('red').types('front', tom).approves();
    const asked = talk.effects.find((effect) => effect.type === 'authorize');
    expect(asked).toMatchObject({
      requesters: ['sam', 'tom'],
      presser: lea,
      by: 'approvers',
      action: 'open',
    });
  });

  it('for another hash changes nothing', () => {
    const talk = proposal();
    const { event } = talk.button('Approve');
    expect(talk.refuses({ ...event, hash: 'forged' } as never, lea)).toContain('another plan');
  });

  it('of two at once: one counts, the other is told who decided', () => {
    const talk = proposal();
    const { event } = talk.button('Approve');
    talk.send(event, lea);
    talk.send(event, tom);
    const authority = { allowed: true, roles: [], reason: 'approvers' };
    const keys = Object.keys(talk.it.open).filter((key) => key.includes('press'));
    expect(keys).toHaveLength(2);
    for (const key of keys) talk.send({ type: 'confirm.decided', key, authority });
    expect(acts(talk)).toBe(1);
    const whisper = talk.effects.find((effect) => effect.type === 'whisper');
    expect(whisper?.type === 'whisper' ? [whisper.to.name, plain(whisper.text)] : []).toEqual([
      'Tom',
      'Decided already: Approved by Lea (Lea, 10:00 UTC). Nothing was done with your press.',
    ]);
  });

  it('pressed twice by one person is looked into once', () => {
    const talk = proposal();
    const { event } = talk.button('Approve');
    talk.send(event, lea);
    expect(talk.refuses(event, lea)).toBe('Your press is being looked at already.');
  });

  it('decided after its time counts for nothing', () => {
    const talk = proposal();
    talk.send(talk.button('Approve').event, lea);
    const key = Object.keys(talk.it.open).find((one) => one.includes('press')) ?? '';
    talk.now += 31 * 60_000;
    talk.send({ type: 'confirm.decided', key, authority: { allowed: true, roles: [], reason: 'x' } });
    expect(acts(talk)).toBe(0);
  });

  it('reminds at half time and expires', () => {
    proposal()
      .waits(15)
      .says('Still waiting for an approver.')
      .waits(15)
      .says('Nobody approved in time.')
      .ends('escalated');
  });

  it('rejected needs a reason, and names it', () => {
    const talk = proposal();
    expect(talk.refuses(talk.button('Reject …').event, lea)).toContain('say why');
    talk.rejects('wrong door').says('Rejected: wrong door').ends('escalated');
    expect(acts(talk)).toBe(0);
  });

  it('after a press that could not be looked into can be pressed again', () => {
    const talk = proposal();
    talk.send(talk.button('Approve').event, lea);
    const key = Object.keys(talk.it.open).find((one) => one.includes('press')) ?? '';
    talk.send({ type: 'effect.died', key, what: 'asking for your groups', why: 'Slack does not answer.' });
    talk.says('This did not work: asking for your groups. Slack does not answer.').approves();
    expect(acts(talk)).toBe(1);
  });
});

describe('a plan', () => {
  it('that could not be made has done nothing: it goes by hand, never to waiting for its effect', () => {
    const talk = atTheDoor({ open: ['unknown'] })
      .answers('red', 'front')
      .asks('Open front by hand.');
    expect(talk.it.deeds).toEqual([]);
  });
});

describe('an act', () => {
  it('whose world changed asks again, with a new plan', () => {
    const talk = proposal()
      .world({ 'act:open': ['changed'], open: ['planned', { from: 'ajar' }] })
      .approves();
    talk.says('Changed since it was approved');
    expect(talk.button('Approve').event).toMatchObject({ hash: expect.stringContaining('ajar') });
    talk.world({ 'act:open': ['done'] }).approves();
    expect(talk.it.deeds).toHaveLength(1);
  });

  it('that is not known to have worked goes into the ledger and is verified', () => {
    const talk = atTheDoor({ 'act:open': ['unknown'] })
      .answers('red', 'front')
      .approves()
      .says('Waiting for front');
    expect(talk.it.deeds).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('that failed is no deed and goes by hand', () => {
    const talk = atTheDoor({ 'act:open': ['failed'] })
      .answers('red', 'front')
      .approves()
      .asks('Open front by hand.');
    expect(talk.it.deeds).toEqual([]);
    talk.clicks('Done …', 'with a crowbar').says('Done: with a crowbar').ends('resolved');
  });
});

describe('a correction', () => {
  const change = (talk: ReturnType<typeof atTheDoor>, visit: number, answer: object): void => {
    expect(talk.send({ type: 'answer.corrected', visit, ...answer }, sam)).toMatchObject({ ok: true });
    talk.waits(0);
  };

  it('strikes what rested on the answer and asks it anew', () => {
    const talk = atTheDoor().answers('red', 'front');
    change(talk, 1, { choice: 'blue' });
    expect(talk.it.visits.map((visit) => visit.struck === true)).toEqual([
      true,
      true,
      true,
      true,
      false,
      false,
    ]);
    talk
      .asks('Which door?')
      .says('Withdrawn: Sam changed an earlier answer.')
      .answers('back')
      .says('Open back');
  });

  it('withdraws a waiting approval: the old button changes nothing and says why', () => {
    const talk = proposal();
    const { event } = talk.button('Approve');
    change(talk, 2, { text: 'back' });
    expect(talk.refuses(event, lea)).toBe(
      'This was withdrawn: an earlier answer was changed. Nothing was done with your press.',
    );
    talk.answers().approves();
    expect(talk.acts.map((plan) => plan.input)).toEqual([{ door: 'back' }]);
  });

  it('withdraws a press that was being looked into', () => {
    const talk = proposal();
    talk.send(talk.button('Approve').event, lea);
    const key = Object.keys(talk.it.open).find((one) => one.includes('press')) ?? '';
    change(talk, 2, { text: 'back' });
    talk.send({ type: 'confirm.decided', key, authority: { allowed: true, roles: [], reason: 'x' } });
    expect(acts(talk)).toBe(0);
  });

  it('does not do a deed again that was done', () => {
    const talk = atTheDoor({ shut: ['yes'] })
      .answers('red', 'front')
      .approves();
    change(talk, 1, { choice: 'blue' });
    talk.answers('front').says('Done already at 10:00 UTC; it is not done again.', 'Waiting for front');
    expect(acts(talk)).toBe(1);
  });

  it('while an act runs lets the act finish; the next plan waits for it', () => {
    const talk = atTheDoor({ 'act:open': 'silent' }).answers('red', 'front').approves();
    change(talk, 1, { choice: 'blue' });
    talk.answers('front');
    const plans = (): number =>
      talk.effects.filter((effect) => effect.type === 'run' && effect.mode === 'plan').length;
    expect(plans()).toBe(1);
    const key = Object.keys(talk.it.open).find((one) => one.includes('.act.')) ?? '';
    talk.send({ type: 'run.finished', key, outcome: 'done' });
    expect(plans()).toBe(2);
    talk.waits(0).says('it is not done again');
    expect(talk.it.deeds).toHaveLength(1);
  });

  it('while an act runs lets the next plan wait once', () => {
    const talk = atTheDoor({ 'act:open': 'silent' }).answers('red', 'front').approves();
    change(talk, 2, { text: 'back' });
    talk.send({ type: 'run.finished', key: Object.keys(talk.it.open)[0] ?? '', outcome: 'done' });
    talk
      .waits(0)
      .world({ 'act:open': ['done'] })
      .approves()
      .says('Waiting for back');
    expect(talk.effects.filter((effect) => effect.type === 'run' && effect.mode === 'plan')).toHaveLength(2);
  });

  it('to the same answer, of a struck answer, of no answer, after the end: is refused', () => {
    const talk = atTheDoor().answers('red');
    expect(talk.refuses({ type: 'answer.corrected', visit: 1, choice: 'red' })).toContain(
      'is the answer already',
    );
    expect(talk.refuses({ type: 'answer.corrected', visit: 1, choice: 'green' })).toContain(
      'is not an answer here',
    );
    expect(talk.refuses({ type: 'answer.corrected', visit: 2, text: 'x' })).toContain('does not stand');
    expect(talk.refuses({ type: 'answer.corrected', visit: 99, text: 'x' })).toContain('does not stand');
    change(talk, 1, { choice: 'blue' });
    expect(talk.refuses({ type: 'answer.corrected', visit: 1, choice: 'unknown' })).toContain(
      'does not stand',
    );
    talk.answers('unknown');
    expect(talk.refuses({ type: 'answer.corrected', visit: 3, choice: 'red' })).toContain('has ended');
  });
});

describe('a watch', () => {
  const ended = (): ReturnType<typeof atTheDoor> =>
    atTheDoor({ shut: ['yes'] })
      .answers('red', 'front')
      .approves()
      .clicks('It is open already')
      .ends('resolved');

  it('lives on after the end and re-opens the same incident', () => {
    const talk = ended().says('Watching front').waits(20);
    expect(talk.it.ended).toBeUndefined();
    talk.says('front fell shut again.', 'open?');
  });

  it('ends quietly when nothing comes back', () => {
    const talk = ended()
      .world({ shut: ['no'] })
      .waits(60);
    talk.ends('resolved');
    expect(talk.it.open).toEqual({});
  });

  it('says that it could never look', () => {
    ended()
      .world({ shut: ['unknown'] })
      .waits(60)
      .ends('resolved')
      .says('could not look even once');
  });

  it('that fires while the incident is busy is taken up at its end, with its own input', () => {
    const talk = atTheDoor({ shut: ['yes'] })
      .answers('red', 'front')
      .approves();
    talk.send({ type: 'answer.corrected', visit: 2, text: 'back' }, sam);
    talk.waits(0).waits(21).says('It came back. This is taken up next.');
    talk.rejects('not that one').says('front fell shut again.', 'Open front');
    expect(talk.it.ended).toBeUndefined();
  });

  it('outlives a correction that struck its deed', () => {
    const talk = atTheDoor({ shut: ['yes'] })
      .answers('red', 'front')
      .approves();
    talk.send({ type: 'answer.corrected', visit: 2, choice: 'unknown' }, sam);
    talk.ends('escalated').waits(20).says('front fell shut again.');
  });
});
