import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** How somebody's screen is. */
export interface Screen {
  readonly width?: number;
  readonly dark?: boolean;
}

/** Chromium without a window. Pictures and all go over loopback, so it needs no network of its own. */
export function openBrowser(): Promise<Browser> {
  const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  return chromium.launch({ executablePath: '/usr/bin/chromium', args });
}

const height = 900;
const patienceMs = 10_000;

/** Somebody at a browser of their own; their page is at `url`. */
export async function person(browser: Browser, url: string, screen: Screen = {}): Promise<Person> {
  const { width = 1280, dark = false } = screen;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
  });
  await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(url).origin });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const somebody = new Person(context, page);
  await page.goto(url);
  return somebody;
}

/** Uses the console as people do: by what they see, never by an address or an id that they would not know. */
export class Person {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, violated policies, answers of 500 and more. */
  readonly complaints: string[] = [];
  /** Answers in the 400s, which the browser reports too: a refusal is one. */
  readonly refusals: string[] = [];
  /** The buttons of cards that were pressed here, as the server was told: the kind of event, and what was typed for it. */
  readonly presses: { readonly type: string; readonly typed: string }[] = [];
  #context: BrowserContext;

  constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => {
      const isRefusal = /the server responded with a status of 4\d\d/.test(message.text());
      if (isRefusal) this.refusals.push(message.text());
      else if (['error', 'warning'].includes(message.type())) this.complaints.push(message.text());
    });
    page.on('response', (answer) => {
      if (answer.status() >= 500) this.complaints.push(`${answer.status()} ${answer.url()}`);
    });
    page.on('request', (request) => {
      if (request.method() !== 'POST' || !request.url().endsWith('/press')) return;
      const said = new URLSearchParams(request.postData() ?? '');
      const { type } = JSON.parse(said.get('event') ?? '{}') as { type: string };
      this.presses.push({ type, typed: said.get('text') ?? '' });
    });
    page.on('dialog', (dialog) => {
      this.complaints.push(`a dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  /** Opens an incident from the list by what is typed there, and waits for its page. */
  async opens(client: string): Promise<void> {
    await this.page.getByRole('link', { name: 'Incidents', exact: true }).first().click();
    await this.page.getByLabel('Domain, mailbox or account').fill(client);
    await this.page.getByRole('button', { name: 'Open incident' }).click();
    // A client who has an open incident is asked about first.
    const anew = this.page.getByRole('button', { name: 'Start anew' });
    const there = this.page.waitForURL(/\/incidents\/INC-\d+$/);
    await Promise.race([
      there,
      anew.waitFor().then(
        () => anew.click(),
        () => undefined,
      ),
    ]);
    await there;
  }

  /** The part of the newest card that asks this, once it asks. */
  async asked(question: string | RegExp): Promise<Locator> {
    const part = this.page.locator('.card.latest .part.open').filter({ hasText: question });
    await part.waitFor();
    return part;
  }

  /** Presses a button under a question. */
  async answers(question: string | RegExp, label: string): Promise<void> {
    await (await this.asked(question)).getByRole('button', { name: label, exact: true }).click();
  }

  /** Types into the question's field and sends it with Enter. */
  async types(question: string | RegExp, text: string): Promise<void> {
    const field = (await this.asked(question)).getByRole('textbox');
    await field.fill(text);
    await field.press('Enter');
  }

  /** Waits until these words stand in the page's content, where somebody can see them. */
  async sees(...words: readonly (string | RegExp)[]): Promise<void> {
    for (const one of words) {
      await this.page.locator('#main').getByText(one).filter({ visible: true }).first().waitFor();
    }
  }

  /** Waits until the line at the top says this. */
  async state(words: string | RegExp): Promise<void> {
    await this.page.locator('.state-line').filter({ hasText: words }).waitFor();
  }

  /** What can be pressed in the newest card, corrections included. */
  async buttons(): Promise<readonly string[]> {
    const all = this.page.locator('.card.latest').locator('button, summary').filter({ visible: true });
    return (await all.allInnerTexts()).map((text) => text.trim());
  }

  /** On simulators: plays one of the two ready people. */
  async becomes(name: 'Sam' | 'Lea'): Promise<void> {
    const button = this.page.getByRole('form', { name: 'Who you are' }).getByRole('button', { name });
    await button.click();
    await this.page.locator(`.who [aria-pressed=true]:has-text("${name}")`).waitFor();
  }

  /** Presses a Copy button, by what it says to a screen reader, and reads the clipboard. */
  async copies(label: string): Promise<string> {
    const button = this.page.getByRole('button', { name: label }).last();
    await button.click();
    await button.getByText('Copied').waitFor();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  /** Saves what a link downloads, and returns its path. */
  async downloads(link: string, to: string): Promise<string> {
    const [download] = await Promise.all([
      this.page.waitForEvent('download'),
      this.page.getByRole('link', { name: link, exact: true }).click(),
    ]);
    const path = join(to, download.suggestedFilename());
    await download.saveAs(path);
    return path;
  }

  /** How many pixels the page is wider than the screen. */
  async tooWide(): Promise<number> {
    return this.page.evaluate(() => (document.scrollingElement?.scrollWidth ?? 0) - innerWidth);
  }

  /** Writes a picture of the whole page, for somebody to look at; not compared with anything. */
  async picture(name: string): Promise<void> {
    const width = this.page.viewportSize()?.width ?? 0;
    const whole = await this.page.evaluate(() => document.scrollingElement?.scrollHeight ?? 0);
    // As tall as the page, so that nothing that sticks to an edge covers anything.
    await this.page.setViewportSize({ width, height: Math.max(height, whole) });
    await this.page.screenshot({ path: join(pictures(), `${name}.png`) });
    await this.page.setViewportSize({ width, height });
  }

  /** Writes a picture of what a tall screen shows when the newest card begins at its top. */
  async snapshot(name: string, tall: number): Promise<void> {
    const width = this.page.viewportSize()?.width ?? 0;
    await this.page.setViewportSize({ width, height: tall });
    await this.page.locator('.card.latest').evaluate((card) => {
      const header = document.querySelector('.top')?.getBoundingClientRect().height ?? 0;
      scrollTo(0, scrollY + card.getBoundingClientRect().top - header - 12);
    });
    await this.page.screenshot({ path: join(pictures(), `${name}.png`) });
    await this.page.setViewportSize({ width, height });
  }

  /** Closes the browser, after which nobody may have had anything to complain about. */
  async leaves(): Promise<void> {
    await this.#context.close();
    expect(this.complaints).toEqual([]);
  }
}

let folder: string | undefined;

/** Where pictures go: MAILFIX_SCREENSHOTS, or a temporary folder. */
export function pictures(): string {
  folder ??= process.env['MAILFIX_SCREENSHOTS'] ?? mkdtempSync(join(tmpdir(), 'mailfix-pictures-'));
  mkdirSync(folder, { recursive: true });
  return folder;
}
