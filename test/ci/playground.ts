import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { pictures } from './person.ts';

// Microsoft's own imitation of Teams: a page, a connector, and people who are in one team with the bot.

/** People of the playground's team, as its page names them. */
export const members = {
  alex: { id: 'user-id-0', name: 'Alex Wilber', oid: '00000000-0000-0000-0000-0000000000020' },
  patti: { id: 'user-id-4', name: 'Patti Fernandez', oid: '00000000-0000-0000-0000-0000000000024' },
} as const;

/** The playground, running. */
export interface Playground {
  readonly url: string;
  stop(): Promise<void>;
}

const startWithinMs = 20_000;

/** Starts the playground for the bot at this address; it sends nothing to anybody else. */
export async function startPlayground(messages: string): Promise<Playground> {
  const require = createRequire(import.meta.url);
  const cli = require.resolve('@microsoft/m365agentsplayground/cli.js');
  const port = String(await freePort());
  const here = mkdtempSync(join(tmpdir(), 'mailfix-playground-'));
  const running = spawn(
    process.execPath,
    [cli, '--disable-telemetry', '-e', messages, '-c', 'msteams', '-p', port],
    // It writes a log into the folder that it runs in.
    {
      cwd: here,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'], HOME: here, BROWSER: 'none' },
    },
  );
  const ended = new Promise<void>((resolve) => {
    running.once('exit', () => resolve());
  });
  let said = '';
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      running.kill('SIGKILL');
      reject(new Error(`The playground did not start: ${said}`));
    }, startWithinMs);
    const hear = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!said.includes(`Listening on ${port}`)) return;
      clearTimeout(late);
      resolve();
    };
    running.stdout.on('data', hear);
    running.stderr.on('data', hear);
  });
  return {
    url: `http://127.0.0.1:${port}/`,
    async stop() {
      running.kill('SIGTERM');
      await ended;
      rmSync(here, { recursive: true, force: true });
    },
  };
}

/** Opens the team's channel. The page is always Alex's, and shows only what he saw come; people take turns at it. */
export async function channelAt(browser: Browser, url: string): Promise<ChannelPage> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 2600 } });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const channel = new ChannelPage(page);
  await page.route('**/_conversation/**', async (route) => {
    const body = route.request().postData();
    if (body === null) return route.continue();
    return route.continue({ postData: body.replaceAll(members.alex.id, members[channel.who].id) });
  });
  await page.goto(url);
  await page.getByText('General', { exact: true }).click();
  return channel;
}

/** The channel, as somebody sees and uses it. */
export class ChannelPage {
  readonly page: Page;
  /** Who sits at it: what is sent is theirs. */
  who: keyof typeof members = 'alex';

  constructor(page: Page) {
    this.page = page;
  }

  /** Begins a post that mentions the bot. */
  async posts(text: string): Promise<void> {
    await this.page.getByRole('textbox').first().click();
    await this.page.keyboard.type('@');
    // The list of whom to mention also names people; only then the last "Test Bot" is its entry.
    await this.page.getByText('Lynne Robbins').waitFor();
    await this.page.getByText('Test Bot').last().click();
    await this.page.keyboard.type(` ${text}`);
    await this.page.getByRole('button', { name: 'Post' }).click();
  }

  /** The newest card with these words. */
  async card(words: string | RegExp): Promise<Locator> {
    const card = this.page.locator('.ac-adaptiveCard').filter({ hasText: words }).last();
    await card.waitFor();
    return card;
  }

  /** Presses a button of the newest card with these words. */
  async presses(words: string | RegExp, label: string): Promise<void> {
    await (await this.card(words)).getByRole('button', { name: label, exact: true }).first().click();
  }

  async picture(name: string): Promise<void> {
    // The newest stands at the bottom of what scrolls.
    await this.page.locator('.ac-adaptiveCard').last().scrollIntoViewIfNeeded();
    await this.page.screenshot({ path: join(pictures(), `${name}.png`) });
  }

  /** Writes a picture of a thread alone: from the post that began it to what follows its newest card. */
  async snapshot(name: string, first: string, newest: RegExp): Promise<void> {
    const [top, end] = await Promise.all(
      [await this.card(first), await this.card(newest)].map((card) => card.boundingBox()),
    );
    if (!top || !end) throw new Error('The thread is not on the page.');
    const [x, y] = [top.x - 49, top.y - 114];
    const clip = { x, y, width: 552, height: end.y + end.height + 88 - y };
    await this.page.screenshot({ path: join(pictures(), `${name}.png`), clip });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
