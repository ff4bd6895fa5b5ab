import { describe, expect, it } from 'vitest';
import { makeSignInToken } from '../../../adapters/web/session.ts';
import { bytes, keys, webRig, type Browser, type WebRig } from './rig.ts';

const linkOf = (rig: WebRig, name = 'lea') =>
  `/sign-in/${makeSignInToken(name, keys, rig.clock.now(), bytes)}`;

async function signedIn(rig: WebRig, name = 'lea'): Promise<Browser> {
  const browser = rig.browser();
  const link = linkOf(rig, name);
  await browser.get(link);
  await browser.post(link, {});
  return browser;
}

describe('against real systems', () => {
  it('shows nothing to whoever is not signed in, and says how to', async () => {
    const rig = webRig({ world: 'real' });
    await (await signedIn(rig)).submit('open', { client: 'acme.example' });
    for (const path of [
      '/',
      '/incidents/INC-1',
      '/incidents/INC-1/log',
      '/incidents/INC-1/export.json',
      '/events',
    ]) {
      const stranger = rig.browser();
      const answer = await stranger.get(path);
      expect(answer.status).toBe(401);
      expect(answer.text).not.toContain('acme');
      expect(stranger.words).toContain('mailfix sign-in NAME');
      expect(stranger.cookies.size).toBe(0);
    }
    const stranger = rig.browser();
    expect((await stranger.post('/incidents', { dialog: 'blocked', client: 'x' })).status).toBe(401);
    expect((await stranger.post('/people', { person: 'web:lea' })).status).toBe(401);
  });

  it('signs in by a link that works once', async () => {
    const rig = webRig({ world: 'real' });
    const link = linkOf(rig);
    const browser = rig.browser();
    await browser.get(link);
    expect(browser.words).toContain('Sign in as Lea');
    await browser.post(link, {});
    expect(browser.words).toContain('Lea');
    expect(browser.words).toContain('Incidents');
    const second = rig.browser();
    expect((await second.post(link, {})).status).toBe(403);
    expect(second.words).toContain('used already');
    expect(second.cookies.size).toBe(0);
  });

  it('does not spend the link when something only looks at it', async () => {
    const rig = webRig({ world: 'real' });
    const link = linkOf(rig);
    for (let i = 0; i < 3; i += 1) {
      const preview = rig.browser();
      expect((await preview.get(link)).status).toBe(200);
      expect(preview.cookies.size).toBe(0);
    }
    const browser = rig.browser();
    expect((await browser.post(link, {})).status).toBe(200);
  });

  it('refuses a link redeemed by a form on another site', async () => {
    const rig = webRig({ world: 'real' });
    const answer = await rig
      .browser()
      .post(linkOf(rig), {}, { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' });
    expect(answer.status).toBe(403);
  });

  it('refuses a link after 15 minutes', async () => {
    const rig = webRig({ world: 'real' });
    const link = linkOf(rig);
    await rig.clock.advance(15 * 60_000 - 1);
    expect((await rig.browser().get(link)).status).toBe(200);
    await rig.clock.advance(1);
    const late = rig.browser();
    expect((await late.get(link)).status).toBe(403);
    expect((await late.post(link, {})).status).toBe(403);
    expect(late.words).toContain('15 minutes');
  });

  it('refuses a link that was changed', async () => {
    const rig = webRig({ world: 'real' });
    const [body = '', mac = ''] = linkOf(rig).replace('/sign-in/', '').split('.');
    const forged = Buffer.from(JSON.stringify({ name: 'lea', expires: 9e15, nonce: 'n' })).toString(
      'base64url',
    );
    for (const token of [
      `${forged}.${mac}`,
      `${body}.${mac}x`,
      body,
      `${body}.`,
      'x',
      `${body}.${mac}.${mac}`,
    ]) {
      expect((await rig.browser().get(`/sign-in/${token}`)).status).toBe(403);
      expect((await rig.browser().post(`/sign-in/${token}`, {})).status).toBe(403);
    }
  });

  it('keeps a session for 12 hours, and its id nowhere as it is', async () => {
    const rig = webRig({ world: 'real' });
    const browser = await signedIn(rig);
    await rig.clock.advance(12 * 3_600_000 - 1);
    expect((await browser.get('/')).status).toBe(200);
    await rig.clock.advance(2);
    expect((await browser.get('/')).status).toBe(401);
    const [id = ''] = browser.cookies.values();
    expect(await rig.store.get('session', id, 0)).toBeUndefined();
  });

  it('forgets a session at sign-out', async () => {
    const rig = webRig({ world: 'real' });
    const browser = await signedIn(rig);
    const stolen = new Map(browser.cookies);
    await browser.get('/');
    await browser.submit('Sign out');
    expect(browser.words).toContain('signed out');
    const thief = rig.browser();
    for (const [name, value] of stolen) thief.cookies.set(name, value);
    expect((await thief.get('/')).status).toBe(401);
  });

  it('sends a cookie that scripts, other sites and plain networks do not see', async () => {
    const rig = webRig({ world: 'real', publicUrl: 'https://mailfix.example' });
    const from = { host: 'mailfix.example', origin: 'https://mailfix.example' };
    const { app } = rig.web;
    const post = (headers: Record<string, string>) =>
      app.request(linkOf(rig), { method: 'POST', headers: { 'sec-fetch-site': 'same-origin', ...headers } });
    const cookie = (await post(from)).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^__Host-mailfix=[\w-]{43};/);
    for (const word of ['HttpOnly', 'SameSite=Strict', 'Secure', 'Path=/']) expect(cookie).toContain(word);
    const local = await webRig({ world: 'real' }).web.app.request(linkOf(rig), {
      method: 'POST',
      headers: { host: 'localhost:4711', origin: 'http://localhost:4711' },
    });
    expect(local.headers.get('set-cookie')).toContain('SameSite=Strict');
    expect(local.headers.get('set-cookie')).not.toContain('Secure');
  });

  it('knows one person by one id, however the name is spelled', async () => {
    const rig = webRig({ world: 'real', approvers: ['web:Lea'] });
    const browser = await signedIn(rig, 'LEA');
    await browser.get('/');
    await browser.submit('open', { client: 'acme.example' });
    expect((await rig.read('INC-1')).owner).toEqual({ id: 'web:Lea', person: 'web:Lea', name: 'Lea' });
  });

  it.each(['', 'a b', '../x', 'x'.repeat(41), '<b>', 'web:lea'])('makes no link for %j', (name) => {
    expect(() => makeSignInToken(name, keys, 0, bytes)).toThrow('no name to sign in with');
  });

  it('brings the strict cookie along when a link in a chat is followed', async () => {
    const rig = webRig({ world: 'real' });
    const answer = await rig.browser().get('//evil.example/x', { 'sec-fetch-site': 'cross-site' });
    expect(answer.text).toContain('url=/evil.example/x');
    expect((await (await signedIn(rig)).get('/', { 'sec-fetch-site': 'cross-site' })).text).toContain(
      'New incident',
    );
  });
});

describe('on simulators', () => {
  it('lets everybody be the technician, and play the lead', async () => {
    const rig = webRig();
    const browser = rig.browser();
    await browser.get('/');
    expect(browser.page).toMatch(/value="web:sam"[^>]*aria-pressed="true"/);
    const { fields } = browser.form('technician');
    await browser.post('/people', { ...fields, person: 'web:lea' });
    expect(browser.page).toMatch(/value="web:lea"[^>]*aria-pressed="true"/);
    expect((await browser.post('/people', { ...fields, person: 'web:root' })).status).toBe(403);
  });

  it('does not believe a cookie that it did not make', async () => {
    const rig = webRig();
    const browser = rig.browser();
    await browser.get('/');
    const [name = '', value = ''] = [...browser.cookies][0] ?? [];
    browser.cookies.set(name, value.replace('sam', 'lea'));
    await browser.get('/');
    expect(browser.page).toMatch(/value="web:sam"[^>]*aria-pressed="true"/);
  });

  it('has no one-time links', async () => {
    const rig = webRig();
    expect((await rig.browser().get(linkOf(rig))).status).toBe(404);
  });
});
