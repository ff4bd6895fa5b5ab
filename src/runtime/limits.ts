import { durationInWords } from '../engine/duration.ts';
import type { InboundEvent } from '../engine/event.ts';
import type { Effect } from '../engine/effect.ts';
import type { Deed, Incident } from '../engine/incident.ts';
import type { Plan } from '../engine/plan.ts';
import type { Stepped } from '../engine/step.ts';
import type { About } from '../engine/terms.ts';
import { sha256 } from '../store/chain.ts';
import type { Counted, Turn } from '../store/store.ts';
import type { Limit, Rule } from './rules.ts';

/** A name that an act is counted under, with the limit that holds for it, if one does. */
export interface Count {
  readonly name: string;
  readonly limit?: Omit<Limit, 'per'>;
  /** What is told when the limit is reached. */
  readonly over: string;
}

/** Everything that an act is counted under; without a limit too, for one may be set later. */
export function countsOf(
  rule: Rule,
  { action, plan, about }: { readonly action: string; readonly plan: Plan; readonly about: About },
): readonly Count[] {
  const values = { subject: plan.subject, client: about.client, technician: about.technician, all: '' };
  const kind = plan.subject.split(':', 1)[0] ?? '';
  const whom = {
    subject: ` for one ${kind === 'ip' ? 'address' : kind}`,
    client: ' for one client',
    technician: ' for one technician',
    all: '',
  };
  return (['subject', 'client', 'technician', 'all'] as const).map((per) => {
    // Whom it is about is only compared, so it need not be readable in yet another table.
    const name = `${action}.${per}.${sha256(values[per]).slice(0, 24)}`;
    const limit = rule.limits?.find((one) => one.per === per);
    if (limit === undefined) return { name, over: '' };
    const { most, withinMs } = limit;
    const time = durationInWords(withinMs);
    const over = `The limit of ${rule.name} is reached: at most ${most} in ${time}${whom[per]}. Nothing was done. Do it by hand, or have the limit raised in mailfix.yaml.`;
    return { name, limit: { most, withinMs }, over };
  });
}

/** How a turn counts the act that it begins, and which act it is the end of that changed nothing. */
export function counting(
  before: Incident | undefined,
  event: InboundEvent,
  { incident, effects, deeds }: Stepped,
  counts: readonly Count[],
): Pick<Turn, 'counts' | 'uncounts'> {
  return { counts: countedBy(incident, effects, counts), uncounts: uncountedBy(before, event, deeds) };
}

function countedBy(
  incident: Incident | undefined,
  effects: readonly Effect[],
  counts: readonly Count[],
): readonly Counted[] {
  if (incident === undefined) return [];
  const act = effects.find((effect) => effect.type === 'run' && effect.mode === 'act');
  if (act === undefined) return [];
  return counts.map(({ name, limit }) => ({
    act: `${incident.id}.${act.key}`,
    name,
    at: incident.lastAt,
    ...(limit === undefined ? {} : { limit: { most: limit.most, since: incident.lastAt - limit.withinMs } }),
  }));
}

function uncountedBy(
  before: Incident | undefined,
  event: InboundEvent,
  deeds: readonly Deed[],
): readonly string[] {
  if (event.type !== 'run.finished' || before === undefined) return [];
  const open = Object.hasOwn(before.open, event.key) ? before.open[event.key] : undefined;
  if (open?.kind !== 'run' || open.mode !== 'act') return [];
  return deeds.every(({ outcome }) => outcome === 'nothingToDo') ? [`${before.id}.${event.key}`] : [];
}

/** The same event, now that the act which it would begin is over a limit. */
export function overLimit(event: InboundEvent, name: string, counts: readonly Count[]): InboundEvent {
  const { over = '' } = counts.find((count) => count.name === name) ?? {};
  if (event.type === 'confirm.decided')
    return { ...event, authority: { ...event.authority, allowed: false, reason: over } };
  if (event.type !== 'run.finished' || event.terms === undefined) return event;
  const { waiver: _, ...terms } = event.terms;
  return { ...event, terms: { ...terms, notWaived: over } };
}
