import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, person } from './person.ts';
import { channelAt, members, startPlayground } from './playground.ts';
import type { Playground } from './playground.ts';
import { serve } from './server.ts';
import type { Server } from './server.ts';

const people = `people:
  alex: [web:alex, teams:${members.alex.oid}]
  lea: [web:lea, teams:${members.patti.oid}]
`;
let folder: string;
let server: Server;
let playground: Playground;
let browser: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mailfix-people-'));
  const file = join(folder, 'mailfix.yaml');
  writeFileSync(file, people);
  const lead = `teams:${members.patti.oid}`;
  server = await serve({ TEAMS_AUTH: 'off', APPROVERS: lead, MAILFIX_CONFIG: file });
  [playground, browser] = await Promise.all([startPlayground(`${server.url}/api/messages`), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await playground?.stop();
  rmSync(folder, { recursive: true, force: true });
  expect(await server?.stop()).toMatchObject({ code: 0, stderr: '' });
});

test('a full account: Alex asks, Patti approves, the thread is the log', async () => {
  const channel = await channelAt(browser, playground.url);
  await channel.posts('harbor-tax.example');
  await channel.card(/Raise the account harbortax from 200 MB to 300 MB/);
  await channel.picture('teams-plan');
  await channel.snapshot(
    'thread-teams',
    'INC-1 · harbor-tax.example',
    /Raise the account harbortax from 200 MB to 300 MB.*Approve/,
  );

  await channel.presses(/Raise the account harbortax/, 'Approve');
  await channel.page
    .getByText(/You are not an approver/)
    .first()
    .waitFor();
  expect(await channel.page.getByText(/Approved by/).count()).toBe(0);

  channel.who = 'patti';
  await channel.presses(/Raise the account harbortax/, 'Approve');
  await channel.card(/Approved by Patti Fernandez/);
  channel.who = 'alex';
  await channel.card('Which Outlook do they have?');
  await channel.picture('teams-approved');
  await channel.presses('Which Outlook do they have?', '2016–365 for Windows (classic)');
  await channel.presses('Is mail coming in now?', 'Yes');
  await channel.card('Resolved: There is room for mail again.');
  await channel.picture('teams-resolved');
});

test('asked in Teams, approved in the console by somebody whose accounts are known', async () => {
  const channel = await channelAt(browser, playground.url);
  await channel.posts('info@acme-cpa.example');
  await channel.picture('teams-suspected');
  await channel.presses('Is that the client: 203.0.113.7?', 'Yes, 203.0.113.7');
  await channel.card(/Un-block 203\.0\.113\.7/);

  const lea = await person(browser, server.url);
  await lea.becomes('Lea');
  await lea.page.getByRole('link', { name: /INC-2/ }).first().click();
  await lea.answers('Waiting for your decision until', 'Approve');
  await channel.card(/Approved by Lea/);
  await channel.picture('teams-waiting');
  await lea.leaves();
});
