import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { install, installRig, stored, tokensOf, twoWorkspaces } from './install-rig.ts';
import type { SlackRig } from './rig.ts';

const support = 'C0SUPPORT';
const other = 'C0OTHER';

/** What is shown in a channel, as one text. */
const seenIn = (rig: SlackRig, channel: string) =>
  rig.fake.state
    .messagesIn(channel)
    .map((one) => rig.fake.textOf(one))
    .join('\n');

const told = (rig: SlackRig, user: string) =>
  rig.fake
    .ephemerals(user)
    .map((one) => rig.fake.textOf(one))
    .join('\n');

describe('two workspaces', () => {
  it('each is served with its own token, and has its own incidents', async () => {
    const { rig, sam, olga } = await twoWorkspaces();
    await Promise.all([
      sam.command('/mailfix acme.example'),
      olga.command('/mailfix other.example', { channel: other }),
    ]);
    await rig.settled();
    expect(seenIn(rig, support)).toContain('acme.example');
    expect(seenIn(rig, support)).not.toContain('other.example');
    expect(seenIn(rig, other)).toContain('other.example');
    expect(seenIn(rig, other)).not.toContain('acme.example');
    const tokens = (channel: string) =>
      new Set(
        rig.fake.calls().flatMap(({ params, token }) => (params['channel'] === channel ? [token] : [])),
      );
    expect(tokens(support)).toEqual(new Set(tokensOf(rig, 'T0SUPPORT')));
    expect(tokens(other)).toEqual(new Set(tokensOf(rig, 'T0OTHER')));
    const asked = (user: string) =>
      rig.fake.calls('users.info').find(({ params }) => params['user'] === user);
    expect(asked('U0SAM')?.token).toBe(tokensOf(rig, 'T0SUPPORT')[0]);
    expect(asked('U0OLGA')?.token).toBe(tokensOf(rig, 'T0OTHER')[0]);
  });

  it('neither list, nor status, nor the Home tab tell of the other one’s', async () => {
    const { rig, sam, olga } = await twoWorkspaces({ approvers: ['slack:U0OLGA'] });
    await sam.command('/mailfix acme.example');
    await rig.settled();
    expect((await sam.command('/mailfix list')).body).toContain('acme.example');
    expect((await olga.command('/mailfix list', { channel: other })).body).toContain('No incident is open');
    expect((await olga.command('/mailfix status INC-1', { channel: other })).body).toContain(
      'There is no INC-1',
    );
    rig.firewall.blocked.add(ip);
    await sam.types(/./, ip, { send: 'Send', channel: support });
    await rig.settled();
    expect(seenIn(rig, support)).toContain('Waiting for an approver');
    await olga.opensHome();
    await rig.settled();
    const view = JSON.stringify(rig.fake.homeOf('U0OLGA')?.view);
    expect(view).toContain('home');
    expect(view).not.toContain('acme.example');
    const { mention } = await olga.mentions('status INC-1', { channel: other });
    await rig.settled();
    expect(mention.status).toBe(200);
    expect(told(rig, 'U0OLGA')).toContain('There is no INC-1');
    expect(told(rig, 'U0OLGA') + seenIn(rig, other)).not.toContain('acme.example');
  });

  it.each([
    [
      'a press',
      {
        action_id: 'press:x',
        type: 'button',
        value: press({ type: 'answer.given', key: '1', choice: 'unknown' }),
      },
    ],
    [
      'a press that takes it over',
      { action_id: 'press:x', type: 'button', value: press({ type: 'incident.taken-over' }) },
    ],
    ['the menu', { action_id: 'more:x', type: 'overflow', selected_option: { value: 'take INC-1' } }],
    [
      'the menu’s forms',
      { action_id: 'more:x', type: 'overflow', selected_option: { value: 'cancel INC-1' } },
    ],
    [
      'a look at the details',
      {
        action_id: 'details:x',
        type: 'button',
        value: JSON.stringify({ i: 'INC-1', m: 'root', s: 'state' }),
      },
    ],
    ['a form about it', { action_id: 'ask:x', type: 'button', value: press({ type: 'incident.cancelled' }) }],
  ])('%s that names the other one’s incident finds none', async (_, action) => {
    const { rig, sam, olga } = await twoWorkspaces();
    await sam.command('/mailfix acme.example');
    const { ts } = await olga.says('hello', { channel: other });
    await rig.settled();
    const before = await rig.store.read('INC-1');
    const sent = await olga.sendsAction({ block_id: 'b', ...action }, { channel: other, message: ts });
    await rig.settled();
    expect(sent.status).toBe(200);
    expect(told(rig, 'U0OLGA')).toContain('There is no incident “INC-1” here');
    expect(rig.fake.openView('U0OLGA')).toBeUndefined();
    expect(await rig.store.read('INC-1')).toEqual(before);
  });

  it('a form that was filled in for the other one’s incident changes nothing', async () => {
    const { rig, sam, olga } = await twoWorkspaces();
    await sam.command('/mailfix acme.example');
    await rig.settled();
    await sam.chooses('Add a note …', { channel: support });
    await rig.settled();
    const mine = rig.fake.openView('U0SAM');
    const before = await rig.store.read('INC-1');
    const sent = await rig.fake.deliver('interactivity', {
      type: 'view_submission',
      team: { id: 'T0OTHER', domain: 'other' },
      user: { id: olga.id, name: 'olga', team_id: 'T0OTHER' },
      trigger_id: '1.2.3',
      view: {
        ...mine?.view,
        id: 'V0FORGED',
        team_id: 'T0OTHER',
        app_installed_team_id: 'T0OTHER',
        state: { values: { text: { text: { type: 'plain_text_input', value: 'a forged note' } } } },
      },
    });
    await rig.settled();
    expect(JSON.stringify(sent.json)).toContain('There is no incident “INC-1” here');
    expect(await rig.store.read('INC-1')).toEqual(before);
  });

  it('a reply in a thread of the same time in the other workspace is no reply to it', async () => {
    const { rig, sam, olga } = await twoWorkspaces();
    await sam.command('/mailfix acme.example');
    await rig.settled();
    const thread = rig.fake.roots(support)[0]?.ts ?? '';
    await olga.says('hello', { channel: other, thread });
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.notes).toEqual([]);
  });
});

describe('a workspace without an installation', () => {
  it.each([
    ['which may have one', ['T0SUPPORT', 'T0OTHER']],
    ['which may have none', ['T0SUPPORT']],
  ])('%s is answered and not served', async (_, teams) => {
    const rig = await installRig(teams);
    rig.fake.addTeam({ id: 'T0OTHER', token: null });
    rig.fake.addChannel({ id: other, team: 'T0OTHER' });
    await install(rig);
    const calls = rig.fake.calls().length;
    const olga = rig.fake.person({ id: 'U0OLGA', team: 'T0OTHER', channels: [other] });
    expect(await olga.command('/mailfix acme.example', { channel: other })).toMatchObject({
      status: 200,
      body: '',
    });
    expect((await olga.globalShortcut('open')).status).toBe(200);
    expect((await olga.opensHome()).status).toBe(200);
    await rig.settled();
    expect(rig.fake.calls()).toHaveLength(calls);
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
    expect(rig.logged.map(({ message }) => message)).toContain(
      'a request of a workspace that mailfix is not installed in',
    );
  });
});

describe('a workspace that is taken off SLACK_TEAMS', () => {
  it('is served no longer; what is to be shown there ends with words; back on the list it is served again', async () => {
    const { rig, sam, olga } = await twoWorkspaces();
    await sam.command('/mailfix acme.example');
    await rig.settled();
    rig.settings.teams = ['T0OTHER'];
    await rig.restart();
    const calls = rig.fake.calls().length;
    const { seq } = (await rig.store.read('INC-1'))?.incident ?? {};
    expect((await sam.clicks('They can’t tell', { channel: support })).status).toBe(200);
    expect(await sam.command('/mailfix list')).toMatchObject({ status: 200, body: '' });
    expect((await rig.store.read('INC-1'))?.incident.seq).toBe(seq);
    await note(rig);
    await rig.settled();
    expect(rig.fake.calls()).toHaveLength(calls);
    expect((await rig.store.deadLetters(9)).map(({ error }) => error)).toContainEqual(
      expect.stringContaining('The Slack workspace T0SUPPORT has no installation of mailfix.'),
    );
    expect((await olga.command('/mailfix list', { channel: other })).body).toContain('No incident is open');

    rig.settings.teams = ['T0SUPPORT'];
    await rig.restart();
    expect((await sam.command('/mailfix list')).body).toContain('acme.example');
    expect(await olga.command('/mailfix list', { channel: other })).toMatchObject({ status: 200, body: '' });
  });

  it('also one of an organisation that is taken off it', async () => {
    const rig = await installRig(['E0ORG']);
    rig.fake.addEnterprise({ id: 'E0ORG', name: 'Org' });
    rig.fake.addTeam({ id: 'T0ONE', enterprise: 'E0ORG', token: null });
    rig.fake.addChannel({ id: 'C0ONE', team: 'T0ONE' });
    expect((await install(rig, { enterprise: 'E0ORG' })).status).toBe(200);
    const ann = rig.fake.person({ id: 'U0ANN', team: 'T0ONE', channels: ['C0ONE'] });
    await ann.command('/mailfix acme.example', { channel: 'C0ONE' });
    await rig.settled();
    expect(seenIn(rig, 'C0ONE')).toContain('acme.example');
    // A listed workspace does not bring its organisation's installation.
    for (const teams of [['T0ONE'], ['T0SUPPORT']]) {
      rig.settings.teams = teams;
      await rig.restart();
      const calls = rig.fake.calls().length;
      expect(await ann.command('/mailfix list', { channel: 'C0ONE' })).toMatchObject({
        status: 200,
        body: '',
      });
      await note(rig);
      await rig.settled();
      expect(rig.fake.calls()).toHaveLength(calls);
      expect(await rig.store.deadLetters(9)).not.toEqual([]);
    }
    expect(await stored(rig, 'enterprise:E0ORG')).toBeDefined();
  });
});

function press(event: object): string {
  return JSON.stringify({ i: 'INC-1', m: 'turn-1', b: 'x', e: event });
}

let notes = 0;

/** Somebody writes a note in the console, which the root message shows. */
async function note(rig: SlackRig): Promise<void> {
  const actor = { id: 'web:tom', person: 'tom', name: 'Tom' };
  const sender = { id: `web-${(notes += 1)}`, source: 'web', incident: 'INC-1', actor };
  await rig.now.dispatcher.press({ type: 'incident.taken-over' }, sender);
}
