import { words } from '../engine/card.ts';
import { clock } from '../engine/fill.ts';
import { attempt, mayStillCome, whyOf } from './attempt.ts';
import type { BlockerLook } from './blockers/blocker.ts';
import { ipEvidence } from './blockers/words.ts';
import type { ActContext } from './handler.ts';
import { callResult } from './unblock-call.ts';
import type { CallResult } from './unblock-call.ts';
import { holdsOf } from './unblock-sight.ts';
import type { Lifter } from './unblock-sight.ts';

/** What a lift is about: the address, and what the blocker held of it when that was approved. */
interface Approved {
  readonly ip: string;
  readonly holds: string;
}

/**
 * Lifts what one blocker holds of an address, as approved: look, write at most once, look again. What it holds by now in
 * its place is another block, and is left alone.
 */
export async function liftBlock(blocker: Lifter, was: Approved, context: ActContext): Promise<CallResult> {
  const { lift, name } = blocker;
  const { ip } = was;
  const { signal, now } = context;
  const mayHaveSent = context.mayHaveSentCall(lift.id);
  const say = (template: string) => words(template, { ip, blocker: name, at: clock(now()) });

  const before = await blocker.look(ip, signal);
  const held = holdsOf(lift, before);
  if (held === '') {
    if (before.state === 'unknown') {
      const [error] = before.errors;
      if (error !== undefined && context.again(error)) throw error;
      const why = before.errors.map(whyOf);
      return mayHaveSent
        ? callResult('unknown', 'unknown', say(inDoubt), why)
        : callResult('failed', 'fail', say(notSeen), why);
    }
    if (mayHaveSent) return callResult('done', 'pass', say(done));
    return callResult('unneeded', 'not-applicable', say(goneBefore));
  }
  if (held !== was.holds) {
    const found = before.blocks.map(({ text }) => text);
    return mayHaveSent
      ? callResult('unknown', 'warning', say(anotherAfter), found)
      : callResult('failed', 'warning', say(another), found);
  }

  const sent = await attempt(lift.send(ip, { signal, sending: () => context.sending(lift.id) }));
  if (!sent.ok) {
    const { error } = sent;
    // Given up from here (a stop of the server, the deadline): the next attempt looks first.
    if (error.outcome === 'unknown' && signal.aborted) throw error;
    if (error.outcome === 'not-applied') {
      if (context.again(error)) throw error;
      return callResult('failed', 'fail', say(refused), [whyOf(error)]);
    }
  }
  return judge(await blocker.look(ip, signal));

  function judge(after: BlockerLook): CallResult {
    const error = sent.ok ? undefined : sent.error;
    const why = error === undefined ? [] : [whyOf(error)];
    const left = holdsOf(lift, after);
    if (left === '') {
      if (after.state === 'unknown')
        return callResult('unknown', 'unknown', say(inDoubt), [...why, ...after.errors.map(whyOf)]);
      // Once more, for what was there just before is what is erased.
      const evidence = [...(sent.ok ? sent.value : []), ...ipEvidence(before, now())];
      return callResult('done', 'pass', say(done), evidence);
    }
    const found = after.blocks.map(({ text }) => text);
    if (left !== was.holds) return callResult('done', 'warning', say(again), found);
    if (error !== undefined && mayStillCome(error))
      return callResult('unknown', 'unknown', say(mayCome), [...why, ...found]);
    return callResult('failed', 'fail', say(stays), [...why, ...(sent.ok ? sent.value : []), ...found]);
  }
}

const done = '{blocker} does not block {ip} any more, read back at {at}.';
const goneBefore = '{blocker} did not block {ip} any more at {at}, so nothing was sent there.';
const notSeen = 'I could not see whether {blocker} still blocks {ip} ({at}), so nothing was sent there.';
const another =
  '{blocker} blocks {ip} by another entry than when this was approved ({at}). It was left alone: propose the un-block again.';
const anotherAfter =
  '{blocker} was told to let go of {ip}, and blocks it by another entry by now ({at}). That one was left alone: propose the un-block again.';
const again = '{blocker} let go of {ip}, and blocked it anew at once ({at}).';
const refused = '{blocker} did not let go of {ip}: it refused.';
const stays = '{blocker} still blocks {ip} at {at}, though it was told to let go.';
const mayCome =
  '{blocker} was told to let go of {ip}, no clear answer came back, and it still blocks at {at}. It may yet come: look again in a minute.';
const inDoubt =
  '{blocker} was told to let go of {ip}, but I could not read back whether it did ({at}). Nothing is sent there a second time.';
