import type { Fault, knownFaults } from '../../simulators/faults.ts';
import { contracts } from '../../src/actions/contracts.ts';
import type { Finding } from '../../src/engine/card.ts';
import type { PlanDraft } from '../../src/engine/plan.ts';
import { Over } from '../../src/runtime/job.ts';
import { tryRun } from '../../src/runtime/run.ts';
import { approvedPlan, rig } from './rig.ts';
import type { Rig, RigOptions } from './rig.ts';

type Handlers = ReturnType<Rig['handlers']>;
type Planned = Promise<{ outcome: string; plan?: PlanDraft; findings?: readonly Finding[] }>;

/** A write to an outside system: how it is planned, called, and seen in the world. */
export interface Write {
  readonly contract: 'unblockIp' | 'raiseAccountQuota' | 'raiseMailboxQuota';
  readonly options: RigOptions;
  /** What the simulator calls it, and a read on the way to it. */
  readonly call: string;
  readonly look: string;
  /** What answers it: another page, where a redirect leads there. */
  readonly answer: string;
  readonly plan: (handlers: Handlers, one: Rig) => Planned;
  /** Calls `made` whenever the change is made in the world. */
  readonly watch: (one: Rig, made: () => void) => void;
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
  readonly tries: number;
}

/** Plans, approves and acts against systems of its own, with the tries that the worker makes. */
export async function suffer(write: Write, trouble: Trouble): Promise<Told> {
  const one = await rig();
  try {
    const options = { ...write.options, totalMs: trouble.totalMs ?? 5000 };
    const plan = approvedPlan(await write.plan(one.handlers(options), one));
    const world = { made: 0, process: new AbortController() };
    write.watch(one, () => {
      world.made += 1;
      if (trouble.killed === 'after') world.process.abort(new Over('killed'));
    });
    if (trouble.fault !== undefined && trouble.on === 'look')
      one.sims.faults.next(write.look, trouble.fault, 2);
    let row = { sent: false, attempt: 1, tries: 0 };
    const markSent = async (): Promise<void> => {
      const first = !row.sent;
      row = { ...row, sent: true };
      if (!first) return;
      const name = trouble.on === 'answer' ? write.answer : write.call;
      if (trouble.fault !== undefined && trouble.on !== 'look') one.sims.faults.next(name, trouble.fault);
      if (trouble.refused === true) await one.sims.close();
      if (trouble.killed === 'before') throw new Over('killed');
    };
    for (;;) {
      row = { ...row, tries: row.tries + 1 };
      world.process = new AbortController();
      const { signal } = world.process;
      const ran = await tryRun(contracts, one.handlers(options), {
        trace: 'INC-1.7',
        effect: {
          type: 'run',
          key: 'INC-1.7.act',
          contract: write.contract,
          mode: 'act',
          input: {},
          deadlineMs: 20_000,
          plan,
        },
        attempt: row.attempt,
        sent: row.sent,
        firstAt: one.clock.at,
        context: one.context(signal),
        markSent,
        within: (_ms, work) => work(),
        random: () => 0.5,
        defect: (error) => {
          throw error;
        },
      }).catch((error: unknown) => {
        if (error instanceof Over) return undefined;
        throw error;
      });
      // What a dead process would have said, nobody hears. The next one begins with what is in the store.
      if (ran === undefined || signal.aborted) row = { ...row, attempt: row.attempt + 1 };
      else if (ran.state === 'again') {
        one.clock.at = Math.max(one.clock.at, ran.due);
        row = { ...row, attempt: row.attempt + (ran.counts ? 1 : 0) };
      } else {
        const { outcome, findings = [] } = ran.body;
        const asked = one.sims.calls().filter((call) => call.function === write.call).length;
        return { outcome, findings, made: world.made, asked, tries: row.tries };
      }
    }
  } finally {
    if (trouble.refused !== true) await one.sims.close();
  }
}
