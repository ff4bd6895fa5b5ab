import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, person } from './person.ts';
import type { Person } from './person.ts';
import { serve } from './server.ts';
import type { Server } from './server.ts';

// What people do wrong, do without a mouse, and do at the same time.

let server: Server;
let browser: Browser;
beforeAll(async () => {
  [server, browser] = await Promise.all([serve(), openBrowser()]);
});
afterAll(async () => {
  await browser?.close();
  await server?.stop();
});

const fullAccount = 'harbor-tax.example';

// Both approvals come first: once a third client of this server has trouble, the server is suspected, and approving asks once more.
test('an incident can be opened, answered and approved with the keyboard alone', async () => {
  const { page, leaves, state, sees } = bound(await person(browser, server.url));
  const tabTo = keyboard(page);
  const press = async (name: string) => {
    await tabTo(page.getByRole('button', { name, exact: true }));
    await page.keyboard.press('Enter');
  };

  await page.keyboard.press('Tab');
  expect(await isFocused(page.getByRole('link', { name: 'Skip to the content' }))).toBe(true);
  await tabTo(page.getByLabel('Domain, mailbox or account'));
  await page.keyboard.type('info@acme-cpa.example');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/incidents\/INC-\d+$/);

  // The address that was found is offered; typing one is only for when it is another.
  await tabTo(page.getByRole('button', { name: 'Yes, 203.0.113.7', exact: true }));
  await page.keyboard.press('Tab');
  expect(await isFocused(page.getByLabel('Another address'))).toBe(true);
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await state('Waiting for an approver: Un-block 203.0.113.7');

  await page.goto(page.url());
  await tabTo(page.getByRole('button', { name: /^Lea/ }));
  await page.keyboard.press('Enter');
  await press('Approve');
  await sees('Approved by Lea');
  await leaves();
});

test('Sam cannot approve, whatever he sends, and sees Lea’s approval within 2 s while he types', async () => {
  const [sam, lea] = await Promise.all([person(browser, server.url), person(browser, server.url)]);
  await sam.opens(fullAccount);
  await sam.sees('Waiting for an approver (Lea) until');
  await lea.becomes('Lea');
  await lea.page.goto(sam.page.url());
  const button = lea.page.getByRole('button', { name: 'Approve', exact: true });
  const approve = lea.page.locator('form').filter({ has: button });

  // What Lea's button would send, sent by Sam.
  const event = await approve.locator('[name=event]').inputValue();
  const status = await sam.page.evaluate(async (event) => {
    const values = ['csrf', 'nonce'].map((name) => [
      name,
      document.querySelector<HTMLInputElement>(`#note [name=${name}]`)?.value ?? '',
    ]);
    const body = new URLSearchParams([...values, ['event', event]]);
    return (await fetch(`${location.pathname}/press`, { method: 'POST', body })).status;
  }, event);
  expect(status).toBe(200);
  await sam.page
    .locator('#notices')
    .getByText(/approve/i)
    .waitFor();
  await sam.state('Waiting for an approver: Raise the account harbortax');
  expect(await lea.buttons()).toContain('Approve');

  const note = sam.page.getByLabel('Note');
  await note.click();
  await sam.page.keyboard.type('They say that the new intern');
  await sam.page.evaluate(() => document.body.setAttribute('data-mark', 'not loaded again'));
  const pressedAt = Date.now();
  await lea.answers('Waiting for your decision until', 'Approve');
  await sam.sees('Approved by Lea');
  expect(Date.now() - pressedAt).toBeLessThan(2000);
  await sam.sees(/^The account harbortax has 300 MB now/);
  await sam.page.keyboard.type(' set up a phone.');
  expect(await note.inputValue()).toBe('They say that the new intern set up a phone.');
  expect(await isFocused(note)).toBe(true);
  await sam.page.getByRole('button', { name: 'Add note' }).click();
  await Promise.all([sam, lea].map((one) => one.sees('They say that the new intern set up a phone.')));
  await Promise.all([sam.leaves(), lea.leaves()]);
});

test('questions are answered with the keyboard alone, and the focus is where the work goes on', async () => {
  const { page, leaves, sees } = bound(await person(browser, server.url));
  const tabTo = keyboard(page);
  await tabTo(page.getByLabel('Domain, mailbox or account'));
  await page.keyboard.type('team@summit-books.example');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/incidents\/INC-\d+$/);
  await tabTo(page.getByRole('button', { name: 'Cannot connect to the POP3 server', exact: true }));
  await page.keyboard.press('Enter');
  await sees('More likely, their IP address is blocked.');
  await page.locator('.card.latest').getByText('Did anybody in their office change').waitFor();
  // One Tab leads to the first answer.
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.matches('.card.latest .part')))
    .toBe(true);
  await page.keyboard.press('Tab');
  expect(await isFocused(page.getByRole('button', { name: 'Yes', exact: true }))).toBe(true);
  for (const name of ['No', 'Neither']) {
    await tabTo(page.getByRole('button', { name, exact: true }));
    await page.keyboard.press('Enter');
  }
  await tabTo(page.getByLabel('Their IP address'));
  await page.keyboard.type('203.0.113.8');
  await page.keyboard.press('Enter');
  await sees(/203\.0\.113\.8 is not blocked/);
  await leaves();
});

test('what cannot be an address is refused beside its field, and stays there to be mended', async () => {
  const sam = await person(browser, server.url);
  // Nothing is wrong there, so everything is asked.
  await sam.opens('team@summit-books.example');
  await sam.answers('Are they getting an error message in Outlook?', 'None, just no mail');
  await sam.answers('Did anybody in their office change', 'They don’t know');
  await sam.answers('Which of the two opens?', 'Neither');
  const question = 'Have them go to www.whatismyip.com';
  // That the client has an open incident already was asked about, too.
  const before = sam.refusals.length;

  for (const [typed, message] of [
    ['192.168.1.10', /^192\.168\.1\.10 is a private address/],
    ['mail.acme-cpa.example', /mail\.acme-cpa\.example.* is a name, not an address/],
    ['203.0.113.7 or 198.51.100.4', /^Those are different addresses: .*Which one is it\?/],
  ] as const) {
    await sam.types(question, typed);
    const field = sam.page.getByLabel('Their IP address');
    const said = sam.page.getByRole('alert').filter({ hasText: message });
    await said.waitFor();
    expect(await field.inputValue()).toBe(typed);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await field.getAttribute('aria-describedby')).toBe(await said.getAttribute('id'));
    expect(await isFocused(field)).toBe(true);
    expect(await gapBelow(field, said)).toBeLessThan(16);
  }
  await sam.types(question, '  [203.0.113.7] ');
  await sam.sees('Is 203.0.113.7 blocked?');
  expect(sam.refusals).toHaveLength(before + 3);
  await sam.leaves();
});

test('an unknown client is said to be unknown, and near names are offered', async () => {
  const sam = await person(browser, server.url);
  await sam.opens('https://www.Harbr-Tax.example/contact');
  await sam.sees(/harbr-tax\.example is on none of our servers/);
  await sam.answers('WHM knows no', fullAccount);
  await sam.sees('Account harbortax on simulator, plan CPA Site Standard, active');
  await sam.leaves();
});

test('text from outside is shown as text', async () => {
  const sam = await person(browser, server.url);
  await sam.opens('kim@summit-books.example');
  const hostile = '<img src=x onerror="alert(1)"> <!channel> [x](https://evil.example) \u202Etxt.exe';
  await sam.page.getByLabel('Note').fill(hostile);
  await sam.page.getByRole('button', { name: 'Add note' }).click();
  await sam.sees('<img src=x onerror="alert(1)"> <!channel> [x](https://evil.example)');
  expect(await sam.page.locator('#main img').count()).toBe(0);
  expect(await sam.page.locator('a[href*="evil"]').count()).toBe(0);
  await sam.leaves();
});

/** Goes to something as Tab reaches it from where the focus is; the focus has to be visible to the eye there. */
function keyboard(page: Page): (target: Locator) => Promise<void> {
  return async (target) => {
    await target.waitFor();
    const reached = async () => isFocused(target);
    for (let stops = 0; stops < 60 && !(await reached()); stops += 1) await page.keyboard.press('Tab');
    expect(await reached()).toBe(true);
    expect(await isMarked(target)).toBe(true);
  };
}

/** A person's doings by their names alone. */
function bound(one: Person): Pick<Person, 'page' | 'leaves' | 'state' | 'sees'> {
  return {
    page: one.page,
    leaves: () => one.leaves(),
    state: (words) => one.state(words),
    sees: (...words) => one.sees(...words),
  };
}

function isFocused(target: Locator): Promise<boolean> {
  return target.evaluate((element) => element === document.activeElement);
}

/** Whether the focus can be seen: an outline or a ring around the element. */
function isMarked(target: Locator): Promise<boolean> {
  return target.evaluate((element) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none';
  });
}

/** The pixels between a field and what is said about it. */
async function gapBelow(field: Locator, said: Locator): Promise<number> {
  const [above, below] = await Promise.all([field.boundingBox(), said.boundingBox()]);
  if (above === null || below === null) return Infinity;
  return Math.abs(below.y - (above.y + above.height));
}
