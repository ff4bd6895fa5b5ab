import { describe, expect, it } from 'vitest';
import { lea, sam } from '../conversation.ts';
import { atTheDoor } from './small-dialog.ts';

const tom = { id: 'web:tom', person: 'tom', name: 'Tom' };
const proposal = (): ReturnType<typeof atTheDoor> => atTheDoor().answers('red', 'front');
const held = (why = 'Ask the client first') => proposal().clicks('Hold …', why, lea);
const approval = (talk: ReturnType<typeof atTheDoor>) =>
  [...talk.cards().values()].flatMap(({ sections }) => sections).find((one) => one.approval)?.approval;

describe('an approval that somebody holds', () => {
  it('stays open for whoever may, and its card says who asked to wait and for what', () => {
    const talk = held();
    expect(approval(talk)?.held).toEqual({ by: 'Lea', why: 'Ask the client first' });
    expect(talk.acts).toEqual([]);
    talk.approves('Approve', tom);
    expect(talk.acts).toHaveLength(1);
  });

  it('needs a reason', () => {
    const talk = proposal();
    const { event } = talk.button('Hold …');
    expect(talk.refuses({ ...event, why: ' ' } as never, lea)).toBe(
      'Please say what should be waited for; whoever decides will read it.',
    );
  });

  it('has the time once more, and only once', () => {
    const until = approval(proposal())?.until ?? 0;
    const talk = held();
    const minutes = 30;
    expect(approval(talk)?.until).toBe(until + minutes * 60_000);
    talk.waits(minutes + 5);
    expect(approval(talk)).toBeDefined();
    talk.clicks('Hold …', 'Still not there', tom);
    expect(approval(talk)).toMatchObject({ until: until + minutes * 60_000, held: { by: 'Tom' } });
    talk.waits(minutes).says('Nobody approved in time.');
    expect(talk.acts).toEqual([]);
  });

  it('can still be rejected', () => {
    const talk = held().rejects('They are on holiday');
    talk.says('Rejected: They are on holiday');
    expect(talk.acts).toEqual([]);
  });

  it('asks the policy like any other decision', () => {
    const talk = proposal().clicks('Hold …', 'I like it closed', sam);
    const asked = talk.effects.find((effect) => effect.type === 'authorize');
    expect(asked).toMatchObject({ decision: 'hold', presser: sam });
    // This policy refuses whoever asked for the act, whatever they decide.
    expect(approval(talk)?.held).toBeUndefined();
  });
});
