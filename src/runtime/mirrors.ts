import type { Effect } from '../engine/effect.ts';
import type { Place } from '../store/store.ts';

/** A place where approvals of incidents that live elsewhere are shown too. */
export interface Mirror {
  readonly channel: string;
  readonly ref: string;
  /** Whether a place of this channel is that very one. */
  readonly isAt: (ref: string) => boolean;
}

/** The mirrors that an incident gets in this turn: as soon as approvers are to be told, wherever it is not shown yet. */
export function newMirrors(
  incident: string,
  effects: readonly Effect[],
  places: readonly Place[],
  mirrors: readonly Mirror[],
): readonly Place[] {
  if (!effects.some((effect) => effect.type === 'show' && effect.notify === 'approvers')) return [];
  const missing = mirrors.filter(
    ({ channel, isAt }) => !places.some((place) => place.channel === channel && isAt(place.ref)),
  );
  return missing.map(({ channel, ref }, index) => ({
    id: `mirror-${places.length + index}`,
    incident,
    channel,
    role: 'mirror',
    ref,
  }));
}

/** What a place is shown of an effect: a mirror has the state and what was proposed, and calls approvers alone. */
export function shownAt(
  { role }: Place,
  effect: Extract<Effect, { type: 'show' }>,
): Extract<Effect, { type: 'show' }> | undefined {
  if (role !== 'mirror') return effect;
  const isPart = effect.message === 'root' || effect.card.sections.some(({ plan }) => plan !== undefined);
  if (!isPart) return undefined;
  return effect.notify === 'approvers' ? effect : { ...effect, notify: 'none' };
}
