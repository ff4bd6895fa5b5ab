import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { build, folder, mailfix, ran } from './child.ts';
import type { Running } from './child.ts';

const here = folder();
const started: Running[] = [];
beforeAll(build, 120_000);
afterEach(async () => {
  for (const running of started.splice(0)) {
    running.kill('SIGKILL');
    await running.ended;
  }
});
afterAll(here.remove);

/** The simulators as outside servers, and the settings that lead there. */
async function outside(): Promise<Record<string, string>> {
  const running = mailfix(['simulators', '--port', '0'], here.path);
  started.push(running);
  await running.line('APPROVERS=');
  const lines = await Promise.all(
    ['WHM_URL', 'WHM_USER', 'WHM_TOKEN', 'CPA_UNBLOCK_URL', 'CPA_STATUS_URL', 'CPA_TOKEN', 'APPROVERS'].map(
      (name) => running.line(`${name}=`),
    ),
  );
  return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2)));
}

/** A server with these settings, and somebody signed in to its console by a one-time link. */
async function signedIn(name: string, settings: Record<string, string>) {
  const database = join(here.path, name, 'm.db');
  const env = { ...settings, DATABASE_URL: `sqlite:${database}`, LOG_LEVEL: 'trace' };
  const running = mailfix(['start'], here.path, { ...env, PORT: '0' });
  started.push(running);
  const { url, world } = JSON.parse(await running.line('listening')) as { url: string; world: string };
  const link = await ran(['sign-in', 'lea'], here.path, { ...env, PORT: new URL(url).port });
  const headers = { origin: url, 'sec-fetch-site': 'same-origin' };
  const redeemed = await fetch(link.stdout.trim(), { method: 'POST', headers, redirect: 'manual' });
  const cookie = redeemed.headers.get('set-cookie')?.split(';')[0] ?? '';
  const get = async (path: string) => (await fetch(`${url}${path}`, { headers: { cookie } })).text();

  return {
    running,
    world,
    env,
    folder: join(here.path, name),
    /** Opens an incident and reads its page until it has these words. */
    async opens(client: string, words: RegExp): Promise<string> {
      const page = await get('/');
      const value = (field: string) => new RegExp(`name="${field}"\\s+value="([^"]*)"`).exec(page)?.[1] ?? '';
      const fields = { csrf: value('csrf'), nonce: value('nonce'), dialog: 'cannot-receive', client };
      const body = new URLSearchParams(fields);
      const opened = await fetch(`${url}/incidents`, {
        method: 'POST',
        headers: { ...headers, cookie },
        body,
        redirect: 'manual',
      });
      const path = opened.headers.get('location') ?? '';
      let text = '';
      for (let tries = 0; tries < 300 && !words.test(text); tries += 1) {
        text = (await get(path)).replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
      }
      expect(text).toMatch(words);
      return text;
    },
  };
}

/** Everything that a run leaves behind, with what it printed. */
function left(path: string): string {
  return readdirSync(path)
    .filter((file) => file !== 'mailfix.key')
    .map((file) => readFileSync(join(path, file), 'latin1'))
    .join('\n');
}

test('pointed at outside servers it asks those, says so, and leaves no token behind', async () => {
  const settings = await outside();
  const server = await signedIn('real', settings);
  expect(server.world).toBe('real');
  const text = await server.opens('info@acme-cpa.example', /Account acmecpa on 127\.0\.0\.1/);
  expect(text).not.toMatch(/simulat/i);

  const markdown = await ran(['export', 'INC-1'], here.path, server.env);
  const jsonl = await ran(['export', 'INC-1', '--format', 'jsonl'], here.path, server.env);
  expect([markdown.code, jsonl.code]).toEqual([0, 0]);
  server.running.kill('SIGTERM');
  const { code, stdout, stderr } = await server.running.ended;
  expect(code).toBe(0);
  expect(stdout).toContain('"call":"accountsummary"');
  const all = [text, markdown.stdout, jsonl.stdout, stdout, stderr, left(server.folder)].join('\n');
  for (const token of [settings['WHM_TOKEN'], settings['CPA_TOKEN']]) {
    expect(token).toMatch(/^\w{20,}$/);
    expect(all).not.toContain(token);
  }
});

test('a token that is refused shows nowhere either, and the incident goes on by hand', async () => {
  const canary = 'CANARYTOKEN0123456789CANARY';
  const spellings = [canary, Buffer.from(canary).toString('base64').slice(0, -4)];
  const server = await signedIn('refused', { ...(await outside()), WHM_TOKEN: canary, CPA_TOKEN: canary });
  const text = await server.opens('info@acme-cpa.example', /I could not ask WHM/);
  const { stdout: markdown } = await ran(['export', 'INC-1'], here.path, server.env);
  server.running.kill('SIGTERM');
  const { code, stdout, stderr } = await server.running.ended;
  expect(code).toBe(0);
  const all = [text, markdown, stdout, stderr, left(server.folder)].join('\n');
  for (const spelling of spellings) expect(all).not.toContain(spelling);
  expect(text).toMatch(/refused the token/);
});
