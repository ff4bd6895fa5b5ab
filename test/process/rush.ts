import { opensIn } from './seats.ts';
import type { Answered, Opened, Product, Seat } from './seats.ts';
import { after, within } from './server.ts';
import type { TwoOffice } from './two-office.ts';

/** Something that somebody did, and what it was answered. */
export interface Done {
  readonly product: Product;
  readonly kind: 'opens' | 'takes over' | 'says';
  /** When (epoch ms). */
  readonly at: number;
  readonly answer: Answered;
  /** For a take-over: whose incident it became. */
  readonly owner?: string;
  readonly seat?: Seat;
  /** For a remark: its words. */
  readonly words?: string;
  readonly opened?: Opened;
}

/** How a time is spread, in milliseconds. */
export interface Spread {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly most: number;
}

/** One in so many events opens an incident, and with it a dozen looks at WHM. */
const opensEvery = 250;

/** People at a desk who do so much: half in Slack and half in Teams, half of it take-overs and half remarks. */
export class Rush {
  readonly done: Done[] = [];
  readonly #office: TwoOffice;
  readonly #seats: Readonly<Record<Product, readonly Seat[]>>;
  readonly #counts = new Map<string, number>();
  #events = 0;

  constructor(office: TwoOffice, seats: readonly Seat[]) {
    this.#office = office;
    const of = (product: Product) => seats.filter((seat) => seat.product === product);
    this.#seats = { slack: of('slack'), teams: of('teams') };
  }

  /** So many events a second, whether the ones before were answered or not; resolves when all are. */
  async lasts(seconds: number, perSecond: number): Promise<readonly Done[]> {
    const from = performance.now();
    const begun: Promise<Done>[] = [];
    for (let n = 0; n < seconds * perSecond; n += 1) {
      const early = from + (n * 1000) / perSecond - performance.now();
      if (early > 1) await after(early);
      begun.push(this.#event());
    }
    return this.#kept(begun);
  }

  /** So many clicks in one moment. */
  async bursts(clicks: number): Promise<readonly Done[]> {
    return this.#kept(
      Array.from({ length: clicks }, (_, n) => this.#takesOver(n % 2 === 0 ? 'slack' : 'teams')),
    );
  }

  async #kept(begun: readonly Promise<Done>[]): Promise<readonly Done[]> {
    const done = await Promise.all(begun);
    this.done.push(...done);
    return done;
  }

  #event(): Promise<Done> {
    this.#events += 1;
    const n = this.#events;
    const product = n % 2 === 0 ? 'slack' : 'teams';
    if (n % opensEvery === 0) return this.#opens(n % (2 * opensEvery) === 0 ? 'slack' : 'teams');
    return n % 4 < 2 ? this.#takesOver(product) : this.#says(product);
  }

  async #opens(product: Product): Promise<Done> {
    const n = this.#events / opensEvery;
    const firm = this.#office.outside.firm('blocked');
    const opened = opensIn(this.#office, product, { firm, room: n, who: n });
    return { product, kind: 'opens', at: opened.at, answer: await opened.answer, opened };
  }

  async #takesOver(product: Product): Promise<Done> {
    const [seat, turn] = this.#next(product, 'takes over');
    const { people } = this.#office;
    const at = Date.now();
    const owner = people[turn % people.length]?.name ?? '';
    return { product, kind: 'takes over', at, seat, owner, answer: await answered(seat.takesOver(turn)) };
  }

  async #says(product: Product): Promise<Done> {
    const [seat, turn] = this.#next(product, 'says');
    const words = `Remark ${this.#events} about the case.`;
    const at = Date.now();
    return { product, kind: 'says', at, seat, words, answer: await answered(seat.says(turn, words)) };
  }

  /** Each seat in turn, and at each the next person: nobody takes over what is theirs. */
  #next(product: Product, kind: Done['kind']): readonly [Seat, number] {
    const key = `${product} ${kind}`;
    const n = this.#counts.get(key) ?? 0;
    this.#counts.set(key, n + 1);
    const seats = this.#seats[product];
    const seat = seats[n % seats.length];
    if (seat === undefined) throw new Error(`Nobody is at a desk in ${product}.`);
    return [seat, 1 + Math.floor(n / seats.length)];
  }
}

/** Everybody asks for help once everywhere, so that mailfix knows them: a stranger's press is refused while Teams is slow to say who they are. */
export async function getKnown({ people, rooms }: TwoOffice): Promise<void> {
  for (const { slack, teams } of people) {
    await slack.command('/mailfix help', { channel: rooms[0]?.slack ?? '' });
    await Promise.all(rooms.map((room) => teams.mentions('help', { channel: room.teams })));
  }
}

/** Opens incidents in both products, one after the other in each, and waits until they are shown. */
export async function takeSeats(office: TwoOffice, each: number): Promise<readonly Seat[]> {
  const seats: Seat[] = [];
  for (let n = 0; n < each; n += 1) {
    const both = (['slack', 'teams'] as const).map(async (product) => {
      const opened = opensIn(office, product, { firm: office.outside.firm('blocked'), room: n, who: 0 });
      const { status, error } = await opened.answer;
      if (status !== 200) throw new Error(`${product} answered ${status} ${error}`);
      return opened.seat();
    });
    seats.push(...(await Promise.all(both)));
  }
  return seats;
}

/** How long answers took. */
export function answersOf(done: readonly Done[], product?: Product): Spread {
  return spreadOf(
    done.filter((one) => product === undefined || one.product === product).map(({ answer }) => answer.ms),
  );
}

/**
 * How long it took until a take-over stood in its thread: until an edit that names its owner, or, where somebody else took
 * over meanwhile, until the first edit after it was answered. Those that never stood there are counted apart.
 */
export function shownAfter(done: readonly Done[], product: Product): Spread & { readonly missing: number } {
  const taken = done.filter(({ kind, answer }) => kind === 'takes over' && answer.status === 200);
  const edits = new Map<Seat, ReturnType<Seat['shown']>>();
  const times = taken.flatMap(({ product: where, seat, at, owner, answer }) => {
    if (where !== product || seat === undefined) return [];
    const shown = edits.get(seat) ?? seat.shown();
    edits.set(seat, shown);
    const edit = shown.find((one) => one.at >= at && (one.owner === owner || one.at >= at + answer.ms));
    return [edit === undefined ? undefined : edit.at - at];
  });
  const missing = times.filter((time) => time === undefined).length;
  return { ...spreadOf(times.filter((time) => time !== undefined)), missing };
}

/** Median, 99th of a hundred, and most. */
export function spreadOf(times: readonly number[]): Spread {
  const sorted = times.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), most: sorted.at(-1) ?? 0 };
}

/** What people pressed that is no longer there counts as not answered. */
async function answered(pressed: Promise<Answered>): Promise<Answered> {
  try {
    return await pressed;
  } catch (error) {
    return { status: 0, ms: Infinity, error: String(error) };
  }
}

/** Waits until something is so, and not for ever. */
export async function comes(what: string, ms: number, isSo: () => Promise<boolean>): Promise<void> {
  const look = async () => {
    while (!(await isSo())) await after(200);
  };
  await within(ms, what, look());
}
