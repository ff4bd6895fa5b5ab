import { expect } from 'vitest';
import { numbers } from './numbers.ts';
import type { Outside } from './outside.ts';
import { after, within } from './server.ts';
import type { Server } from './server.ts';
import { toTheEnd } from './talk.ts';
import type { Move, Talk } from './talk.ts';

/** When the server is killed while its call to an outside system is under way, and what becomes of the call. */
const flights = ['before it is made', 'before it is made, and it never is', 'after it was made'] as const;
type Flight = (typeof flights)[number];

/** When a press costs the server its life. */
type Moment =
  | { readonly kind: 'none' }
  /** So long after the answer came; `again`: the browser did not hear it, and posts once more. */
  | { readonly kind: 'answered'; readonly ms: number; readonly again: boolean }
  /** So long after the press left, whether answered or not. */
  | { readonly kind: 'pressed'; readonly ms: number }
  /** During the outside call that the press leads to; the call is made so long after the kill. */
  | { readonly kind: 'flight'; readonly flight: Flight; readonly ms: number };

/** What a seed makes of one talk, whichever of its presses come first. */
interface Plan {
  readonly random: () => number;
  readonly flight: Flight | undefined;
}

/** Well before a new server can be up: what is still on its way then, nobody could know of. */
const longestFlightMs = 40;
const stuckMs = 60_000;

/** Works talks to their end on a server that it kills at seeded random moments. */
export class Killer {
  kills = 0;
  /** Presses whose answer was lost, and that were sent a second time. */
  sentAgain = 0;
  /** The moments of outside calls that the server was killed in. */
  readonly flown = new Set<string>();
  readonly #server: Server;
  readonly #outside: Outside;
  readonly #seed: number;
  readonly #wanted: number;
  readonly #plans = new Map<Talk, Plan>();

  /** Stops killing after `wanted` kills, but for those in the midst of an outside call. */
  constructor(server: Server, outside: Outside, { seed, wanted }: { seed: number; wanted: number }) {
    this.#server = server;
    this.#outside = outside;
    this.#seed = seed;
    this.#wanted = wanted;
  }

  /** Works talks to their end, side by side. */
  async toTheEnd(talks: readonly Talk[]): Promise<void> {
    for (const talk of talks) {
      const n = this.#plans.size;
      const random = numbers(this.#seed * 7919 + n);
      // In turn, so that a few talks have had them all; every fourth has none.
      const flight = [...flights, undefined][(this.#seed + n + Math.floor(n / 4)) % 4];
      this.#plans.set(talk, { random, flight });
    }
    await toTheEnd(talks, (talk, move) => this.#press(talk, move));
  }

  async #press(talk: Talk, move: Move): Promise<void> {
    const plan = this.#plans.get(talk);
    if (plan === undefined) throw new Error(`${talk.id} has no plan.`);
    const moment = this.#moment(talk, move, plan);
    const before = this.kills;
    const flown = moment.kind === 'flight' ? this.#holdUp(talk, moment.flight, moment.ms) : undefined;
    const send = () => move.who.send(move.form, move.typed);
    const sent = send().catch(() => undefined);
    if (moment.kind === 'pressed') await this.#killAfter(moment.ms);
    let answer = await sent;
    if (moment.kind === 'answered') {
      await this.#killAfter(moment.ms);
      if (moment.again) answer = undefined;
    }
    if (flown !== undefined) await within(stuckMs, `the call of ${talk.id} to the outside`, flown);
    if (this.kills > before) await this.#restart(plan);
    if (answer === undefined) {
      this.sentAgain += 1;
      answer = await send();
    }
    expect(answer.status, answer.text).toBe(303);
    talk.took(move, answer.location);
  }

  #moment({ given }: Talk, { form }: Move, { random, flight }: Plan): Moment {
    const ms = (most: number) => Math.floor(random() * (most + 1));
    const isApproval = form.event['type'] === 'confirm.pressed';
    // Of one talk, one call is lost: sent again, it gets there.
    if (isApproval && flight !== undefined && !given.some(({ type }) => type === 'confirm.pressed'))
      return { kind: 'flight', flight, ms: ms(longestFlightMs) };
    const chance = random();
    if (this.kills >= this.#wanted) return { kind: 'none' };
    // Most answers come within ten milliseconds: so many kills before, about, and after that.
    if (chance < 0.2) return { kind: 'pressed', ms: ms([0, 12, 60][ms(2)] ?? 0) };
    // Some time later the server may be busy with what the answer led to, or waiting.
    if (chance < 0.35) return { kind: 'answered', ms: ms(random() < 0.7 ? 60 : 600), again: random() < 0.6 };
    return { kind: 'none' };
  }

  /** Resolves when the call came and the server is dead. */
  #holdUp({ trouble }: Talk, flight: Flight, ms: number): Promise<void> {
    const name = trouble === 'full' ? 'editquota' : 'unblock';
    this.flown.add(`${name}: ${flight}`);
    return new Promise((resolve, reject) => {
      this.#outside.next(name, async (_call, apply) => {
        if (flight === 'after it was made') await apply();
        await this.#killAfter(0).then(resolve, reject);
        if (flight === 'before it is made') {
          await after(ms);
          await apply();
        }
        return 'lost';
      });
    });
  }

  async #killAfter(ms: number): Promise<void> {
    if (ms > 0) await after(ms);
    await this.#server.kill();
    this.kills += 1;
  }

  async #restart({ random }: Plan): Promise<void> {
    if (random() < 0.15 && this.kills < this.#wanted) {
      await this.#server.startInVain(Math.floor(random() * 400));
      this.kills += 1;
    }
    await this.#server.start();
  }
}
