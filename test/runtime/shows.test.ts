import { describe, expect, it as test } from 'vitest';
import { effectError } from '../../src/errors.ts';
import type { Turn } from '../../src/store/store.ts';
import { openRow } from '../../src/store/chain.ts';
import { open, press, proposed, rig, sam } from './rig.ts';
import type { Rig } from './rig.ts';

const second = 1000;
const minute = 60_000;

/** What stands for any failure of a chat product that passes. */
function busy(afterMs?: number) {
  return effectError(
    'cpa.limited',
    { server: 'chat.example', status: 429, call: 'post' },
    { retry: 'later', outcome: 'not-applied', ...(afterMs === undefined ? {} : { afterMs }) },
  );
}

function gone() {
  const values = { server: 'chat.example', status: 404, call: 'post' };
  return effectError('cpa.wrong-address', values, { retry: 'never', outcome: 'not-applied' });
}

async function logOf(it: Rig, id: string) {
  return (await it.store.log(id)).map(openRow);
}

describe('shows', () => {
  test('of one place keep their order while a first one is tried again, and no newer one overtakes it', async () => {
    const it = rig();
    let failures = 3;
    it.chat.onShow = ({ message }) => {
      if (message === 'root' && (failures -= 1) >= 0) throw busy();
    };
    const life = it.boot();
    const id = await open(life);
    await it.clock.settle();
    expect(it.chat.posts).toEqual([]);
    await it.clock.advance(10 * second);
    expect(it.chat.posts.map((post) => post.message)).toEqual(['root', 'turn-0']);
    expect(it.chat.threads).toEqual([`thread of ${id}`]);
  });

  test('are tried for more than an hour, ever less often, then given up; the incident says so once', async () => {
    const it = rig();
    const tries: number[] = [];
    it.chat.onShow = () => {
      tries.push(it.clock.now());
      throw busy();
    };
    const life = it.boot();
    const id = await open(life);
    await it.clock.advance(75 * minute);
    expect(await it.store.deadLetters(9)).toEqual([]);
    await it.clock.advance(15 * minute);
    const ofRoot = tries.slice(0, 12).map((at, n) => at - (tries[n - 1] ?? at));
    // Half of 1 s, 2 s, 4 s … 5 min: the jitter of this test is one half.
    expect(ofRoot).toEqual([
      0, 500, 1000, 2000, 4000, 8000, 16_000, 32_000, 64_000, 128_000, 150_000, 150_000,
    ]);
    expect((await it.store.deadLetters(9)).map((letter) => letter.id)).toContain(`${id}.1.show.root@home`);
    await it.clock.advance(240 * minute);
    const died = (await logOf(it, id)).filter((event) => event.type === 'effect.died');
    expect(died).toMatchObject([{ what: 'showing this incident in its thread' }]);
    expect(await it.store.nextDue(0)).toBeUndefined();
    // The thread works again: the next turn is shown as ever.
    it.chat.onShow = () => {};
    await life.dispatcher.press(
      { type: 'note.added', text: 'x' },
      { id: 'n', source: 'web', incident: id, actor: sam },
    );
    await it.clock.settle();
    expect(it.chat.posts.map((post) => post.message)).toEqual(['turn-0']);
  });

  test('wait as long as a rate limit says, and that eats no attempt', async () => {
    const it = rig();
    let tries = 0;
    it.chat.onShow = () => {
      if ((tries += 1) <= 30) throw busy(20 * second);
    };
    const life = it.boot();
    const id = await open(life);
    await it.clock.advance(19 * second);
    expect(tries).toBe(1);
    await it.clock.advance(10 * minute);
    expect(it.chat.card(id, 'turn-0')).toBeDefined();
    expect(await it.store.deadLetters(9)).toEqual([]);
  });

  test('are given up at once where trying again cannot help, or by a defect of ours; the process lives', async () => {
    const it = rig();
    it.chat.onShow = ({ message }) => {
      if (message === 'root') throw gone();
      throw new Error('a renderer broke over hunter2');
    };
    const life = it.boot();
    const id = await open(life);
    await it.clock.settle();
    const letters = await it.store.deadLetters(9);
    expect(letters.length).toBeGreaterThanOrEqual(2);
    // What an unforeseen error says may hold anything: it goes to the server's log only.
    expect(JSON.stringify(letters)).not.toContain('hunter2');
    expect(JSON.stringify(await logOf(it, id))).not.toContain('hunter2');
    expect(life.errors.join()).toContain('hunter2');
    expect((await it.read(id)).seq).toBe(2);
    it.chat.onShow = () => {};
    await open(life, 'open-2');
    await it.clock.settle();
    expect(it.chat.posts).toHaveLength(2);
  });

  test('know the post that made their thread, and look again before they tell of an edit a second time', async () => {
    const it = rig();
    const seen: (readonly [string, string | undefined, true | undefined])[] = [];
    let failures = 1;
    it.chat.onShow = ({ message, root, notify, again }) => {
      if (notify !== 'approvers') return;
      seen.push([message, root, again]);
      if ((failures -= 1) >= 0) throw busy();
    };
    await proposed(it, it.boot());
    await it.clock.advance(2 * second);
    const { key } = it.chat.posts[0] ?? {};
    expect(key).toBe('INC-1.1.show.root@home');
    expect(seen).toEqual([
      ['turn-1', key, undefined],
      ['turn-1', key, true],
    ]);
    expect(it.chat.posts.find((post) => post.message === 'turn-1')?.told).toContain('approvers');
  });

  test('that hang are given up after 30 s and tried again, looking for the post first', async () => {
    const it = rig();
    const again: (true | undefined)[] = [];
    it.chat.onShow = (post) => {
      again.push(post.again);
      return again.length === 1 ? new Promise<never>(() => undefined) : undefined;
    };
    await open(it.boot());
    await it.clock.advance(40 * second);
    expect(again).toEqual([undefined, true, undefined]);
    expect(it.chat.posts).toHaveLength(2);
  });

  test('that replace a waiting one still tell whom that one would have told', async () => {
    const it = rig();
    const life = it.boot();
    let limited = false;
    it.chat.onShow = () => {
      if (limited) throw busy(minute);
    };
    it.firewall.onPlan = () => {
      limited = true;
    };
    const id = await proposed(it, life);
    await life.dispatcher.press(
      { type: 'note.added', text: 'x' },
      { id: 'n', source: 'web', incident: id, actor: sam },
    );
    limited = false;
    await it.clock.advance(2 * minute);
    const post = it.chat.posts.find((one) => one.message === 'turn-1');
    expect(post?.cards.at(-1)?.sections.at(-1)?.text).toMatchObject({ values: { text: 'x' } });
    expect(post?.told.filter((told) => told === 'approvers')).toHaveLength(1);
  });

  test('that come while the waiting one is taken up tell nobody a second time', async () => {
    let before = async () => {};
    const it = rig((store) => {
      const slow = (turn: Turn) => (turn.log.eventId === 'n' ? before() : Promise.resolve());
      const commit: typeof store.commit = async (turn) => slow(turn).then(() => store.commit(turn));
      return new Proxy(store, {
        get: (target, name) => (name === 'commit' ? commit : (Reflect.get(target, name) as unknown)),
      });
    });
    const life = it.boot();
    let limited = false;
    it.chat.onShow = () => {
      if (limited) throw busy(minute);
    };
    it.firewall.onPlan = () => {
      limited = true;
    };
    const id = await proposed(it, life);
    before = async () => {
      limited = false;
      await it.clock.advance(2 * minute);
    };
    const note = { type: 'note.added', text: 'x' };
    await life.dispatcher.press(note, { id: 'n', source: 'web', incident: id, actor: sam });
    await it.clock.settle();
    const post = it.chat.posts.find((one) => one.message === 'turn-1');
    expect(post?.cards.at(-1)?.sections.at(-1)?.text).toMatchObject({ values: { text: 'x' } });
    expect(post?.told.filter((told) => told === 'approvers')).toHaveLength(1);
  });
});

describe('private words', () => {
  test('are tried a few times and then dropped, without a word in the thread', async () => {
    const it = rig();
    let tries = 0;
    it.chat.onWhisper = () => {
      tries += 1;
      throw busy();
    };
    const life = it.boot();
    const id = await proposed(it, life);
    await press(life, it, id, sam, 'Approve');
    await it.clock.advance(2 * minute);
    expect(tries).toBe(5);
    expect((await logOf(it, id)).some((event) => event.type === 'effect.died')).toBe(false);
    expect(await it.store.deadLetters(9)).toMatchObject([{ kind: 'whisper' }]);
  });
});
