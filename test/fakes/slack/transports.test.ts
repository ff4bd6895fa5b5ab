import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { actions, button, field, input, modal } from './block-samples.ts';
import { quiet } from './client.ts';
import { startSlack } from './server.ts';
import type { FakeSlack } from './server.ts';

let slack: FakeSlack;
const closing: (() => Promise<unknown>)[] = [];
const seen: string[] = [];

/** What a small Bolt app does: every kind of request is acknowledged in its own way. */
function listen(app: App): void {
  app.command('/mailfix', async ({ ack, body, client }) => {
    await ack({ text: `Hello ${body.user_id}` });
    await client.views.open({ trigger_id: body.trigger_id, view: modal({ blocks: [domain] }) as never });
  });
  app.view(/.*/, ({ ack }) => ack({ response_action: 'errors', errors: { domain: 'No such domain' } }));
  app.action(/.*/, async ({ ack, respond }) => {
    await ack();
    await respond({ text: 'Thanks' });
  });
  app.event('app_mention', async ({ event, say }) => void (await say({ text: 'Here', thread_ts: event.ts })));
  app.event('message', async ({ body, context }) => {
    seen.push(`${body.event_id} ${String(context.retryNum)} ${String(context.retryReason)}`);
  });
}

const domain = input(field({ action_id: 'v' }), { block_id: 'domain' });
const clientOptions = (): object => ({
  slackApiUrl: slack.apiUrl,
  retryConfig: { retries: 0 },
  timeout: 2000,
});

async function startHttp(): Promise<void> {
  slack = await startSlack({ patienceMs: 4000 });
  const receiver = new HTTPReceiver({
    signingSecret: slack.signingSecret,
    logger: quiet,
    processBeforeResponse: true,
  });
  const app = new App({
    receiver,
    token: 'xoxb-fake',
    logger: quiet,
    clientOptions: clientOptions(),
    deferInitialization: true,
  });
  listen(app);
  await app.init();
  const server = await receiver.start(0);
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  slack.deliverTo(`http://127.0.0.1:${address.port}/`);
  closing.push(() => app.stop(), slack.close);
}

/** Bolt takes the time after which a ping is lost for the time before it connects again, too. */
async function startSocket(clientPingTimeout = 5000): Promise<SocketModeReceiver> {
  slack = await startSlack({ transport: 'socket', patienceMs: 4000 });
  const receiver = new SocketModeReceiver({
    appToken: 'xapp-fake',
    logger: quiet,
    logLevel: LogLevel.ERROR,
    clientPingTimeout,
    installerOptions: { clientOptions: clientOptions() },
  });
  const app = new App({
    receiver,
    token: 'xoxb-fake',
    logger: quiet,
    clientOptions: clientOptions(),
    deferInitialization: true,
  });
  listen(app);
  await app.init();
  await app.start();
  await slack.socket.connected();
  closing.push(() => app.stop(), slack.close);
  return receiver;
}

beforeEach(() => {
  seen.length = 0;
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe.each([
  ['HTTP', startHttp],
  ['Socket Mode', () => startSocket()],
] as const)('Bolt over %s', (_name, start) => {
  beforeEach(async () => {
    await start();
  });

  test('commands, modals, buttons and mentions', async () => {
    const sam = slack.person({ id: 'U0SAM' });
    expect(await sam.command('/mailfix acme.example')).toMatchObject({ status: 200 });
    expect(slack.ephemerals('U0SAM')).toMatchObject([{ text: 'Hello U0SAM' }]);
    await expect.poll(() => slack.openView('U0SAM')).toBeDefined();
    await sam.fills({ Domain: 'acme.example' });
    expect(await sam.submits()).toMatchObject({ errorsByLabel: { Domain: 'No such domain' } });
    const { ts, mention } = await sam.mentions('hello');
    expect(mention).toMatchObject({ status: 200 });
    await expect
      .poll(() => slack.thread('C0SUPPORT', ts).map(({ text }) => text))
      .toEqual(['<@U0SUPPORTBOT> hello', 'Here']);
    slack.state.ephemerals.push({
      ts: slack.state.nextTs(),
      channel: 'C0SUPPORT',
      user: 'U0SAM',
      text: 'x',
      blocks: [actions(button({ action_id: 'a' }))],
    });
    expect(await sam.clicks('Yes')).toMatchObject({ status: 200, body: '' });
    await expect.poll(() => slack.ephemerals('U0SAM').at(-1)?.text).toBe('Thanks');
  });

  test('an event that is delivered again is the same, and says so', async () => {
    const { request } = await slack.person({ id: 'U0SAM' }).says('x');
    await slack.redeliver(request, { num: 2, reason: 'http_error' });
    await slack.replay(request);
    await expect.poll(() => seen).toHaveLength(3);
    const id = String(request.payload['event_id']);
    expect(seen[1]).toBe(`${id} 2 http_error`);
    expect(seen.every((one) => one.startsWith(id))).toBe(true);
    expect(slack.requests).toHaveLength(3);
  });
});

describe('HTTP', () => {
  beforeEach(startHttp);

  test('a signature is refused when it is wrong, old, or of another body', async () => {
    const payload = { type: 'event_callback', event: { type: 'message' } };
    const send = async (overrides: Parameters<typeof slack.deliver>[2]): Promise<number> =>
      (await slack.deliver('events', payload, overrides)).status;
    expect(await send({})).toBe(200);
    expect(await send({ signature: 'v0=00' })).toBe(401);
    expect(await send({ secret: 'another secret' })).toBe(401);
    expect(await send({ timestamp: Math.floor(Date.now() / 1000) - 301 })).toBe(401);
    expect(await send({ body: '{"type":"event_callback"}' })).toBe(401);
    expect(await send({ headers: { 'x-slack-signature': '' } })).toBe(401);
    // Bolt reads forms only under the exact content type; anything else it takes for JSON.
    const form = await slack.deliver(
      'command',
      { command: '/x' },
      { contentType: 'application/x-www-form-urlencoded; charset=utf-8' },
    );
    expect(form.status).toBe(400);
  });

  test('the URL is verified by a challenge', async () => {
    expect(await slack.deliver('events', { type: 'url_verification', challenge: 'abc' })).toMatchObject({
      json: { challenge: 'abc' },
      ms: expect.any(Number),
    });
  });

  test('an app that is not there answers nothing', async () => {
    slack.deliverTo('http://127.0.0.1:1');
    expect(await slack.person({ id: 'U0SAM' }).says('x')).toMatchObject({
      status: 0,
      error: expect.any(String),
    });
  });
});

describe('Socket Mode', () => {
  test('after a recycle or a break the app is there again; its URL is good once', async () => {
    await startSocket(300);
    expect(slack.socket.connections()).toBe(1);
    slack.socket.disconnect();
    await expect.poll(() => slack.calls('apps.connections.open').length).toBe(2);
    await slack.socket.connected();
    expect(await slack.person({ id: 'U0SAM' }).says('x')).toMatchObject({ status: 200 });
    slack.socket.drop();
    await expect.poll(() => slack.calls('apps.connections.open').length).toBe(3);
    await slack.socket.connected();
    expect(await slack.person({ id: 'U0SAM' }).says('y')).toMatchObject({ status: 200 });
    const { answer } = slack.calls('apps.connections.open')[0] ?? {};
    const used = new WebSocket(String(answer?.['url']));
    expect(await new Promise((resolve) => used.on('error', () => resolve('refused')))).toBe('refused');
  });

  test('without a connection nothing arrives', async () => {
    const receiver = await startSocket();
    await receiver.client.disconnect();
    await expect.poll(() => slack.socket.connections()).toBe(0);
    expect(await slack.person({ id: 'U0SAM' }).says('x')).toMatchObject({
      status: 0,
      error: 'The app holds no connection.',
    });
  });
});
