import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { build, folder } from '../cli/child.ts';
import { mailServer } from '../fakes/mail-server.ts';
import { Browser, wordsOf } from './browser.ts';
import { startOutside } from './outside.ts';
import type { Outside } from './outside.ts';
import { Server, within } from './server.ts';
import type { Settings } from './server.ts';
import { pressed, Talk, toTheEnd } from './talk.ts';

const here = folder();
const servers: Server[] = [];
let outside: Outside;
beforeAll(build, 120_000);
beforeAll(async () => {
  outside = await startOutside({ whm: 'a-token-for-whm', cpa: 'a-token-for-the-cpa-system' }, 20);
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end();
});
afterAll(async () => {
  await outside.close();
  here.remove();
});

/** The settings that WHM's and the CPA System's begin with. */
const only = (beginning: string): Settings =>
  Object.fromEntries(Object.entries(outside.settings).filter(([name]) => name.startsWith(beginning)));

let count = 0;
/** A server of a database of its own. */
function serverOf(settings: Settings): { readonly server: Server; readonly database: string } {
  count += 1;
  const database = join(here.path, `${count}`, 'm.db');
  const server = new Server(here.path, { DATABASE_URL: `sqlite:${database}`, ...settings });
  servers.push(server);
  return { server, database };
}

/** One of real systems, where Lea works alone. */
async function real(systems: Settings) {
  const made = serverOf({
    ...systems,
    MAILFIX_KEY: 'the key that outlives every restart',
    APPROVERS: 'web:lea',
    FOUR_EYES: 'no',
    UNBLOCK_CHECKS: '100ms,250ms,500ms',
  });
  await made.server.start();
  const lea = await made.server.browserOf('lea');
  return { ...made, people: { sam: lea, lea } };
}

/** Holds up the next call of this name until it is let go. */
function holdUp(name: string) {
  let letGo = (): void => {};
  const free = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const arrived = new Promise<void>((resolve) => {
    outside.next(name, async (_call, apply) => {
      resolve();
      await free;
      return apply();
    });
  });
  return { arrived: () => within(10_000, `a call ${name}`, arrived), letGo: () => letGo() };
}

test('SIGTERM lets a look and an un-block that are under way come to their end, and nothing is done again', async () => {
  const { server, people } = await real(outside.settings);
  const talk = new Talk('blocked', outside.firm('blocked'), people);
  const look = holdUp('getdomainowner');
  const write = holdUp('unblock');
  const before = outside.calls.length;

  for (const [held, isThere] of [
    [look, () => talk.id !== ''],
    [write, () => talk.given.some(({ said }) => said === 'approve')],
  ] as const) {
    await toTheEnd([talk], pressed, (all) => (isThere() ? [] : all));
    await held.arrived();
    let isOver = false;
    const stopped = server.stop().finally(() => {
      isOver = true;
    });
    await server.says('stopping');
    expect(isOver).toBe(false);
    held.letGo();
    const { code, stderr, stdout } = await stopped;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.trim().split('\n').at(-1)).toContain('"msg":"stopped"');
    await server.start();
  }
  await toTheEnd([talk]);
  expect(talk.state).toContain('was un-blocked');
  const calls = outside.calls.slice(before).map(({ name }) => name);
  expect(calls.filter((name) => ['getdomainowner', 'unblock'].includes(name))).toEqual([
    'getdomainowner',
    'unblock',
  ]);
});

test('beside a running server an export is made and verified, and a second server is refused by any path', async () => {
  const { server, database, people } = await real(outside.settings);
  const talk = new Talk('full', outside.firm('full'), people);
  await toTheEnd([talk], pressed, (all) => (talk.id === '' ? all : []));
  const link = join(here.path, 'link.db');
  symlinkSync(database, link);
  const second = await server.run(['start'], { DATABASE_URL: `sqlite:${link}`, PORT: '0' });
  expect(second).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^mailfix: The database .*m\.db is in use by another mailfix\. Stop .*\n$/),
  });

  const file = join(here.path, `${talk.id}.jsonl`);
  expect(await server.run(['export', talk.id, '--format', 'jsonl', '--out', file])).toMatchObject({
    code: 0,
  });
  expect(await server.run(['verify', file])).toMatchObject({ code: 0, stderr: '' });
  // It took no notice.
  await people.sam.page(talk.path);
  const { stdout } = await server.stop();
  expect(stdout.match(/mailfix is listening on/g)).toHaveLength(1);

  // And none of simulated systems is ever opened on it.
  const simulated = new Server(here.path, { DATABASE_URL: `sqlite:${database}` });
  expect(await simulated.run(['start'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^mailfix: .* belongs to a real system, and this start is simulated.*\n$/),
  });
});

test('everything that is wrong with the settings is named at once, and no secret is told', async () => {
  const wrong: Settings = {
    PORT: '70000',
    HOST: 'a b',
    PUBLIC_URL: 'https://mailfix.example/path',
    DATABASE_URL: 'postgres://me:CANARY@db',
    MAILFIX_KEY: 'CANARY too short',
    LOG_LEVEL: 'loud',
    SIMULATORS: 'perhaps',
    TIME_ZONE: 'Europe/Atlantis',
    WHM_URL: 'http://host2.example.com:2086',
    WHM_TOKEN: 'CANARY with spaces',
    CPA_UNBLOCK_URL: 'https://me:CANARY@cpa.example/unblock',
    CPA_BODY: 'xml',
    CPA_CA: '/nowhere/cpa.pem',
    APPROVERS: 'lea',
    FOUR_EYES: 'maybe',
    APPROVAL_WITHIN: '30',
    UNBLOCK_CHECKS: '10m,5m',
    WATCH_FOR: 'for ever',
    QUOTA_STEP_MB: '-100',
    BYF_URL: 'www.byf.com',
    OWN_ADDRESSES: 'our office',
    MAILFIX_CONFIG: '/nowhere/mailfix.yaml',
  };
  const { server } = serverOf({});
  const { code, stdout, stderr } = await server.run(['start'], wrong);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  const problems = stderr.split('\n').filter((line) => line.startsWith('  - '));
  // What is missing beside them is named as well.
  for (const name of [...Object.keys(wrong), 'WHM_USER', 'CPA_TOKEN'])
    expect(
      problems.filter((line) => line.startsWith(`  - ${name}`)),
      name,
    ).toHaveLength(1);
  expect(stderr).toContain(`mailfix: ${problems.length} settings need to be put right first:`);
  expect(stderr).not.toContain('CANARY');
});

test('with WHM alone, the un-block goes by hand; nothing is simulated', async () => {
  const { server, people } = await real(only('WHM_'));
  const talk = new Talk('blocked', outside.firm('blocked'), people);
  const before = outside.calls.length;
  await toTheEnd([talk], async (one, move) => {
    await pressed(one, move);
    if (move.form.event['choice'] === 'done') await outside.unblockByHand(one.firm.ip);
  });
  expect(talk.state).toContain('was un-blocked');
  const page = wordsOf((await people.sam.page(talk.path)).text);
  expect(page).toContain('CPA_UNBLOCK_URL is not set');
  expect(page).toContain('Global Content');
  expect(page).not.toMatch(/simulat/i);
  // The one that a person made.
  expect(outside.calls.slice(before).filter(({ name }) => name === 'unblock')).toHaveLength(1);
  const { stdout } = await server.stop();
  expect(stdout).toContain('"world":"real"');
  expect(stdout).toContain('The CPA System is not configured: un-blocks go by hand.');
  expect(stdout).not.toMatch(/simulator/i);
});

test('with the CPA System alone, accounts and blocks are looked up by hand, and the un-block is made', async () => {
  const { server, people } = await real({ ...only('CPA_'), CPA_STATUS_URL: outside.statusUrl });
  const talk = new Talk('blocked', outside.firm('blocked'), people);
  const before = outside.calls.length;
  await toTheEnd([talk]);
  expect(talk.state).toContain('was un-blocked');
  expect(outside.applied('unblock', { ip: talk.firm.ip })).toHaveLength(1);
  const names = new Set(outside.calls.slice(before).map(({ name }) => name));
  expect([...names].sort()).toEqual(['status', 'unblock']);
  expect((await server.stop()).stdout).toContain('WHM is not configured');
});

test('the steps for Outlook go out by e-mail, once, to the address that was typed, and no approver is asked', async () => {
  const mail = await mailServer();
  const { people } = await real({ ...outside.settings, SMTP_URL: mail.url, MAIL_FROM: 'desk@host.example' });
  const talk = new Talk('full', outside.firm('full'), people);
  let isSent = false;
  await toTheEnd([talk], async (one, move) => {
    if (isSent || !move.form.about.includes('Is mail coming in now')) return pressed(one, move);
    const { forms } = await people.sam.page(one.path);
    const form = forms.find(({ event }) => event['choice'] === 'mail' && event['type'] === 'answer.given');
    if (form === undefined) throw new Error('The steps cannot be sent from the page.');
    isSent = true;
    return pressed(one, { who: people.sam, form, typed: { text: 'boss@client.example' } });
  });
  expect(mail.received.map(({ from, to }) => [from, to])).toEqual([
    ['desk@host.example', ['boss@client.example']],
  ]);
  expect(mail.received[0]?.raw).toContain(
    'Subject: How to stop Outlook from filling up your mailbox (Outlook 2016,',
  );
  const page = wordsOf((await people.sam.page(talk.path)).text);
  expect(page).toContain('Sent to boss@client.example at');
  expect(page).toContain('policy:built-in.sendInstructions');
});

test('with SIMULATORS=on the real systems are left alone, and every page says so', async () => {
  const { server } = serverOf({ ...outside.settings, SIMULATORS: 'on' });
  await server.start();
  const before = outside.calls.length;
  const sam = new Browser();
  sam.at(server.url);
  const talk = new Talk('full', { user: '', domain: 'harbor-tax.example', ip: '' }, { sam, lea: sam });
  const isProposed = () => talk.state.startsWith('Waiting for an approver');
  await toTheEnd([talk], pressed, (all) => (isProposed() ? [] : all));
  for (const path of ['/', talk.path]) expect((await sam.page(path)).text).toContain('SIMULATORS:');
  expect(outside.calls).toHaveLength(before);
  const { stdout } = await server.stop();
  expect(stdout).toContain('"world":"simulated"');
  expect(stdout).toContain('SIMULATORS=on: WHM_URL and CPA_UNBLOCK_URL will not be used');
});
