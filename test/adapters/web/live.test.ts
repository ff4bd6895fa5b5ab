import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { describe, expect, it, onTestFinished } from 'vitest';
import { webRig, type Browser, type WebRig } from './rig.ts';

/** Reads a stream event by event; comments and the retry line are left out. */
async function listen(rig: WebRig, browser: Browser, path = '/events', headers: Record<string, string> = {}) {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await rig.web.app.request(path, { headers: { host: 'localhost', cookie, ...headers } });
  const reader = answer.body?.getReader();
  if (reader === undefined) throw new Error('no stream');
  let rest = '';
  const next = async (): Promise<{ id: string; event: string; data: unknown } | undefined> => {
    for (;;) {
      const end = rest.indexOf('\n\n');
      if (end >= 0) {
        const frame = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(frame)?.[1];
        const event = field('event');
        if (event !== undefined)
          return { id: field('id') ?? '', event, data: JSON.parse(field('data') ?? '') };
        continue;
      }
      const { done, value } = await reader.read();
      if (done) return undefined;
      rest += new TextDecoder().decode(value);
    }
  };
  return { answer, next, cancel: () => reader.cancel() };
}

async function opened(rig: WebRig): Promise<Browser> {
  const browser = rig.browser();
  await browser.get('/');
  await browser.submit('open', { client: 'acme.example' });
  await browser.get('/incidents/INC-1');
  return browser;
}

const positionOf = (browser: Browser) => /data-position="([^"]*)"/.exec(browser.page)?.[1] ?? '';

describe('live updates', () => {
  it('tell which incident changed, as soon as it is on the page', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const stream = await listen(rig, browser);
    expect(stream.answer.headers.get('content-type')).toContain('text/event-stream');
    await browser.submit('note', { text: 'they called again' });
    expect(await stream.next()).toMatchObject({ event: 'changed', data: 'INC-1' });
    await browser.get('/incidents/INC-1');
    expect(browser.words).toContain('they called again');
  });

  it('show what the worker has shown even before it is stored', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const [place] = await rig.store.places('INC-1');
    if (place === undefined) throw new Error('no place');
    const card = {
      at: 0,
      tone: 'good',
      sections: [{ id: '9', text: { template: 'Fresh from the worker' } }],
    } as const;
    await rig.clock.advance(1);
    const stream = await listen(rig, browser);
    await rig.web.channel.show({
      key: 'k',
      place,
      message: 'turn-9',
      ref: undefined,
      root: undefined,
      card,
      notify: 'none',
    });
    expect(await stream.next()).toMatchObject({ event: 'changed', data: 'INC-1' });
    await browser.get('/incidents/INC-1');
    expect(browser.words).toContain('Fresh from the worker');
  });

  it('bring what was missed since the page was made, once for each incident', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const since = positionOf(browser);
    await browser.submit('note', { text: 'one' });
    await browser.get('/incidents/INC-1');
    await browser.submit('note', { text: 'two' });
    const stream = await listen(rig, browser, `/events?since=${since}`);
    expect(await stream.next()).toMatchObject({ event: 'changed', data: 'INC-1' });
    await stream.cancel();
    const back = await listen(rig, browser, '/events?since=x', { 'last-event-id': positionOf(browser) });
    await browser.submit('note', { text: 'three' });
    expect(await back.next()).toMatchObject({ data: 'INC-1' });
  });

  it.each(['another-epoch-3', 'x', ''])('ask to look at everything when %j is not known', async (id) => {
    const rig = webRig();
    const browser = await opened(rig);
    const stream = await listen(rig, browser, '/events', { 'last-event-id': id });
    expect(await stream.next()).toMatchObject({ event: 'changed', data: '*' });
  });

  it('tell a person’s pages of what is said to them alone, and nobody else’s', async () => {
    const rig = webRig();
    const sam = await opened(rig);
    const lea = rig.browser();
    await lea.get('/');
    await lea.post('/people', { ...lea.form('technician').fields, person: 'web:lea' });
    const [sams, leas] = [await listen(rig, sam), await listen(rig, lea)];
    const [place] = await rig.store.places('INC-1');
    if (place === undefined) throw new Error('no place');
    const actor = { id: 'web:sam', person: 'web:sam', name: 'Sam' };
    await rig.web.channel.whisper(place, actor, { template: 'Too late for that.' });
    expect(await sams.next()).toMatchObject({ event: 'told' });
    await sam.get('/');
    expect(sam.words).toContain('Only you see this INC-1 Too late for that.');
    rig.web.close();
    expect(await leas.next()).toBeUndefined();
  });

  it('are at most 20 in a session, and free again when one ends', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const streams = [];
    for (let i = 0; i < 20; i += 1) streams.push(await listen(rig, browser));
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const tooMany = () => rig.web.app.request('/events', { headers: { host: 'localhost', cookie } });
    expect((await tooMany()).status).toBe(429);
    await streams[0]?.cancel();
    expect((await tooMany()).status).toBe(200);
  });

  it('end when somebody else is played', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const stream = await listen(rig, browser);
    await browser.post('/people', { ...browser.form('technician').fields, person: 'web:lea' });
    expect(await stream.next()).toBeUndefined();
  });

  it('end at the next beat when the sign-in was taken away', async () => {
    const rig = webRig({ world: 'real' });
    const browser = rig.browser();
    browser.cookies.set('mailfix', 'a-session');
    const key = createHash('sha256').update('a-session').digest('hex');
    const expires = rig.clock.now() + 1000;
    await rig.store.put({ kind: 'session', key, value: '{"name":"lea"}', expires });
    const stream = await listen(rig, browser);
    await rig.web.beat();
    await rig.store.remove('session', key);
    await rig.web.beat();
    expect(await stream.next()).toBeUndefined();
  });

  it('end when the server closes, and none begins after', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const stream = await listen(rig, browser);
    rig.web.close();
    expect(await stream.next()).toBeUndefined();
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    expect((await rig.web.app.request('/events', { headers: { host: 'localhost', cookie } })).status).toBe(
      429,
    );
  });
});

describe('over a real server', () => {
  it('streams while pages are served, and forgets readers that left', async () => {
    const rig = webRig();
    const listener = getRequestListener((request) => rig.web.app.fetch(request), {
      overrideGlobalObjects: false,
    });
    const server = createServer((request, response) => void listener(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    onTestFinished(() => {
      rig.web.close();
      server.closeAllConnections();
      server.close();
    });

    const page = await fetch(base);
    const cookie = page.headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(await page.text()).toContain('New incident');
    const leave = new AbortController();
    const stream = await fetch(`${base}/events`, { headers: { cookie }, signal: leave.signal });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toContain('retry: 2000');
    await rig.life.dispatcher.open({
      dialog: 'blocked',
      facts: { client: 'acme.example' },
      actor: { id: 'web:sam', person: 'web:sam', name: 'Sam' },
      source: 'web',
      eventId: 'e1',
      place: { channel: 'web' },
      simulated: true,
    });
    expect((await reader?.read())?.value).toContain('"INC-1"');
    leave.abort();
    const style = await fetch(`${base}/assets/console.css`, { headers: { cookie } });
    expect(style.headers.get('content-type')).toBe('text/css; charset=utf-8');
    const again = await fetch(`${base}/assets/console.css`, {
      headers: { 'if-none-match': style.headers.get('etag') ?? '' },
    });
    expect(again.status).toBe(304);
    expect((await fetch(`${base}/assets/idiomorph.js`)).status).toBe(200);
  });
});
