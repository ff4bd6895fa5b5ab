import { describe, expect, it } from 'vitest';
import { dialog, ip } from '../../runtime/rig.ts';
import { webRig, type Browser, type WebRig } from './rig.ts';

async function opened(rig: WebRig, path = '/incidents/INC-1'): Promise<Browser> {
  const browser = rig.browser();
  await browser.get('/');
  await browser.submit('open', { client: 'acme.example' });
  await browser.get(path);
  return browser;
}

async function play(browser: Browser, person: string): Promise<void> {
  const { fields } = browser.form('technician');
  await browser.post('/people', { ...fields, person });
}

/** As far as the proposal: blocked, planned, waiting for an approver. */
async function proposed(rig: WebRig): Promise<Browser> {
  rig.firewall.blocked.add(ip);
  const browser = await opened(rig);
  await browser.submit('Address', { text: ip });
  await browser.get('/incidents/INC-1');
  return browser;
}

describe('opening an incident', () => {
  it('lists it, leads to it, and says what it waits for', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    expect(browser.words).toContain('acme.example');
    expect(browser.words).toContain('Which address?');
    await browser.get('/');
    expect(browser.words).toMatch(/INC-1 acme\.example Waiting for Sam: Which address\? Owner: Sam/);
  });

  it('says beside the field what is wrong, and keeps what was typed', async () => {
    const browser = webRig().browser();
    await browser.get('/');
    const answer = await browser.submit('open', { client: '<b>acme</b> 2001:db8::7' });
    expect(answer.status).toBe(422);
    expect(browser.page).toContain('value="&lt;b&gt;acme&lt;/b&gt; 2001:db8::7"');
    expect(browser.page).toMatch(/aria-invalid="true" aria-describedby="open-client-wrong" autofocus/);
    expect(browser.page).toMatch(/id="open-client-wrong" role="alert">That is no address\.</);
    expect(browser.form('open').fields['client']).toBe('<b>acme</b> 2001:db8::7');
    expect((await browser.submit('open', { client: '203.0.113.7' })).status).toBe(422);
    expect(browser.words).toContain('Name the client');
  });

  it('opens one incident when the form is sent twice', async () => {
    const rig = webRig();
    const browser = rig.browser();
    await browser.get('/');
    const { action, fields } = browser.form('open');
    for (let i = 0; i < 2; i += 1) await browser.post(action, { ...fields, client: 'acme.example' });
    expect(await rig.store.list({ limit: 10 })).toHaveLength(1);
    await browser.post(action, { ...fields, client: 'other.example' });
    expect(await rig.store.list({ limit: 10 })).toHaveLength(2);
  });

  it('keeps what was corrected after a refusal apart from the refused', async () => {
    const rig = webRig();
    const browser = rig.browser();
    await browser.get('/');
    const { action, fields } = browser.form('open');
    expect((await browser.post(action, { ...fields, client: 'acme 2001:db8::7' })).status).toBe(422);
    expect((await browser.post(action, { ...fields, client: 'acme 203.0.113.7' })).status).toBe(200);
  });

  it('opens what an example names', async () => {
    const examples = [
      { label: 'Blocked', client: `acme.example ${ip}`, note: 'Their office is locked out.' },
    ];
    const rig = webRig({ examples });
    const browser = rig.browser();
    await browser.get('/');
    expect(browser.words).toContain('Their office is locked out.');
    const { action, fields } = browser.form('Their office is locked out.');
    await browser.post(action, { ...fields, client: examples[0]?.client ?? '' });
    expect((await rig.read('INC-1')).facts).toMatchObject({ ip: { value: ip } });
  });

  it('refuses a runbook that does not exist', async () => {
    const rig = webRig();
    const browser = rig.browser();
    await browser.get('/');
    for (const name of ['__proto__', 'constructor', 'nope']) {
      expect((await browser.submit('open', { client: 'acme.example', dialog: name })).status).toBe(422);
      expect(browser.page).toMatch(/id="open-client-wrong" role="alert">[^<]+</);
    }
    expect(await rig.store.list({ limit: 10 })).toEqual([]);
    expect(dialog.id).toBe('blocked');
  });
});

describe('answering', () => {
  it('says beside the field what is wrong, and keeps what was typed', async () => {
    const browser = await opened(webRig());
    const answer = await browser.submit('Address', { text: 'their router' });
    expect(answer.status).toBe(422);
    const id = /<input[^>]*value="their router"[^>]*>/.exec(browser.page)?.[0] ?? '';
    expect(id).toContain('aria-invalid="true"');
    const described = /aria-describedby="([^"]+)"/.exec(id)?.[1] ?? '';
    expect(browser.page).toContain(`id="${described}" role="alert">That is no address.<`);
  });

  it('takes the answer once, however often the form is sent', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const { action, fields } = browser.form('Address');
    await browser.post(action, { ...fields, text: ip });
    const { seq } = await rig.read('INC-1');
    expect((await browser.post(action, { ...fields, text: ip })).status).toBe(200);
    expect((await rig.read('INC-1')).seq).toBe(seq);
  });

  it('tells whoever is late, to them alone, and loses nothing that they typed', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const late = browser.form('Address');
    await browser.submit('Address', { text: ip });
    const answer = await browser.post(late.action, { ...late.fields, text: '198.51.100.4' });
    expect(answer.status).toBe(409);
    expect(browser.words).toContain('Not done INC-1');
    expect(browser.words).toContain('You typed: 198.51.100.4');
    await browser.get('/');
    expect(browser.words).toContain('198.51.100.4');
    await play(browser, 'web:lea');
    expect(browser.words).not.toContain('198.51.100.4');
    await play(browser, 'web:sam');
    await browser.submit('Dismiss');
    await browser.get('/');
    expect(browser.words).not.toContain('198.51.100.4');
  });

  it('shows the answer settled, and the way to change it', async () => {
    const rig = webRig();
    const browser = await proposed(rig);
    expect(browser.words).toContain(`${ip} — Sam, 10:00`);
    expect(browser.page).toMatch(/<summary>Change<span class="unseen"> this answer<\/span><\/summary>/);
  });

  it.each([
    'x',
    'null',
    '[]',
    '{}',
    '{"type":"run.finished","key":"2.blocked.0","outcome":"clear"}',
    '{"type":"confirm.decided","key":"1","authority":{"allowed":true,"roles":[],"reason":"me"}}',
    '{"__proto__":{"type":"note.added"},"text":"x"}',
    '{"type":"answer.given","key":"__proto__","choice":"constructor"}',
  ])('changes nothing for a forged press: %s', async (event) => {
    const rig = webRig();
    const browser = await opened(rig);
    const { seq } = await rig.read('INC-1');
    const { action, fields } = browser.form('note');
    const answer = await browser.post(action, { ...fields, event });
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect((await rig.read('INC-1')).seq).toBe(seq);
    expect(browser.words).toContain('Not done');
  });
});

describe('approving', () => {
  it('shows the buttons to approvers, and to others for whom it waits', async () => {
    const rig = webRig();
    const browser = await proposed(rig);
    expect(browser.words).toContain('Waiting for an approver (Lea) until 10:30');
    expect(browser.page).not.toContain('&quot;decision&quot;');
    await play(browser, 'web:lea');
    expect(browser.words).toContain('Waiting for your decision until 10:30');
    await browser.submit('Approve');
    expect(rig.firewall.writes).toEqual([ip]);
    await browser.get('/incidents/INC-1');
    expect(browser.words).toContain('Approved by Lea');
  });

  it('lets the server decide, whatever somebody sends, and tells them alone', async () => {
    const rig = webRig();
    const browser = await proposed(rig);
    await play(browser, 'web:lea');
    const { event = '' } = browser.form('Approve').fields;
    await play(browser, 'web:sam');
    const { action, fields } = browser.form('note');
    await browser.post(action, { ...fields, event });
    expect(rig.firewall.writes).toEqual([]);
    await browser.get('/');
    expect(browser.words).toContain('Only you see this INC-1 You are not an approver. Please ask web:lea.');
    await play(browser, 'web:lea');
    expect(browser.words).not.toContain('Only you see this');
  });

  it('rejects with a reason only', async () => {
    const rig = webRig();
    const browser = await proposed(rig);
    await play(browser, 'web:lea');
    const { action, fields } = browser.form('Why not?');
    await browser.post(action, { ...fields, why: 'Ask <them> first' });
    expect((await rig.read('INC-1')).ended?.outcome).toBe('escalated');
    await browser.get('/incidents/INC-1/log');
    expect(browser.words).toContain('Ask <them> first');
  });
});

describe('the incident as a whole', () => {
  it('keeps notes, shown as they were typed', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    await browser.submit('note', { text: 'first line\r\nsecond <!channel>' });
    await browser.get('/incidents/INC-1');
    expect(browser.page).toContain('<bdi class="value">first line\nsecond &lt;!channel&gt;</bdi>');
    expect((await browser.submit('note', { text: '  ' })).status).toBe(422);
    expect(browser.words).toContain('Type what is to be noted.');
    expect((await rig.read('INC-1')).notes).toHaveLength(1);
  });

  it('is taken over, handed over and cancelled', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    await play(browser, 'web:lea');
    await browser.submit('take');
    expect((await rig.read('INC-1')).owner.name).toBe('Lea');
    await browser.submit('hand-over', { to: 'web:sam', why: 'my shift ends' });
    expect((await rig.read('INC-1')).owner).toEqual({ id: 'web:sam', person: 'web:sam', name: 'Sam' });
    expect((await browser.submit('hand-over', { to: 'web:root' })).status).toBe(400);
    expect((await browser.submit('cancel', { why: ' ' })).status).toBe(422);
    expect(browser.words).toContain('Please say why it is cancelled.');
    await browser.submit('cancel', { why: 'called twice' });
    expect((await rig.read('INC-1')).ended?.outcome).toBe('cancelled');
  });

  it('shows incidents of another channel as they stand there', async () => {
    const rig = webRig();
    const browser = await opened(rig);
    const places = async () => [
      { id: 'home', incident: 'INC-1', channel: 'slack', role: 'home', ref: '{}' } as const,
    ];
    const other = webRig({
      store: {
        ...rig.ports.store,
        places,
        shown: (id) => rig.store.shown(id),
        read: (id) => rig.store.read(id),
      },
    });
    const there = other.browser();
    await there.get('/incidents/INC-1');
    expect(there.page).toMatch(/<article[^>]*>[\s\S]*Which address\?[\s\S]*<\/article>/);
    expect(browser.words).toContain('Which address?');
  });
});
