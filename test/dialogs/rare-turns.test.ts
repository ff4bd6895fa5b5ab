import { describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { plain } from '../../src/engine/card.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { mailfix, type Actor } from '../../src/engine/event.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { step } from '../../src/engine/step.ts';
import { lea, sam, type Conversation } from '../conversation.ts';
import { planOf } from '../outside.ts';
import { dialog, incident, proposal, unblocking } from './cannot-receive/shipped.ts';

const tom: Actor = { id: 'web:tom', person: 'tom', name: 'Tom' };
const run = (talk: Conversation, part: string): string =>
  Object.keys(talk.it.open).find((key) => key.includes(part)) ?? `no ${part}`;

describe('a late result', () => {
  it('of an earlier look does not overwrite what a later look saw', () => {
    const talk = unblocking().world({ ipBlock: 'silent' }).waits(6);
    const early = run(talk, '.ipBlock.0');
    talk.clicks('Look now');
    talk.send({ type: 'run.finished', key: run(talk, '.ipBlock.1'), outcome: 'blocked' });
    talk.refuses({ type: 'run.finished', key: early, outcome: 'clear' }, mailfix);
    talk.asks('It takes 5–10 minutes');
  });

  it('of this look does not open the next look twice', () => {
    const talk = unblocking().world({ ipBlock: 'silent' }).waits(6);
    const looks = (): number =>
      talk.effects.filter((effect) => effect.type === 'wake' && effect.key.includes('.look.1')).length;
    const late = run(talk, '.ipBlock.0');
    expect(looks()).toBe(1);
    talk.send({ type: 'run.finished', key: late, outcome: 'blocked' });
    expect(looks()).toBe(1);
  });
});

describe('what was given up', () => {
  const died = (talk: Conversation, part: string): Conversation => {
    talk.send({ type: 'effect.died', key: run(talk, part), what: 'a run', why: 'It broke.' });
    return talk.waits(0).says('This did not work: a run. It broke.');
  };

  it('a check: it could not look', () => {
    died(
      died(incident({ ipBlock: 'silent' }).answers('none', 'no', 'both', '203.0.113.7'), '.ipBlock.'),
      '.none.',
    ).asks('I could not see whether');
  });

  it('a plan: it is done by hand', () => {
    died(proposal({ unblockIp: 'silent' }), '.plan.').asks('Please un-block 203.0.113.7 by hand');
  });

  it('an act: nobody knows whether it was done, so it is a deed, and it is verified', () => {
    const talk = died(proposal({ 'act:unblockIp': 'silent' }).approves(), '.act.').asks(
      'It takes 5–10 minutes',
    );
    expect(talk.it.deeds).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('a time: it has come', () => {
    died(proposal(), '.expiry.').says('Nobody approved in time.').ends('escalated');
  });
});

describe('while an act runs', () => {
  const acting = (): Conversation => proposal({ 'act:unblockIp': 'silent' }).approves();
  const finish = (talk: Conversation, outcome = 'accepted'): Conversation => {
    talk.send({ type: 'run.finished', key: run(talk, '.act.'), outcome });
    return talk.waits(0);
  };

  it('cancelling keeps who approved it, and the result is recorded', () => {
    const talk = acting();
    talk.send({ type: 'incident.cancelled', why: 'wrong client' }, sam);
    finish(talk).says('Approved by Lea').ends('cancelled', 'wrong client');
    expect(talk.it.deeds).toHaveLength(1);
  });

  it('a plan that waits for it is dropped when the incident is cancelled', () => {
    const talk = acting().changes('Which of the two opens?', 'Only BYF').answers('203.0.113.8');
    expect(talk.it.visits.at(-1)?.queued).toBe(true);
    talk.send({ type: 'incident.cancelled', why: 'done' }, sam);
    finish(talk);
    expect(Object.keys(talk.it.open).filter((key) => /plan|approval/.test(key))).toEqual([]);
  });

  it('and the incident was cancelled and re-opened by a watch, its result does not lead on', () => {
    const talk = unblocking()
      .waits(10)
      .world({ 'act:unblockIp': 'silent', unblockIp: ['planned', { from: 'later' }] });
    talk.clicks('again').approves();
    talk.send({ type: 'incident.cancelled', why: 'enough' }, sam);
    const act = run(talk, '.act.');
    talk.waits(20).says('is blocked again');
    expect(talk.it.visits.at(-1)?.queued).toBe(true);
    const steps = talk.it.visits.length;
    talk.send({ type: 'run.finished', key: act, outcome: 'failed' });
    talk.waits(0);
    expect(talk.it.visits).toHaveLength(steps);
    talk.says('Approved by Lea').approves();
  });

  it('and the runbook loses the step, the deed is recorded all the same', () => {
    const talk = acting();
    const { unblock: _, ...steps } = dialog.steps;
    const changed: Dialog = { ...dialog, version: 2, steps };
    const stamp = { source: 'test', incident: 'INC-1', at: talk.now, actor: mailfix };
    const moved = step(changed, contracts, talk.it, {
      ...stamp,
      id: 'v',
      type: 'dialog.version-changed',
      to: 2,
    });
    const done = step(changed, contracts, moved.incident, {
      ...stamp,
      id: 'd',
      type: 'run.finished',
      key: run(talk, '.act.'),
      outcome: 'accepted',
    });
    expect(done.incident).toMatchObject({
      ended: { outcome: 'escalated' },
      deeds: [{ action: 'unblockIp', outcome: 'accepted' }],
    });
    const change = { type: 'answer.corrected', visit: 1, text: 'acme.example' } as const;
    const { client: __, ...fewer } = steps;
    const earlier = proposal();
    const late = step(
      { ...changed, steps: { ...fewer, unblock: dialog.steps['unblock'] ?? fail() } },
      contracts,
      earlier.it,
      { ...stamp, id: 'c', ...change },
    );
    expect(late.reply).toMatchObject({
      ok: false,
      refusal: { message: expect.stringContaining('does not ask that any more') },
    });
  });
});

describe('a press that is being looked into', () => {
  it('while an earlier answer is changed is answered all the same', () => {
    const talk = proposal();
    talk.send(talk.button('Approve').event, lea);
    const press = run(talk, '.press.');
    const visit = talk.it.visits.find((one) => one.step === 'sites')?.n ?? fail();
    expect(talk.send({ type: 'answer.corrected', visit, choice: 'both' }, sam).ok).toBe(true);
    talk.send(
      { type: 'confirm.decided', key: press, authority: { allowed: true, roles: [], reason: 'x' } },
      lea,
    );
    const whisper = talk.effects.findLast((effect) => effect.type === 'whisper');
    expect(whisper?.type === 'whisper' ? [whisper.to, plain(whisper.text)] : []).toEqual([
      lea,
      expect.stringContaining('This was withdrawn'),
    ]);
    expect(talk.acts).toEqual([]);
  });
});

describe('a plan that two must approve', () => {
  const two = (): Conversation => {
    const talk = proposal({ unblockIp: 'silent' });
    const hash = (name: string): Plan => ({
      ...planOf('unblockIp', { ip: '203.0.113.7' }),
      hash: name,
      to: name,
      needs: 2,
    });
    const plan: Plan = { ...hash('large'), alternatives: [hash('small')] };
    talk.send({ type: 'run.finished', key: run(talk, '.plan.'), outcome: 'planned', plan });
    return talk;
  };

  it('is not approved by one each for the larger and the smaller change', () => {
    const talk = two().approves('Approve', lea).approves('Approve small instead', tom);
    expect(talk.acts).toEqual([]);
    talk.approves('Approve small instead', lea);
    expect(talk.acts.map(({ hash }) => hash)).toEqual(['small']);
  });
});

describe('a watch', () => {
  it('that is waiting for the end is taken up when the incident is cancelled', () => {
    const talk = unblocking()
      .clicks('Mail comes in already')
      .ends('resolved')
      .waits(20)
      .says('is blocked again');
    expect(talk.it.ended).toBeUndefined();
    const second = incident({ ipBlock: ['blocked'] })
      .answers('none', 'no', 'neither', '203.0.113.7')
      .approves();
    second.changes('Which of the two opens?', 'Only BYF').answers('203.0.113.8').waits(25);
    second.says('It came back. This is taken up next.');
    second.world({ unblockIp: ['planned', { from: 'later' }] });
    second.send({ type: 'incident.cancelled', why: 'enough' }, sam);
    second.waits(0).says('203.0.113.7 is blocked again').button('Approve');
  });

  it('is replaced when the same thing is done anew: what it saw is out of date', () => {
    const talk = unblocking().waits(21);
    expect(talk.it.due).toHaveLength(1);
    talk
      .world({ unblockIp: ['planned', { from: 'later' }] })
      .clicks('again')
      .approves()
      .world({ ipBlock: ['clear'] });
    talk.waits(5).answers('yes').ends('resolved');
    expect(talk.it.due).toEqual([]);
  });
});

function fail(): never {
  throw new Error('The runbook has no such step.');
}
