import type { Browser } from './browser.ts';
import type { Outside } from './outside.ts';
import { after, Server } from './server.ts';
import type { Settings } from './server.ts';

const names = ['a', 'b'] as const;
type Name = (typeof names)[number];

/** The tokens that the two servers show to WHM, by which it can tell them apart. */
export const pairTokens = {
  whm: 'the-token-of-server-a',
  whmWrite: 'the-token-of-server-b',
  cpa: 'the-cpa-token',
};

/** Two servers on one database, and people whose browsers go now to one, now to the other. */
export class Pair {
  kills = 0;
  readonly servers: Readonly<Record<Name, Server>>;
  readonly #browsers: Browser[] = [];
  readonly #alive = new Set<Name>();
  readonly #random: () => number;
  #back: Promise<void> = Promise.resolve();

  constructor(folder: string, outside: Outside, settings: Settings, random: () => number) {
    const { WHM_WRITE_TOKEN: other = '', ...rest } = outside.settings;
    const all = { ...rest, ...settings };
    this.servers = { a: new Server(folder, all), b: new Server(folder, { ...all, WHM_TOKEN: other }) };
    this.#random = random;
  }

  /** Starts both at the same moment. */
  async start(): Promise<void> {
    await Promise.all(names.map((name) => this.#start(name)));
  }

  async browserOf(person: string): Promise<Browser> {
    const browser = await this.servers.a.browserOf(person);
    this.#browsers.push(browser);
    return browser;
  }

  /** Sends all browsers to one of those that are up. */
  point(): void {
    const up = [...this.#alive];
    const name = up[Math.floor(this.#random() * up.length)];
    if (name === undefined) throw new Error('No server is up.');
    for (const browser of this.#browsers) browser.at(this.servers[name].url);
  }

  /** Kills one, has the people go to the other, and starts it again so many milliseconds after, or then. */
  async kill(name: Name, away: number | Promise<unknown>): Promise<void> {
    this.#alive.delete(name);
    await this.servers[name].kill();
    this.kills += 1;
    this.point();
    this.#back = (typeof away === 'number' ? after(away) : away).then(() => this.#start(name));
    // Whoever waits for it hears of a failure; nobody may be waiting yet.
    this.#back.catch(() => {});
  }

  /** Kills either. */
  async killOne(ms: number): Promise<void> {
    await this.kill(this.#random() < 0.5 ? 'a' : 'b', ms);
  }

  /** Waits for whoever is starting. */
  async back(): Promise<void> {
    await this.#back;
  }

  async end(): Promise<void> {
    await this.#back.catch(() => {});
    await Promise.all(names.map((name) => this.servers[name].end()));
  }

  async #start(name: Name): Promise<void> {
    await this.servers[name].start();
    this.#alive.add(name);
  }
}
