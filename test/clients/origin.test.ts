import { http, HttpResponse } from 'msw';
import { setupServer } from 'msw/node';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { cpaClient } from '../../src/clients/cpa.ts';
import { whmClient } from '../../src/clients/whm.ts';

// At the wire, so that real names and https can be used: what leaves, and where to.
const sent: { url: string; authorization: string | null; body: Promise<string> }[] = [];
const server = setupServer();
server.events.on('request:start', ({ request }) => {
  const copy = request.clone();
  sent.push({ url: copy.url, authorization: copy.headers.get('authorization'), body: copy.text() });
});
beforeAll(() => server.listen({ onUnhandledRequest: 'error' }));
afterEach(() => {
  server.resetHandlers();
  sent.length = 0;
});
afterAll(() => server.close());

const whm = whmClient({ url: 'https://host2.example:2087', user: 'support', token: 'T0KEN', now: () => 0 });
const moved = (): Response =>
  new Response(null, { status: 302, headers: { location: 'https://evil.example/' } });

test('a read goes to the WHM of the settings, by its host name, with API 1 and the token in its header', async () => {
  server.use(
    http.get('https://host2.example:2087/json-api/getdomainowner', () =>
      HttpResponse.json({ data: { user: 'acme' }, metadata: { result: 1, reason: 'OK', version: 1 } }),
    ),
  );
  expect(await whm.domainOwner('acme.example')).toBe('acme');
  expect(sent).toHaveLength(1);
  const { origin, searchParams } = new URL(sent[0]?.url ?? '');
  expect([origin, searchParams.get('api.version'), searchParams.get('domain')]).toEqual([
    'https://host2.example:2087',
    '1',
    'acme.example',
  ]);
  expect(sent[0]?.authorization?.toLowerCase()).toBe('whm support:t0ken');
});

test('a quota is posted, so that no address stands in an access log', async () => {
  server.use(
    http.post('https://host2.example:2087/json-api/editquota', () =>
      HttpResponse.json({ metadata: { result: 1, reason: 'Set quota for user.', version: 1 } }),
    ),
  );
  await whm.setAccountQuota('acme', 300);
  expect(sent).toHaveLength(1);
  expect(new URL(sent[0]?.url ?? '').search).not.toContain('acme');
  expect(Object.fromEntries(new URLSearchParams(await sent[0]?.body))).toMatchObject({
    user: 'acme',
    quota: '300',
  });
});

test('no redirect is followed: the token never goes to a host that an answer names', async () => {
  const cpa = cpaClient({ unblockUrl: 'https://cpa.example/unblock', token: 'T0KEN' });
  server.use(http.all('https://host2.example:2087/*', moved), http.all('https://cpa.example/*', moved));
  await expect(whm.domainOwner('acme.example')).rejects.toMatchObject({ code: 'whm.redirected' });
  await expect(whm.setAccountQuota('acme', 300)).rejects.toMatchObject({ code: 'whm.redirected' });
  await expect(cpa.unblock('203.0.113.7')).rejects.toMatchObject({ code: 'cpa.redirected' });
  expect(sent.map(({ url }) => new URL(url).host)).not.toContain('evil.example');
  expect(sent.length).toBeGreaterThanOrEqual(3);
});
