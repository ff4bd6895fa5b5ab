import type { Alarm } from '../engine/incident.ts';
import type { Risk } from '../engine/plan.ts';

/** The risk of a change for one client while its server is suspected: raised, and what it is suspected of comes first. */
export function withSuspicions(risk: Risk, suspected: readonly Alarm[]): Risk {
  if (suspected.length === 0) return risk;
  const why = suspected.map(({ text }) => text);
  // What made it low is no reason any more.
  if (risk.level === 'low') return { level: 'raised', reasons: why };
  return { level: risk.level, reasons: [...why, ...risk.reasons] };
}
