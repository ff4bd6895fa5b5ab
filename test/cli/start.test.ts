import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect } from 'node:net';
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

let count = 0;
/** A start in a folder of its own, or in a given one; resolves when it listens. */
async function start(env: Record<string, string> = {}, database?: string) {
  count += 1;
  const file = database ?? join(here.path, `${count}`, 'm.db');
  const running = mailfix(['start'], here.path, { PORT: '0', DATABASE_URL: `sqlite:${file}`, ...env });
  started.push(running);
  const line = JSON.parse(await running.line('listening')) as { url: string; world: string };
  return { ...running, ...line, file };
}

/** When a server said so (epoch ms). */
function timeOf(stdout: string, words: string): number {
  const line = stdout.split('\n').find((one) => one.includes(words)) ?? '';
  return Number(new Date((JSON.parse(line) as { time: string | number }).time));
}

test('it prints one listening line with its address, answers, and ends with 0 at SIGTERM', async () => {
  const running = await start();
  expect(running.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(running.world).toBe('simulated');

  const alive = await fetch(`${running.url}/healthz`);
  expect([alive.status, await alive.json()]).toEqual([200, { alive: true }]);
  const ready = await fetch(`${running.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([200, { ready: true, reasons: [] }]);
  // Twice: what prints the figures is loaded by the first.
  await fetch(`${running.url}/metrics`);
  const figures = await (await fetch(`${running.url}/metrics`)).text();
  expect(figures).toMatch(/^mailfix_open_incidents 0$/m);
  expect(figures).toMatch(/^nodejs_eventloop_lag_seconds /m);
  const forwarded = { headers: { 'x-forwarded-for': '127.0.0.1' } };
  expect((await fetch(`${running.url}/metrics`, forwarded)).status).toBe(404);
  const page = await fetch(running.url);
  expect(page.status).toBe(200);
  expect(await page.text()).toMatch(/simulat/i);

  running.kill('SIGTERM');
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { msg: string });
  expect(lines.filter(({ msg }) => msg.includes('listening'))).toHaveLength(1);
  expect(lines.some(({ msg }) => msg.includes('SIMULATORS'))).toBe(true);
  expect(lines.at(-1)?.msg).toBe('stopped');
});

test('SIGINT ends it too, also while a page listens for changes', async () => {
  const running = await start();
  const cookie = (await fetch(running.url)).headers.get('set-cookie')?.split(';')[0] ?? '';
  const events = await fetch(`${running.url}/events`, { headers: { cookie } });
  expect(events.status).toBe(200);
  running.kill('SIGINT');
  const { code, stdout } = await running.ended;
  expect(code).toBe(0);
  // The stream ends and its connection with it, before the grace for slow answers is over: then it would be broken off.
  await events.text();
  const [stopping, stopped] = ['stopping', 'stopped'].map((words) => timeOf(stdout, words));
  expect((stopped ?? NaN) - (stopping ?? NaN)).toBeLessThan(1900);
});

test('a second signal does not wait for a request that never ends', async () => {
  const running = await start();
  const { hostname, port, host } = new URL(running.url);
  const socket = connect(Number(port), hostname, () => {
    socket.write(`POST /incidents HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 10\r\n\r\nabc`);
  });
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  // Answered on another connection: so the server has seen the first one.
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);
  running.kill('SIGTERM');
  await running.line('stopping');
  running.kill('SIGTERM');
  // One that had waited for it would have said that it stopped.
  const { code, stdout } = await running.ended;
  expect({ code, stopped: stdout.includes('"stopped"') }).toEqual({ code: 1, stopped: false });
  socket.destroy();
});

test('what it knew is there after a restart, and a second server on the same file is refused', async () => {
  const first = await start();
  const second = await ran(['start'], here.path, { PORT: '0', DATABASE_URL: `sqlite:${first.file}` });
  expect(second).toMatchObject({ code: 1, stdout: '' });
  expect(second.stderr).toMatch(/^mailfix: The database .* is in use by another mailfix\. .*\n$/);
  const list = await ran(['list'], here.path, { DATABASE_URL: `sqlite:${first.file}` });
  expect(list).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('No incident is open') });
  first.kill('SIGKILL');
  await first.ended;
  const again = await start({}, first.file);
  expect((await fetch(`${again.url}/readyz`)).status).toBe(200);
});

test('a port in use is one clear line, and nothing is left open', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => {
    other.listen(0, '127.0.0.1', resolve);
  });
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const env = { PORT: String(port), DATABASE_URL: `sqlite:${join(here.path, 'busy', 'm.db')}` };
  const { code, stderr } = await ran(['start'], here.path, env);
  expect(code).toBe(1);
  expect(stderr).toBe(
    `mailfix: Port ${port} on 127.0.0.1 is in use. Stop the other program (another mailfix?), or set PORT to a free one.\n`,
  );
  await new Promise((resolve) => {
    other.close(resolve);
  });
});

test('a broken key file and a file that is no database are one clear line', async () => {
  const keyFile = join(here.path, 'mailfix.key');
  writeFileSync(keyFile, 'short\n');
  const env = { PORT: '0', DATABASE_URL: `sqlite:${join(here.path, 'k.db')}` };
  expect(await ran(['start'], here.path, env)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^mailfix: The key file .* cannot be used: it is not 64 hex digits\. .*\n$/,
    ),
  });
  const text = join(here.path, 'text.db');
  writeFileSync(
    text,
    'this is a text, and no database at all; it is long enough to have a header of its own.'.repeat(20),
  );
  const other = { ...env, MAILFIX_KEY: 'k'.repeat(32), DATABASE_URL: `sqlite:${text}` };
  expect(await ran(['start'], here.path, other)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^mailfix: .*text\.db is not a mailfix database\. .*\n$/),
  });
  expect(readFileSync(text, 'utf8')).toMatch(/^this is a text/);
});

test('a simulated database is not opened for real systems', async () => {
  const first = await start();
  first.kill('SIGTERM');
  await first.ended;
  const env = { PORT: '0', DATABASE_URL: `sqlite:${first.file}`, SIMULATORS: 'off', APPROVERS: 'web:lea' };
  const { code, stderr } = await ran(['start'], here.path, env);
  expect(code).toBe(1);
  expect(stderr).toContain('belongs to a simulated system, and this start is real');
});

test('a real start says what is not configured, needs a sign-in, and its link opens the console once', async () => {
  const env = { SIMULATORS: 'off', APPROVERS: 'web:lea', MAILFIX_KEY: 'CANARYKEY'.repeat(5) };
  const running = await start(env);
  expect(running.world).toBe('real');
  expect((await fetch(running.url)).status).toBe(401);

  const port = new URL(running.url).port;
  const link = await ran(['sign-in', 'lea'], here.path, {
    ...env,
    PORT: port,
    DATABASE_URL: `sqlite:${running.file}`,
  });
  const url = link.stdout.trim();
  const origin = { origin: running.url, 'sec-fetch-site': 'same-origin' };
  const post = () => fetch(url, { method: 'POST', headers: origin, redirect: 'manual' });
  expect((await fetch(url)).status).toBe(200);
  const redeemed = await post();
  expect(redeemed.status).toBe(303);
  expect((await post()).status).toBe(403);
  const cookie = redeemed.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await fetch(running.url, { headers: { cookie } })).status).toBe(200);

  running.kill('SIGTERM');
  const { stdout } = await running.ended;
  expect(stdout).toMatch(/WHM is not configured/);
  expect(stdout).toMatch(/CPA System is not configured/);
  expect(stdout).not.toContain('CANARYKEY');
});

test('an incident that was opened can be exported, verified and read beside the server', async () => {
  const running = await start();
  await opened(running.url);

  const env = { DATABASE_URL: `sqlite:${running.file}` };
  expect(await ran(['list'], here.path, env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^INC-1\t\d{4}-[^\t]*\tkim@summit-books\.example\t.+\n$/),
  });
  expect((await ran(['export', 'inc-1'], here.path, env)).stdout).toMatch(/^# INC-1 · /);
  const json = await ran(['export', '1', '--format', 'json'], here.path, env);
  expect(JSON.parse(json.stdout)).toMatchObject({ incident: 'INC-1', simulated: true });

  const file = join(here.path, 'inc-1.jsonl');
  const out = ['export', 'INC-1', '--format', 'jsonl', '--out', file];
  expect(await ran(out, here.path, env)).toMatchObject({ code: 0, stdout: '' });
  expect(await ran(out, here.path, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('exists already'),
  });
  expect(await ran(['verify', file], here.path, env)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('unbroken. INC-1'),
  });
  // Elsewhere, without any key, and with another one.
  expect(await ran(['verify', file], '/')).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('no key here'),
  });
  const stranger = { MAILFIX_KEY: 'x'.repeat(32) };
  expect(await ran(['verify', file], '/', stranger)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('another key'),
  });

  writeFileSync(file, readFileSync(file, 'utf8').replace('"Sam"', '"Tom"'));
  expect(await ran(['verify', file], here.path, env)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('changed or damaged'),
  });
  expect(await ran(['export', 'INC-99'], here.path, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no incident INC-99'),
  });
  expect(existsSync(`${running.file}-wal`)).toBe(true);
});

test('the auditor’s page is written beside the signed log, and names the key to verify it with', async () => {
  const running = await start();
  await opened(running.url);
  const env = { DATABASE_URL: `sqlite:${running.file}` };
  const paper = join(here.path, 'paper.html');
  const both = ['--format', 'jsonl', '--html', paper];
  expect(await ran(['export', 'INC-1', '--html', join(here.path, 'no', 'x')], here.path, env)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('cannot be written (ENOENT)'),
  });
  const jsonl = await ran(['export', 'INC-1', ...both], here.path, env);
  expect(jsonl).toMatchObject({ code: 0, stderr: expect.stringContaining(`events written to ${paper}`) });
  const last = /"head":"(\w{64})"/.exec(jsonl.stdout)?.[1];
  expect(readFileSync(paper, 'utf8')).toContain(`<code class="hash">${last}</code>`);
  expect(readFileSync(paper, 'utf8')).toContain('Sam');
  expect(statSync(paper).mode & 0o777).toBe(0o600);
  expect(await ran(['export', 'INC-1', ...both], here.path, env)).toMatchObject({ code: 1, stdout: '' });

  const file = join(here.path, 'paper.jsonl');
  writeFileSync(file, jsonl.stdout);
  const key = /SHA256:[\w+/]{43}/.exec(readFileSync(paper, 'utf8'))?.[0] ?? '';
  expect((await ran(['verify', file, '--key', key], '/')).code).toBe(0);
  expect(await ran(['verify', file, '--key', `${key.slice(0, -1)}!`], '/')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining(`not ${key.slice(0, -1)}!.`),
  });
});

test('holds and redactions are done by the running server, for whoever has its key', async () => {
  const running = await start();
  await opened(running.url);
  const env = { DATABASE_URL: `sqlite:${running.file}`, PORT: new URL(running.url).port };
  const hold = ['hold', 'INC-1', '--why', 'court order 7'];
  expect(await ran(hold, here.path, env)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^INC-1: Done/),
  });
  expect(await ran(hold, here.path, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('is under legal hold already'),
  });
  expect(await ran(['redact', '1', '--class', 'texts', '--why', 'x'], here.path, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('Nothing was redacted: INC-1 is under legal hold'),
  });
  const paper = join(here.path, 'held.html');
  await ran(['export', '1', '--html', paper], here.path, env);
  expect(readFileSync(paper, 'utf8')).toMatch(/Legal hold[\s\S]{0,200}court order 7/);
  const stranger = { ...env, MAILFIX_KEY: 'x'.repeat(32) };
  expect(await ran(['release', 'INC-1', '--why', 'x'], here.path, stranger)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('does not take this order (404)'),
  });
  expect((await ran(['release', 'INC-1', '--why', 'x'], here.path, env)).code).toBe(0);
  expect(await ran(hold, here.path, { ...env, PORT: '1' })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('there is no mailfix at http://127.0.0.1:1/orders'),
  });
});

test('past incidents are replayed through a dialog beside the server that wrote them', async () => {
  const server = await start();
  const env = { DATABASE_URL: `sqlite:${server.file}` };
  const dialog = ['replay', '--dialog', 'cannot-receive'];
  await opened(server.url);
  expect(await ran([...dialog, 'INC-1'], here.path, env)).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.stringMatching(/^1 incidents replayed through cannot-receive version \d+: 1 the same/),
  });
  expect(await ran(['replay', '--dialog', 'cannot-send', 'INC-1'], here.path, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('INC-1 is of the dialog "cannot-receive", not "cannot-send"'),
  });
  expect(await ran(['replay', '--dialog', 'cannot-send'], here.path, env)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('There is no past incident of "cannot-send"'),
  });
}, 40_000);

/** Opens INC-1. */
async function opened(url: string): Promise<void> {
  const page = await fetch(url);
  const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
  const html = await page.text();
  const value = (name: string) => new RegExp(`name="${name}"\\s+value="([^"]*)"`).exec(html)?.[1] ?? '';
  const answer = await fetch(`${url}/incidents`, {
    method: 'POST',
    redirect: 'manual',
    headers: { cookie, origin: url, 'sec-fetch-site': 'same-origin' },
    body: new URLSearchParams({
      csrf: value('csrf'),
      nonce: value('nonce'),
      dialog: 'cannot-receive',
      client: 'kim@summit-books.example',
    }),
  });
  expect(answer.status).toBe(303);
  expect(answer.headers.get('location')).toBe('/incidents/INC-1');
}
