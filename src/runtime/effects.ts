import type { Contracts } from '../engine/contract.ts';
import { mailfix } from '../engine/event.ts';
import type { Actor, EventBody } from '../engine/event.ts';
import type { Reply } from '../engine/reply.ts';
import { EffectError } from '../errors.ts';
import type { Place, Store } from '../store/store.ts';
import type { Channel } from './channel.ts';
import { clientHistory } from './client-history.ts';
import type { Clock } from './clock.ts';
import { Overtaken } from './dispatch.ts';
import type { Dispatcher, RuntimeLog } from './dispatch.ts';
import { Over, TimedOut } from './job.ts';
import type { Job } from './job.ts';
import type { Count } from './limits.ts';
import type { Payload } from './outbox.ts';
import type { Policy } from './policy.ts';
import { backOff, retryOf, showPatience, turnPatience, whisperPatience } from './retry.ts';
import type { Patience, Retry } from './retry.ts';
import { tryRun } from './run.ts';
import type { AnyHandlers } from './run.ts';
import { serverTrouble } from './server-trouble.ts';

/** Everything that effects act on. */
export interface Performing {
  readonly store: Store;
  readonly dispatcher: Dispatcher;
  readonly channels: ReadonlyMap<string, Channel>;
  readonly contracts: Contracts;
  readonly handlers: AnyHandlers;
  readonly policy: Policy;
  readonly clock: Clock;
  /** From 0 to 1, for back-off. */
  readonly random: () => number;
  readonly log?: RuntimeLog;
}

type Of<T extends Payload['effect']['type']> = Payload['effect'] & { type: T };

const channelLimitMs = 30_000;
const policyLimitMs = 10_000;
const dayMs = 86_400_000;

/**
 * Makes the function that performs one claimed row to its end: done, to be tried later, or given up. It never throws. When
 * a chat product asked to wait, it returns until when: the row's whole pool would be told the same.
 */
export function createPerform(use: Performing): (job: Job) => Promise<number | undefined> {
  const { store, dispatcher, channels, clock, random, log } = use;

  return async (job) => {
    try {
      await perform(job);
    } catch (error) {
      if (error instanceof Over || job.over) return undefined;
      try {
        return await failed(job, error);
      } catch (again) {
        // The lease runs out and somebody tries again; better than doing anything about a store that does not answer.
        log?.error({ trace: job.trace, row: job.row.id, err: again }, 'an outbox row could not be put back');
      }
    }
    return undefined;
  };

  async function perform(job: Job): Promise<void> {
    const { effect } = job.payload;
    if (effect.type !== 'run' && job.row.attempt > patienceOf(job).attempts) {
      throw new Error(`${job.row.id} never ended in ${patienceOf(job).attempts} tries.`);
    }
    switch (effect.type) {
      case 'show':
        return show(job, effect);
      case 'whisper':
        return whisper(job, effect);
      case 'run':
        return run(job, effect);
      case 'authorize':
        return authorize(job, effect);
      case 'wake':
        return result(job, { type: 'time.came', key: effect.key }, job.row.id);
    }
  }

  async function show(job: Job, { card, message, notify }: Of<'show'>): Promise<void> {
    const { row, fence } = job;
    const { place, channel } = await whereOf(job);
    const again = row.sent > 0 ? { again: true as const } : {};
    const here = (await store.shown(row.incident)).filter((one) => one.place === place.id);
    const refOf = (name: string) => here.find((one) => one.message === name)?.ref;
    const ref = refOf(message);
    // An edit may be repeated. What is posted, also to tell somebody of an edit, is marked: a try after it must look for
    // the post before it posts again.
    const posts = ref === undefined || notify !== 'none';
    if (posts && row.sent === 0) job.held(await store.markSent(fence));
    const post = { key: row.id, place, message, ref, root: refOf('root'), card, notify, ...again };
    const shown = await job.within(channelLimitMs, () => channel.show(post));
    const { incident } = row;
    await store.finish(fence, { incident, place: place.id, message, ref: shown, card, at: clock.now() });
  }

  async function whisper(job: Job, { to, text }: Of<'whisper'>): Promise<void> {
    const { place, channel } = await whereOf(job);
    // Whoever pressed in another channel than the incident lives in is told where they are.
    const own = channels.get(to.id.split(':', 1)[0] ?? '') ?? channel;
    await job.within(channelLimitMs, () => own.whisper(place, to, text));
    await store.finish(job.fence);
  }

  async function authorize(job: Job, effect: Of<'authorize'>): Promise<void> {
    const { key, approval, about, ...press } = effect;
    const { action, plan } = press;
    const open = (await store.read(job.row.incident))?.incident.open[approval];
    const approvedBy = open?.kind === 'approval' && open.hash === plan.hash ? open.approvedBy : [];
    const authority = await job
      .within(policyLimitMs, () => use.policy.mayApprove({ ...press, approvedBy }))
      .catch((error: unknown) => {
        if (!(error instanceof TimedOut)) throw error;
        const reason =
          'I could not check whether you may: no answer within 10 s. Nothing was done. Please press again.';
        return { allowed: false, roles: [], reason };
      });
    const body: EventBody = { type: 'confirm.decided', key, authority };
    const counts = use.policy.countsOf({ action, plan, about });
    return result(job, body, `${job.row.id}.decided`, { actor: press.presser, counts });
  }

  async function run(job: Job, effect: Of<'run'>): Promise<void> {
    const { row, fence, payload } = job;
    const ran = await tryRun(use.contracts, use.handlers, {
      effect,
      trace: job.trace,
      attempt: row.attempt,
      sent: row.sent,
      firstAt: payload.at,
      context: {
        incident: row.incident,
        now: () => clock.now(),
        signal: job.signal,
        deeds: (subject, withinMs = dayMs) => store.deeds(subject, clock.now() - withinMs),
        ...clientHistory({ store }, row.incident),
        ...serverTrouble({ store, dispatcher, now: () => clock.now(), log }, row.incident, () =>
          job.held(true),
        ),
      },
      markSent: async (marks) => job.held(await store.markSent(fence, marks)),
      within: (ms, work) => job.within(ms, work),
      random,
      defect: (error) =>
        log?.error(
          { trace: job.trace, row: row.id, contract: effect.contract, err: error },
          'a handler broke',
        ),
    });
    if (job.over) return;
    if (ran.state === 'finished') {
      const { plan } = ran.body;
      const { contract: action, about } = effect;
      if (plan === undefined || about === undefined) return result(job, ran.body, `${row.id}.done`);
      const proposed = use.policy.propose({ action, plan, at: clock.now() });
      const counts = use.policy.countsOf({ action, plan, about });
      return result(job, { ...ran.body, ...proposed }, `${row.id}.done`, { counts });
    }
    await store.retry(fence, { due: ran.due, error: ran.why, counts: ran.counts });
  }

  /** Dispatches the row's result in the commit that finishes the row. The id comes from the row: a repeat is a duplicate. */
  async function result(
    job: Job,
    body: EventBody,
    id: string,
    { actor = mailfix, counts = [] }: { actor?: Actor; counts?: readonly Count[] } = {},
  ): Promise<void> {
    const sender = { id, source: 'mailfix', incident: job.row.incident, actor };
    const reply: Reply = await dispatcher.dispatch(body, sender, job.fence, counts);
    if (!reply.ok && reply.refusal.code === 'unknown-dialog') throw new Error(reply.refusal.message);
  }

  async function whereOf(job: Job): Promise<{ place: Place; channel: Channel }> {
    const places = await store.places(job.row.incident);
    const place = places.find((one) => one.id === job.payload.place);
    if (place === undefined) throw new Error(`${job.row.incident} has no place "${job.payload.place}".`);
    const channel = channels.get(place.channel);
    if (channel === undefined) throw new Error(`The channel "${place.channel}" is not connected.`);
    return { place, channel };
  }

  async function failed(job: Job, error: unknown): Promise<number | undefined> {
    const { row, fence } = job;
    const retry = retryFor(job, error);
    if (!retry.again) {
      await bury(job, error);
      return undefined;
    }
    await store.retry(fence, { due: retry.due, error: wordsOf(error, row.id), counts: retry.counts });
    const asked = error instanceof EffectError && error.afterMs !== undefined;
    return asked && (row.kind === 'show' || row.kind === 'whisper') ? retry.due : undefined;
  }

  function retryFor(job: Job, error: unknown): Retry {
    const { attempt } = job.row;
    const now = clock.now();
    const patience = patienceOf(job);
    if (error instanceof EffectError) return retryOf(error, attempt, patience, { now, random });
    const worthIt = error instanceof TimedOut || error instanceof Overtaken;
    if (!worthIt || attempt >= patience.attempts) return { again: false };
    return { again: true, due: now + backOff(patience, attempt, random), counts: true };
  }

  /** To the dead letters. The incident is told first: a crash between the two only means one more try. */
  async function bury(job: Job, error: unknown): Promise<void> {
    const { row, fence, payload } = job;
    const { effect } = payload;
    log?.error({ trace: job.trace, row: row.id, kind: row.kind, err: error }, 'an outbox row was given up');
    const lease = { now: clock.now(), leaseMs: channelLimitMs };
    job.held((await store.renew([row.id], row.owner, lease)).length === 1);
    const why = wordsOf(error, row.id);
    if (effect.type !== 'whisper') {
      // Of a place that cannot be shown anything, the incident is told once: telling it is another show there.
      const id = effect.type === 'show' ? `${row.incident}.died@${payload.place}` : `${row.id}.died`;
      const sender = { id, source: 'mailfix', incident: row.incident, actor: mailfix };
      const what = whatOf(effect, use.contracts);
      try {
        await dispatcher.dispatch({ type: 'effect.died', key: effect.key, what, why }, sender);
      } catch (untold) {
        log?.error(
          { trace: job.trace, row: row.id, err: untold },
          'the incident could not be told of a dead letter',
        );
      }
    }
    await store.bury(fence, why);
  }
}

function patienceOf(job: Job): Patience {
  const { type } = job.payload.effect;
  return type === 'show' ? showPatience : type === 'whisper' ? whisperPatience : turnPatience;
}

/** Words for people and for the store: an unforeseen error's own message may hold anything, so it goes to the log only. */
function wordsOf(error: unknown, row: string): string {
  if (error instanceof EffectError) return error.message;
  if (error instanceof TimedOut) return 'No answer in time.';
  if (error instanceof Overtaken) return error.message;
  return `A defect in mailfix; the server's log has it under "${row}".`;
}

function whatOf(effect: Payload['effect'], contracts: Contracts): string {
  switch (effect.type) {
    case 'show':
    case 'whisper':
      return 'showing this incident in its thread';
    case 'authorize':
      return 'checking who may approve';
    case 'wake':
      return 'a timer';
    case 'run':
      return Object.hasOwn(contracts, effect.contract)
        ? (contracts[effect.contract]?.title ?? '')
        : effect.contract;
  }
}
