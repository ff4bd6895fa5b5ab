import { say } from '../../src/render/language.ts';
import { shortened } from '../../src/render/markup.ts';
import { actionSets, bytesOf } from './action-elements.ts';
import { clockIn } from './plan-elements.ts';
import type { Connection } from '../../src/chat/ports.ts';
import {
  drawn,
  heading,
  named,
  row,
  said,
  smallPrint,
  styles,
  type Element,
  type Line,
} from './text-elements.ts';
import { cardOf, type AdaptiveCard } from './to-adaptive-card.ts';

/** One incident in a list. */
export interface MyEntry {
  readonly heading: string;
  readonly state: string;
  /** Where its thread is. */
  readonly link?: string;
}

/** What somebody's own card shows. */
export interface Mine {
  readonly mine: readonly MyEntry[];
  readonly waiting: readonly MyEntry[];
  readonly connections: readonly Connection[];
  /** Epoch milliseconds. */
  readonly now: number;
  readonly timeZone?: string | undefined;
}

/** Bytes of each of the two lists. */
const mostListed = 8000;
const mostConnections = 20;
const longestUrl = 2000;

/** What waits for somebody, what is theirs, and how the outside systems are: for the personal chat. */
export function myCard({ mine, waiting, connections, now, timeZone }: Mine): {
  readonly card: AdaptiveCard;
  readonly summary: string;
} {
  const shown = connections.slice(0, mostConnections).map((one) => connectionLine(one, now, timeZone));
  const more = connections.length - shown.length;
  const systems = more > 0 ? [...shown, row(`… and ${more} more`)] : shown;
  const card = cardOf([
    ...(waiting.length === 0 ? [] : listed('Waiting for my approval', waiting, '')),
    ...listed('My open incidents', mine, 'You have none.'),
    ...heading({ template: 'Connections' }, 'Medium'),
    ...(systems.length === 0 ? smallPrint('No outside system is set up.', 100) : drawn(systems, 1500)),
  ]);
  const down = connections.filter(({ state }) => state === 'down').length;
  const summary = [
    waiting.length === 0 ? 'Nothing waits for your approval' : `${waiting.length} waiting for your approval`,
    `${mine.length} open of yours`,
    ...(down === 0 ? [] : [down === 1 ? '1 system does not answer' : `${down} systems do not answer`]),
  ]
    .map(say)
    .join(', ');
  return { card, summary };
}

function listed(title: string, entries: readonly MyEntry[], none: string): readonly Element[] {
  let left = mostListed;
  const all = entries.map(entryElement);
  const over = all.findIndex((one) => (left -= bytesOf(one) + 1) < 0);
  const shown = over === -1 ? all : all.slice(0, over);
  const more = all.length - shown.length;
  return [
    ...heading({ template: title }, 'Medium'),
    ...shown,
    ...(all.length === 0 ? smallPrint(none, 100) : []),
    ...(more > 0 ? smallPrint(`… and ${more} more: “list” shows what is open.`, 100) : []),
  ];
}

function entryElement({ heading: name, state, link }: MyEntry, index: number): Element {
  const usable = link !== undefined && link.length <= longestUrl && /^https?:\/\/\S+$/.test(link);
  const open = { type: 'Action.OpenUrl', title: named(`Open ${name}`, 40), url: link ?? '' } as const;
  const lines: readonly Line[] = [
    row(said(shortened(name, 300), styles.bold)),
    ...(state.trim() === '' ? [] : [row(said(shortened(state, 600)))]),
  ];
  return {
    type: 'Container',
    ...(index === 0 ? {} : { separator: true }),
    spacing: 'Medium',
    items: [...drawn(lines, 1000), ...(usable ? actionSets([open]) : [])],
  };
}

const states: Readonly<Record<Connection['state'], readonly [sign: string, words: string]>> = {
  up: ['✔', 'works'],
  down: ['✖', 'does not answer'],
  unknown: ['?', 'not known'],
  'not configured': ['–', 'not set up'],
};

function connectionLine(
  { name, state, why, at }: Connection,
  now: number,
  timeZone: string | undefined,
): Line {
  const [sign, words] = states[state];
  const asOf = at === undefined ? '' : `, ${say('as of')} ${clockIn(at, now, timeZone)}`;
  const reason = why === undefined || why === '' ? '' : ` (${shortened(why, 200)})`;
  return row(`${sign} `, said(shortened(name, 100), styles.bold), said(`: ${say(words)}${reason}${asOf}`));
}
