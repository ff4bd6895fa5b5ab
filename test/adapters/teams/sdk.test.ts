import { describe, expect, test } from 'vitest';
import { createSdk, isGone, refusalOf } from '../../../adapters/teams/sdk.ts';
import { card, failure, later, never, sdkFor, sdkRig, words } from './sdk-rig.ts';
import type { Outcome } from './sdk-rig.ts';

const rig = sdkRig();

describe('posting', () => {
  test('a thread is begun, answered in and changed', async () => {
    const { conversation, id } = await rig.api.startThread(rig.channel, card);
    expect(conversation).toBe(`${rig.teams.channel};messageid=${id}`);
    const thread = { ...rig.channel, id: conversation };
    const reply = await rig.api.send(thread, words);
    await rig.api.update(thread, id, { ...card, summary: 'INC-1, done' });
    const [root, answer] = rig.teams.thread(conversation);
    expect(root).toMatchObject({ id, updates: 1, activity: { summary: 'INC-1, done' } });
    expect(answer).toMatchObject({ id: reply, activity: { text: 'hello' } });
    expect(rig.teams.threads()).toHaveLength(1);
  });

  test('ids are encoded, and a new thread belongs to the channel wherever it is begun from', async () => {
    const { conversation, id } = await rig.api.startThread(rig.channel, words);
    const thread = { ...rig.channel, id: conversation };
    await rig.api.send(thread, words);
    await rig.api.update(thread, id, words);
    await rig.api.startThread(thread, words);
    const path = `/emea/${rig.teams.tenant}/v3/conversations`;
    const encoded = `19%3Asupport%40thread.tacv2%3Bmessageid%3D${id}`;
    expect(rig.teams.calls().map((call) => call.path)).toEqual([
      path,
      `${path}/${encoded}/activities`,
      `${path}/${encoded}/activities/${id}`,
      path,
    ]);
    const bot = { id: `28:${rig.teams.appId}` };
    expect(rig.teams.calls('createConversation').map(({ body }) => body)).toMatchObject([
      { isGroup: true, bot, channelData: { channel: { id: rig.teams.channel } }, activity: words },
      { isGroup: true, bot, channelData: { channel: { id: rig.teams.channel } }, activity: words },
    ]);
    expect(rig.teams.threads()).toHaveLength(2);
  });

  test('all of a message arrives: words, format, card and mentions', async () => {
    const activity = {
      ...card,
      text: '<at>Sam</at> look',
      textFormat: 'xml',
      entities: [{ type: 'mention', text: '<at>Sam</at>', mentioned: { id: '29:1sam-1', name: 'Sam' } }],
    } as const;
    await rig.api.startThread(rig.channel, activity);
    expect(rig.teams.threads()[0]?.posts[0]?.activity).toMatchObject(activity);
  });

  test('somebody is written to personally', async () => {
    const sam = rig.teams.person({ name: 'Sam' });
    const chat = await rig.api.startPersonal(rig.channel, sam.id);
    await rig.api.send({ ...rig.channel, id: chat }, words);
    expect(rig.teams.thread(chat).map(rig.teams.textOf)).toEqual(['hello']);
    expect(rig.teams.calls('createConversation')[0]?.body).toMatchObject({
      tenantId: rig.teams.tenant,
      isGroup: false,
    });
  });
});

describe('people', () => {
  test('are found by either id, from a thread too', async () => {
    const sam = rig.teams.person({ name: 'Sam' });
    const { conversation } = await rig.api.startThread(rig.channel, words);
    const known = { id: sam.id, name: 'Sam', aadObjectId: sam.aadObjectId, guest: false };
    expect(await rig.api.member({ ...rig.channel, id: conversation }, sam.id)).toEqual(known);
    expect(await rig.api.member(rig.channel, sam.aadObjectId ?? '')).toEqual(known);
    // The roster is the channel's.
    expect(rig.teams.calls('getConversationMember').map((call) => call.conversation)).toEqual([
      rig.teams.channel,
      rig.teams.channel,
    ]);
  });

  test('of other organisations and of none are guests', async () => {
    const eve = rig.teams.person({ name: 'Eve', guest: true });
    const guy = rig.teams.person({ name: 'Guy', aadObjectId: null });
    expect(await rig.api.member(rig.channel, eve.id)).toMatchObject({ guest: true });
    expect(await rig.api.member(rig.channel, guy.id)).toEqual({ id: guy.id, name: 'Guy', guest: true });
    const zoe = rig.teams.person({ name: 'Zoe', tenant: '0b0b0b0b-86f1-41af-91ab-2d7cd011db47' });
    expect(await rig.api.member(rig.channel, zoe.id)).toMatchObject({ guest: true });
    const shouted = { ...rig.channel, tenant: rig.channel.tenant.toUpperCase() };
    const sam = rig.teams.person({ name: 'Sam' });
    expect(await rig.api.member(shouted, sam.id)).toMatchObject({ guest: false });
  });

  test('who are not there are not found', async () => {
    const error = await failure(rig.api.member(rig.channel, '29:nobody'));
    expect(error).toMatchObject({ code: 'teams.gone', retry: 'never', outcome: 'not-applied' });
    expect(refusalOf(error)).toBe('MemberNotFoundInConversation');
    expect(isGone(error)).toBe(false);
  });
});

describe('tokens', () => {
  test('are asked for at each call and sent along', async () => {
    let asked = 0;
    const counted = sdkFor(rig.teams, {
      token: () => {
        asked += 1;
        return Promise.resolve(rig.teams.botToken);
      },
    });
    await counted.startThread(rig.channel, words);
    await counted.startThread(rig.channel, words);
    expect(asked).toBe(2);
    expect(rig.teams.calls().map(({ token }) => token)).toEqual([rig.teams.botToken, rig.teams.botToken]);
  });

  test('are not sent without a password, as the playground wants it', async () => {
    rig.teams.state.tokens.add('');
    const { token: _, ...none } = {
      appId: '',
      appType: 'SingleTenant',
      tenantId: undefined,
      token: undefined,
    } as const;
    await createSdk({ ...none, password: undefined }).startThread(rig.channel, words);
    expect(rig.teams.calls()).toMatchObject([{ token: '', applied: true }]);
  });

  test('that Teams does not take are a matter of credentials', async () => {
    const wrong = sdkFor(rig.teams, { token: () => Promise.resolve('wrong') });
    expect(await failure(wrong.startThread(rig.channel, words))).toMatchObject({
      ...never,
      code: 'teams.credentials',
    });
    expect(rig.teams.calls()).toHaveLength(1);
  });

  test.each<readonly [what: string, error: object, outcome: Outcome]>([
    ['a wrong secret', { errorCode: 'invalid_client' }, { ...never, code: 'teams.credentials' }],
    ['an unknown app', { errorCode: 'unauthorized_client' }, { ...never, code: 'teams.credentials' }],
    [
      'a sign-in out of reach',
      { errorCode: 'network_error' },
      later('not-applied', { code: 'teams.unreachable' }),
    ],
    ['a connection refused', { code: 'ECONNREFUSED' }, later('not-applied', { code: 'teams.unreachable' })],
    ['no words at all', {}, later('not-applied', { code: 'teams.unreachable' })],
  ])('that cannot be had: %s', async (_, error, outcome) => {
    const refused = sdkFor(rig.teams, {
      token: () => Promise.reject(Object.assign(new Error('its words'), error)),
    });
    const told = await failure(refused.startThread(rig.channel, words));
    expect(told).toMatchObject(outcome);
    expect(told.message).not.toContain('its words');
    expect(rig.teams.calls()).toEqual([]);
  });

  test('that never come are waited for no longer than for an answer, and nothing was sent', async () => {
    const stuck = sdkFor(rig.teams, { token: () => new Promise(() => undefined), limitMs: 100 });
    expect(await failure(stuck.startThread(rig.channel, words))).toMatchObject(later('not-applied'));
    expect(rig.teams.calls()).toEqual([]);
  });

  test('cannot be had with settings that lack something, and the next start has them', async () => {
    const lacking = sdkFor(rig.teams, { token: undefined as never, tenantId: undefined });
    const error = await failure(lacking.startThread(rig.channel, words));
    expect(error).toMatchObject({ ...never, code: 'teams.credentials' });
    expect(error.message).toContain('they are incomplete');
  });
});
