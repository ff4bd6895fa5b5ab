import { contracts } from '../../src/actions/contracts.ts';
import { plain } from '../../src/engine/card.ts';
import type { Finding } from '../../src/engine/card.ts';
import type { Effect } from '../../src/engine/effect.ts';
import type { Plan } from '../../src/engine/plan.ts';
import type { AnyHandlers } from '../../src/runtime/run.ts';
import { tryRun } from '../../src/runtime/run.ts';
import type { Listener } from '../../src/rehearsal/coverage.ts';
import { Conversation } from '../conversation.ts';
import { dialog } from '../dialogs/cannot-receive/shipped.ts';
import type { Rig } from './rig.ts';

type Run = Effect & { type: 'run' };

/** One incident by the shipped runbook whose checks and plans really ask the simulators, over HTTP. */
export class Diagnosis {
  readonly talk: Conversation;
  readonly #rig: Rig;
  readonly #handlers: AnyHandlers;
  readonly #done = new Set<string>();

  private constructor(rig: Rig, talk: Conversation, handlers: AnyHandlers) {
    this.#rig = rig;
    this.talk = talk;
    this.#handlers = handlers;
  }

  /** Opens an incident with these facts, and looks until somebody is asked or has to approve. */
  static async of(
    rig: Rig,
    facts: Readonly<Record<string, string>>,
    options: { readonly handlers?: AnyHandlers; readonly listener?: Listener } = {},
  ): Promise<Diagnosis> {
    const { handlers = rig.handlers(), listener } = options;
    const talk = new Conversation({
      dialog,
      facts,
      always: () => 'silent',
      ...(listener === undefined ? {} : { listener }),
    });
    const diagnosis = new Diagnosis(rig, talk, handlers);
    await diagnosis.settle();
    return diagnosis;
  }

  /** Runs what is to be run, side by side as the worker does, until nothing is left. */
  async settle(): Promise<this> {
    for (;;) {
      const runs = this.talk.effects.filter(
        (effect): effect is Run => effect.type === 'run' && !this.#done.has(effect.key),
      );
      if (runs.length === 0) return this;
      await Promise.all(runs.map((run) => this.#run(run)));
    }
  }

  async clicks(label: string, typed?: string): Promise<this> {
    this.talk.clicks(label, typed);
    return this.settle();
  }

  async types(text: string): Promise<this> {
    this.talk.types(text);
    return this.settle();
  }

  /** The step that it waits at: the first proposal, question or end. */
  get step(): string {
    const { visits } = this.talk.it;
    return visits.findLast(({ struck, detached }) => struck !== true && detached === undefined)?.step ?? '';
  }

  /** What was found, worst first in each card, as `verdict: sentence`. */
  get findings(): readonly string[] {
    return this.found.map(({ verdict, text }) => `${verdict}: ${plain(text)}`);
  }

  /** The plan that was made last. */
  get plan(): Plan | undefined {
    const plans = this.talk.log.flatMap((event) => (event.type === 'run.finished' ? (event.plan ?? []) : []));
    return plans.at(-1);
  }

  get found(): readonly Finding[] {
    return this.talk.it.visits.flatMap((visit) => visit.findings);
  }

  /** A limit on calls lets the worker wait and try again; here it tries again at once. */
  async #run(effect: Run, attempt = 1): Promise<void> {
    this.#done.add(effect.key);
    const ran = await tryRun(contracts, this.#handlers, {
      effect,
      trace: 'INC-1.1',
      attempt,
      sent: 0,
      firstAt: this.#rig.clock.at,
      context: this.#rig.context(),
      markSent: async () => {},
      within: (_ms, work) => work(),
      random: () => 0.5,
      defect: (error) => {
        throw error;
      },
    });
    if (ran.state === 'again') await this.#run(effect, attempt + 1);
    else this.talk.send(ran.body);
  }
}
