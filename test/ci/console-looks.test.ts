import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, person } from './person.ts';
import type { Person } from './person.ts';
import { serve } from './server.ts';
import type { Server } from './server.ts';

// Every kind of page, on a desk and on a phone, by day and by night. The pictures are for people to look at.

let server: Server;
let browser: Browser;
const incidents: Record<string, string> = {};
beforeAll(async () => {
  [server, browser] = await Promise.all([serve(), openBrowser()]);
  const sam = await person(browser, server.url);
  await sam.page.getByRole('button', { name: 'Blocked address' }).click();
  await sam.asked('Is that the client: 203.0.113.7?');
  incidents['suspected'] = sam.page.url();
  await sam.opens('info@acme-cpa.example');
  await sam.answers('Is that the client: 203.0.113.7?', 'Yes, 203.0.113.7');
  await sam.sees('Waiting for an approver (Lea) until');
  incidents['proposed'] = sam.page.url();

  await sam.opens('harbor-tax.example');
  await sam.sees('Waiting for an approver (Lea) until');
  incidents['quota'] = sam.page.url();

  await sam.opens('northgate-accounting.example');
  await sam.sees(/is suspended/);
  incidents['escalated'] = sam.page.url();
  await sam.opens('summit-bookz.example');
  await sam.asked('WHM knows no');
  incidents['question'] = sam.page.url();
  await sam.page.getByLabel('Note').fill(`They read it out: ${'0123456789abcdef'.repeat(30)} <b>&amp;`);
  await sam.page.getByRole('button', { name: 'Add note' }).click();
  await sam.sees(/They read it out/);
  await sam.leaves();
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const screens = [
  [1280, false],
  [1280, true],
  [360, false],
  [360, true],
] as const;

test.each(screens)('%i pixels wide, dark: %s: nothing sticks out, nothing complains', async (width, dark) => {
  const one = await person(browser, server.url, { width, dark });
  const { page } = one;
  const look = async (name: string) => {
    await one.picture(`${name}-${width}${dark ? '-dark' : ''}`);
    expect([name, await one.tooWide()]).toEqual([name, 0]);
  };
  const at = (name: string) => incidents[name] ?? '';

  expect(await background(one)).toSatisfy(dark ? isDark : (color: number) => !isDark(color));
  await look('list');
  await page.goto(at('question'));
  await look('question');
  await one.types('WHM knows no', '!!');
  await page.getByRole('alert').waitFor();
  await look('refused');

  await page.goto(at('suspected'));
  await one.asked('Is that the client: 203.0.113.7?');
  await look('suspected');
  await page.goto(at('proposed'));
  await look('proposed');
  await page.goto(at('escalated'));
  await look('escalated');
  await page.goto(`${at('question')}/log`);
  await look('log');
  await page.goto(at('quota'));
  await look('quota');
  // Everything that can be unfolded, unfolded.
  await one.becomes('Lea');
  await one.asked('Waiting for your decision until');
  for (const summary of await page.locator('summary').all()) await summary.click();
  await look('unfolded');

  const missing = await page.goto(`${server.url}/incidents/INC-999`);
  expect(missing?.status()).toBe(404);
  await look('missing');
  await one.leaves();
});

test('the pictures of the README: a block that waits for its approval, a quota that was raised', async () => {
  const lea = await person(browser, server.url, { width: 1000 });
  await lea.becomes('Lea');
  await lea.page.goto(incidents['proposed'] ?? '');
  await lea.asked('Waiting for your decision until');
  await lea.snapshot('thread', 1440);
  await lea.page.goto(incidents['quota'] ?? '');
  await lea.answers('Waiting for your decision until', 'Approve');
  await lea.asked('Which Outlook do they have?');
  await lea.snapshot('thread-quota', 1480);
  expect(await lea.tooWide()).toBe(0);
  await lea.leaves();
});

/** The lightness of the page's background: 0 is black, 255 white. */
function background({ page }: Person): Promise<number> {
  return page.evaluate(() => {
    const parts = getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g) ?? [];
    return parts.slice(0, 3).reduce((sum, part) => sum + Number(part), 0) / 3;
  });
}

function isDark(lightness: number): boolean {
  return lightness < 80;
}
