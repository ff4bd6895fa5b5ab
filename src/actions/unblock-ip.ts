import { z } from 'zod';
import type { CpaClient } from '../clients/cpa.ts';
import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import { clock } from '../engine/fill.ts';
import type { Plan } from '../engine/plan.ts';
import { blockersOf } from './blockers/look.ts';
import type { Blocker } from './blockers/blocker.ts';
import type { ShippedContracts } from './contracts.ts';
import type { ActContext, ActionHandler } from './handler.ts';
import { moment } from './phrases.ts';
import type { Whms } from './servers.ts';
import { callResult, cpaCall, togetherOf, unblockCheck } from './unblock-call.ts';
import type { CallResult } from './unblock-call.ts';
import { askCpa, byHand } from './unblock-cpa.ts';
import { historyMs, repeatedUnblock } from './unblock-history.ts';
import { liftBlock } from './unblock-lift.ts';
import { foreignNetwork } from './unblock-network.ts';
import { deedName, lastUnblock, unblockPlan } from './unblock-plan.ts';
import { holdsOf, lookBeforeUnblock } from './unblock-sight.ts';
import type { Lifter, Sight } from './unblock-sight.ts';

/** How long an accepted un-block may take to come through. */
const underWayMs = 10 * 60_000;

const approved = z.object({
  ip: z.string(),
  server: z.string().optional(),
  sawServers: z.enum(['blocked', 'clear', 'unknown']),
  sawCpa: z.enum(['blocked', 'queued', 'clear', 'unknown', 'silent']),
  lastDeed: z.string(),
  /** Absent in plans from before mailfix lifted anything itself. */
  holds: z.array(z.string()).default([]),
});
type Approved = z.infer<typeof approved>;
type Result = {
  readonly outcome: 'accepted' | 'changed' | 'failed' | 'partly' | 'unknown' | 'nothingToDo';
  readonly findings: readonly Finding[];
};
interface Systems {
  readonly whms: Whms;
  readonly cpa: CpaClient | undefined;
}

/**
 * Un-blocks an address: asks the CPA System, and lifts what the servers were found to hold of it where the operator lets
 * mailfix write there. Each is a call of its own, made at most once for each approval.
 */
export function unblockIp(
  whms: Whms,
  cpa: CpaClient | undefined,
): ActionHandler<ShippedContracts['unblockIp']> {
  const systems = { whms, cpa };
  return {
    async plan(asked, context) {
      const { now, deeds, suspicions } = context;
      const mayLift = [...whms.values()].some((whm) => whm.mayFlush() || whm.csf.mayKill());
      if (cpa === undefined && !mayLift) return notConfigured();
      const { ip, server } = asked;
      const last = lastUnblock(await deeds(`ip:${ip}`));
      // What mailfix lifts itself is lifted at once: then there is nothing to wait for.
      if (cpa !== undefined && last?.outcome === 'accepted' && now() - last.at < underWayMs) {
        const values = { incident: last.incident, ip, at: moment(last.at, now()) };
        const template =
          '{incident} had {ip} un-blocked at {at}; it takes 5–10 minutes. Nothing more to do but wait.';
        return result('nothingToDo', 'not-applicable', words(template, values));
      }
      const sight = await lookBeforeUnblock(systems, asked, context);
      if (sight.cpa === 'queued') {
        const template =
          'The CPA System has the un-block of {ip} in its queue already; it takes 5–10 minutes.';
        return result('nothingToDo', 'not-applicable', words(template, { ip }));
      }
      if (cpa === undefined && sight.held.length === 0) return notConfigured();
      const suspected = server === undefined ? [] : await suspicions(server);
      const repeated = repeatedUnblock(unblockCheck, await deeds(`ip:${ip}`, historyMs), now());
      const foreign = foreignNetwork(ip, await context.clientAddresses());
      const past = { last, repeated, foreign, suspected };
      return {
        outcome: 'planned',
        plan: unblockPlan(asked, { sight, byCpa: cpa !== undefined }, past, now()),
      };
    },
    act: (plan, context) => act(systems, plan, context),
  };
}

async function act(systems: Systems, plan: Plan, context: ActContext): Promise<Result> {
  const was = approved.parse(plan.input);
  const { ip } = was;
  const { signal, now } = context;
  const last = lastUnblock(await context.deeds(`ip:${ip}`));
  const look = () => lookBeforeUnblock(systems, was, context);
  const sight = await look();
  if (!context.mayHaveSent) {
    const newer = last === undefined || deedName(last) === was.lastDeed ? undefined : last;
    const changed = whatChanged(was, sight, newer, now());
    if (changed !== undefined) return changed;
  }
  const lifters = blockersOf(systems.whms, was.server, now).filter(isLifter);
  const isLifted = plan.calls.some(({ id }) => id !== cpaCall && context.mayHaveSentCall(id));
  const results: CallResult[] = [];
  for (const { id } of plan.calls) {
    signal.throwIfAborted();
    if (id === cpaCall) {
      results.push(await askCpa(systems.cpa, { ...was, isLifted }, { sight, look }, context));
      continue;
    }
    const lifter = lifters.find(({ lift }) => lift.id === id);
    const holds = was.holds.find((one) => one.startsWith(`${id} | `)) ?? '';
    results.push(lifter === undefined ? mayNotLift(id) : await liftBlock(lifter, { ip, holds }, context));
  }
  return { outcome: togetherOf(results), findings: results.map(({ finding }) => finding) };
}

function isLifter(blocker: Blocker): blocker is Lifter {
  return blocker.lift !== undefined;
}

/** What speaks against going on as approved; throws when it can no longer be seen what could be seen then. */
function whatChanged(
  was: Approved,
  sight: Sight,
  newer: { readonly incident: string; readonly at: number } | undefined,
  now: number,
): Result | undefined {
  const { ip } = was;
  if (newer !== undefined) {
    const values = { ip, incident: newer.incident, at: moment(newer.at, now) };
    const template =
      '{incident} asked for {ip} to be un-blocked at {at}, after this was proposed. Nothing was sent.';
    return result('changed', 'warning', words(template, values));
  }
  if (sight.cpa === 'queued') {
    const template = 'The CPA System has the un-block of {ip} in its queue by now. Nothing was sent.';
    return result('changed', 'warning', words(template, { ip }));
  }
  const wasBlocked = was.sawServers === 'blocked' || was.sawCpa === 'blocked';
  if (wasBlocked && sight.seen !== 'blocked') {
    const [error] = sight.errors;
    if (sight.seen === 'unknown' && error !== undefined) throw error;
    const template = '{ip} was blocked when this was proposed and is not any more ({at}). Nothing was sent.';
    return result('changed', 'warning', words(template, { ip, at: clock(now) }));
  }
  for (const { lift, look } of sight.held) {
    const holds = was.holds.find((one) => one.startsWith(`${lift.id} | `));
    if (holds === undefined || holds === holdsOf(lift, look)) continue;
    const template =
      '{blocker} blocks {ip} by another entry than when this was proposed ({at}). Nothing was sent.';
    return result('changed', 'warning', words(template, { blocker: look.name, ip, at: clock(now) }));
  }
  return undefined;
}

/** The operator took the right back after the approval, or the server refused it since. */
function mayNotLift(call: string): CallResult {
  const template =
    'Nothing was sent for {call}: mailfix may not lift blocks there. There is no WHM_WRITE_TOKEN, or the server refused it.';
  return callResult('failed', 'fail', words(template, { call }));
}

function notConfigured() {
  const text = words(`CPA_UNBLOCK_URL is not set, so I cannot un-block. ${byHand}`);
  return result('failed', 'not-applicable', text);
}

function result<O extends string>(
  outcome: O,
  verdict: Finding['verdict'],
  text: Text,
): { readonly outcome: O; readonly findings: readonly Finding[] } {
  return { outcome, findings: [{ check: unblockCheck, verdict, text }] };
}
