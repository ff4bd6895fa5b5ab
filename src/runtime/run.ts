import { z } from 'zod';
import type { ActContext, RunContext } from '../actions/handler.ts';
import { words } from '../engine/card.ts';
import type { Finding, Text, Verdict } from '../engine/card.ts';
import type { ActionContract, CheckContract, Contracts } from '../engine/contract.ts';
import { durationInWords } from '../engine/duration.ts';
import type { Effect } from '../engine/effect.ts';
import type { EventBody, RunResult } from '../engine/event.ts';
import type { Values } from '../engine/fact.ts';
import type { Plan } from '../engine/plan.ts';
import { EffectError } from '../errors.ts';
import { Over, TimedOut } from './job.ts';
import { hashPlan } from './plan-hash.ts';
import { actPatience, backOff } from './retry.ts';

type RunEffect = Effect & { type: 'run' };
type Finished = EventBody & { type: 'run.finished' };
type Writing = Omit<ActContext, keyof RunContext>;
type Check = (input: never, context: RunContext) => Promise<RunResult>;
interface Action {
  readonly plan: (input: never, context: RunContext) => Promise<RunResult>;
  readonly act: (plan: Plan, context: ActContext) => Promise<RunResult>;
}

/** Handlers by the name of their contract; `Handlers<C>` is what they are checked against where they are written. */
export type AnyHandlers = Readonly<Record<string, Check | Action>>;

/**
 * One try of a run. `sent`: which calls of its plan earlier tries may have made, a bit each in the plan's order;
 * `firstAt`: when the run was decided (epoch ms).
 */
export interface Attempt {
  readonly effect: RunEffect;
  /** What people quote, and the log has on every line about it. */
  readonly trace: string;
  readonly attempt: number;
  readonly sent: number;
  readonly firstAt: number;
  readonly context: RunContext;
  /** Durable; throws when this try may no longer write. */
  readonly markSent: (marks: number) => Promise<void>;
  /** Runs the handler under its time limit: `TimedOut` when it takes longer, `Over` when the try is no longer ours. */
  readonly within: <T>(ms: number, work: () => Promise<T>) => Promise<T>;
  readonly random: () => number;
  /** Told of every defect, with the error as it was. */
  readonly defect: (error: unknown) => void;
}

/** A result to be dispatched, or another try later. */
export type Ran =
  | { readonly state: 'finished'; readonly body: Finished }
  | { readonly state: 'again'; readonly due: number; readonly counts: boolean; readonly why: string };

/** More crashes than this in the same run, and it is no longer tried. */
const mostAttempts = 6;
const actWindowMs = 60_000;
const longestRateLimitMs = 600_000;

/**
 * Calls the handler of a run and makes the event of what came of it. Nothing that a handler throws gets further
 * (only `Over` does, when there is nobody left to tell):
 * a check or plan that could not look is `unknown`; an act is `failed` only if it surely changed nothing.
 */
export async function tryRun(contracts: Contracts, handlers: AnyHandlers, attempt: Attempt): Promise<Ran> {
  const { effect, context } = attempt;
  let sent = attempt.sent > 0;
  const markOf = (call: string | undefined): number => {
    const calls = effect.plan?.calls ?? [];
    const index = call === undefined ? 0 : calls.findIndex(({ id }) => id === call);
    // Beyond, the bits are no whole numbers any more.
    if (index < 0 || index > 50) throw new Error(`The plan of ${effect.key} has no call "${call}".`);
    return 2 ** index;
  };
  const sending = async (call?: string): Promise<void> => {
    context.signal.throwIfAborted();
    const mark = markOf(call);
    // Before the mark is durable: if it is doubtful whether it is, so is the write.
    sent = true;
    await attempt.markSent(mark);
    context.signal.throwIfAborted();
  };
  const contract = Object.hasOwn(contracts, effect.contract) ? contracts[effect.contract] : undefined;
  const handler = Object.hasOwn(handlers, effect.contract) ? handlers[effect.contract] : undefined;
  try {
    if (contract === undefined || handler === undefined)
      throw new Error(`Nothing is written for "${effect.contract}".`);
    if (attempt.attempt > mostAttempts)
      throw new Error(`Run ${effect.key} never ended in ${mostAttempts} tries.`);
    const writing: Writing = {
      mayHaveSent: attempt.sent > 0,
      mayHaveSentCall: (call) => Math.floor(attempt.sent / markOf(call)) % 2 === 1,
      again: (error) => laterOf(attempt, error, sent) !== undefined,
      sending,
    };
    const result = await attempt.within(effect.deadlineMs, () =>
      callOf(effect, contract, handler, context, writing),
    );
    return { state: 'finished', body: checked(effect, contract, result) };
  } catch (thrown) {
    if (thrown instanceof Over) throw thrown;
    const error = asTimedOut(thrown, context.signal);
    const title = contract?.title ?? effect.contract;
    if (error instanceof EffectError) {
      const again = laterOf(attempt, error, sent);
      if (again !== undefined) return again;
    } else if (!(error instanceof TimedOut)) attempt.defect(error);
    return { state: 'finished', body: brokenOff(attempt, title, error, sent) };
  }
}

async function callOf(
  effect: RunEffect,
  contract: CheckContract | ActionContract,
  handler: Check | Action,
  context: RunContext,
  writing: Writing,
): Promise<RunResult> {
  if (effect.mode === 'act') {
    if (effect.plan === undefined || typeof handler === 'function')
      throw new Error(`${effect.key} cannot act.`);
    return handler.act(effect.plan, { ...context, ...writing });
  }
  // The contract's own zod type: what the handler is typed for.
  const input = contract.input.parse(effect.input) as never;
  if (effect.mode === 'check' && typeof handler === 'function') return handler(input, context);
  if (effect.mode === 'plan' && typeof handler !== 'function') return handler.plan(input, context);
  throw new Error(`"${effect.contract}" has no mode "${effect.mode}".`);
}

const extraOutcomes: Readonly<Record<RunEffect['mode'], readonly string[]>> = {
  check: ['unknown'],
  plan: ['planned', 'failed', 'unknown'],
  act: ['changed', 'failed', 'partly', 'unknown'],
};

/** The result as an event, if it is one that the contract names; else it is a defect of the handler. */
function checked(effect: RunEffect, contract: CheckContract | ActionContract, result: RunResult): Finished {
  const { outcome, findings, plan } = result;
  const type = Object.hasOwn(contract.outcomes, outcome) ? contract.outcomes[outcome] : undefined;
  if (type === undefined && !extraOutcomes[effect.mode].includes(outcome)) {
    throw new Error(`"${effect.contract}" ended in "${outcome}", which its contract does not name.`);
  }
  if (outcome === 'planned' && plan === undefined)
    throw new Error(`"${effect.contract}" planned without a plan.`);
  const facts = type?.parse(result.facts ?? {}) as Values | undefined;
  return {
    type: 'run.finished',
    key: effect.key,
    outcome,
    ...(facts === undefined || Object.keys(facts).length === 0 ? {} : { facts }),
    ...(findings === undefined ? {} : { findings }),
    ...(plan === undefined ? {} : { plan: hashPlan(effect.contract, plan) }),
  };
}

/** A client that was told to stop says "cancelled"; people are told of the time limit that it was stopped for. */
function asTimedOut(error: unknown, signal: AbortSignal): unknown {
  const cancelled = error instanceof EffectError && error.code.endsWith('.cancelled');
  return cancelled && signal.reason instanceof TimedOut ? signal.reason : error;
}

/** Another try, where that is safe and may help. A rate limit eats no attempt, within reason. */
function laterOf(
  { effect, attempt, firstAt, context, random }: Attempt,
  error: EffectError,
  sent: boolean,
): Ran | undefined {
  const now = context.now();
  const act = effect.mode === 'act';
  if (act && (sent || error.outcome !== 'not-applied')) return undefined;
  const why = `${error.code}: ${error.message}`;
  if (error.afterMs !== undefined) {
    const due = now + Math.max(error.afterMs, 100);
    const latest = firstAt + (act ? longestRateLimitMs : effect.deadlineMs);
    return due <= latest ? { state: 'again', due, counts: false, why } : undefined;
  }
  if (!act || error.retry === 'never' || attempt >= actPatience.attempts) return undefined;
  const due = now + backOff(actPatience, attempt, random);
  return due <= firstAt + actWindowMs ? { state: 'again', due, counts: true, why } : undefined;
}

/** The event of a run that gave no result: how it counts, and a finding that says why. */
function brokenOff(
  { effect, trace, sent: sentBefore }: Attempt,
  title: string,
  error: unknown,
  sent: boolean,
): Finished {
  const outcome = outcomeOf(effect, error, sent, sentBefore);
  const { text, evidence } = reasonOf(effect, title, error, trace);
  const verdict: Verdict = effect.mode === 'act' && outcome === 'failed' ? 'fail' : 'unknown';
  const finding: Finding = {
    check: effect.contract,
    verdict,
    text,
    ...(evidence === undefined ? {} : { evidence }),
  };
  return { type: 'run.finished', key: effect.key, outcome, findings: [finding] };
}

function outcomeOf(
  effect: RunEffect,
  error: unknown,
  sent: boolean,
  sentBefore: number,
): 'failed' | 'unknown' {
  const outside = error instanceof EffectError;
  switch (effect.mode) {
    case 'check':
      return 'unknown';
    case 'plan':
      return outside || error instanceof TimedOut ? 'unknown' : 'failed';
    case 'act':
      // A write that surely failed clears up this try, but not what an earlier one may have sent.
      if (outside) return error.outcome === 'not-applied' && sentBefore === 0 ? 'failed' : 'unknown';
      return error instanceof TimedOut && !sent ? 'failed' : 'unknown';
  }
}

function reasonOf(
  effect: RunEffect,
  title: string,
  error: unknown,
  trace: string,
): { text: Text; evidence?: readonly Text[] } {
  const [could, broke] = {
    check: ['Could not look at {title}', 'The check of {title}'],
    plan: ['Could not prepare: {title}', 'Preparing “{title}”'],
    act: ['Could not finish: {title}', 'Doing “{title}”'],
  }[effect.mode] as [string, string];
  if (error instanceof EffectError) {
    const evidence = [words('Code: {code}, in the log under {trace}', { code: error.code, trace })];
    return { text: words(`${could}. {why}`, { title, why: error.message }), evidence };
  }
  if (error instanceof TimedOut) {
    const time = durationInWords(effect.deadlineMs);
    return { text: words(`${could}. No answer within {time}.`, { title, time }) };
  }
  if (error instanceof z.ZodError) {
    const field = error.issues[0]?.path.map(String).join('.') ?? '';
    return {
      text: words(`${broke} broke off: “{field}” is missing or wrong. That is a defect in mailfix.`, {
        title,
        field,
      }),
    };
  }
  // The message of an unforeseen error may hold anything; the server's log has it.
  return {
    text: words(`${broke} broke off. That is a defect in mailfix; the server’s log has it under {trace}.`, {
      title,
      trace,
    }),
  };
}
