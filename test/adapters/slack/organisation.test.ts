import { describe, expect, it } from 'vitest';
import { ip } from '../../runtime/rig.ts';
import { controlsIn } from '../../fakes/slack/controls.ts';
import { install, installRig, stored, tokensOf } from './install-rig.ts';
import type { SlackRig, SlackRigOptions } from './rig.ts';

const [one, two] = ['C0ONE', 'C0TWO'];

/** An organisation with two workspaces, and mailfix installed in all of it; Ann is in both, Bea and Cid in the second. */
async function organisation(options: SlackRigOptions = {}) {
  const rig = await installRig(['E0ORG'], {
    approvers: ['slack:E0ORG/W0ANN', 'slack:T0TWO/W0BEA'],
    ...options,
  });
  const { fake } = rig;
  fake.addEnterprise({ id: 'E0ORG', name: 'Org' });
  // An organisation's app has one bot user, whatever the workspace.
  for (const [team, channel] of [
    ['T0ONE', one],
    ['T0TWO', two],
  ] as const) {
    fake.addTeam({ id: team, enterprise: 'E0ORG', token: null, botUser: 'W0BOT' });
    fake.addChannel({ id: channel, team });
  }
  const ann = fake.person({ id: 'W0ANN', name: 'ann', team: 'T0ONE', channels: [one, two] });
  const bea = fake.person({ id: 'W0BEA', name: 'bea', team: 'T0TWO', channels: [two] });
  const page = await install(rig, { enterprise: 'E0ORG' });
  return { rig, ann, bea, page };
}

/** Until somebody of another workspace is asked about, Slack's answers need not say what organisation they are of. */
function tellsOrganisations({ fake }: SlackRig): void {
  const user = { id: 'W0ANN', team_id: 'T0ONE', name: 'ann', enterprise_user: { enterprise_id: 'E0ORG' } };
  fake.every('users.info', { kind: 'error', error: '', more: { ok: true, user } });
}

const seenIn = (rig: SlackRig, channel: string) =>
  rig.fake.state
    .messagesIn(channel)
    .map((message) => rig.fake.textOf(message))
    .join('\n');

const told = (rig: SlackRig, user: string) =>
  rig.fake
    .ephemerals(user)
    .map((message) => rig.fake.textOf(message))
    .join('\n');

describe('an installation in a whole organisation', () => {
  it('is stored once, and leads on to the page where its workspaces are added', async () => {
    const { rig, page } = await organisation();
    expect(page.status).toBe(200);
    expect(page.text).toContain(
      'https://org.enterprise.slack.com/manage/organization/apps/profile/A0MAILFIX',
    );
    expect(await stored(rig, 'enterprise:E0ORG')).toBeDefined();
    for (const key of ['team:T0ONE', 'team:T0TWO', 'team:E0ORG'])
      expect(await stored(rig, key)).toBeUndefined();
  });

  it('serves its workspaces with its one token, and says for which one each call is', async () => {
    const { rig, ann, bea } = await organisation();
    const begun = rig.fake.calls().length;
    await Promise.all([
      ann.command('/mailfix acme.example', { channel: one }),
      bea.command('/mailfix other.example', { channel: two }),
    ]);
    await bea.globalShortcut('open');
    await rig.settled();
    const { request } = await ann.opensHome();
    expect(request.payload).toMatchObject({
      authorizations: [{ is_enterprise_install: true, enterprise_id: 'E0ORG' }],
    });
    await rig.settled();
    expect(seenIn(rig, one)).toContain('acme.example');
    expect(seenIn(rig, two)).toContain('other.example');
    const calls = rig.fake
      .calls()
      .slice(begun)
      .filter(({ method }) => method !== 'auth.test');
    const methods = new Set(calls.map(({ method }) => method));
    for (const method of [
      'chat.postMessage',
      'users.info',
      'conversations.info',
      'views.open',
      'views.publish',
    ])
      expect(methods).toContain(method);
    expect(new Set(calls.map(({ token }) => token))).toEqual(new Set(tokensOf(rig, 'E0ORG')));
    const about = (channel: string) =>
      new Set(
        calls.filter(({ params }) => params['channel'] === channel).map(({ params }) => params['team_id']),
      );
    expect(about(one)).toEqual(new Set(['T0ONE']));
    expect(about(two)).toEqual(new Set(['T0TWO']));
    expect(
      calls.every(({ params, answer }) => params['team_id'] !== undefined && answer?.['ok'] === true),
    ).toBe(true);
  });

  it('one human in two of its workspaces is one person: who asks in one may not approve alone in the other', async () => {
    const { rig, ann, bea } = await organisation();
    tellsOrganisations(rig);
    rig.firewall.blocked.add(ip);
    await ann.command('/mailfix acme.example', { channel: one });
    await rig.settled();
    await ann.types(/./, ip, { send: 'Send', channel: one });
    await rig.settled();
    const approve = approveIn(rig);
    const { ts } = await ann.says('I am here, too', { channel: two });
    const alone = await ann.sendsAction(approve, { channel: two, message: ts });
    expect(alone.request.payload).toMatchObject({
      team: { id: 'T0TWO' },
      user: { id: 'W0ANN', team_id: 'T0ONE' },
    });
    await rig.settled();
    expect(told(rig, 'W0ANN')).toContain('You asked for this yourself, so it needs a second person.');
    expect(rig.firewall.writes).toEqual([]);

    await bea.sendsAction(approve, { channel: two, message: ts });
    await rig.settled();
    expect(rig.firewall.writes).toEqual([ip]);
  });

  it('an approver who is named with a workspace only is asked for by name', async () => {
    const { rig, ann } = await organisation({ approvers: ['slack:T0ONE/W0DEE'] });
    rig.fake.person({ id: 'W0DEE', name: 'dee', realName: 'Dee', team: 'T0ONE', channels: [one] });
    await ann.command('/mailfix acme.example', { channel: one });
    await rig.settled();
    expect(await rig.now.slack.channel.nameOf('slack:T0ONE/W0DEE')).toBe('Dee');
  });

  it('a workspace of another organisation is not served', async () => {
    const { rig } = await organisation();
    rig.fake.addEnterprise({ id: 'E0FAR', name: 'Far' });
    rig.fake.addTeam({ id: 'T0FAR', enterprise: 'E0FAR', token: null });
    rig.fake.addChannel({ id: 'C0FAR', team: 'T0FAR' });
    const far = rig.fake.person({ id: 'U0FAR', team: 'T0FAR', channels: ['C0FAR'] });
    const calls = rig.fake.calls().length;
    expect(await far.command('/mailfix acme.example', { channel: 'C0FAR' })).toMatchObject({
      status: 200,
      body: '',
    });
    await rig.settled();
    expect(rig.fake.calls()).toHaveLength(calls);
    expect(await rig.store.list({ limit: 9 })).toEqual([]);
  });

  it('beside it a workspace may have its own, which comes first there', async () => {
    const { rig, ann, bea } = await organisation();
    expect((await install(rig, { team: 'T0ONE' })).status).toBe(200);
    await ann.command('/mailfix acme.example', { channel: one });
    await bea.command('/mailfix other.example', { channel: two });
    await rig.settled();
    const tokens = (channel: string) =>
      new Set(
        rig.fake
          .calls('chat.postMessage')
          .flatMap(({ params, token }) => (params['channel'] === channel ? [token] : [])),
      );
    expect(tokens(one)).toEqual(new Set(tokensOf(rig, 'T0ONE')));
    expect(tokens(two)).toEqual(new Set(tokensOf(rig, 'E0ORG')));
  });
});

describe('it ends', () => {
  const gone = { type: 'app_uninstalled' };

  it.each([
    [
      'as Slack tells it with whom it was sent for',
      {
        authorizations: [
          {
            enterprise_id: 'E0ORG',
            team_id: 'T0ONE',
            user_id: 'W0BOT',
            is_bot: true,
            is_enterprise_install: true,
          },
        ],
        team_id: 'T0ONE',
      },
    ],
    [
      'as Slack tells it of an organisation in place of a workspace',
      { team_id: 'E0ORG', enterprise_id: 'E0ORG' },
    ],
  ])('%s', async (_, about) => {
    const { rig, ann } = await organisation();
    await install(rig, { team: 'T0ONE' });
    const envelope = {
      type: 'event_callback',
      event_id: 'Ev1',
      event_time: 1,
      api_app_id: 'A0MAILFIX',
      event: gone,
    };
    expect((await rig.fake.deliver('events', { ...envelope, ...about })).status).toBe(200);
    expect(await stored(rig, 'enterprise:E0ORG')).toBeUndefined();
    expect(await stored(rig, 'team:T0ONE')).toBeDefined();
    expect((await ann.command('/mailfix list', { channel: one })).body).toContain('No incident is open');
    expect(await ann.command('/mailfix list', { channel: two })).toMatchObject({ status: 200, body: '' });
  });

  it('a workspace that leaves takes nothing away from the others', async () => {
    const { rig, ann, bea } = await organisation();
    await install(rig, { team: 'T0ONE' });
    expect((await rig.fake.event(gone, 'T0ONE')).status).toBe(200);
    expect(await stored(rig, 'team:T0ONE')).toBeUndefined();
    expect(await stored(rig, 'enterprise:E0ORG')).toBeDefined();
    expect((await bea.command('/mailfix list', { channel: two })).body).toContain('No incident is open');
    expect((await ann.command('/mailfix list', { channel: one })).body).toContain('No incident is open');
  });
});

/** The button of the proposal that stands in the first workspace. */
function approveIn(rig: SlackRig) {
  const all = rig.fake.state.messagesIn(one).flatMap(({ blocks }) => controlsIn(blocks));
  const button = all.find(({ type, label }) => type === 'button' && label === 'Approve');
  if (button === undefined) throw new Error('Nothing waits for an approval.');
  const { actionId, blockId, element } = button;
  return { type: 'button', action_id: actionId, block_id: blockId, value: element['value'] };
}
