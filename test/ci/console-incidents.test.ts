import { readFileSync } from 'node:fs';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ran } from '../cli/child.ts';
import { openBrowser, person } from './person.ts';
import { serve } from './server.ts';
import type { Server } from './server.ts';

// Two whole incidents against the built-in simulators, started without any settings, as somebody who tries mailfix.

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([serve(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  const ended = await server?.stop();
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended?.stdout.split('\n').filter((line) => line.includes('listening'))).toHaveLength(1);
});

test('a blocked address: three clicks and nothing typed, from the call to “mail comes in, here is the log”', async () => {
  const sam = await person(browser, server.url);
  await sam.page.getByText('SIMULATORS: nothing here touches a real server').first().waitFor();

  await sam.opens('info@acme-cpa.example');
  await sam.sees(
    /^203\.0\.113\.7: 14 failed logins for info@acme-cpa\.example \(POP3\)/,
    /Ask them to open www\.whatismyip\.com: the number should be the same/,
  );
  await sam.answers('Is that the client: 203.0.113.7?', 'Yes, 203.0.113.7');

  await sam.state('Waiting for an approver: Un-block 203.0.113.7');
  await sam.sees(
    /^203\.0\.113\.7 is blocked by cPHulk on .*14 failed logins/,
    /^First stop the old password, or the block will be back within minutes/,
    'Waiting for an approver (Lea) until',
    'CPA System: un-block 203.0.113.7',
    /^cPHulk on .*: remove its 14 records$/,
  );
  expect(await sam.copies('Copy the words for the client')).toContain("It is nobody's fault");
  expect(await sam.buttons()).not.toContain('Approve');
  expect(await sam.buttons()).not.toContain('Reject …');

  await sam.becomes('Lea');
  await sam.answers('Waiting for your decision until', 'Approve');
  await sam.sees('Approved by Lea', /^Un-block of 203\.0\.113\.7 queued by the CPA System/);
  await sam.sees(/^cPHulk on .* does not block 203\.0\.113\.7 any more, read back at/);
  await sam.sees('It takes 5–10 minutes to un-block 203.0.113.7.');
  const timer = sam.page.getByRole('timer');
  const first = await timer.innerText();
  expect(first).toMatch(/, in 4:[0-5]\d$/);
  await expect.poll(() => timer.innerText()).not.toBe(first);
  await sam.becomes('Sam');
  await sam.picture('waiting-1280');

  // cPHulk let go at once; nobody has to wait for the first look at five minutes.
  const mailBack = sam.page.locator('.card.latest .part.open').filter({ hasText: 'Does mail come in now?' });
  const lookNow = sam.page.getByRole('button', { name: 'Look now', exact: true });
  let looks = 0;
  const clear = async () => {
    if (await mailBack.isVisible()) return true;
    if (await lookNow.isEnabled()) {
      await lookNow.click({ timeout: 1000 }).then(
        () => (looks += 1),
        () => 'the card went on in this moment',
      );
    }
    return false;
  };
  await expect.poll(clear, { timeout: 40_000, interval: 2000 }).toBe(true);
  expect(looks).toBeGreaterThan(0);
  await sam.sees(/^203\.0\.113\.7 is not blocked|is not blocked by cPHulk/);
  await sam.answers('Does mail come in now?', 'Yes');
  await sam.state('Resolved: 203.0.113.7 was un-blocked.');
  // Whoever does not want to wait may press "Look now"; else these are all clicks, and no key was touched.
  expect(sam.presses.filter(({ type }) => type !== 'time.came')).toEqual([
    { type: 'answer.given', typed: '' },
    { type: 'confirm.pressed', typed: '' },
    { type: 'answer.given', typed: '' },
  ]);
  await expect.poll(() => sam.page.locator('.part.open').count()).toBe(0);
  await sam.picture('resolved-1280');

  await sam.page.getByRole('link', { name: 'Log and export' }).click();
  await sam.page.getByRole('table').waitFor();
  const rows = await sam.page.getByRole('row').allInnerTexts();
  expect(rows.filter((row) => /Lea\s+pressed Approve on “Un-block 203\.0\.113\.7”/.test(row))).toHaveLength(
    1,
  );
  expect(rows.filter((row) => /mailfix\s+carried out “Un-block/.test(row))).toHaveLength(1);
  expect(rows.at(-1)).toMatch(/Sam\s+answered “Yes” to “Does mail come in now\?”/);

  const markdown = readFileSync(await sam.downloads('Markdown', server.cwd), 'utf8');
  expect(markdown).toMatch(/^# INC-\d+ · info@acme-cpa\.example\n/);
  expect(markdown).toContain('SIMULATORS');
  expect(markdown).toContain('State: Resolved: 203.0.113.7 was un-blocked.');
  const json = JSON.parse(readFileSync(await sam.downloads('JSON', server.cwd), 'utf8'));
  expect(json).toMatchObject({ client: 'info@acme-cpa.example', simulated: true });
  expect(json.events).toHaveLength(rows.length - 1);

  const signed = await sam.downloads('Signed log (JSONL)', server.cwd);
  expect(await ran(['verify', signed], server.cwd)).toMatchObject({
    code: 0,
    stdout: expect.stringContaining(`unbroken. ${json.incident}, ${rows.length - 1} events`),
    stderr: '',
  });
  await sam.leaves();
});

test('a full account: red bar, 200 to 300 MB with approval, read back, words to copy, Outlook steps', async () => {
  const sam = await person(browser, server.url);
  await sam.page.getByRole('button', { name: 'Account full' }).click();

  const bar = sam.page.getByRole('img', { name: '200.2 of 200 MB used, 101 %' }).first();
  await bar.waitFor();
  expect(await shownRed(bar)).toBe(true);
  await sam.sees(
    'Account harbortax uses 200.2 of 200 MB: it is full, and mail is turned away',
    'Raise the account harbortax from 200 MB to 300 MB',
    /editquota user=harbortax quota=300/,
    'Waiting for an approver (Lea) until',
  );
  expect(await sam.buttons()).not.toContain('Approve');
  expect(sam.presses).toEqual([]);

  await sam.becomes('Lea');
  await sam.answers('Waiting for your decision until', 'Approve');
  await sam.sees('Approved by Lea', /^The account harbortax has 300 MB now, read back at \d\d:\d\d/);
  await sam.becomes('Sam');
  await sam.asked('Which Outlook do they have?');
  const words = await sam.copies('Copy the words for the client');
  expect(words).toContain('We have given you more space for now');
  expect(words).toContain('Please go into webmail and delete old e-mail');

  await sam.answers('Which Outlook do they have?', '2016–365 for Windows (classic)');
  await sam.asked('Is mail coming in now?');
  const steps = await sam.copies('Copy the words for the client');
  expect(steps).toMatch(/^1\. Open Outlook and choose File › Account Settings/m);
  expect(steps).toContain('Leave a copy of messages on the server');
  expect(steps).not.toContain('**');

  await sam.answers('Is mail coming in now?', 'Yes');
  await sam.state('Resolved: There is room for mail again.');
  await sam.page.getByRole('link', { name: 'Incidents', exact: true }).first().click();
  await sam.sees('harbor-tax.example', 'Resolved: There is room for mail again.');
  await sam.leaves();
});

/** Whether the bar's filling is drawn in a red, over its whole width. */
function shownRed(bar: Locator): Promise<boolean> {
  return bar.evaluate((svg) => {
    const [track, fill] = ['.track', '.fill'].map((name) => svg.querySelector(name));
    if (!(fill instanceof SVGElement) || !(track instanceof SVGElement)) return false;
    const [red = 0, green = 0, blue = 0] = [...getComputedStyle(fill).fill.matchAll(/[\d.]+/g)].map(Number);
    const whole = fill.getBoundingClientRect().width === track.getBoundingClientRect().width;
    return whole && red > 2 * green && red > 2 * blue;
  });
}
