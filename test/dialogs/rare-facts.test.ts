import { describe, expect, it } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { checkDialog } from '../../src/engine/check.ts';
import type { Dialog } from '../../src/engine/dialog.ts';
import type { Actor, EventBody } from '../../src/engine/event.ts';
import type { Conversation } from '../conversation.ts';
import { dialog, incident, proposal, unblocking } from './cannot-receive/shipped.ts';

const tim: Actor = { id: 'web:tim', person: 'tim', name: 'Tim' };
const tom: Actor = { id: 'web:tom', person: 'tom', name: 'Tom' };
const shown = (talk: Conversation, from: number): readonly string[] =>
  talk.effects.slice(from).flatMap((effect) => (effect.type === 'show' ? [effect.message] : []));

describe('facts', () => {
  it('keep their value when a check of a like name has an outcome', () => {
    const talk = incident({ accountQuota: ['full'] });
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
    talk.asks('Several mailboxes are full.');
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
