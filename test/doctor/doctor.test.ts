import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Fault } from '../../simulators/faults.ts';
import { startSimulators } from '../../simulators/server.ts';
import type { Config } from '../../src/config.ts';
import { examine } from '../../src/doctor/doctor.ts';
import type { DoctorOptions } from '../../src/doctor/doctor.ts';
import type { Line } from '../../src/doctor/line.ts';
import { asJsonLines, asText, cleaned } from '../../src/doctor/report.ts';
import { config } from '../config/rig.ts';
import { startSlack } from '../fakes/slack/server.ts';
import { startTeams } from '../fakes/teams/server.ts';
import { leaksIn } from '../process/scan.ts';
import { noon, smallWhm } from './rig.ts';
import { smallSmtp } from './smtp-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'mailfix-doctor-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const database = { DATABASE_URL: `sqlite:${join(folder, 'm.db')}` };
const of = (lines: readonly Line[], system: string) => lines.filter((line) => line.system === system);

/** Every system that there can be, each with a secret of its own, and the settings that lead there. */
async function everything() {
  const secrets = new Map<string, string>();
  const secret = (name: string) => {
    const value = `CANARY-${name}+7f/3a=9Zq~${name}`;
    secrets.set(name, value);
    return value;
  };
  const newToken = () => secret(`SIM${secrets.size}`);
  const sim = await startSimulators({ now: () => Date.now(), newToken });
  const slack = await startSlack({ token: secret('BOT'), appToken: secret('APP') });
  const teams = await startTeams({ appSecret: secret('TEAMS'), botToken: secret('GIVEN') });
  const mail = await smallSmtp({ auth: '535 you sent SENT' });
  const settings = config({
    ...database,
    WHM_URL: sim.whmUrl,
    WHM_USER: sim.whmUser,
    WHM_TOKEN: sim.whmToken,
    WHM_WRITE_TOKEN: secret('WRITE'),
    CPA_UNBLOCK_URL: sim.cpaUrl,
    CPA_STATUS_URL: sim.cpaStatusUrl,
    CPA_TOKEN: sim.cpaToken,
    SLACK_BOT_TOKEN: secrets.get('BOT') ?? '',
    SLACK_APP_TOKEN: secrets.get('APP') ?? '',
    SLACK_API_URL: slack.apiUrl,
    MicrosoftAppId: teams.appId,
    MicrosoftAppPassword: secrets.get('TEAMS') ?? '',
    MicrosoftAppTenantId: teams.tenant,
    SMTP_URL: `smtp://me:${encodeURIComponent(secret('SMTP'))}@${mail.host}`,
    MAIL_FROM: 'support@mailfix.example',
    MAILFIX_KEY: secret('KEY'.padEnd(40, 'x')),
    APPROVERS: 'web:lea,web:tom',
  });
  const options: DoctorOptions = {
    whms: settings.whms,
    cpa: settings.cpa,
    now: () => Date.now(),
    microsoft: { login: teams.url, openId: teams.gate.openIdUrl },
  };
  const close = () => Promise.all([sim.close(), slack.close(), teams.close(), mail.close()]);
  return { sim, slack, teams, mail, settings, options, secrets, close };
}

test('every system is looked at, and nothing is changed in any', async () => {
  const { sim, slack, teams, mail, settings, options, close } = await everything();
  const before = JSON.stringify(sim.world);
  const lines = await examine(settings, options);
  await close();
  expect([...new Set(lines.map(({ system }) => system))]).toEqual([
    'Settings',
    'Database',
    'WHM 127.0.0.1',
    'CPA System',
    'Slack',
    'Teams',
    'Mail',
  ]);
  expect(of(lines, 'Teams').map(({ status }) => status)).toEqual(['pass', 'pass']);
  expect(of(lines, 'CPA System')).toContainEqual(expect.objectContaining({ what: 'status', status: 'pass' }));
  const calls = sim.calls();
  expect(calls.length).toBeGreaterThan(20);
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
  expect(
    calls.filter(({ function: name }) => /edit|flush|unblock|create|delete|kill|modify|suspend/i.test(name)),
  ).toEqual([]);
  expect(JSON.stringify(sim.world)).toBe(before);
  expect(
    slack
      .calls()
      .map(({ method }) => method)
      .toSorted(),
  ).toEqual(['apps.connections.open', 'auth.test']);
  expect(teams.calls()).toEqual([]);
  expect(mail.commands.some((line) => line.startsWith('AUTH'))).toBe(true);
  expect(mail.commands.filter((line) => /^(MAIL|RCPT|DATA)/i.test(line))).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

describe('no secret is printed', () => {
  const echo = (sent: string) =>
    `${sent} ${encodeURIComponent(sent)} ${Buffer.from(`whm u:${sent}`).toString('base64')}`;
  const says = (text: string): readonly Fault[] => [
    { kind: 'reply', body: JSON.stringify({ metadata: { result: 0, reason: text }, error: text }) },
    {
      kind: 'reply',
      body: JSON.stringify({ metadata: { result: 1 }, data: { version: text, privileges: [text] } }),
    },
    { kind: 'reply', status: 401, body: text },
    { kind: 'reply', body: `<html>${text}` },
  ];

  test.each([0, 1, 2, 3])('whatever the outside answers (%i)', async (n) => {
    const { sim, slack, teams, settings, options, secrets, close } = await everything();
    const words = [sim.whmToken, sim.cpaToken].map(echo).join(' ');
    sim.faults.next('*', says(words)[n] ?? { kind: 'hang' }, Infinity);
    teams.next('token', {
      kind: 'says',
      status: 401,
      body: { error: 'invalid_client', error_description: echo(secrets.get('TEAMS') ?? '') },
    });
    slack.next('auth.test', { kind: 'error', error: echo(secrets.get('BOT') ?? '') });
    const lines = await examine(settings, options);
    await close();
    const printed = asText(lines) + asJsonLines(lines);
    expect(printed).toContain('[secret]');
    expect(leaksIn('the lines', printed, Object.fromEntries(secrets))).toEqual([]);
  });
});

/** Examines with the settings of one WHM, and no more time than this. */
async function examined(change: Partial<DoctorOptions>, env: Record<string, string> = {}) {
  const settings: Config = config({ ...database, CPA_BODY: 'json', ...env });
  return examine(settings, { whms: new Map(), cpa: undefined, now: () => noon, ...change });
}

test('what is not configured is said, with the settings that it needs', async () => {
  const lines = await examined({});
  const none = lines.filter(({ why }) => why.startsWith('not configured: set '));
  expect(none.map(({ system }) => system)).toEqual(['WHM', 'CPA System', 'Slack', 'Teams', 'Mail']);
  expect(new Set(none.map(({ status }) => status))).toEqual(new Set(['skipped']));
});

test('when the time for all is over, what is known is told', async () => {
  const whm = await smallWhm({ listaccts: 'hang', servicestatus: 'hang' });
  const lines = await examined({ whms: new Map([['slow', whm.system]]), allMs: 1500, callMs: 60_000 });
  await whm.close();
  const about = of(lines, 'WHM slow');
  expect(about).toContainEqual(expect.objectContaining({ what: 'cphulk_status', status: 'pass' }));
  expect(about).toContainEqual(
    expect.objectContaining({ what: 'listaccts', why: 'not answered when the time for all was over' }),
  );
});

test('two servers are looked at side by side, each under its name', async () => {
  const [one, two] = [await smallWhm({ version: 'hang' }), await smallWhm()];
  const whms = new Map([
    ['one', one.system],
    ['two', two.system],
  ]);
  const lines = await examined({ whms, callMs: 1000 });
  await Promise.all([one.close(), two.close()]);
  expect(of(lines, 'WHM one')).toContainEqual(expect.objectContaining({ what: 'version', status: 'fail' }));
  expect(of(lines, 'WHM two')).toContainEqual(expect.objectContaining({ what: 'version', status: 'pass' }));
});

describe('a report', () => {
  const lines: Line[] = [
    { system: 'WHM host2', status: 'pass', what: 'version', why: '11.138.0.10' },
    { system: 'Slack', status: 'fail', what: 'scopes', why: 'missing', remedy: 'Install again.' },
    { system: 'WHM host2', status: 'warn', what: 'a', why: 'b' },
  ];

  test('is one line a look, under its system, with a count at the end', () => {
    expect(asText(lines)).toBe(
      [
        'WHM host2',
        '  pass     version  11.138.0.10',
        '  warn     a        b',
        '',
        'Slack',
        '  fail     scopes   missing  → Install again.',
        '',
        '3 lines: 1 pass, 1 warn, 1 fail, 0 skipped',
        '',
      ].join('\n'),
    );
  });

  test('is one object a line for programs', () => {
    const objects = asJsonLines(lines)
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(objects).toEqual([...lines, { counts: { pass: 1, warn: 1, fail: 1, skipped: 0 } }]);
  });

  test('has nothing that moves a cursor or begins a line of its own', () => {
    const [line] = cleaned(
      [{ system: 'x', status: 'pass', what: 'a', why: 'b\r\n\u001b[2J\u202e c' }],
      (text) => text,
    );
    expect(line?.why).toBe('b [2J c');
  });
});
