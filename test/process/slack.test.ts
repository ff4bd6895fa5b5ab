import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { build } from '../cli/child.ts';
import { toTheEnd } from './chat-moves.ts';
import { Server } from './server.ts';
import { audit } from './slack-audit.ts';
import { channel, openOffice } from './slack-office.ts';
import type { Office } from './slack-office.ts';
import { SlackTalk } from './slack-talk.ts';
import { until } from './stopwatch.ts';

beforeAll(build, 120_000);

/** An office for one test. */
async function office(): Promise<Office> {
  const opened = await openOffice();
  onTestFinished(() => opened.close());
  return opened;
}

test('blocked offices and a full account are helped in Slack with the runbook as it is shipped, each in its thread', async () => {
  const desk = await office();
  const { slack, outside, server } = desk;
  await desk.start();
  const talks = [
    new SlackTalk(desk, 'blocked', { opening: 'command', typing: 'enter' }),
    new SlackTalk(desk, 'full', { opening: 'mention' }),
    new SlackTalk(desk, 'blocked', { opening: 'form', typing: 'thread' }),
    new SlackTalk(desk, 'suspected'),
  ];
  await toTheEnd(talks);

  const [blocked, full, , suspected] = talks;
  expect(blocked?.state).toBe(`Resolved: ${blocked?.firm.ip} was un-blocked.`);
  expect(full?.state).toBe('Resolved: There is room for mail again.');
  // The usual incident: three presses, and nobody types an address.
  const usual = suspected?.given.filter(({ type }) => type !== 'incident.opened') ?? [];
  expect(usual.map(({ said }) => said)).toEqual([suspected?.firm.ip, 'approve', 'yes']);
  for (const talk of talks)
    expect(talk.thread.map((message) => slack.textOf(message)).join('\n')).toMatch(/Approved by Lea/);
  // What each did outside, that the thread and the channel have every message once, and that the log verifies.
  expect(await audit(desk, talks)).toEqual({ lost: [], doubled: [], other: [] });
  const writes = outside.calls.map(({ name }) => name).filter((name) => /^(?:unblock|editquota)$/.test(name));
  expect(writes.sort()).toEqual(['editquota', 'unblock', 'unblock', 'unblock']);
  // Slack refused nothing, so every block was right; and nobody was told anything aside.
  expect(slack.calls().filter(({ answer }) => answer?.['ok'] !== true)).toEqual([]);
  expect(slack.ephemerals()).toEqual([]);
  const { code, stdout, stderr } = await server.stop();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toMatch(/"level":"(?:warn|error|fatal)"/);
});

test('with SIMULATORS=on and the three settings of Slack, an incident is worked to its end, and every card says so', async () => {
  const desk = await office();
  const { slack, outside } = desk;
  const server = new Server(desk.folder, {
    ...desk.slackSettings,
    SIMULATORS: 'on',
    APPROVERS: 'slack:U0LEA',
    DATABASE_URL: `sqlite:${join(desk.folder, 'simulated.db')}`,
  });
  onTestFinished(() => server.end());
  await server.start();
  slack.deliverTo(server.url);
  const firm = { user: 'harbortax', domain: 'harbor-tax.example', ip: '' };
  const talk = new SlackTalk(desk, 'full', { firm });
  await toTheEnd([talk]);
  expect(talk.state).toBe('Resolved: There is room for mail again.');
  for (const card of talk.thread.filter(({ blocks }) => blocks.length > 0))
    expect(slack.textOf(card)).toMatch(/simulat/i);
  expect(outside.calls).toEqual([]);
  expect((await server.stop()).stdout).toContain('"world":"simulated"');
});

test('a bot token that Slack refuses ends the start, in words that say what to put where', async () => {
  const { server } = await office();
  const { code, stdout, stderr } = await server.run(['start'], { SLACK_BOT_TOKEN: 'xoxb-of-another-app' });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^mailfix: Slack refused the bot token \(invalid_auth .*SLACK_BOT_TOKEN, put its new .* there\.\n$/,
  );
  expect(stderr).not.toContain('xoxb-of-another-app');
});

test('a start goes on while Slack does not answer: /readyz says why, and Slack is served as soon as it does', async () => {
  const desk = await office();
  const { slack, server, sam } = desk;
  const isOver = slack.every('*', { kind: 'drop' });
  await desk.start();
  const ready = async () => (await fetch(`${server.url}/readyz`)).json() as Promise<unknown>;
  expect(await ready()).toEqual({ ready: false, reasons: [expect.stringMatching(/Slack gave no answer/)] });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  const early = await sam.command('/mailfix acme.example', { channel });
  expect(early).toMatchObject({ status: 200, json: { text: expect.stringMatching(/Nothing was done/) } });

  isOver();
  expect((await sam.command('/mailfix acme.example', { channel })).status).toBe(200);
  const isThere = () => slack.roots().some((root) => slack.textOf(root).startsWith('INC-1 · acme.example'));
  await until('the first message of the incident', isThere);
  expect(slack.roots()).toHaveLength(1);
  expect(await ready()).toMatchObject({ ready: true });
});
