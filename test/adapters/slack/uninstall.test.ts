import { describe, expect, it } from 'vitest';
import { install, stored, tokensOf, twoWorkspaces } from './install-rig.ts';
import type { SlackRig } from './rig.ts';

const support = 'C0SUPPORT';
const other = 'C0OTHER';

/** Each workspace has an incident. */
async function twoIncidents() {
  const all = await twoWorkspaces();
  await all.sam.command('/mailfix acme.example');
  await all.rig.settled();
  await all.olga.command('/mailfix other.example', { channel: other });
  await all.rig.settled();
  return all;
}

let taken = 0;

/** Tom takes an incident over in the console: its messages in Slack are to say so. */
async function takeOver(rig: SlackRig, incident = 'INC-1'): Promise<void> {
  const actor = { id: 'web:tom', person: 'tom', name: 'Tom' };
  const sender = { id: `web-${(taken += 1)}`, source: 'web', incident, actor };
  await rig.now.dispatcher.press({ type: 'incident.taken-over' }, sender);
}

const rootIn = ({ fake }: SlackRig, channel: string) =>
  fake
    .roots(channel)
    .map((one) => fake.textOf(one))
    .join('\n');

describe('mailfix is removed from a workspace', () => {
  it.each([
    ['', async () => {}],
    ['after a restart, when nobody knows the token yet', (rig: SlackRig) => rig.restart()],
  ])('its installation is gone, and that of the other one stays %s', async (_, before) => {
    const { rig, olga } = await twoIncidents();
    await before(rig);
    for (const answer of await rig.fake.uninstall('T0SUPPORT')) expect(answer.status).toBe(200);
    expect(await stored(rig, 'team:T0SUPPORT')).toBeUndefined();
    expect(await stored(rig, 'team:T0OTHER')).toBeDefined();
    expect((await olga.command('/mailfix list', { channel: other })).body).toContain('other.example');
    expect(rig.logged.map(({ message }) => message)).toContain(
      'mailfix was uninstalled from a Slack workspace',
    );
  });

  it.each([
    ['app_uninstalled', { type: 'app_uninstalled' }],
    ['tokens_revoked', { type: 'tokens_revoked', tokens: { oauth: ['U0SAM'], bot: ['U0SUPPORTBOT'] } }],
  ])('by %s alone, and when Slack says it twice', async (_, event) => {
    const { rig } = await twoIncidents();
    const { status, request } = await rig.fake.event(event, 'T0SUPPORT');
    expect(status).toBe(200);
    expect(await stored(rig, 'team:T0SUPPORT')).toBeUndefined();
    expect((await rig.fake.redeliver(request, { num: 1, reason: 'http_timeout' })).status).toBe(200);
    expect(await stored(rig, 'team:T0OTHER')).toBeDefined();
  });

  it('a person who takes back their own token changes nothing', async () => {
    const { rig, sam } = await twoIncidents();
    for (const tokens of [{ oauth: ['U0SAM'] }, { oauth: ['U0SAM'], bot: [] }])
      expect((await rig.fake.event({ type: 'tokens_revoked', tokens }, 'T0SUPPORT')).status).toBe(200);
    expect(await stored(rig, 'team:T0SUPPORT')).toBeDefined();
    expect((await sam.command('/mailfix list')).body).toContain('acme.example');
  });

  it('that it could not be stored is not answered with success: Slack says it again', async () => {
    const { rig } = await twoIncidents();
    const remove = rig.store.remove.bind(rig.store);
    rig.store.remove = () => Promise.reject(new Error('the disk is full'));
    const first = await rig.fake.event({ type: 'app_uninstalled' }, 'T0SUPPORT');
    rig.store.remove = remove;
    expect(first.status).toBe(500);
    expect((await rig.fake.redeliver(first.request, { num: 1, reason: 'http_error' })).status).toBe(200);
    expect(await stored(rig, 'team:T0SUPPORT')).toBeUndefined();
  });

  it('what still comes from there is answered, changes nothing, and asks nothing of Slack', async () => {
    const { rig, sam } = await twoIncidents();
    const thread = rig.fake.roots(support)[0]?.ts ?? '';
    const before = await rig.store.read('INC-1');
    await rig.fake.uninstall('T0SUPPORT');
    const calls = rig.fake.calls().length;
    const message = {
      type: 'message',
      channel: support,
      user: 'U0SAM',
      ts: '9.9',
      thread_ts: thread,
      text: 'a remark',
    };
    const answers = [
      await sam.command('/mailfix another.example'),
      await sam.command('/mailfix status INC-1'),
      await sam.clicks('They can’t tell', { channel: support }),
      await sam.chooses('Take over', { channel: support }),
      await sam.globalShortcut('open'),
      await sam.opensHome(),
      await rig.fake.event(message, 'T0SUPPORT'),
    ];
    await rig.settled();
    for (const { status, body } of answers) expect([status, body]).toEqual([200, '']);
    expect(rig.fake.calls()).toHaveLength(calls);
    expect(await rig.store.read('INC-1')).toEqual(before);
    expect(await rig.store.list({ limit: 9 })).toHaveLength(2);
    expect(rig.logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('what was to be shown there ends as dead letters with words, and the rest goes on', async () => {
    const { rig } = await twoIncidents();
    await rig.fake.uninstall('T0SUPPORT');
    const calls = rig.fake.calls().length;
    await Promise.all([takeOver(rig, 'INC-1'), takeOver(rig, 'INC-2')]);
    await rig.settled();
    const letters = await rig.store.deadLetters(99);
    expect(letters.length).toBeGreaterThan(0);
    for (const { incident, kind, error } of letters) {
      expect(['INC-1 show', 'INC-1 whisper']).toContain(`${incident} ${kind}`);
      expect(error).toBe(
        'The Slack workspace T0SUPPORT has no installation of mailfix. Somebody who may install apps there opens /slack/install of mailfix.',
      );
    }
    expect(await rig.store.nextDue(0)).toBeUndefined();
    expect(
      new Set(
        rig.fake
          .calls()
          .slice(calls)
          .map(({ token }) => token),
      ),
    ).toEqual(new Set(tokensOf(rig, 'T0OTHER')));
    expect(rootIn(rig, other)).toContain('Owner: Tom');
  });

  it('the same when Slack refuses the token, and we were never told why', async () => {
    const { rig } = await twoIncidents();
    for (const grant of rig.fake.state.grants.values())
      if (grant.team === 'T0SUPPORT') grant.refusal = 'account_inactive';
    const calls = rig.fake.calls().length;
    await takeOver(rig);
    await rig.settled();
    const errors = (await rig.store.deadLetters(99)).map(({ error }) => error);
    expect(errors).toContainEqual(expect.stringContaining('Slack refused the bot token (account_inactive'));
    expect(await rig.store.nextDue(0)).toBeUndefined();
    expect(rig.fake.calls().length - calls).toBeLessThan(10);
  });

  it('installed again it goes on where it was', async () => {
    const { rig, sam } = await twoIncidents();
    await rig.fake.uninstall('T0SUPPORT');
    await takeOver(rig);
    await rig.settled();
    expect((await install(rig, { team: 'T0SUPPORT' })).status).toBe(200);
    expect((await sam.command('/mailfix list')).body).toContain('acme.example');
    await sam.clicks('They can’t tell', { channel: support });
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.ended?.outcome).toBe('escalated');
    expect(rootIn(rig, support)).toContain('Owner: Tom');
    const [, renewed] = tokensOf(rig, 'T0SUPPORT');
    expect(rig.fake.calls('chat.update').at(-1)?.token).toBe(renewed);
  });
});

describe('an installation that does not open', () => {
  it('ends what was to be shown with words of what to do, and is mended by installing again', async () => {
    const { rig, sam } = await twoIncidents();
    await rig.store.put({
      kind: 'slack-installation',
      key: 'team:T0SUPPORT',
      value: 'sealed1.xxxx',
      expires: Date.now() + 1e9,
    });
    await takeOver(rig);
    await rig.settled();
    const errors = (await rig.store.deadLetters(99)).map(({ error }) => error);
    expect(errors).toContainEqual(
      expect.stringMatching(
        /^The Slack installation team:T0SUPPORT in the database cannot be opened: .*install mailfix there again\.$/,
      ),
    );
    expect((await sam.command('/mailfix list')).status).toBe(401);
    expect((await install(rig, { team: 'T0SUPPORT' })).status).toBe(200);
    expect((await sam.command('/mailfix list')).body).toContain('acme.example');
  });
});
