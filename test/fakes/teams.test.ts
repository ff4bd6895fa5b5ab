import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from './slack/json.ts';
import type { Fault } from './teams/faults.ts';
import { startTeams } from './teams/server.ts';
import type { FakeTeams } from './teams/server.ts';
import { home } from './teams/settle.ts';
import { block, cardWith, startSmallApp } from './teams/small-app.ts';
import type { SmallApp } from './teams/small-app.ts';

const at = { now: 0 };
const words = (text: string): Json => ({ type: 'message', text });
let teams: FakeTeams;
let app: SmallApp;

async function begin(options: Parameters<typeof startTeams>[0] = {}): Promise<void> {
  teams = await startTeams({ now: () => at.now, ...options });
  app = await startSmallApp(teams);
}
async function end(): Promise<void> {
  await app.close();
  await teams.close();
}

beforeEach(async () => {
  at.now = 1_764_057_600_000;
  await begin();
});
afterEach(end);

describe('the connector', () => {
  test('a thread has the id of its first post, and what is sent there stays there', async () => {
    const thread = await app.thread(words('first'));
    at.now -= 60_000;
    expect(await app.send(thread, words('second'))).toMatchObject({
      status: 201,
      answer: { id: '1764057600001' },
    });
    expect(thread).toBe(`${home.channel};messageid=1764057600000`);
    await app.send(home.channel, words('another thread'));
    expect(teams.thread(thread).map(teams.textOf)).toEqual(['first', 'second']);
    expect(teams.threads().map(({ posts }) => posts.map(teams.textOf))).toEqual([
      ['first', 'second'],
      ['another thread'],
    ]);
    expect(teams.calls('sendToConversation')).toMatchObject([
      { conversation: thread, applied: true, status: 201, token: 'fake-bot-token' },
      { conversation: home.channel },
    ]);
    expect(await app.send(`${home.channel};messageid=1`, words('x'))).toMatchObject({ status: 404 });
  });

  test('an update puts everything anew, and what was deleted is gone', async () => {
    const thread = await app.thread(cardWith([block('Blocked')]));
    const [post] = teams.thread(thread);
    const id = post?.id ?? '';
    expect(await app.update(thread, id, words('Unblocked'))).toMatchObject({ status: 200, answer: { id } });
    expect(teams.thread(thread)).toMatchObject([{ updates: 1, activity: words('Unblocked') }]);
    expect(teams.textOf(post ?? {})).toBe('Unblocked');
    await app.call('DELETE', `/${encodeURIComponent(thread)}/activities/${id}`);
    expect(await app.update(thread, id, words('x'))).toMatchObject({
      status: 404,
      code: 'ActivityNotFoundInConversation',
    });
    expect(teams.thread(thread)).toEqual([]);
    // Its thread is still there.
    expect((await app.send(thread, words('y'))).status).toBe(201);
    const { id: own } = await teams.person({ name: 'Sam' }).mentions('hello');
    expect(await app.update(home.channel, own, words('mine'))).toMatchObject({ status: 403 });
  });

  test('people, by either id', async () => {
    const sam = teams.person({ name: 'Sam' });
    const { answer } = await app.members(home.channel, sam.id);
    expect(answer).toMatchObject({ id: sam.id, name: 'Sam', aadObjectId: home.sam, userRole: 'user' });
    expect((await app.members(home.team, home.sam.toUpperCase())).answer).toEqual(answer);
    expect((await app.members(home.channel, '29:nobody')).code).toBe('MemberNotFoundInConversation');
    teams.person({ name: 'Out', teams: [] });
    expect((await app.members(home.channel)).status).toBe(200);
    expect(teams.calls('getConversationMembers')[0]?.answer).toMatchObject([
      { name: 'Sam' },
      { name: 'Lea' },
      { name: 'Tom' },
    ]);
  });

  test('personal chats', async () => {
    const sam = teams.person({ name: 'Sam' });
    const members = [{ id: sam.id }];
    const { answer } = await app.call('POST', '', { isGroup: false, members });
    const chat = String(answer['id']);
    await app.send(chat, words('for Sam'));
    expect(teams.thread(chat).map(teams.textOf)).toEqual(['for Sam']);
    expect((await app.call('POST', '', { isGroup: false, members: [{ id: '29:nobody' }] })).status).toBe(400);
    await sam.removes('personal');
    expect((await app.send(chat, words('x'))).status).toBe(403);
  });

  test('who may call, and where', async () => {
    expect((await app.call('POST', '', {}, 'other')).status).toBe(401);
    expect((await app.send('19:none@thread.tacv2', words('x'))).code).toBe('ConversationNotFound');
    teams.addTeam({ id: '19:other@thread.tacv2', withApp: false });
    teams.addChannel({ id: '19:far@thread.tacv2', team: '19:other@thread.tacv2' });
    expect((await app.send('19:far@thread.tacv2', words('x'))).code).toBe('BotNotInConversationRoster');
    expect((await app.call('GET', '')).status).toBe(404);
    expect(teams.calls().every(({ applied }) => !applied)).toBe(true);
  });

  test('cards and messages that are too large', async () => {
    const sized = (size: number) => cardWith([block('x'.repeat(size))]);
    expect((await app.send(home.channel, sized(27 * 1024))).status).toBe(201);
    expect(await app.send(home.channel, sized(28 * 1024))).toMatchObject({
      status: 413,
      code: 'MessageSizeTooBig',
    });
    expect((await app.send(home.channel, words('x'.repeat(101 * 1024)))).status).toBe(413);
  });

  const input = (more: Json = {}): Json => ({ type: 'Input.Text', id: 'why', label: 'Why', ...more });
  const mention = (text: string, id = '29:1sam-1') => ({
    type: 'mention',
    text,
    mentioned: { id, name: 'Sam' },
  });
  test.each<readonly [what: string, activity: Json, why: RegExp | undefined]>([
    ['words', words('x'), undefined],
    ['nothing', { type: 'message' }, /neither text nor attachments/],
    ['an event', { type: 'event', text: 'x' }, /its type is "event"/],
    ['typing', { type: 'typing' }, undefined],
    ['HTML', { ...words('x'), textFormat: 'html' }, /textFormat is html/],
    ['an attachment of no type', { type: 'message', attachments: [{ content: {} }] }, /no contentType/],
    ['a mention', { ...words('<at>Sam</at> x'), entities: [mention('<at>Sam</at>')] }, undefined],
    ['a mention that is not there', { ...words('x'), entities: [mention('<at>Sam</at>')] }, /does not stand/],
    ['a mention without marks', { ...words('Sam'), entities: [mention('Sam')] }, /a mention's text is "Sam"/],
    [
      'a mention of nobody',
      { ...words('<at>S</at>'), entities: [mention('<at>S</at>', 'sam')] },
      /a mention is of "sam"/,
    ],
    [
      'a mention in a card',
      cardWith([block('<at>Sam</at>')], [], { msteams: { entities: [mention('<at>Sam</at>')] } }),
      undefined,
    ],
    [
      'none in a card',
      cardWith([block('x')], [], { msteams: { entities: [mention('<at>Sam</at>')] } }),
      /does not stand/,
    ],
    ['a card without a version', cardWith([], [], { version: undefined }), /no version/],
    ['no card', cardWith([], [], { type: 'Card' }), /not AdaptiveCard/],
    ['two inputs of one name', cardWith([input(), input()]), /two inputs are called "why"/],
    ['an input without a name', cardWith([input({ id: '' })]), /an Input\.Text has no id/],
    ['a button without words', cardWith([], [{ type: 'Action.Execute', verb: 'x' }]), /no title/],
    ['a Badge', cardWith([{ type: 'Badge', text: 'x' }]), /"Badge" has no fallback/],
    [
      'a Badge with something for it',
      cardWith([{ type: 'Badge', text: 'x', fallback: block('x') }]),
      undefined,
    ],
    [
      'a fact that is a number',
      cardWith([{ type: 'FactSet', facts: [{ title: 'a', value: 1 }] }]),
      /a fact is no text/,
    ],
    [
      'a choice without a value',
      cardWith([{ type: 'Input.ChoiceSet', id: 'c', choices: [{ title: 'a' }] }]),
      /no value/,
    ],
    [
      'a view for an object id',
      cardWith([], [], { refresh: { action: { type: 'Action.Execute', title: 'r' }, userIds: [home.sam] } }),
      /its refresh is for/,
    ],
  ])('takes or refuses %s', async (_, activity, why) => {
    const { status, answer } = await app.send(home.channel, activity);
    if (why === undefined) return expect(status).toBeLessThan(300);
    expect(status).toBe(400);
    expect(JSON.stringify(answer).replaceAll('\\', '')).toMatch(why);
  });
});

describe('what goes wrong', () => {
  test.each<readonly [fault: Fault, status: number | undefined, applied: boolean]>([
    [{ kind: 'status', status: 502 }, 502, false],
    [{ kind: 'status', status: 504, applied: true }, 504, true],
    [{ kind: 'drop' }, undefined, false],
    [{ kind: 'lost-reply' }, undefined, true],
    [{ kind: 'slow', ms: 20 }, 201, true],
  ])('%o', async (fault, status, applied) => {
    teams.next('sendToConversation', fault);
    const came = await app.send(home.channel, words('x')).catch(() => undefined);
    expect(came?.status).toBe(status);
    expect(teams.calls()).toMatchObject([{ applied }]);
    expect(teams.threads()).toHaveLength(applied ? 1 : 0);
    // Once is enough.
    expect((await app.send(home.channel, words('y'))).status).toBe(201);
  });

  test('hangs until somebody gives up, and lasts until it is called off', async () => {
    const over = teams.every('*', { kind: 'status', status: 503, code: 'Busy', retryAfterSeconds: 2 });
    const busy = await app.send(home.channel, words('x'));
    expect(busy).toMatchObject({ status: 503, code: 'Busy', headers: { 'retry-after': '2' } });
    over();
    expect((await app.send(home.channel, words('x'))).status).toBe(201);
    teams.next('sendToConversation', { kind: 'hang' });
    const url = `${teams.serviceUrl}v3/conversations/x/activities`;
    const given = fetch(url, { method: 'POST', signal: AbortSignal.timeout(50) });
    await expect(given).rejects.toThrow('timeout');
  });

  test('too much in one conversation, until time has passed', async () => {
    await end();
    await begin({ rateLimits: true });
    const all = () => app.send(home.channel, words('x'));
    for (let n = 0; n < 7; n += 1) expect((await all()).status).toBe(201);
    expect(await all()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    at.now += 1000;
    expect((await all()).status).toBe(201);
    expect(await all()).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    expect((await app.members(home.channel)).status).toBe(200);
    at.now += 1001;
    expect((await all()).status).toBe(201);
    expect(teams.threads()).toHaveLength(9);
  });
});
