import type { Actor } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import type { PlanDraft } from '../../src/engine/plan.ts';
import type { Reply } from '../../src/engine/reply.ts';
import type { People } from '../../src/runtime/persons.ts';
import { createPolicy } from '../../src/runtime/policy.ts';
import type { AnyHandlers } from '../../src/runtime/run.ts';
import type { Rule } from '../../src/runtime/rules.ts';
import { FakeFirewall } from './fakes.ts';
import { eventOf, idOf, rig, type Life, type Rig } from './rig.ts';

/** Where somebody presses. */
export type Product = 'slack' | 'teams' | 'web';
/** Sam asks; Lea and Tom approve; Max is somebody more; Eve is nobody of the desk. */
export type Name = 'sam' | 'lea' | 'tom' | 'max' | 'eve';

const tenant = '72f988bf-86f1-41af-91ab-2d7cd011db47';
const oids: Record<Name | 'leads', string> = {
  sam: '00000000-0000-4000-8000-00000000005a',
  lea: '00000000-0000-4000-8000-00000000001e',
  tom: '00000000-0000-4000-8000-000000000070',
  max: '00000000-0000-4000-8000-0000000000aa',
  eve: '00000000-0000-4000-8000-0000000000ee',
  leads: '00000000-0000-4000-8000-0000000001ea',
};

/** Somebody's account in a product, as its adapter names it. */
export function account(product: Product, name: Name, home?: string): Actor {
  const id = {
    slack: `slack:${home ?? 'T0DESK'}/U0${name.toUpperCase()}`,
    teams: `teams:${home ?? tenant}/${oids[name]}`,
    web: `web:${home === undefined ? '' : 'other.'}${name}`,
  }[product];
  return { id, person: id, name: name.charAt(0).toUpperCase() + name.slice(1) };
}

/** An entry of the settings for somebody, or for the group of the leads. */
export function entry(product: Product, name: Name | 'leads'): string {
  if (name !== 'leads') return account(product, name).id;
  return { slack: 'slack:T0DESK/S0LEADS', teams: `teams:${tenant}/${oids.leads}`, web: 'web:leads' }[product];
}

/** What a desk is set up with. Names are of people in the desk's product. */
export interface Setup {
  readonly rule?: Partial<Rule>;
  /** The names of those who approve; Lea and Tom when absent. */
  readonly approvers?: readonly (Name | 'leads')[];
  readonly plan?: Partial<PlanDraft>;
  readonly people?: People;
  /** What the product says of somebody's groups. */
  readonly roles?: (actor: Actor) => Promise<readonly string[]>;
}

/** A desk in one product: the real dispatcher, worker, store and policy; the clock is simulated. */
export class Desk {
  readonly product: Product;
  readonly rig: Rig;
  /** Everything that somebody was told alone, in order: `Lea: words`. */
  readonly told: string[] = [];
  life: Life;
  /** What acts instead of the firewall's own handlers, from the next start on. */
  handlers: AnyHandlers | undefined;
  readonly #setup: Setup;
  #events = 0;

  constructor(product: Product, setup: Setup) {
    this.product = product;
    this.#setup = setup;
    this.rig = rig();
    this.rig.firewall.planning = (ip) => planned(this.rig.firewall, ip, setup.plan);
    this.life = this.boots();
  }

  /** A server begins to live, with other rules if they changed meanwhile. */
  boots(rule: Partial<Rule> = {}): Life {
    const { people = new Map(), roles = async () => [], approvers = ['lea', 'tom'] } = this.#setup;
    const { chat, firewall } = this.rig;
    const all: Rule = {
      name: 'policy.unblock',
      approvers: approvers.map((one) => entry(this.product, one)),
      needs: 1,
      requesterMayApprove: false,
      ...this.#setup.rule,
      ...rule,
    };
    const policy = createPolicy({
      approvers: [],
      fourEyes: true,
      rules: { default: { ...all, approvers: [] }, actions: new Map([['unblock', all]]) },
      timeZone: 'UTC',
      people,
      rolesOf: roles,
      nameOf: async (id) => nameOf(id),
    });
    const channels = new Map(['web', 'slack', 'teams'].map((name) => [name, chat] as const));
    this.life = this.rig.boot({ policy, channels, handlers: this.handlers ?? firewall.handlers });
    return this.life;
  }

  /** Sam opens an incident, somebody names the address, and the proposal is there. */
  async proposal(address = '203.0.113.7', given: Name = 'sam', client = 'acme.example'): Promise<string> {
    const { firewall, clock } = this.rig;
    firewall.blocked.add(address);
    const eventId = `open-${(this.#events += 1)}`;
    const place = { channel: 'web' };
    const actor = account(this.product, 'sam');
    const opening = {
      dialog: 'blocked',
      facts: { client },
      actor,
      source: 'web',
      eventId,
      place,
      simulated: true,
    };
    const id = idOf(await this.life.dispatcher.open(opening));
    await clock.settle();
    await this.press(id, given, 'Send', address);
    await clock.settle();
    return id;
  }

  /** The event of a button that stands there now, to be sent when called: by whom, and in which incident. */
  keep(incident: string, label: string, typed?: string) {
    const event = eventOf(this.rig.chat, incident, label, typed);
    return (who: Name | Actor, into = incident, changes: object = {}) =>
      this.#send(into, who, { ...event, ...changes });
  }

  /** Presses a button and is told at once, or in a moment. */
  async press(incident: string, who: Name | Actor, label: string, typed?: string): Promise<void> {
    await this.keep(incident, label, typed)(who);
    await this.rig.clock.settle();
  }

  /** Sends what stands on no button of the proposal. */
  async sends(incident: string, who: Name, event: object): Promise<void> {
    await this.#send(incident, who, event);
    await this.rig.clock.settle();
  }

  /** Changes an answer, and goes on where more than it is withdrawn: what is read first is no refusal. */
  async corrects(incident: string, who: Name, event: object): Promise<void> {
    const reply = await this.#send(incident, who, event);
    if (!reply.ok && reply.refusal.confirm !== undefined) {
      this.told.pop();
      await this.#send(incident, who, reply.refusal.confirm.event);
    }
    await this.rig.clock.settle();
  }

  async waits(minutes: number): Promise<void> {
    await this.rig.clock.advance(minutes * 60_000);
  }

  async incident(id: string): Promise<Incident> {
    return this.rig.read(id);
  }

  /** How often approvers were called to an incident. */
  calls(id: string): number {
    const posts = this.rig.chat.posts.filter(({ thread }) => thread === `thread of ${id}`);
    return posts.flatMap(({ told }) => told).filter((whom) => whom === 'approvers').length;
  }

  /** Who is asked to decide, by what the card says. */
  asked(id: string): readonly string[] | undefined {
    const posts = this.rig.chat.posts.filter(({ thread }) => thread === `thread of ${id}`);
    const sections = posts.flatMap(({ cards }) => cards.at(-1)?.sections ?? []);
    return sections.find(({ approval }) => approval)?.approval?.by;
  }

  async #send(incident: string, who: Name | Actor, event: object): Promise<Reply> {
    const actor = typeof who === 'string' ? account(this.product, who) : who;
    const id = `press-${(this.#events += 1)}`;
    const reply = await this.life.dispatcher.press(event, { id, source: this.product, incident, actor });
    if (!reply.ok) this.told.push(`${actor.name}: ${reply.refusal.message}`);
    return reply;
  }

  /** What everybody was told alone: at once, and later. */
  words(): readonly string[] {
    return [...this.told, ...this.rig.chat.whispers.map(({ to, text }) => `${to.name}: ${text}`)];
  }
}

function nameOf(id: string): string {
  const names = ['sam', 'lea', 'tom', 'max', 'eve', 'leads'] as const;
  const known = names.find((name) =>
    (['slack', 'teams', 'web'] as const).some((product) => entry(product, name) === id),
  );
  return known === undefined ? id : known.charAt(0).toUpperCase() + known.slice(1);
}

function planned(firewall: FakeFirewall, ip: string, changes: Partial<PlanDraft> = {}) {
  const made = new FakeFirewall();
  if (firewall.blocked.has(ip)) made.blocked.add(ip);
  const result = made.planning(ip);
  if (result.plan === undefined) throw new Error('The firewall made no plan.');
  const { alternatives, ...more } = changes;
  const plan = { ...result.plan, ...more };
  const others = alternatives?.map((other) => ({ ...plan, ...other }));
  return { ...result, plan: others === undefined ? plan : { ...plan, alternatives: others } };
}
