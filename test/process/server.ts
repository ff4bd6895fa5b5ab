import { expect } from 'vitest';
import { mailfix } from '../cli/child.ts';
import type { Ended, Running } from '../cli/child.ts';
import { Browser } from './browser.ts';

/** Settings as the environment has them. */
export type Settings = Readonly<Record<string, string>>;

interface Life {
  readonly running: Running;
  readonly url: string;
}

const limitMs = 60_000;

/** The real server as a child process, over as many lives as it is killed; its database and browsers stay. */
export class Server {
  /** What all its lives wrote, once they ended. */
  readonly said: Ended[] = [];
  readonly #folder: string;
  #settings: Settings;
  readonly #browsers: Browser[] = [];
  #life: Life | undefined;

  constructor(folder: string, settings: Settings) {
    this.#folder = folder;
    this.#settings = { PORT: '0', ...settings };
  }

  get url(): string {
    if (this.#life === undefined) throw new Error('The server is not running.');
    return this.#life.url;
  }

  /** From its next life on. */
  set(settings: Settings): void {
    this.#settings = { ...this.#settings, ...settings };
  }

  /** Starts it and waits for its `listening` line. */
  async start(): Promise<void> {
    const running = mailfix(['start'], this.#folder, this.#settings);
    this.#life = { running, url: '' };
    const { url } = JSON.parse(await within(limitMs, 'listening', running.line('listening'))) as {
      url: string;
    };
    this.#life = { running, url };
    for (const browser of this.#browsers) browser.at(url);
  }

  /** Starts it and kills it before anybody knows how far it came. */
  async startInVain(ms: number): Promise<void> {
    const running = mailfix(['start'], this.#folder, this.#settings);
    this.#life = { running, url: '' };
    running.line('listening').catch(() => {});
    await after(ms);
    await this.kill();
  }

  /** kill -9, and nothing else ended it. */
  async kill(): Promise<void> {
    const ended = await this.#end('SIGKILL');
    expect(ended.signal).toBe('SIGKILL');
  }

  /** SIGTERM; gives back what this life said. */
  async stop(): Promise<Ended> {
    return this.#end('SIGTERM');
  }

  /** For clean-up after a test that failed: never fails itself. */
  async end(): Promise<void> {
    if (this.#life !== undefined) await this.#end('SIGKILL');
  }

  /** Waits for a line of its log. */
  async says(words: string): Promise<void> {
    if (this.#life === undefined) throw new Error('The server is not running.');
    await within(limitMs, words, this.#life.running.line(words));
  }

  /** Another command beside the server, with the same settings and some others. */
  async run(args: readonly string[], others: Settings = {}): Promise<Ended> {
    const port = this.#life === undefined ? {} : { PORT: new URL(this.#life.url).port };
    const running = mailfix(args, this.#folder, { ...this.#settings, ...port, ...others });
    try {
      return await within(limitMs, args.join(' '), running.ended);
    } finally {
      // One that did not end by itself; the signal of one that did goes nowhere.
      running.kill('SIGKILL');
    }
  }

  /** A browser that is signed in by a one-time link from `mailfix sign-in`. */
  async browserOf(name: string): Promise<Browser> {
    const link = await this.run(['sign-in', name]);
    expect(link.code).toBe(0);
    const browser = new Browser();
    browser.at(this.url);
    this.#browsers.push(browser);
    await browser.signIn(link.stdout.trim());
    return browser;
  }

  async #end(signal: NodeJS.Signals): Promise<Ended> {
    if (this.#life === undefined) throw new Error('The server is not running.');
    const { running } = this.#life;
    running.kill(signal);
    const ended = await within(limitMs, signal, running.ended);
    this.#life = undefined;
    this.said.push(ended);
    return ended;
  }
}

/** A moment of a random length: here it is the thing that is tested, not something to wait for. */
export function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Waits for something outside, and not for ever. */
export async function within<T>(ms: number, what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`"${what}" did not come within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
