import { redacted, stillRedacted } from './redact.ts';
import type { InboundEvent } from './event.ts';
import type { Refusal } from './reply.ts';
import type { Work } from './work.ts';

type Keeping = Extract<InboundEvent, { type: 'incident.held' | 'incident.released' | 'incident.redacted' }>;

/** For so long other incidents look at what was done to the same subject. */
export const deedsCountMs = 86_400_000;

/** Legal holds and redaction; returns a refusal where it must not be. */
export function keep(work: Work, event: Keeping): Refusal | undefined {
  const { hold, id } = work.it;
  const kept = { ...work.it, redacted: stillRedacted(work.it) };
  if (event.why.trim() === '') return { code: 'bad-text', message: 'Please say why.', field: 'why' };
  switch (event.type) {
    case 'incident.held':
      if (hold !== undefined)
        return { code: 'late', message: `${id} is under legal hold already, by ${hold.by}: ${hold.why}` };
      work.it = { ...kept, hold: { at: event.at, by: event.actor.name, why: event.why } };
      return undefined;
    case 'incident.released': {
      if (hold === undefined) return { code: 'late', message: `${id} is not under legal hold.` };
      const { hold: _, ...it } = kept;
      work.it = it;
      return undefined;
    }
    case 'incident.redacted': {
      const why = whyNot(work, event);
      if (why !== undefined) return { code: 'not-allowed', message: `Nothing was redacted: ${why}` };
      work.it = redacted(work.it, event.classes);
      return undefined;
    }
  }
}

function whyNot({ it }: Work, { at, classes }: Keeping & { type: 'incident.redacted' }): string | undefined {
  if (classes.length === 0) return 'no class was named.';
  if (it.hold !== undefined) return `${it.id} is under legal hold, by ${it.hold.by}: ${it.hold.why}`;
  if (it.ended === undefined) return `${it.id} has not ended, and still needs what it knows.`;
  if (Object.keys(it.open).length > 0) return `${it.id} still watches or waits for something.`;
  const last = it.deeds.at(-1)?.at;
  if (classes.includes('plans') && last !== undefined && at - last < deedsCountMs)
    return `what ${it.id} changed is looked at by other incidents for a day; try again after that.`;
  return undefined;
}
