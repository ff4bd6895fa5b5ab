import { describe, expect, it } from 'vitest';
import { webRig, type Browser, type WebRig } from './rig.ts';

async function opened(rig: WebRig): Promise<Browser> {
  const browser = rig.browser();
  await browser.get('/');
  await browser.submit('open', { client: 'acme.example' });
  return browser;
}

describe('what every answer carries', () => {
  it('allows no script, style or frame but its own, and no guessing of types', async () => {
    const browser = await opened(webRig());
    for (const path of ['/', '/incidents/INC-1', '/incidents/INC-1/log', '/nowhere', '/assets/console.js']) {
      const { headers } = await browser.get(path);
      const policy = headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      for (const kind of ['script', 'style', 'connect', 'img', 'font'])
        expect(policy).toContain(`${kind}-src 'self'`);
      expect(policy).toContain("form-action 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('no-referrer');
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    }
  });

  it('has nothing inline that the policy would stop', async () => {
    const browser = await opened(webRig());
    for (const path of ['/', '/incidents/INC-1', '/incidents/INC-1/log', '/nowhere']) {
      const { text } = await browser.get(path);
      expect(text).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
      for (const [script] of text.matchAll(/<script[^>]*>[^<]*/g))
        expect(script).toMatch(/^<script type="module" src="[^"]+">$/);
    }
  });

  it('says on every page that these are simulators, and never when they are not', async () => {
    const words = 'SIMULATORS: nothing here touches a real server';
    const browser = await opened(webRig());
    for (const path of ['/', '/incidents/INC-1', '/incidents/INC-1/log']) {
      await browser.get(path);
      expect(browser.words).toContain(words);
    }
    await browser.get('/incidents/INC-1');
    expect(
      browser.page.match(/<article[\s\S]*?<\/article>/g)?.every((card) => card.includes('SIMULATORS')),
    ).toBe(true);
    const real = webRig({ world: 'real' }).browser();
    await real.get('/');
    expect(real.words).not.toContain('SIMULATORS');
  });
});

describe('which name it is asked under', () => {
  it.each(['127.0.0.1:4711', 'localhost:4711', 'LOCALHOST', '[::1]:80', '127.0.0.1'])(
    'answers to %s',
    async (host) => {
      expect((await webRig().browser().get('/', { host })).status).toBe(200);
    },
  );

  it.each([
    'evil.example:4711',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '',
    '203.0.113.9',
    'a b',
  ])('refuses %j, which may be a name that was made to point here', async (host) => {
    const answer = await webRig().browser().get('/', { host });
    expect(answer.status).toBe(421);
    expect(answer.text).not.toContain('Incidents');
  });

  it('answers to PUBLIC_URL when it is set', async () => {
    const rig = webRig({ publicUrl: 'https://mailfix.example', host: '0.0.0.0' });
    expect((await rig.browser().get('/', { host: 'mailfix.example' })).status).toBe(200);
    expect((await rig.browser().get('/', { host: 'other.example' })).status).toBe(421);
  });

  it.each(['forwarded', 'x-forwarded-for', 'x-forwarded-host'])(
    'refuses %s with simulators',
    async (name) => {
      expect(
        (
          await webRig()
            .browser()
            .get('/', { [name]: 'for=1.2.3.4' })
        ).status,
      ).toBe(403);
      expect(
        (
          await webRig({ world: 'real' })
            .browser()
            .get('/', { [name]: 'for=1.2.3.4' })
        ).status,
      ).toBe(401);
    },
  );
});

describe('where a press comes from', () => {
  const note = { text: 'hello' };

  it.each([
    ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
    ['another site without Sec-Fetch-Site', { origin: 'http://evil.example', 'sec-fetch-site': '' }],
    ['a sibling site', { origin: 'http://127.0.0.1:4711', 'sec-fetch-site': 'same-site' }],
    ['another port of this machine', { origin: 'http://127.0.0.1:9999', 'sec-fetch-site': '' }],
    ['nobody knows where', { origin: 'null', 'sec-fetch-site': '' }],
  ])('refuses one from %s', async (_, sent) => {
    const rig = webRig();
    const browser = await opened(rig);
    const headers = Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== ''));
    const { action, fields } = browser.form('note');
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await rig.web.app.request(action, {
      method: 'POST',
      body: new URLSearchParams({ ...fields, ...note }),
      headers: { host: '127.0.0.1:4711', cookie, ...headers },
    });
    expect(answer.status).toBe(403);
    expect((await rig.read('INC-1')).notes).toEqual([]);
  });

  it('takes a plain form’s, whose Origin is null under no-referrer', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const answer = await browser.submit('note', note, { origin: 'null', 'sec-fetch-site': 'same-origin' });
    expect(answer.status).toBe(200);
    expect((await rig.read('INC-1')).notes).toHaveLength(1);
  });

  it.each([
    ['no word', ''],
    ['a made-up word', 'x'.repeat(43)],
  ])('refuses one with %s of this session', async (_, csrf) => {
    const rig = webRig();
    const browser = await opened(rig);
    const answer = await browser.submit('note', { ...note, csrf });
    expect(answer.status).toBe(403);
    expect(browser.words).toContain('Load the page again');
    expect((await rig.read('INC-1')).notes).toEqual([]);
  });

  it('refuses one with another session’s word', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const other = rig.browser();
    await other.get('/');
    const answer = await browser.submit('note', { ...note, csrf: other.form('open').fields['csrf'] ?? '' });
    expect(answer.status).toBe(403);
  });

  it('refuses one from a browser that has no session', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    browser.cookies.clear();
    expect((await browser.submit('note', note)).status).toBe(401);
  });
});

describe('what is too much or unknown', () => {
  it('takes at most 64 kB', async () => {
    const browser = await opened(webRig());
    expect((await browser.submit('note', { text: 'x'.repeat(66_000) })).status).toBe(413);
  });

  it.each([
    '/nowhere',
    '/incidents/INC-99',
    '/incidents/__proto__',
    '/incidents/constructor/log',
    '/assets/../package.json',
  ])('answers %s with words and a way back', async (path) => {
    const browser = await opened(webRig());
    expect((await browser.get(path)).status).toBe(404);
    expect(browser.page).toContain('href="/"');
  });

  it('refuses other methods', async () => {
    const { app } = webRig().web;
    const answer = await app.request('/', { method: 'DELETE', headers: { host: 'localhost' } });
    expect(answer.status).toBe(405);
  });

  it('says what to do when the store fails, and nothing about why', async () => {
    const list = () => Promise.reject(new Error('secret inside'));
    const rig = webRig();
    const defects: string[] = [];
    const defect = (error: Error, path: string) => defects.push(`${path}: ${error.message}`);
    const store = { ...rig.store, list, get: async () => undefined };
    const browser = webRig({ store, defect }).browser();
    const answer = await browser.get('/');
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret inside');
    expect(browser.words).toContain('look at the incident before you send it again');
    expect(defects).toEqual(['/: secret inside']);
  });
});
