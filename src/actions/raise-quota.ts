import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import { clock } from '../engine/fill.ts';
import type { Duration } from '../engine/duration.ts';
import type { Alarm } from '../engine/incident.ts';
import type { Plan, PlanDraft } from '../engine/plan.ts';
import type { EffectError } from '../errors.ts';
import { attempt, mayStillCome, whyOf } from './attempt.ts';
import type { ActContext, RunContext } from './handler.ts';
import { ceilingOf, nextLimit } from './quota-ladder.ts';
import type { QuotaLadder } from './quota-ladder.ts';
import { whatFollows } from './quota-lease.ts';
import { levelOf, limitWords, usageText } from './quota-figures.ts';
import type { Figures } from './quota-figures.ts';
import { withSuspicions } from './suspicions.ts';

/** Figures of a quota; `fresh: false` may be older than the last change. */
export type Reading = Figures & { readonly fresh: boolean };

/** One quota that can be raised: an account's or a mailbox's. */
export interface Quota {
  /** The contract, for findings. */
  readonly check: string;
  readonly subject: string;
  /** `account acmecpa` or `mailbox info@…`. */
  readonly name: string;
  readonly server: string;
  readonly of: 'account' | 'mailbox';
  readonly input: Readonly<Record<string, string>>;
  /** As WHM has it now; null when there is none of that name. */
  readonly read: (signal: AbortSignal) => Promise<Reading | null>;
  readonly write: (quotaMb: number, signal: AbortSignal) => Promise<void>;
  readonly call: (quotaMb: number) => { readonly id: string; readonly text: Text };
  readonly consequence?: Text;
  /** The most that can be set, if something caps it. */
  readonly mostMb?: number;
  /** How long a raise is for; for good when absent. */
  readonly lasts?: Duration | undefined;
  /** What speaks against the write after all, as the last look before it shows. */
  readonly against?: (reading: Reading) => Text | undefined;
}

/** What planning a change of a quota comes to. */
export type PlanResult =
  | { readonly outcome: 'planned'; readonly plan: PlanDraft }
  | { readonly outcome: 'nothingToDo' | 'failed'; readonly findings: readonly Finding[] };
/** What changing a quota comes to. */
export interface ActResult {
  readonly outcome: 'done' | 'changed' | 'failed' | 'partly' | 'unknown';
  readonly findings: readonly Finding[];
}

const smallestStepMb = 25;

/** Plans one raise, to the ladder's next step or by `stepMb`: an absolute target, computed once, so that asking twice cannot raise twice. */
export async function planRaise(
  quota: Quota,
  { stepMb, ...ladder }: QuotaLadder & { readonly stepMb: number },
  { signal, suspicions }: RunContext,
): Promise<PlanResult> {
  const figures = await quota.read(signal);
  const values = { name: quota.name, server: quota.server };
  if (figures === null) return refused(quota, 'failed', words('{server} knows no {name}.', values));
  const { limitMb } = figures;
  const usage = usageText(quota.name, figures);
  if (limitMb === 'unlimited') {
    return refused(
      quota,
      'nothingToDo',
      words('The {name} has no limit, so there is nothing to raise.', values),
    );
  }
  if (levelOf(figures) !== 'full') {
    const text = words('The {name} is not full, so raising it would not help.', values);
    return refused(quota, 'nothingToDo', text, [usage]);
  }
  const { mostMb } = quota;
  if (mostMb !== undefined && limitMb >= mostMb) {
    const text = words(
      'The {name} already has {limit}, and its account allows {most} at most. Raise that maximum in WHM first, or have old mail deleted.',
      { ...values, limit: limitWords(limitMb), most: limitWords(mostMb) },
    );
    return refused(quota, 'failed', text, [usage]);
  }
  const limit = Math.round(limitMb);
  const wanted = nextLimit(limit, stepMb, ladder);
  if (wanted === undefined) {
    const ceiling = limitWords(ceilingOf(ladder) ?? limit);
    const text = words(
      'The {name} has {limit}, and mailfix.yaml lets nobody go beyond {ceiling}. Have old mail deleted, or a lead raise it in WHM.',
      { ...values, limit: limitWords(limitMb), ceiling },
    );
    return refused(quota, 'failed', text, [usage]);
  }
  const capped = (target: number) => Math.min(target, mostMb ?? Infinity);
  const target = capped(wanted);
  const evidence = [usage];
  if (!figures.fresh) evidence.push(words('These figures are from WHM’s cache, up to some hours old.'));
  if (target < wanted) {
    const most = limitWords(target);
    evidence.push(words('Not the usual step: {most} is the most that its account allows.', { most }));
  }
  const suspected = await suspicions(quota.server);
  const draft = (quotaMb: number): PlanDraft => planDraft(quota, limitMb, quotaMb, evidence, suspected);
  const halfStep = Math.floor((wanted - limit) / 2);
  const smaller = capped(limit + halfStep);
  const alternatives = halfStep >= smallestStepMb && smaller < target ? [draft(smaller)] : [];
  return { outcome: 'planned', plan: { ...draft(target), alternatives } };
}

/** Raises as approved: look, write at most once, look again. */
export async function actRaise(
  quota: Quota,
  plan: Plan,
  quotaMb: number,
  { signal, sending, mayHaveSent, now }: ActContext,
): Promise<ActResult> {
  const say = (outcome: ActResult['outcome'], verdict: Finding['verdict'], template: string, extra = {}) => {
    const values = { name: quota.name, server: quota.server, target: plan.to, at: clock(now()), ...extra };
    return { outcome, findings: [{ check: quota.check, verdict, text: words(template, values) }] };
  };
  const looked = await attempt(quota.read(signal));
  if (!looked.ok) {
    // Trying later is safe, since it begins with this look; where that cannot help, an earlier write stays in doubt.
    if (!mayHaveSent || looked.error.retry === 'later') throw looked.error;
    return withWhy(say('unknown', 'unknown', sentTemplate), looked.error);
  }
  const before = looked.value;
  if (before === null)
    return say('failed', 'fail', '{server} no longer knows the {name}; nothing was changed.');
  const limit = limitWords(before.limitMb);
  if (limit === plan.to) return say('done', 'pass', 'The {name} has {target} now, read back at {at}.');
  if (limit !== plan.from) {
    const between = mayHaveSent && before.limitMb !== 'unlimited' && before.limitMb < quotaMb;
    if (between) return say('partly', 'warning', partlyTemplate, { limit });
    const template =
      'The {name} no longer has {from} but {limit}. Nothing was changed; this needs a new approval.';
    return say('changed', 'warning', template, { from: plan.from, limit });
  }
  const against = quota.against?.(before);
  if (against !== undefined) {
    return { outcome: 'changed', findings: [{ check: quota.check, verdict: 'warning', text: against }] };
  }

  await sending();
  const written = await attempt(quota.write(quotaMb, signal));
  if (!written.ok) {
    const { error } = written;
    // Given up from here (a stop of the server, the deadline): the next attempt looks first.
    if (error.outcome === 'unknown' && signal.aborted) throw error;
    if (error.outcome === 'not-applied') {
      if (error.retry === 'later') throw error;
      return withWhy(
        say('failed', 'fail', 'WHM on {server} refused; the {name} still has {from}.', { from: plan.from }),
        error,
      );
    }
  }
  return lookAgain();

  async function lookAgain(): Promise<ActResult> {
    const error = written.ok ? undefined : written.error;
    const read = await attempt(quota.read(signal));
    if (!read.ok || read.value === null) {
      return withWhy(say('unknown', 'unknown', sentTemplate), read.ok ? error : read.error);
    }
    const { limitMb, fresh } = read.value;
    const limit = limitWords(limitMb);
    if (limit === plan.to) return say('done', 'pass', 'The {name} has {target} now, read back at {at}.');
    if (limit !== plan.from) return withWhy(say('partly', 'warning', partlyTemplate, { limit }), error);
    // Where the server may still be at work, an unchanged limit is no proof that it stays so.
    if (!fresh || (error !== undefined && mayStillCome(error))) {
      const template =
        'The change of the {name} to {target} was sent; at {at} WHM still shows {limit}. It may yet come: look again in a minute before trying again.';
      return withWhy(say('unknown', 'unknown', template, { limit }), error);
    }
    const template = 'The {name} still has {limit} at {at}: WHM on {server} did not make the change.';
    return withWhy(say('failed', 'fail', template, { limit }), error);
  }
}

const sentTemplate =
  'The change of the {name} to {target} was sent, but I could not read it back. Look in WHM before trying again.';
const partlyTemplate =
  'The {name} has {limit} at {at}, not {target}: WHM put in what it allows. It may be enough for now; else raise the maximum in WHM.';

function refused(
  quota: Quota,
  outcome: 'nothingToDo' | 'failed',
  text: Text,
  evidence: readonly Text[] = [],
): PlanResult {
  const verdict = outcome === 'failed' ? 'fail' : 'not-applicable';
  return { outcome, findings: [{ check: quota.check, verdict, text, evidence }] };
}

function withWhy(result: ActResult, error: EffectError | undefined): ActResult {
  if (error === undefined) return result;
  return { ...result, findings: result.findings.map((one) => ({ ...one, evidence: [whyOf(error)] })) };
}

function planDraft(
  quota: Quota,
  fromMb: number,
  quotaMb: number,
  evidence: readonly Text[],
  suspected: readonly Alarm[],
): PlanDraft {
  const from = limitWords(fromMb);
  const to = limitWords(quotaMb);
  return {
    subject: quota.subject,
    title: words('Raise the {name} from {from} to {to}', { name: quota.name, from, to }),
    input: { ...quota.input, quota: quotaMb },
    calls: [{ system: 'whm', ...quota.call(quotaMb) }],
    from,
    to,
    evidence,
    ...whatFollows(quota, fromMb, quotaMb),
    risk: withSuspicions(
      { level: 'low', reasons: [words('It only adds space; nothing is deleted or cut off.')] },
      suspected,
    ),
    needs: 1,
  };
}
