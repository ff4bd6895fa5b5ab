import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Consent } from '../../fakes/slack/oauth.ts';
import { leaksInDatabase } from '../../process/scan.ts';
import { install, installRig, secrets, stored, tokensOf } from './install-rig.ts';
import type { SlackRig } from './rig.ts';

const hour = 3_600_000;
const [first, second] = ['C0SUPPORT', 'C0SECOND'];

// Bolt's installer looks at the machine's clock for the end of a token; so does everything here then.
beforeEach(() => void vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

const pass = (ms: number) => vi.setSystemTime(Date.now() + ms);

/** A workspace whose tokens rotate, with an incident in each of two channels. */
async function rotating(): Promise<SlackRig> {
  const rig = await installRig(['T0SUPPORT']);
  rig.fake.addChannel({ id: second });
  const page = await install(rig, { rotation: true });
  if (page.status !== 200) throw new Error(page.text);
  const sam = rig.fake.person({ id: 'U0SAM', channels: [first, second] });
  for (const channel of [first, second])
    await sam.command(`/mailfix ${channel.toLowerCase()}.example`, { channel });
  await rig.settled();
  return rig;
}

const renewals = ({ fake }: SlackRig) =>
  fake.calls('oauth.v2.access').filter(({ params }) => params['grant_type'] === 'refresh_token');

let taken = 0;

/** Tom takes an incident over in the console: its root message in Slack is to say so. */
async function takeOver(rig: SlackRig, incident: string): Promise<void> {
  const actor = { id: 'web:tom', person: 'tom', name: 'Tom' };
  const sender = { id: `web-${(taken += 1)}`, source: 'web', incident, actor };
  await rig.now.dispatcher.press({ type: 'incident.taken-over' }, sender);
}

const rootIn = ({ fake }: SlackRig, channel: string) =>
  fake
    .roots(channel)
    .map((one) => fake.textOf(one))
    .join('\n');

describe('a token that rotates', () => {
  it('is left alone for ten hours', async () => {
    const rig = await rotating();
    pass(9.9 * hour);
    await takeOver(rig, 'INC-1');
    await rig.settled();
    expect(rootIn(rig, first)).toContain('Owner: Tom');
    expect(renewals(rig)).toEqual([]);
  });

  it.each([
    ['before it ends', 10.5 * hour],
    ['after it ended', 13 * hour],
  ])('is renewed once %s, also when several messages go out side by side', async (_, ms) => {
    const rig = await rotating();
    const [old] = tokensOf(rig, 'T0SUPPORT');
    const sealed = await stored(rig, 'team:T0SUPPORT');
    pass(ms);
    const begun = rig.fake.calls().length;
    rig.fake.next('oauth.v2.access', { kind: 'slow', ms: 50 });
    await Promise.all([takeOver(rig, 'INC-1'), takeOver(rig, 'INC-2')]);
    await rig.settled();
    for (const channel of [first, second]) expect(rootIn(rig, channel)).toContain('Owner: Tom');
    expect(renewals(rig)).toHaveLength(1);
    const [, renewed] = tokensOf(rig, 'T0SUPPORT');
    const used = new Set(
      rig.fake
        .calls()
        .slice(begun)
        .filter(({ method }) => method !== 'oauth.v2.access')
        .map(({ token }) => token),
    );
    expect(used).toEqual(new Set([renewed]));
    expect(used).not.toContain(old);
    expect(await stored(rig, 'team:T0SUPPORT')).not.toBe(sealed);

    // It is kept: a restart takes it, and later it is renewed in its turn.
    await rig.restart();
    expect((await rig.fake.person({ id: 'U0SAM' }).command('/mailfix list')).body).toContain(
      first.toLowerCase(),
    );
    expect(renewals(rig)).toHaveLength(1);
    pass(13 * hour);
    await takeOver(rig, 'INC-1');
    expect((await rig.fake.person({ id: 'U0SAM' }).command('/mailfix list')).status).toBe(200);
    await rig.settled();
    expect(renewals(rig)).toHaveLength(2);
    expect(rig.fake.calls().every(({ answer }) => answer?.['error'] !== 'token_expired')).toBe(true);
  });

  it('is good until its end when Slack gives no new one', async () => {
    const rig = await rotating();
    const mended = rig.fake.every('oauth.v2.access', { kind: 'status', status: 503 });
    pass(11 * hour);
    await takeOver(rig, 'INC-1');
    await rig.settled();
    expect(rootIn(rig, first)).toContain('Owner: Tom');
    expect(await rig.store.deadLetters(9)).toEqual([]);
    mended();
    await takeOver(rig, 'INC-2');
    await rig.settled();
    expect(renewals(rig).at(-1)?.answer).toMatchObject({ ok: true });
  });

  it.each([
    ['fails inside', { kind: 'status', status: 503 }],
    ['breaks off', { kind: 'drop' }],
    ['asks to wait', { kind: 'rate', retryAfterSeconds: 1 }],
  ] as const)(
    'that has ended while Slack %s is asked for again, and no message is lost',
    async (_, fault) => {
      const rig = await rotating();
      for (let n = 0; n < 3; n += 1) rig.fake.next('oauth.v2.access', fault);
      pass(13 * hour);
      await takeOver(rig, 'INC-1');
      await rig.settled();
      expect(renewals(rig)).toHaveLength(4);
      expect(rootIn(rig, first)).toContain('Owner: Tom');
      expect(await rig.store.deadLetters(9)).toEqual([]);
    },
  );

  it('nor is what Slack sends then: it is not answered with success, and heard the next time', async () => {
    const rig = await rotating();
    rig.fake.next('oauth.v2.access', { kind: 'status', status: 503 });
    pass(13 * hour);
    const sam = rig.fake.person({ id: 'U0SAM' });
    const thread = rig.fake.roots(first)[0]?.ts ?? '';
    const said = await sam.says('a remark', { channel: first, thread });
    expect(said.status).toBe(401);
    const again = await rig.fake.redeliver(said.request, { num: 1, reason: 'http_error' });
    expect(again.status).toBe(200);
    await rig.settled();
    expect((await rig.store.read('INC-1'))?.incident.notes.map(({ text }) => text)).toEqual(['a remark']);
  });

  it('and cannot be renewed any more ends what it was for with words', async () => {
    const rig = await rotating();
    rig.fake.every('oauth.v2.access', { kind: 'error', error: 'invalid_refresh_token' });
    pass(13 * hour);
    await takeOver(rig, 'INC-1');
    await rig.settled();
    expect((await rig.store.deadLetters(9)).map(({ error }) => error)).toContainEqual(
      expect.stringContaining('the token could not be renewed'),
    );
    // A message is tried for more than an hour, and each of these a few times: not for ever.
    expect(renewals(rig).length).toBeLessThan(200);
  });
});

describe('a renewal is the only one at its time', () => {
  /** An organisation with two workspaces; mailfix is installed in one of them, or in all of it. */
  async function organisation(consent: Consent): Promise<SlackRig> {
    const rig = await installRig(['E0ORG', 'T0ONE']);
    rig.fake.addEnterprise({ id: 'E0ORG', name: 'Org' });
    for (const name of ['ONE', 'TWO']) {
      const team = `T0${name}`;
      rig.fake.addTeam({ id: team, enterprise: 'E0ORG', token: null, botUser: 'W0BOT' });
      rig.fake.addChannel({ id: `C0${name}`, team });
      rig.fake.person({ id: `W0${name}`, realName: name, team, channels: [`C0${name}`] });
    }
    expect((await install(rig, { ...consent, rotation: true })).status).toBe(200);
    return rig;
  }

  const begin = ({ fake }: SlackRig, name: string) =>
    fake
      .person({ id: `W0${name}` })
      .command(`/mailfix ${name.toLowerCase()}.example`, { channel: `C0${name}` });

  it('also when messages go out in two workspaces of an organisation', async () => {
    const rig = await organisation({ enterprise: 'E0ORG' });
    for (const name of ['ONE', 'TWO']) {
      await begin(rig, name);
      await rig.settled();
    }
    pass(13 * hour);
    rig.fake.next('oauth.v2.access', { kind: 'slow', ms: 50 });
    await Promise.all([takeOver(rig, 'INC-1'), takeOver(rig, 'INC-2')]);
    await rig.settled();
    for (const channel of ['C0ONE', 'C0TWO']) expect(rootIn(rig, channel)).toContain('Owner: Tom');
    expect(renewals(rig)).toHaveLength(1);
  });

  it('also when a name is asked for by a workspace alone, and a message goes out in the organisation', async () => {
    const rig = await organisation({ team: 'T0ONE' });
    await begin(rig, 'ONE');
    await rig.settled();
    await rig.restart();
    pass(13 * hour);
    rig.fake.next('oauth.v2.access', { kind: 'slow', ms: 50 });
    const naming = rig.now.slack.channel.nameOf('slack:T0ONE/W0ONE');
    await takeOver(rig, 'INC-1');
    expect(await naming).toBe('ONE');
    await rig.settled();
    expect(rootIn(rig, 'C0ONE')).toContain('Owner: Tom');
    expect(renewals(rig)).toHaveLength(1);
  });

  it('one that is under way while mailfix is removed does not bring the installation back', async () => {
    const rig = await rotating();
    pass(11 * hour);
    rig.fake.next('oauth.v2.access', { kind: 'slow', ms: 50 });
    await takeOver(rig, 'INC-1');
    await expect.poll(() => renewals(rig)).toHaveLength(1);
    expect((await rig.fake.event({ type: 'app_uninstalled' })).status).toBe(200);
    await rig.settled();
    expect(await stored(rig, 'team:T0SUPPORT')).toBeUndefined();
  });
});

describe('at rest', () => {
  it('no token and no secret lies in the database, before and after a renewal', async () => {
    const rig = await rotating();
    pass(11 * hour);
    await takeOver(rig, 'INC-1');
    await rig.settled();
    const [bot = '', renewed = ''] = tokensOf(rig, 'T0SUPPORT');
    const refresh = renewals(rig)
      .map(({ params, answer }) => [params['refresh_token'], answer?.['refresh_token']])
      .flat()
      .map(String);
    const all = { bot, renewed, refresh: refresh[0] ?? '', nextRefresh: refresh[1] ?? '', ...secrets };
    expect(Object.values(all).map((one) => one.length > 10)).toEqual(Object.values(all).map(() => true));
    expect(leaksInDatabase(rig.file, all)).toEqual([]);

    // Would they be found? Each in the clear, and one as a seal would be that only encodes.
    const later = Date.now() + hour;
    await rig.store.put({ kind: 'planted', key: 'plain', value: JSON.stringify(all), expires: later });
    const found = (named: Record<string, string>) =>
      new Set(leaksInDatabase(rig.file, named).map(({ secret }) => secret));
    expect(found(all)).toEqual(new Set(Object.keys(all)));
    await rig.store.remove('planted', 'plain');
    const value = Buffer.from(`x${bot} ${secrets.client}`).toString('base64');
    await rig.store.put({ kind: 'planted', key: 'encoded', value, expires: later });
    expect(found({ client: secrets.client, bot })).toEqual(new Set(['client', 'bot']));
  });

  it('and none is written to the log, whatever goes wrong', async () => {
    const rig = await rotating();
    rig.fake.next('oauth.v2.access', { kind: 'drop' });
    rig.fake.next('oauth.v2.access', { kind: 'error', error: 'invalid_refresh_token' });
    pass(13 * hour);
    await takeOver(rig, 'INC-1');
    await rig.settled();
    const [bot = '', renewed = ''] = tokensOf(rig, 'T0SUPPORT');
    const refresh = String(renewals(rig)[0]?.params['refresh_token']);
    const written = rig.logged.map(({ fields, message }) => message + inWords(fields)).join('\n');
    expect(written).toContain('invalid_refresh_token');
    for (const secret of [bot, renewed, refresh, ...Object.values(secrets)])
      expect(written).not.toContain(secret);
  });
});

/** Everything that a log could find in an object, errors and their causes too. */
function inWords(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (seen.has(value)) return '';
  seen.add(value);
  return Reflect.ownKeys(value)
    .map((name) => `${String(name)} ${inWords(Reflect.get(value, name), seen)}`)
    .join(' ');
}
