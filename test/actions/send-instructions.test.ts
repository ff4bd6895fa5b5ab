import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { mailable } from '../../dialogs/cannot-receive/mail.ts';
import { plain } from '../../src/engine/card.ts';
import { instructionsOf } from '../../src/mailing.ts';
import { mailServer, rawMailServer } from '../fakes/mail-server.ts';
import { approvedPlan, rig, said } from './rig.ts';
import type { Rig } from './rig.ts';

let one: Rig;
beforeAll(async () => {
  one = await rig();
});
afterEach(() => one.reset());
afterAll(() => one.sims.close());

const asked = { mailTo: 'Office@harbor-tax.example', steps: 'cannot-receive/outlook-classic' };
const from = 'support@host.example';
const action = (url: string) => one.handlers({ mail: { smtpUrl: url, from } }).sendInstructions;

test('what was previewed goes out once, whole, as plain text and HTML, and the mail server’s words are kept', async () => {
  const server = await mailServer();
  const { plan: draft, act } = action(server.url);
  const plan = approvedPlan(await draft(asked, one.context()));
  expect(plan).toMatchObject({
    subject: 'mail:office@harbor-tax.example/cannot-receive/outlook-classic',
    risk: { level: 'low' },
    from: 'not sent',
  });
  expect(plain(plan.title)).toMatch(
    /^Send “How to stop Outlook from filling up your mailbox .*” to Office@harbor-tax\.example$/,
  );
  expect(plan.evidence.map(plain).join()).toContain('clear **Leave a copy of messages on the server**');
  expect(server.received).toEqual([]);

  const context = one.actContext();
  const result = await act(plan, context);
  expect(result.outcome).toBe('done');
  expect(said(result)).toContain('pass: Sent to Office@harbor-tax.example at 10:03 UTC');
  expect(said(result)).toContain('taken as number 7');
  expect(context.marks()).toBe(1);
  expect(server.received).toHaveLength(1);
  const [{ raw, to, from: sender }] = server.received as [(typeof server.received)[0]];
  expect([sender, to]).toEqual([from, ['Office@harbor-tax.example']]);
  expect(raw).toMatch(/^Content-Type: multipart\/alternative/m);
  expect(raw).toMatch(/^Subject: How to stop Outlook/m);
  expect(raw).toMatch(
    /^Message-ID:\s+<inc-1\.cannot-receive-outlook-classic\.office-harbor-tax-example@host\.example>/m,
  );
  for (const part of ['text/plain', 'text/html'])
    expect(raw).toContain(`Content-Type: ${part}; charset=utf-8`);
  // Quoted-printable breaks long lines.
  expect(raw.replaceAll('=\r\n', '')).toContain('<strong>Leave a copy of messages on the server</strong>');
});

test('all four sets of steps can be sent, and the words for the client, and nothing else', () => {
  for (const which of ['classic', 'new', 'mac', 'older']) {
    const mail = instructionsOf(`cannot-receive/outlook-${which}`);
    expect(mail?.subject).toMatch(/^How to stop Outlook/);
    expect(mail?.text).not.toMatch(/^Subject:|<!--/m);
  }
  const values = Object.fromEntries(
    ['failedBox', 'lastFailure', 'lockedBox', 'lockedUntil', 'login', 'inbox', 'outbox'].map((name) => [
      name,
      `the ${name}`,
    ]),
  );
  for (const words of mailable) {
    const mail = instructionsOf(words, { ...values, ip: 'not asked for' });
    expect.soft(mail?.subject, words).toMatch(/^[A-Z].{20,80}$/);
    expect.soft(mail?.text, words).not.toMatch(/E-mail subject|<!--|[{}]/);
    for (const [name, value] of Object.entries(mail?.values ?? {})) {
      expect.soft(value, words).toBe(`the ${name}`);
      expect.soft(mail?.html, words).toContain(`the ${name}`);
    }
  }
  for (const wrong of [
    // It has places, and nothing to fill them with.
    'cannot-receive/why-locked',
    'cannot-receive/server-down',
    '../facts/whm',
    'x/y',
    '__proto__/a',
    '',
  ])
    expect.soft(instructionsOf(wrong), wrong).toBeUndefined();
});

test('words with places go out as they were previewed, whatever is known by then, and once for each wording', async () => {
  const server = await mailServer();
  const { plan: draft, act } = action(server.url);
  const words = { ...asked, steps: 'cannot-receive/why-locked' };
  const known = {
    ...words,
    failedBox: 'info@acme.example <b>',
    lastFailure: '2 minutes ago',
    inbox: 'unused',
  };
  const plan = approvedPlan(await draft(known, one.context()));
  expect(plan.evidence.map(plain).join()).toContain(
    'logged in to info@acme.example <b> with a wrong password',
  );
  expect(plan.input).toEqual({
    mailTo: words.mailTo,
    steps: words.steps,
    failedBox: 'info@acme.example <b>',
    lastFailure: '2 minutes ago',
    messageId: expect.stringMatching(/^<inc-1\.cannot-receive-why-locked-[0-9a-f]{12}\./),
  });
  expect((await act(plan, one.actContext())).outcome).toBe('done');
  const raw = server.received[0]?.raw.replaceAll('=\r\n', '') ?? '';
  expect(raw).toMatch(/^Subject: Why your office gets no e-mail, and what to do\r$/m);
  expect(raw).toContain('info@acme.example &lt;b&gt;');

  one.deeds.push({
    subject: plan.subject,
    incident: 'INC-9',
    hash: 'h',
    action: 'sendInstructions',
    outcome: 'done',
    at: one.clock.at,
  });
  expect((await draft(known, one.context())).outcome).toBe('nothingToDo');
  expect((await draft({ ...known, lastFailure: 'just now' }, one.context())).outcome).toBe('planned');
});

test('where nothing was said yet there is nothing to send', async () => {
  const server = await mailServer();
  const result = await action(server.url).plan({ mailTo: asked.mailTo }, one.context());
  expect(result.outcome).toBe('failed');
  expect(said(result)).toContain('There are no words here yet that could be sent.');
});

test('the same steps to the same address are not sent again, by whatever incident', async () => {
  const server = await mailServer();
  const deed = { hash: 'h', action: 'sendInstructions', at: one.clock.at - 60_000, incident: 'INC-9' };
  const subject = 'mail:office@harbor-tax.example/cannot-receive/outlook-classic';
  one.deeds.push({ ...deed, subject, outcome: 'done' });
  const again = await action(server.url).plan(asked, one.context());
  expect(again.outcome).toBe('nothingToDo');
  expect(said(again)).toContain('INC-9 sent these words to Office@harbor-tax.example at 10:02 UTC');
  one.deeds.splice(0, 1, { ...deed, subject, outcome: 'unknown' });
  expect(said(await action(server.url).plan(asked, one.context()))).toContain(
    'Ask the client whether they came',
  );
  one.deeds.splice(0, 1, { ...deed, subject, outcome: 'failed' });
  expect((await action(server.url).plan(asked, one.context())).outcome).toBe('planned');
});

test('without a mail server the words are copied by hand', async () => {
  const { plan } = one.handlers().sendInstructions;
  const result = await plan(asked, one.context());
  expect(result.outcome).toBe('failed');
  expect(said(result)).toContain(
    'No mail server is set (SMTP_URL and MAIL_FROM), so I cannot send. Copy the words above',
  );
});

/** What becomes of an act against a server that answers so, as the runtime sees it. */
async function acted(answer: (line: string) => string | undefined, mayHaveSent = false) {
  const server = await rawMailServer(answer);
  const { plan: draft, act } = action(server.url);
  const plan = approvedPlan(await draft(asked, one.context()));
  const context = one.actContext({ mayHaveSent });
  const result = await act(plan, context);
  return { result, heard: server.heard, marks: context.marks() };
}
const polite = (line: string): string => {
  if (line === 'CONNECT') return '220 here';
  if (line.startsWith('EHLO')) return '250 hello';
  if (line === 'DATA') return '354 go on';
  return '250 fine';
};

/** Says nothing to the lines of the message itself. */
function quiet(answer: (line: string) => string | undefined): (line: string) => string | undefined {
  let inside = false;
  return (line) => {
    if (inside && line !== '.') return undefined;
    inside = line === 'DATA';
    return answer(line);
  };
}

test('a refused recipient surely got nothing: failed, with the server’s reason', async () => {
  const { result } = await acted((line) => (line.startsWith('RCPT') ? '550 no such box here' : polite(line)));
  expect(result.outcome).toBe('failed');
  expect(said(result)).toContain('fail: The mail to Office@harbor-tax.example was not sent.');
  expect(said(result)).toContain('no such box here');
});

test('a connection that breaks after the words were sent leaves it in doubt, and nobody sends again', async () => {
  const { result, heard } = await acted(quiet((line) => (line === '.' ? 'drop' : polite(line))));
  expect(result.outcome).toBe('unknown');
  expect(said(result)).toContain('may be on its way');
  expect(heard.filter((line) => line === 'DATA')).toHaveLength(1);
});

test('after a crash that may have sent it, nothing is sent', async () => {
  const { result, heard, marks } = await acted(polite, true);
  expect(result.outcome).toBe('unknown');
  expect([heard, marks]).toEqual([[], 0]);
});

test('a server that says “not now” before the words is tried again by the runtime', async () => {
  await expect(acted((line) => (line.startsWith('MAIL') ? '451 later' : polite(line)))).rejects.toMatchObject(
    {
      code: 'smtp.not-now',
      retry: 'later',
      outcome: 'not-applied',
    },
  );
});
