import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '../slack/json.ts';
import { jsonOf } from '../slack/json.ts';
import { startTeams } from './server.ts';
import type { FakeTeams } from './server.ts';
import { block, cardWith, execute, startSmallApp, why } from './small-app.ts';
import type { SmallApp } from './small-app.ts';

let teams: FakeTeams;
let app: SmallApp;

beforeEach(async () => {
  teams = await startTeams({ now: () => 1_764_057_600_000 });
  app = await startSmallApp(teams);
});
afterEach(async () => {
  await app.close();
  await teams.close();
});

const answerCard = (text: string) => ({
  statusCode: 200,
  type: 'application/vnd.microsoft.card.adaptive',
  value: { type: 'AdaptiveCard', version: '1.5', body: [block(text)] },
});
const person = (name: string) => teams.person({ name });

describe('buttons', () => {
  test('a press brings what was typed, and its answer is for that person until all is new', async () => {
    const thread = await app.thread(cardWith([block('Blocked'), why], [execute('Approve')]));
    const [post] = teams.thread(thread);
    if (post === undefined) throw new Error('no post');
    app.answers(answerCard('Approved'));
    const { card, status } = await person('Lea').executes('Approve', { Why: 'it is right' });
    expect(status).toBe(200);
    expect(card).toMatchObject({ body: [block('Approved')] });
    expect(app.last()).toMatchObject({
      type: 'invoke',
      name: 'adaptiveCard/action',
      replyToId: post.id,
      conversation: { id: thread },
      from: { name: 'Lea' },
      value: {
        action: {
          type: 'Action.Execute',
          title: 'Approve',
          verb: 'press',
          data: { i: 'INC-1', why: 'it is right' },
        },
        trigger: 'manual',
      },
    });
    expect(teams.textOf(teams.seenBy(person('Lea'), post))).toBe('Approved');
    expect(teams.textOf(teams.seenBy(person('Sam'), post))).toContain('Blocked');
    await expect(person('Lea').executes('Approve')).rejects.toThrow(
      'Lea sees no button "Approve", only: none',
    );
    await app.update(thread, post.id, cardWith([block('Done')]));
    expect(teams.textOf(teams.seenBy(person('Lea'), post))).toBe('Done');
  });

  test('the newest of a thread is pressed', async () => {
    const first = await app.thread(cardWith([], [execute('Next', { data: { n: 1 } })]));
    await app.send(
      first,
      cardWith([], [execute('Next', { data: { n: 2 } }), execute('Next', { data: { n: 3 } })]),
    );
    await app.thread(cardWith([], [execute('Next', { data: { n: 4 } })]));
    const pressed = async (...args: Parameters<ReturnType<typeof person>['executes']>) => {
      await person('Sam').executes(...args);
      return jsonOf(jsonOf(jsonOf(app.last()['value'])['action'])['data'])['n'];
    };
    expect(await pressed('Next')).toBe(4);
    expect(await pressed(/^Ne/, {}, { thread: first })).toBe(3);
    expect(await pressed('Next', {}, { post: teams.thread(first)[0]?.id ?? '' })).toBe(1);
  });

  test('old clients submit', async () => {
    const thread = await app.thread(
      cardWith([why], [execute('Approve'), execute('New', { fallback: undefined })]),
    );
    const [post] = teams.thread(thread);
    await person('Sam').submits('Approve', { why: 'so' });
    expect(app.last()).toMatchObject({
      type: 'message',
      replyToId: post?.id,
      value: { verb: 'press', i: 'INC-1', why: 'so' },
    });
    expect(app.last()['text']).toBeUndefined();
    await expect(person('Sam').submits('New', { why: 'so' })).rejects.toThrow('no fallback that submits');
  });

  test('the client checks what is typed before it sends', async () => {
    const choices = [{ title: 'They can’t tell', value: 'unknown' }];
    const choice = { type: 'Input.ChoiceSet', id: 'choice', label: 'Which', choices };
    const ip = { type: 'Input.Text', id: 'ip', label: 'IP', regex: '^[0-9.]+$', errorMessage: 'An address' };
    await app.thread(cardWith([why, choice, ip], [execute('Send')]));
    const sam = person('Sam');
    expect(await sam.executes('Send')).toMatchObject({ status: 0, error: 'Say why' });
    expect(await sam.executes('Send', { why: 'x', IP: 'y' })).toMatchObject({
      status: 0,
      error: 'An address',
    });
    await expect(sam.executes('Send', { none: 'x' })).rejects.toThrow(
      'There is no input "none", only: why (Why)',
    );
    await expect(sam.executes('Send', { Which: 'x' })).rejects.toThrow(
      'no choice "x", only: They can’t tell',
    );
    expect(app.heard).toEqual([]);
    await sam.executes('Send', { why: 'x', Which: 'They can’t tell' });
    expect(app.last()).toMatchObject({
      value: { action: { data: { why: 'x', choice: 'unknown', ip: '' } } },
    });
  });

  test('a card that opens inside has inputs of its own, and buttons may take none', async () => {
    const inner = { type: 'AdaptiveCard', body: [why], actions: [execute('Reject it')] };
    const open = { type: 'Action.ShowCard', title: 'Reject', card: inner };
    const note = { type: 'Input.Text', id: 'note', label: 'Note', value: 'n' };
    await app.thread(cardWith([note], [execute('Look', { associatedInputs: 'none' }), open]));
    await person('Lea').executes('Reject it', { Why: 'no' });
    expect(app.last()).toMatchObject({ value: { action: { data: { i: 'INC-1', note: 'n', why: 'no' } } } });
    await person('Lea').executes('Look');
    expect(app.last()).toMatchObject({ value: { action: { data: { i: 'INC-1' } } } });
    expect(teams.buttonsOf(teams.threads()[0]?.posts[0] ?? {})).toEqual(['Look', 'Reject', 'Reject it']);
  });

  test.each<readonly [what: string, body: unknown, status: number, shown: Json]>([
    [
      'words',
      { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'ok' },
      200,
      { toast: 'ok' },
    ],
    [
      'an error',
      { statusCode: 400, type: 'application/vnd.microsoft.error', value: { message: 'no' } },
      200,
      { error: 'no' },
    ],
    ['a defect', undefined, 500, { error: 'Something went wrong. Please try again.' }],
    ['nothing', undefined, 200, { error: 'Teams does not know an answer of the type "".' }],
    [
      'a card that cannot be shown',
      { ...answerCard('x'), value: { type: 'AdaptiveCard' } },
      200,
      { error: expect.stringContaining('no version') },
    ],
  ])('the answer is %s', async (_, body, status, shown) => {
    await app.thread(cardWith([], [execute('Go')]));
    app.answers(body, status);
    expect(await person('Sam').executes('Go')).toMatchObject(shown);
  });

  test('cards refresh for those they name', async () => {
    const lea = person('Lea');
    const refresh = { action: execute('Refresh', { verb: 'refresh' }), userIds: [lea.id] };
    const thread = await app.thread(cardWith([block('Waiting for an approver')], [], { refresh }));
    expect(await person('Sam').looks({ thread })).toEqual([]);
    app.answers({
      ...answerCard('x'),
      value: { type: 'AdaptiveCard', version: '1.5', body: [], actions: [execute('Approve')] },
    });
    expect(await lea.looks({ thread })).toMatchObject([{ status: 200 }]);
    expect(app.last()).toMatchObject({ value: { action: { verb: 'refresh' }, trigger: 'automatic' } });
    await lea.executes('Approve');
    await expect(person('Sam').executes('Approve')).rejects.toThrow('sees no button');
  });

  test('a press can be kept back, sent again, and sent to the byte', async () => {
    await app.thread(cardWith([], [execute('Go')]));
    const release = teams.hold();
    const pressed = person('Sam').executes('Go');
    await person('Lea').executes('Go');
    expect(app.heard).toHaveLength(1);
    release();
    const { request } = await pressed;
    expect(app.heard).toMatchObject([{ from: { name: 'Lea' } }, { from: { name: 'Sam' } }]);
    await teams.redeliver(request);
    expect(app.last()).toEqual(request.activity);
    const again = await teams.replay(request);
    expect(again.request.headers).toEqual(request.headers);
    expect(app.heard).toHaveLength(4);
  });
});
