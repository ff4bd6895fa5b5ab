import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { folder, mailfix, ran } from '../cli/child.ts';
import { outsideSystems } from './outside-systems.ts';
import type { Request } from './outside-systems.ts';
import { openBrowser, person } from './person.ts';
import type { Person } from './person.ts';
import { serve } from './server.ts';
import type { Server } from './server.ts';

// mailfix pointed at outside servers by settings alone: the same incidents, and exactly the calls that were approved.

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

/** Somebody who signs in with the link that `mailfix sign-in NAME` prints beside the server. */
async function signedIn(server: Server, name: string): Promise<Person> {
  const { code, stdout } = await ran(['sign-in', name], server.cwd, server.env);
  expect(code).toBe(0);
  const somebody = await person(browser, stdout.trim());
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  await somebody.page.getByRole('button', { name: `Sign in as ${title}` }).click();
  await somebody.page.getByRole('heading', { name: 'Incidents' }).waitFor();
  return somebody;
}

/** The approver finds the incident in the list and approves it. */
async function approves(lea: Person, client: RegExp): Promise<void> {
  await lea.page.getByRole('link', { name: client }).click();
  await lea.answers('Waiting for your decision until', 'Approve');
}

const tokens = { whm: 'CANARYwhm7fQ2xLr9', cpa: 'CANARYcpa4tZ8vKb1' };

const statusUrls = [
  ['with CPA_STATUS_URL', true],
  ['without CPA_STATUS_URL', false],
] as const;

test.each(statusUrls)(
  'outside servers, %s: one un-block, one editquota, else only reads',
  async (_, status) => {
    const outside = await outsideSystems(tokens);
    onTestFinished(() => outside.close());
    const server = await serve({
      WHM_URL: outside.whmUrl,
      WHM_USER: 'root',
      WHM_TOKEN: tokens.whm,
      CPA_UNBLOCK_URL: `${outside.cpaUrl}/api/unblock`,
      CPA_TOKEN: tokens.cpa,
      ...(status ? { CPA_STATUS_URL: `${outside.cpaUrl}/api/status` } : {}),
      APPROVERS: 'web:lea',
    });
    onTestFinished(async () => void (await server.stop()));
    expect(server.world).toBe('real');
    expect((await fetch(server.url)).status).toBe(401);
    const [sam, lea] = await Promise.all([signedIn(server, 'sam'), signedIn(server, 'lea')]);

    await sam.opens('info@acme-cpa.example');
    await sam.answers('Is that the client: 203.0.113.7?', 'Yes, 203.0.113.7');
    await sam.sees('Waiting for an approver (Lea) until');
    expect(writes(outside.cpa)).toEqual([]);
    await approves(lea, /info@acme-cpa\.example/);
    await sam.sees(/^Un-block of 203\.0\.113\.7 accepted by the CPA System/);
    const open = sam.page.locator('.card.latest .part.open').filter({ hasText: 'Does mail come in now?' });
    const lookNow = sam.page.getByRole('button', { name: 'Look now', exact: true });
    const clear = async () => {
      if (await open.isVisible()) return true;
      await lookNow.click({ timeout: 1000 }).catch(() => 'the card went on in this moment');
      return false;
    };
    await expect.poll(clear, { interval: 500 }).toBe(true);
    await sam.answers('Does mail come in now?', 'Yes');
    await sam.state('Resolved: 203.0.113.7 was un-blocked.');

    await sam.opens('harbor-tax.example');
    await sam.sees('Raise the account harbortax from 200 MB to 300 MB');
    expect(writes(outside.whm)).toEqual([]);
    await lea.page.getByRole('link', { name: 'Incidents', exact: true }).first().click();
    await approves(lea, /harbor-tax\.example/);
    await sam.sees(/^The account harbortax has 300 MB now, read back/);
    await sam.answers('Which Outlook do they have?', 'New Outlook for Windows');
    await sam.answers('Is mail coming in now?', 'Yes');
    await sam.state('Resolved: There is room for mail again.');
    expect(await sam.page.content()).not.toMatch(/simulat/i);

    expect(writes(outside.cpa)).toEqual([
      {
        method: 'POST',
        path: '/api/unblock',
        query: {},
        authorization: `Bearer ${tokens.cpa}`,
        type: expect.stringContaining('application/json'),
        body: '{"ip":"203.0.113.7"}',
      },
    ]);
    const [editquota, ...more] = writes(outside.whm);
    expect(more).toEqual([]);
    expect(editquota).toMatchObject({ method: 'POST', path: '/json-api/editquota', query: {} });
    expect(Object.fromEntries(new URLSearchParams(editquota?.body))).toEqual({
      'api.version': '1',
      user: 'harbortax',
      quota: '300',
    });
    const reads = [...outside.whm, ...outside.cpa].filter(({ method }) => method === 'GET');
    expect(reads.filter(({ body }) => body !== '')).toEqual([]);
    expect(reads.filter(({ path }) => /editquota|unblock|flush|delete|create|edit_/.test(path))).toEqual([]);
    expect(reads.some(({ path }) => path === '/api/status')).toBe(status);

    await Promise.all([sam.leaves(), lea.leaves()]);
    const kept = everythingIn(server.cwd);
    const { code, stdout, stderr } = await server.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    // Database and log hold the incident, so they were looked into; the tokens they hold nowhere.
    expect(kept).toContain('203.0.113.7');
    expect(stdout).toContain('listening');
    for (const token of Object.values(tokens)) {
      for (const spelling of [token, Buffer.from(token).toString('base64').slice(0, -4)]) {
        expect(kept.includes(spelling) || stdout.includes(spelling)).toBe(false);
      }
    }
  },
);

test('what “mailfix simulators” prints is enough to point a mailfix at it', async () => {
  const here = folder();
  const simulators = mailfix(['simulators', '--port', '0'], here.path);
  onTestFinished(async () => {
    simulators.kill('SIGKILL');
    await simulators.ended;
    here.remove();
  });
  const said: Record<string, string> = {};
  for (const name of ['WHM_URL', 'WHM_USER', 'WHM_TOKEN', 'CPA_UNBLOCK_URL', 'CPA_STATUS_URL', 'CPA_TOKEN']) {
    said[name] = (await simulators.line(`${name}=`)).slice(name.length + 1);
  }
  said['APPROVERS'] = (await simulators.line('APPROVERS=')).slice('APPROVERS='.length);
  const server = await serve(said);
  onTestFinished(async () => void (await server.stop()));
  const [sam, lea] = await Promise.all([signedIn(server, 'sam'), signedIn(server, 'lea')]);
  await sam.opens('harbor-tax.example');
  await approves(lea, /harbor-tax\.example/);
  await sam.sees(/^The account harbortax has 300 MB now, read back/);
  await Promise.all([sam.leaves(), lea.leaves()]);
  simulators.kill('SIGTERM');
  expect(await simulators.ended).toMatchObject({ code: 0 });
});

function writes(requests: readonly Request[]): readonly Request[] {
  return requests.filter(({ method }) => method !== 'GET');
}

/** The bytes of every file in a folder, as text. */
function everythingIn(path: string): string {
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
    .join('\n');
}
