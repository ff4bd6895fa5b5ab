import type { Fault, knownFaults } from '../../simulators/faults.ts';
import { contracts } from '../../src/actions/contracts.ts';
import type { Finding } from '../../src/engine/card.ts';
import type { Plan, PlanDraft } from '../../src/engine/plan.ts';
import { Over } from '../../src/runtime/job.ts';
import { tryRun } from '../../src/runtime/run.ts';
import { approvedPlan, rig } from './rig.ts';
import type { Rig, RigOptions } from './rig.ts';

type Handlers = ReturnType<Rig['handlers']>;
type Planned = Promise<{ outcome: string; plan?: PlanDraft; findings?: readonly Finding[] }>;
type Contract = 'unblockIp' | 'raiseAccountQuota' | 'raiseMailboxQuota' | 'sendInstructions';

/** A write to an outside system: how it is planned, called, and seen in the world. */
export interface Write {
  readonly contract: Contract;
  readonly options: RigOptions;
  /** What the simulator calls it, and a read on the way to it. */
  readonly call: string;
  readonly look: string;
  /** What answers it: another page, where a redirect leads there. */
  readonly answer: string;
  /** The mark that is set just before it leaves: 2 for the second call of a plan. */
  readonly mark?: number;
  readonly plan: (handlers: Handlers, one: Rig) => Planned;
  /** Calls `made` whenever the change is made in the world. */
  readonly watch: (one: Rig, made: () => void) => void;
  /** The other call of the same plan, which nothing goes wrong with. */
  readonly watchOther?: (one: Rig, made: () => void) => void;
}

/** What goes wrong. Where it has no fault, it is `refused` or `killed` that does. */
export interface Trouble {
  readonly fault?: Fault | keyof typeof knownFaults;
  readonly on?: 'call' | 'look' | 'answer';
  /** Nobody listens any more when the write leaves. */
  readonly refused?: true;
  /** The process dies, after the write was marked as sent: before it leaves, or once the change is made. */
  readonly killed?: 'before' | 'after';
  readonly totalMs?: number;
}

/** What came of it: as mailfix tells it, and as it is. */
export interface Told {
  readonly outcome: string;
  readonly findings: readonly Finding[];
  /** How often the change was made in the world, and how often it was asked for. */
  readonly made: number;
  readonly asked: number;
  /** How often the other call's change was made. */
  readonly besides: number;
  readonly tries: number;
}

/** Plans, approves and acts against systems of its own, with the tries that the worker makes. */
export async function suffer(write: Write, trouble: Trouble): Promise<Told> {
  const one = await rig();
  try {
    const options = { ...write.options, totalMs: trouble.totalMs ?? 5000 };
    const plan = approvedPlan(await write.plan(one.handlers(options), one));
    const process = killable();
    const world = { made: 0, besides: 0 };
    write.watch(one, () => {
      world.made += 1;
      if (trouble.killed === 'after') process.kill();
    });
    write.watchOther?.(one, () => (world.besides += 1));
    if (trouble.fault !== undefined && trouble.on === 'look')
      one.sims.faults.next(write.look, trouble.fault, 2);
    let begun = false;
    const { outcome, findings, tries } = await throughTries(one, {
      contract: write.contract,
      plan,
      handlers: () => one.handlers(options),
      process,
      async onMark(marks) {
        if (begun || marks !== (write.mark ?? 1)) return;
        begun = true;
        const name = trouble.on === 'answer' ? write.answer : write.call;
        if (trouble.fault !== undefined && trouble.on !== 'look') one.sims.faults.next(name, trouble.fault);
        if (trouble.refused === true) await one.sims.close();
        if (trouble.killed === 'before') throw new Over('killed');
      },
    });
    const asked = one.sims.calls().filter((call) => call.function === write.call).length;
    return { outcome, findings, ...world, asked, tries };
  } finally {
    if (trouble.refused !== true) await one.sims.close();
  }
}

/** A process that can die: what a dead one would have said, nobody hears. */
export interface Killable {
  readonly signal: () => AbortSignal;
  readonly kill: () => void;
  readonly restart: () => void;
}

/** A process that lives. */
export function killable(): Killable {
  let life = new AbortController();
  return {
    signal: () => life.signal,
    kill: () => life.abort(new Over('killed')),
    restart: () => (life = new AbortController()),
  };
}

/** Acts on an approved plan with the tries that the worker makes, each after a death beginning with what is in the store. */
export async function throughTries(
  one: Rig,
  run: {
    readonly contract: Contract;
    readonly plan: Plan;
    readonly handlers: () => Handlers;
    readonly process: Killable;
    /** Runs where the durable mark is set, and is told which. */
    readonly onMark: (marks: number) => Promise<void>;
  },
): Promise<Pick<Told, 'outcome' | 'findings' | 'tries'>> {
  const { contract, plan, process } = run;
  let row = { sent: 0, attempt: 1, tries: 0 };
  for (;;) {
    row = { ...row, tries: row.tries + 1 };
    process.restart();
    const signal = process.signal();
    const ran = await tryRun(contracts, run.handlers(), {
      trace: 'INC-1.7',
      effect: {
        type: 'run',
        key: 'INC-1.7.act',
        contract,
        mode: 'act',
        input: {},
        deadlineMs: 20_000,
        plan,
      },
      attempt: row.attempt,
      sent: row.sent,
      firstAt: one.clock.at,
      context: one.context(signal),
      async markSent(marks) {
        row = { ...row, sent: row.sent | marks };
        await run.onMark(marks);
      },
      within: (_ms, work) => work(),
      random: () => 0.5,
      defect: (error) => {
        throw error;
      },
    }).catch((error: unknown) => {
      if (error instanceof Over) return undefined;
      throw error;
    });
    if (ran === undefined || signal.aborted) row = { ...row, attempt: row.attempt + 1 };
    else if (ran.state === 'again') {
      one.clock.at = Math.max(one.clock.at, ran.due);
      row = { ...row, attempt: row.attempt + (ran.counts ? 1 : 0) };
    } else {
      const { outcome, findings = [] } = ran.body;
      return { outcome, findings, tries: row.tries };
    }
  }
}
