import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTeams } from './server.ts';
import type { FakeTeams } from './server.ts';
import { home } from './settle.ts';
import { startSmallApp } from './small-app.ts';
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

const person = (name: string) => teams.person({ name });

describe('talk', () => {
  test('a mention begins a thread, and goes on in it', async () => {
    const sam = person('Sam');
    const { thread, id, status } = await sam.mentions('new acme.example');
    expect(status).toBe(200);
    expect(app.last()).toMatchObject({
      type: 'message',
      id,
      text: '<at>mailfix</at>\u00a0new acme.example\n',
      channelId: 'msteams',
      serviceUrl: teams.serviceUrl,
      from: { id: sam.id, name: 'Sam', aadObjectId: home.sam },
      recipient: { id: `28:${teams.appId}` },
      conversation: {
        id: `${home.channel};messageid=${id}`,
        conversationType: 'channel',
        tenantId: home.tenant,
      },
      channelData: { channel: { id: home.channel }, team: { id: home.team }, tenant: { id: home.tenant } },
      entities: [{ type: 'clientInfo' }, { type: 'mention', mentioned: { id: `28:${teams.appId}` } }],
      attachments: [{ contentType: 'text/html' }],
    });
    const again = await person('Lea').mentions('hello', { thread });
    expect(again.thread).toBe(thread);
    expect(app.last()).toMatchObject({ conversation: { id: thread }, from: { name: 'Lea' } });
    await person('Lea').mentions('so <at>mailfix</at>, help', { thread: id });
    expect(teams.thread(thread).map(teams.textOf)).toEqual([
      'mailfix new acme.example',
      'mailfix hello',
      'so mailfix, help',
    ]);
  });

  test('what is said without a mention stays among people, but not in a personal chat', async () => {
    const sam = person('Sam');
    const { thread } = await sam.mentions('new');
    const aside = await sam.says('what is this?', { thread });
    expect(aside).toMatchObject({ status: 0, error: 'The app was not mentioned.' });
    expect(app.heard).toHaveLength(1);
    expect(teams.thread(thread)).toHaveLength(2);
    const personal = await sam.says('help');
    expect(personal.thread).toBe('a:1chat-1');
    expect(app.last()).toMatchObject({
      text: 'help',
      conversation: { conversationType: 'personal', id: 'a:1chat-1' },
    });
    expect(app.last()['channelData']).toEqual({ tenant: { id: home.tenant } });
  });

  test('with permission to hear all, everything is heard', async () => {
    const open = await startTeams({ hearsAll: true });
    const all = await startSmallApp(open);
    await open.person({ name: 'Sam' }).says('what is this?', { channel: home.channel });
    expect(all.last()).toMatchObject({
      text: 'what is this?',
      conversation: { conversationType: 'channel' },
    });
    await all.close();
    await open.close();
  });

  test('words are changed, taken back, and whispered', async () => {
    const sam = person('Sam');
    const { id } = await sam.mentions('new acme');
    await sam.edits(id, 'new acme.example');
    expect(app.last()).toMatchObject({
      type: 'messageUpdate',
      id,
      channelData: { eventType: 'editMessage' },
    });
    expect(app.last()['text']).toContain('acme.example');
    await sam.deletes(id);
    expect(app.last()).toMatchObject({
      type: 'messageDelete',
      id,
      channelData: { eventType: 'softDeleteMessage' },
    });
    expect(teams.threads()).toEqual([]);
    await sam.slashes('new');
    expect(app.last()).toMatchObject({ text: 'new', recipient: { isTargeted: true } });
    expect(teams.threads()).toEqual([]);
  });

  test('adding and removing is told twice', async () => {
    const sam = person('Sam');
    await sam.removes();
    expect(app.heard).toMatchObject([
      { type: 'conversationUpdate', membersRemoved: [{ id: `28:${teams.appId}` }] },
      { type: 'installationUpdate', action: 'remove' },
    ]);
    expect(() => sam.mentions('hello')).toThrow('it is not in the team');
    await sam.adds();
    expect(app.last()).toMatchObject({
      action: 'add',
      channelData: { settings: { selectedChannel: { id: home.channel } } },
    });
    await sam.adds('personal');
    expect(app.last()).toMatchObject({ action: 'add', conversation: { conversationType: 'personal' } });
  });

  test('people of other organisations and of none', async () => {
    await teams.person({ name: 'Eve', tenant: 'other' }).mentions('hello');
    expect(app.last()).toMatchObject({
      serviceUrl: `${teams.url}/emea/other/`,
      channelData: { tenant: { id: home.tenant } },
    });
    await teams.person({ name: 'Guy', aadObjectId: null }).says('hello');
    expect(app.last()['from']).toEqual({ id: '29:1guy-5', name: 'Guy' });
  });
});
