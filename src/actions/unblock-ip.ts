import { z } from 'zod';
import type { CpaClient, UnblockAnswer } from '../clients/cpa.ts';
import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import { clock } from '../engine/fill.ts';
import type { Plan } from '../engine/plan.ts';
import type { EffectError } from '../errors.ts';
import { attempt, whyOf } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import type { ActContext, ActionHandler } from './handler.ts';
import { moment } from './phrases.ts';
import type { Whms } from './servers.ts';
import { historyMs, repeatedUnblock } from './unblock-history.ts';
import { deedName, lastUnblock, unblockPlan } from './unblock-plan.ts';
import { lookBeforeUnblock } from './unblock-sight.ts';
import type { Sight } from './unblock-sight.ts';

const check = 'unblockIp';
/** How long an accepted un-block may take to come through. */
const underWayMs = 10 * 60_000;
const byHand = 'Do it by hand: CPA System › Global Content › Un-Block IP Address.';

const approved = z.object({
  ip: z.string(),
  server: z.string().optional(),
  sawServers: z.enum(['blocked', 'clear', 'unknown']),
  sawCpa: z.enum(['blocked', 'queued', 'clear', 'unknown', 'silent']),
  lastDeed: z.string(),
});
type Approved = z.infer<typeof approved>;
type Result = {
  readonly outcome: 'accepted' | 'changed' | 'failed' | 'unknown' | 'nothingToDo';
  readonly findings: readonly Finding[];
};

/** Asks the CPA System to un-block an address; one request for each approval, and "accepted" is not yet "open". */
export function unblockIp(
  whms: Whms,
  cpa: CpaClient | undefined,
): ActionHandler<ShippedContracts['unblockIp']> {
  return {
    async plan(asked, context) {
      const { now, deeds, suspicions } = context;
      if (cpa === undefined) return notConfigured();
      const { ip, server } = asked;
      const last = lastUnblock(await deeds(`ip:${ip}`));
      if (last?.outcome === 'accepted' && now() - last.at < underWayMs) {
        const values = { incident: last.incident, ip, at: moment(last.at, now()) };
        const template =
          '{incident} had {ip} un-blocked at {at}; it takes 5–10 minutes. Nothing more to do but wait.';
        return result('nothingToDo', 'not-applicable', words(template, values));
      }
      const sight = await lookBeforeUnblock({ whms, cpa }, asked, context);
      if (sight.cpa === 'queued') {
        const template =
          'The CPA System has the un-block of {ip} in its queue already; it takes 5–10 minutes.';
        return result('nothingToDo', 'not-applicable', words(template, { ip }));
      }
      const suspected = server === undefined ? [] : await suspicions(server);
      const repeated = repeatedUnblock(check, await deeds(`ip:${ip}`, historyMs), now());
      const past = { last, repeated, suspected };
      return { outcome: 'planned', plan: unblockPlan(asked, sight, past, now()) };
    },
    async act(plan, context) {
      if (cpa === undefined) return notConfigured();
      return act({ whms, cpa }, plan, context);
    },
  };
}

async function act(
  systems: { readonly whms: Whms; readonly cpa: CpaClient },
  plan: Plan,
  context: ActContext,
): Promise<Result> {
  const was = approved.parse(plan.input);
  const { ip } = was;
  const { signal, now, mayHaveSent, sending } = context;
  const last = lastUnblock(await context.deeds(`ip:${ip}`));
  const sight = await lookBeforeUnblock(systems, was, context);
  if (mayHaveSent) {
    const judged = judge(was, sight, now());
    // Only a plain "blocked" by the system that would know of our request shows that it never got there.
    if (judged.outcome === 'accepted' || sight.cpa !== 'blocked') return judged;
  } else {
    const changed = whatChanged(
      was,
      sight,
      last === undefined || deedName(last) === was.lastDeed ? undefined : last,
      now(),
    );
    if (changed !== undefined) return changed;
  }

  const answer = await attempt(systems.cpa.unblock(ip, { signal, sending }));
  if (answer.ok) return accepted(ip, answer.value, now());
  const { error } = answer;
  if (error.outcome === 'not-applied') {
    if (error.retry === 'later') throw error;
    const text = words(`The CPA System did not take on the un-block of {ip}. ${byHand}`, { ip });
    return result('failed', 'fail', text, [whyOf(error)]);
  }
  // Given up from here (a stop of the server, the deadline): the next attempt looks first.
  if (signal.aborted) throw error;
  return judge(was, await lookBeforeUnblock(systems, was, context), now(), error);
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
  if (!wasBlocked || sight.seen === 'blocked') return undefined;
  const [error] = sight.errors;
  if (sight.seen === 'unknown' && error !== undefined) throw error;
  const template = '{ip} was blocked when this was proposed and is not any more ({at}). Nothing was sent.';
  return result('changed', 'warning', words(template, { ip, at: clock(now) }));
}

/** After a request that may or may not have arrived: what the look says, and no guess beyond it. */
function judge(was: Approved, sight: Sight, now: number, error?: EffectError): Result {
  const values = { ip: was.ip, at: clock(now) };
  const why = error === undefined ? [] : [whyOf(error)];
  if (sight.cpa === 'queued') {
    const template = 'The un-block of {ip} is in the queue of the CPA System ({at}). It takes 5–10 minutes.';
    return result('accepted', 'pass', words(template, values), why);
  }
  // "Clear" proves something only where "blocked" was seen before.
  if (
    (was.sawCpa === 'blocked' && sight.cpa === 'clear') ||
    (was.sawServers === 'blocked' && sight.servers === 'clear')
  ) {
    const template = 'The un-block of {ip} went through: the block that was seen before is gone ({at}).';
    return result('accepted', 'pass', words(template, values), why);
  }
  const template =
    'A request to un-block {ip} may be on its way: it was sent, but no clear answer came back ({at}). Look again in 5–10 minutes before asking a second time.';
  return result('unknown', 'unknown', words(template, values), why);
}

function accepted(ip: string, answer: UnblockAnswer, now: number): Result {
  const templates = {
    already: 'The CPA System says that {ip} is not blocked there ({at}), so there was nothing to un-block.',
    accepted: 'Un-block of {ip} accepted by the CPA System at {at}. It takes 5–10 minutes.',
    queued: 'Un-block of {ip} queued by the CPA System at {at}. It takes 5–10 minutes.',
    done: 'The CPA System says that {ip} is un-blocked ({at}). It can take 5–10 minutes to be felt.',
  };
  const evidence: Text[] = [];
  if (answer.reference !== undefined)
    evidence.push(words('Reference: {reference}', { reference: answer.reference }));
  if (answer.message !== undefined) {
    evidence.push(words('The CPA System said: {message}', { message: answer.message }));
  }
  const text = words(templates[answer.state], { ip, at: clock(now) });
  if (answer.state === 'already') return result('nothingToDo', 'not-applicable', text, evidence);
  return result('accepted', 'pass', text, evidence);
}

function notConfigured() {
  return result(
    'failed',
    'not-applicable',
    words(`CPA_UNBLOCK_URL is not set, so I cannot un-block. ${byHand}`),
  );
}

function result<O extends string>(
  outcome: O,
  verdict: Finding['verdict'],
  text: Text,
  evidence: readonly Text[] = [],
): { readonly outcome: O; readonly findings: readonly Finding[] } {
  const finding = { check, verdict, text };
  return { outcome, findings: [evidence.length === 0 ? finding : { ...finding, evidence }] };
}
