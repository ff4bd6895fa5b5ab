import type { CpaClient, UnblockAnswer } from '../clients/cpa.ts';
import { words } from '../engine/card.ts';
import type { Text } from '../engine/card.ts';
import { clock } from '../engine/fill.ts';
import type { EffectError } from '../errors.ts';
import { attempt, whyOf } from './attempt.ts';
import type { ActContext } from './handler.ts';
import { callResult, cpaCall } from './unblock-call.ts';
import type { CallResult } from './unblock-call.ts';
import type { Sight } from './unblock-sight.ts';

/** The runbook's own way. */
export const byHand = 'Do it by hand: CPA System › Global Content › Un-Block IP Address.';

/** What the un-block was approved on. `isLifted`: an earlier try may have lifted a block itself, so that "clear" proves less. */
interface Approved {
  readonly ip: string;
  readonly sawServers: 'blocked' | 'clear' | 'unknown';
  readonly sawCpa: Sight['cpa'];
  readonly isLifted: boolean;
}

/**
 * Asks the CPA System to un-block an address; one request for each approval, and "accepted" is not yet "open". `sight`
 * is of just before, `look` looks again.
 */
export async function askCpa(
  cpa: CpaClient | undefined,
  was: Approved,
  { sight, look }: { readonly sight: Sight; readonly look: () => Promise<Sight> },
  context: ActContext,
): Promise<CallResult> {
  const { ip } = was;
  const { signal, now } = context;
  const mayHaveSent = context.mayHaveSentCall(cpaCall);
  if (cpa === undefined) {
    const text = words(`CPA_UNBLOCK_URL is not set, so I cannot un-block there. ${byHand}`);
    return callResult('failed', 'not-applicable', text);
  }
  if (mayHaveSent) {
    const judged = judge(was, sight, now());
    // Only a plain "blocked" by the system that would know of our request shows that it never got there.
    if (judged.state === 'done' || sight.cpa !== 'blocked') return judged;
  } else if (context.mayHaveSent && (sight.cpa === 'queued' || sight.seen === 'clear')) {
    const template = 'Nothing is left to be asked of the CPA System for {ip} ({at}).';
    return callResult('unneeded', 'not-applicable', words(template, { ip, at: clock(now()) }));
  }

  const answer = await attempt(cpa.unblock(ip, { signal, sending: () => context.sending(cpaCall) }));
  if (answer.ok) return accepted(ip, answer.value, now());
  const { error } = answer;
  if (error.outcome === 'not-applied') {
    if (context.again(error)) throw error;
    // What was refused now says nothing of an earlier request.
    if (mayHaveSent && error.retry === 'later') return judge(was, sight, now(), error);
    const text = words(`The CPA System did not take on the un-block of {ip}. ${byHand}`, { ip });
    return callResult('failed', 'fail', text, [whyOf(error)]);
  }
  // Given up from here (a stop of the server, the deadline): the next attempt looks first.
  if (signal.aborted) throw error;
  return judge(was, await look(), now(), error);
}

/** After a request that may or may not have arrived: what the look says, and no guess beyond it. */
function judge(was: Approved, sight: Sight, now: number, error?: EffectError): CallResult {
  const values = { ip: was.ip, at: clock(now) };
  const why = error === undefined ? [] : [whyOf(error)];
  if (sight.cpa === 'queued') {
    const template = 'The un-block of {ip} is in the queue of the CPA System ({at}). It takes 5–10 minutes.';
    return callResult('done', 'pass', words(template, values), why);
  }
  // "Clear" proves something only where "blocked" was seen before, and only if nobody else lifted it.
  if (
    !was.isLifted &&
    ((was.sawCpa === 'blocked' && sight.cpa === 'clear') ||
      (was.sawServers === 'blocked' && sight.servers === 'clear'))
  ) {
    const template = 'The un-block of {ip} went through: the block that was seen before is gone ({at}).';
    return callResult('done', 'pass', words(template, values), why);
  }
  const template =
    'A request to un-block {ip} may be on its way: it was sent, but no clear answer came back ({at}). Look again in 5–10 minutes before asking a second time.';
  return callResult('unknown', 'unknown', words(template, values), why);
}

function accepted(ip: string, answer: UnblockAnswer, now: number): CallResult {
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
  if (answer.state === 'already') return callResult('unneeded', 'not-applicable', text, evidence);
  return callResult('done', 'pass', text, evidence);
}
