import { plain, words, type Section, type Text } from './card.ts';
import { durationInWords } from './duration.ts';
import { dated } from './fill.ts';
import type { Work } from './work.ts';

/** Another incident about the same, as it stood when this one turned out to be about it. */
export interface Related {
  readonly id: string;
  /** When it was opened (epoch ms). */
  readonly at: number;
  readonly same: 'client' | 'ip' | 'server';
  /** What it came to, or what it waits for. */
  readonly state: Text;
  /** What was done, if anything was. */
  readonly done?: Text;
}

/** A related incident, the message that names it, and when that was. */
export type Told = Related & { readonly turn: number; readonly toldAt: number };

/** Keeps what the event came with, for the message of this turn. */
export function takeRelated(work: Work): void {
  const { related = [], at } = work.event;
  if (related.length === 0) return;
  const known = work.it.related ?? [];
  const told = related.map((one): Told => ({ ...one, turn: work.it.turn, toldAt: at }));
  work.it = { ...work.it, related: [...known, ...told] };
}

/** What came before, in a line each. */
export function relatedSection(all: readonly Told[]): Section {
  return { id: 'related', text: words('**Lately**'), notices: all.map(lineOf) };
}

function lineOf({ id, at, same, state, done, toldAt }: Told): Text {
  const values = {
    id,
    when: dated(at),
    ago: durationInWords(toldAt - at),
    state: plain(state),
    done: done === undefined ? '' : plain(done),
  };
  switch (same) {
    case 'client':
      return done === undefined
        ? words('{id}, {ago} ago ({when}), the same client. {state}', values)
        : words('{id}, {ago} ago ({when}), the same client. {state} Done: {done}', values);
    case 'ip':
      return done === undefined
        ? words('{id}, {ago} ago ({when}), the same address. {state}', values)
        : words('{id}, {ago} ago ({when}), the same address. {state} Done: {done}', values);
    case 'server':
      return done === undefined
        ? words('{id}, {ago} ago ({when}), the same server. {state}', values)
        : words('{id}, {ago} ago ({when}), the same server. {state} Done: {done}', values);
  }
}
