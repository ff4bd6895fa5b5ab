import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { metricsHandler, metricsPath } from '../../src/metrics/serve.ts';
import { startServer } from '../../src/server.ts';

const token = 'a-token-of-the-test';

interface Asked {
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  readonly host?: string;
}

async function served(options: { token?: string; publicUrl?: string; broken?: boolean; host?: string } = {}) {
  let scrapes = 0;
  const told: unknown[] = [];
  const handler = metricsHandler({
    token: options.token,
    publicUrl: options.publicUrl,
    scrape: async () => {
      scrapes += 1;
      if (options.broken === true) throw new Error('CANARY');
      return { type: 'text/plain; version=0.0.4; charset=utf-8', text: 'figures 1\n' };
    },
    defect: (error) => told.push(error),
  });
  const server = await startServer({
    host: options.host ?? '127.0.0.1',
    port: 0,
    fetch: () => new Response('the console', { status: 200 }),
    raw: new Map([[metricsPath, handler]]),
    notReady: async () => [],
  });
  onTestFinished(() => server.close(0));
  const { port } = new URL(server.url);
  const ask = ({ headers = {}, method = 'GET', host = '127.0.0.1' }: Asked = {}) =>
    new Promise<{ status: number; text: string; headers: Readonly<Record<string, unknown>> }>(
      (resolve, reject) => {
        const sent = request({ host, port, path: metricsPath, method, headers, agent: false }, (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => (text += part));
          answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text, headers: answer.headers }));
        });
        sent.on('error', reject).end();
      },
    );
  return { ask, told, scrapes: () => scrapes };
}

const bearer = (value: string) => ({ authorization: `Bearer ${value}` });

test('this machine is served, in the format of Prometheus', async () => {
  const { ask } = await served();
  const { status, text, headers } = await ask();
  expect({ status, text }).toEqual({ status: 200, text: 'figures 1\n' });
  expect(headers).toMatchObject({
    'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    'cache-control': 'no-store',
  });
  expect((await ask({ headers: { host: 'localhost:3000' } })).status).toBe(200);
});

describe('whoever may come from elsewhere finds nothing without a token', () => {
  const forwarded: readonly (readonly [string, string])[] = [
    ['X-Forwarded-For', '127.0.0.1'],
    ['X-Forwarded-Host', 'localhost'],
    ['Forwarded', 'for=127.0.0.1'],
    ['X-Real-IP', '127.0.0.1'],
    ['Via', '1.1 proxy'],
  ];
  test.each(forwarded)('through a proxy that says %s', async (name, value) => {
    const { ask, scrapes } = await served();
    expect((await ask({ headers: { [name]: value } })).status).toBe(404);
    const closed = await served({ token });
    expect((await closed.ask({ headers: { [name]: value } })).status).toBe(401);
    expect((await closed.ask({ headers: { [name]: value, ...bearer(token) } })).status).toBe(200);
    expect(scrapes()).toBe(0);
  });

  test('through a proxy that says nothing, where PUBLIC_URL tells of one', async () => {
    const { ask } = await served({ publicUrl: 'https://mailfix.example' });
    expect((await ask()).status).toBe(404);
    const closed = await served({ publicUrl: 'https://mailfix.example', token });
    expect((await closed.ask()).status).toBe(401);
    expect((await closed.ask({ headers: bearer(token) })).status).toBe(200);
  });

  test.each(['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example:80'])(
    'under the name "%s"',
    async (host) => {
      const { ask } = await served();
      expect((await ask({ headers: { host } })).status).toBe(404);
    },
  );

  const address = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;
  test.skipIf(address === undefined)('from another address, whatever name it uses', async () => {
    const { ask } = await served({ host: '0.0.0.0' });
    const from = { host: address ?? '', headers: { host: 'localhost' } };
    expect((await ask(from)).status).toBe(404);
    expect((await ask({ headers: { host: 'localhost' } })).status).toBe(200);
  });
});

test('a wrong token is refused, from here too, and what is wrong is not repeated', async () => {
  const { ask, scrapes } = await served({ token });
  for (const wrong of [`${token}x`, '', 'x', token.toUpperCase()]) {
    const { status, text, headers } = await ask({ headers: bearer(wrong) });
    expect({ status, challenge: headers['www-authenticate'] }).toEqual({ status: 401, challenge: 'Bearer' });
    expect(text).not.toContain(token);
  }
  expect((await ask({ headers: { authorization: token } })).status).toBe(401);
  expect(scrapes()).toBe(0);
  expect((await ask()).status).toBe(200);
});

test('it can only be read, and a failure is told to the log alone', async () => {
  const { ask } = await served();
  expect((await ask({ method: 'POST' })).status).toBe(405);
  expect(await ask({ method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
  const broken = await served({ broken: true });
  const { status, text } = await broken.ask();
  expect(status).toBe(500);
  expect(text).not.toContain('CANARY');
  expect(broken.told).toHaveLength(1);
});
