import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { build } from '../cli/child.ts';
import { toTheEnd } from './chat-moves.ts';
import { audit } from './teams-audit.ts';
import { openOffice } from './teams-office.ts';
import { TeamsTalk } from './teams-talk.ts';

beforeAll(build, 120_000);

test('blocked offices and a full account are helped in Teams with the runbook as it is shipped, each in its thread', async () => {
  const desk = await openOffice();
  onTestFinished(() => desk.close());
  const { teams, outside, server } = desk;
  await desk.start();
  const talks = [
    new TeamsTalk(desk, 'blocked', { opening: 'mention' }),
    new TeamsTalk(desk, 'full', { opening: 'reply', hand: 'twice' }),
    new TeamsTalk(desk, 'blocked', { opening: 'form', typing: 'thread', hand: 'old' }),
    new TeamsTalk(desk, 'suspected'),
  ];
  await toTheEnd(talks);

  const [blocked, full, , suspected] = talks;
  expect(blocked?.state).toBe(`Resolved: ${blocked?.firm.ip} was un-blocked.`);
  expect(full?.state).toBe('Resolved: There is room for mail again.');
  // The usual incident: three presses, and nobody types an address.
  const usual = suspected?.given.filter(({ type }) => type !== 'incident.opened') ?? [];
  expect(usual.map(({ said }) => said)).toEqual([suspected?.firm.ip, 'approve', 'yes']);
  for (const talk of talks)
    expect(talk.thread.map((post) => teams.textOf(post)).join('\n')).toMatch(/Approved by Lea/);
  // What each did outside, that the threads have every message once, and that the log verifies.
  expect(await audit(desk, talks)).toEqual({ lost: [], doubled: [], other: [], excused: [] });
  const writes = outside.calls.map(({ name }) => name).filter((name) => /^(?:unblock|editquota)$/.test(name));
  expect(writes.sort()).toEqual(['editquota', 'unblock', 'unblock', 'unblock']);
  // Teams refused nothing, so every card was right and every call signed.
  expect(teams.calls().filter(({ status = 0 }) => status === 0 || status >= 300)).toEqual([]);
  const { code, stdout, stderr } = await server.stop();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).not.toMatch(/"level":"(?:warn|error|fatal)"/);
});

test('whoever knocks without a token of Teams is sent away, and the process lives and then serves an incident', async () => {
  const desk = await openOffice();
  onTestFinished(() => desk.close());
  const { teams, server, sam, outside } = desk;
  await desk.start();
  const big = 'x'.repeat(2 * 1024 * 1024);
  const activity = { serviceUrl: teams.serviceUrl };
  const statuses = [
    await teams.deliver({}, { authorization: 'none', body: '{}' }),
    await teams.deliver({}, { authorization: 'Bearer garbage', body: '{}' }),
    await teams.deliver({}, { authorization: 'none', method: 'GET' }),
    await teams.deliver({}, { authorization: 'none', body: big }),
    await teams.deliver(activity, { body: big }),
    await teams.deliver(activity, { body: '{}' }),
    await teams.deliver(activity, { signed: 'stranger', body: '{}' }),
  ].map(({ status }) => status);
  expect(statuses).toEqual([401, 401, 405, 401, 413, 400, 401]);
  expect(outside.calls).toEqual([]);

  const talk = new TeamsTalk(desk, 'full', { who: sam });
  await toTheEnd([talk]);
  expect(talk.state).toBe('Resolved: There is room for mail again.');
  expect(await audit(desk, [talk])).toEqual({ lost: [], doubled: [], other: [], excused: [] });
  const { code, stderr } = await server.stop();
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
});
