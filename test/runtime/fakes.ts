import type { ActContext, RunContext } from '../../src/actions/handler.ts';
import { plain, words } from '../../src/engine/card.ts';
import type { Button, Card, Text } from '../../src/engine/card.ts';
import type { Notify } from '../../src/engine/effect.ts';
import type { Actor, RunResult } from '../../src/engine/event.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { Channel, ShowRequest } from '../../src/runtime/channel.ts';
import type { Place } from '../../src/store/store.ts';

/** One post in the fake chat product, with everything it ever showed. */
export interface Post {
  readonly key: string;
  readonly thread: string;
  readonly message: string;
  readonly cards: Card[];
  readonly told: Notify[];
}

/** A chat product that forgets nothing: posts, threads that their roots make, private words. Posts are not idempotent, as in real ones. */
export class FakeChat implements Channel {
  readonly name = 'web';
  readonly threads: string[] = [];
  readonly posts: Post[] = [];
  readonly whispers: { to: Actor; text: string }[] = [];
  /** Called before each show; what it throws, the product answers. */
  onShow: (post: ShowRequest) => void | Promise<void> = () => {};
  onWhisper: () => void = () => {};
  roles: (actor: Actor) => Promise<readonly string[]> = async () => [];

  async show(post: ShowRequest): Promise<string> {
    await this.onShow(post);
    const known =
      post.ref ?? (post.again === true ? this.posts.find((one) => one.key === post.key)?.key : undefined);
    const shown = this.posts.find((one) => one.key === known);
    if (shown !== undefined) {
      shown.cards.push(post.card);
      shown.told.push(post.notify);
      return shown.key;
    }
    const { key, message, card, notify } = post;
    const thread = post.place.ref === '' ? `thread of ${post.place.incident}` : post.place.ref;
    if (message === 'root') this.threads.push(thread);
    this.posts.push({ key, thread, message, cards: [card], told: [notify] });
    return key;
  }

  async whisper(_place: Place, to: Actor, text: Text): Promise<void> {
    this.onWhisper();
    this.whispers.push({ to, text: plain(text) });
  }

  async nameOf(actorId: string): Promise<string> {
    return actorId.replace(/^web:/, '');
  }

  async rolesOf(actor: Actor): Promise<readonly string[]> {
    return this.roles(actor);
  }

  /** What a message shows now. */
  card(incident: string, message: string): Card | undefined {
    return this.posts
      .find((post) => post.thread === `thread of ${incident}` && post.message === message)
      ?.cards.at(-1);
  }

  /** Buttons that people see now in an incident's thread. */
  buttons(incident: string): readonly Button[] {
    const posts = this.posts.filter((post) => post.thread === `thread of ${incident}`);
    return posts.flatMap(
      (post) => post.cards.at(-1)?.sections.flatMap((section) => section.buttons ?? []) ?? [],
    );
  }

  /** Everything that the thread says now, as one text. */
  text(incident: string): string {
    const posts = this.posts.filter((post) => post.thread === `thread of ${incident}`);
    return posts.flatMap((post) => sentences(post.cards.at(-1))).join('\n');
  }
}

function sentences(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('template' in value) return [plain(value as Text)];
  return Object.values(value).flatMap((inner) => sentences(inner));
}

/** The system outside: which addresses are blocked, and every write that reached it. */
export class FakeFirewall {
  readonly blocked = new Set<string>();
  readonly writes: string[] = [];
  looks = 0;
  /** Called just before a look or a write; what it throws, the firewall answers. */
  onLook: (context: RunContext) => void | Promise<void> = () => {};
  onPlan: (context: RunContext) => void | Promise<void> = () => {};
  onWrite: (context: ActContext) => void | Promise<void> = () => {};
  onWritten: (context: ActContext) => void | Promise<void> = () => {};
  beforeSending: (context: ActContext) => void | Promise<void> = () => {};
  /** What every act was told of its predecessors. */
  readonly mayHaveSent: boolean[] = [];
  planning: (ip: string) => RunResult = (ip) => ({ outcome: 'planned', plan: planFor(ip, this.state(ip)) });

  state(ip: string): 'blocked' | 'clear' {
    return this.blocked.has(ip) ? 'blocked' : 'clear';
  }

  get handlers() {
    return {
      blocked: async ({ ip }: { ip: string }, context: RunContext): Promise<RunResult> => {
        this.looks += 1;
        await this.onLook(context);
        return { outcome: this.state(ip), findings: [finding(ip, this.state(ip))] };
      },
      unblock: {
        plan: async ({ ip }: { ip: string }, context: RunContext): Promise<RunResult> => {
          await this.onPlan(context);
          return this.planning(ip);
        },
        act: async (plan: Plan, context: ActContext): Promise<RunResult> => {
          const ip = String(plan.input['ip']);
          this.mayHaveSent.push(context.mayHaveSent);
          if (this.state(ip) !== plan.from) {
            return {
              outcome: context.mayHaveSent ? 'done' : 'nothingToDo',
              findings: [finding(ip, this.state(ip))],
            };
          }
          await this.beforeSending(context);
          await context.sending();
          await this.onWrite(context);
          this.writes.push(ip);
          this.blocked.delete(ip);
          await this.onWritten(context);
          return { outcome: 'done', findings: [finding(ip, this.state(ip))] };
        },
      },
    };
  }
}

function finding(ip: string, state: string) {
  const verdict = state === 'blocked' ? ('fail' as const) : ('pass' as const);
  return { check: 'blocked', verdict, text: words('{ip} is {state}.', { ip, state }) };
}

function planFor(ip: string, from: string) {
  return {
    subject: `ip:${ip}`,
    title: words('Un-block {ip}', { ip }),
    input: { ip },
    calls: [{ id: 'unblock', system: 'cpa' as const, text: words('un-block {ip}', { ip }) }],
    from,
    to: 'clear',
    evidence: [],
    risk: { level: 'low' as const, reasons: [] },
    needs: 1,
  };
}
