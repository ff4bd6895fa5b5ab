import { describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { checkDialog } from '../../src/engine/check.ts';
import { plain } from '../../src/engine/card.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import { mailfix, type Actor, type EventBody } from '../../src/engine/event.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { step } from '../../src/engine/step.ts';
import { lea, sam, type Conversation } from '../conversation.ts';
import { dialog, incident, proposal, unblocking } from './cannot-receive/shipped.ts';

const tim: Actor = { id: 'web:tim', person: 'tim', name: 'Tim' };
const tom: Actor = { id: 'web:tom', person: 'tom', name: 'Tom' };
const run = (talk: Conversation, part: string): string =>
  Object.keys(talk.it.open).find((key) => key.includes(part)) ?? `no ${part}`;
const shown = (talk: Conversation, from: number): readonly string[] =>
  talk.effects.slice(from).flatMap((effect) => (effect.type === 'show' ? [effect.message] : []));

describe('facts', () => {
  it('keep their value when a check of a like name has an outcome', () => {
    const talk = incident({ accountQuota: ['full'] }).answers('full');
    expect(talk.button('Approve').event).toMatchObject({
      hash: expect.stringContaining('"account":"acmecpa"'),
    });
    const clash: Dialog = { ...dialog, facts: dialog.facts.extend({ ipBlock: dialog.facts.shape['ip'] }) };
    expect(checkDialog(clash, contracts).map(({ reason }) => reason)).toContain(
      '"ipBlock" is a fact and a check: the outcome would overwrite the fact. Rename one of them.',
    );
  });

  it('keep who said them through an act and a watch, so that nobody approves what they asked for themselves', () => {
    const talk = incident({ ipBlock: ['blocked'] })
      .answers('none', 'no', 'neither')
      .types('203.0.113.7', tim)
      .approves();
    talk
      .world({ unblockIp: ['planned', { from: 'later' }] })
      .waits(10)
      .clicks('again')
      .approves();
    talk.world({ unblockIp: ['planned', { from: 'much later' }] });
    talk.clicks('Mail comes in already').waits(25).says('is blocked again').approves('Approve', tom);
    const asked = talk.effects.flatMap((effect) => (effect.type === 'authorize' ? [effect.requesters] : []));
    expect(asked).toEqual([
      ['sam', 'tim'],
      ['sam', 'tim'],
      ['sam', 'tim'],
    ]);
  });

  it('are only what was offered, where nothing else could be pressed', () => {
    const talk = incident({
      mailboxQuota: ['several', { fullMailboxes: ['info@acme.example', 'kim@acme.example'] }],
    });
    talk.answers('full').asks('Several mailboxes are full.');
    const { event } = talk.button('kim@acme.example');
    expect(talk.refuses({ ...event, text: 'boss@victim.example' } as EventBody)).toContain(
      'is not an answer here',
    );
  });
});

describe('messages', () => {
  it('that lose their buttons at the end are shown again, all of them', () => {
    const talk = proposal();
    const from = talk.effects.length;
    talk.rejects('no');
    expect(shown(talk, from)).toEqual(
      expect.arrayContaining(['root', 'turn-0', 'turn-1', 'turn-2', 'turn-3', 'turn-4']),
    );
  });

  it('that read as before are not shown', () => {
    const talk = unblocking()
      .clicks('Mail comes in already')
      .world({ ipBlock: ['clear'] });
    const from = talk.effects.length;
    talk.waits(25);
    expect(talk.effects.slice(from).some((effect) => effect.type === 'run')).toBe(true);
    expect(shown(talk, from)).toEqual(['root']);
  });

  it('of an end that a watch undid keep the summary as it was', () => {
    const talk = unblocking().waits(10).clicks('Hand it over').ends('escalated');
    const summary = (): string =>
      JSON.stringify(
        [...talk.cards().values()].flatMap(({ sections }) => sections.flatMap((one) => one.summary ?? [])),
      );
    const before = summary();
    talk
      .world({ unblockIp: ['nothingToDo'] })
      .waits(30)
      .says('is blocked again');
    expect(summary()).toBe(before);
  });
});

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
    expect(talk.send({ type: 'answer.corrected', visit: 5, choice: 'both' }, sam).ok).toBe(true);
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
  const both: Partial<Plan> = { needs: 2 };
  const two = (): Conversation => {
    const talk = proposal({ unblockIp: 'silent' });
    const hash = (name: string): Plan => ({
      ...{
        hash: name,
        subject: 'ip:203.0.113.7',
        title: { template: `${name}?` },
        input: { ip: '203.0.113.7' },
        calls: [],
        from: 'a',
        to: name,
      },
      ...{ evidence: [], risk: { level: 'low', reasons: [] }, needs: 1 },
      ...both,
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
    second.says('It came back; this is taken up next.');
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
