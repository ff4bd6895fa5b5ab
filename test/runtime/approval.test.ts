import { describe, expect, it as test } from 'vitest';
import { openRow } from '../../src/store/chain.ts';
import { FakeChat } from './fakes.ts';
import { ip, lea, policy, press, proposed, rig, sam } from './rig.ts';

describe('an approval', () => {
  test('of somebody who may not changes nothing, and only that person is told who may', async () => {
    const it = rig();
    const life = it.boot();
    const id = await proposed(it, life);
    const reply = await press(life, it, id, sam, 'Approve');
    expect(reply.ok).toBe(true);
    await it.clock.settle();
    expect(it.firewall.writes).toEqual([]);
    expect(it.chat.whispers).toMatchObject([
      { to: sam, text: 'You are not an approver. Please ask web:lea.' },
    ]);
    const log = (await it.store.log(id)).map(openRow);
    expect(log.at(-1)).toMatchObject({ type: 'confirm.decided', actor: sam, authority: { allowed: false } });
  });

  test('from another channel than the incident lives in is answered there', async () => {
    const it = rig();
    const other = new FakeChat();
    const life = it.boot({
      channels: new Map([
        ['web', it.chat],
        ['slack', other],
      ]),
    });
    const id = await proposed(it, life);
    const tom = { id: 'slack:T1/U1', person: 'slack:T1/U1', name: 'Tom' };
    await press(life, it, id, tom, 'Approve');
    await it.clock.settle();
    expect(other.whispers).toMatchObject([
      { to: tom, text: expect.stringContaining('You are not an approver') },
    ]);
    expect(it.chat.whispers).toEqual([]);
  });

  test('pressed twice at once makes one act', async () => {
    const it = rig();
    const life = it.boot();
    const id = await proposed(it, life);
    const replies = await Promise.all([
      press(life, it, id, lea, 'Approve'),
      press(life, it, id, lea, 'Approve'),
    ]);
    await it.clock.settle();
    expect(replies.map((reply) => reply.ok)).toEqual([true, false]);
    expect(it.firewall.writes).toEqual([ip]);
  });

  test('of a policy that never answers is refused after 10 s, and can be pressed again', async () => {
    const it = rig();
    let asked = 0;
    const hanging = { ...policy(), mayApprove: () => ((asked += 1), new Promise<never>(() => undefined)) };
    const life = it.boot({ policy: hanging });
    const id = await proposed(it, life);
    await press(life, it, id, lea, 'Approve');
    await it.clock.advance(12_000);
    expect(it.chat.whispers[0]?.text).toContain('could not check whether you may');
    expect((await press(life, it, id, lea, 'Approve')).ok).toBe(true);
    await it.clock.settle();
    expect(asked).toBe(2);
    expect(it.firewall.writes).toEqual([]);
  });
});

describe('acts on one address', () => {
  test('of two incidents run one after the other', async () => {
    const it = rig();
    const life = it.boot();
    let running = 0;
    let most = 0;
    it.firewall.beforeSending = async () => {
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => it.clock.setTimer(it.clock.now() + 1000, resolve));
      running -= 1;
    };
    const first = await proposed(it, life, 'one');
    const second = await proposed(it, life, 'two');
    await Promise.all([press(life, it, first, lea, 'Approve'), press(life, it, second, lea, 'Approve')]);
    await it.clock.advance(5000);
    expect(most).toBe(1);
    expect(it.firewall.writes).toEqual([ip]);
    expect((await it.read(second)).deeds).toMatchObject([{ outcome: 'nothingToDo' }]);
  });
});
