import type { types } from '@slack/bolt';
import { say } from '../../src/render/language.ts';
import { shortened, visible } from '../../src/render/markup.ts';
import { clockIn } from './plan-blocks.ts';
import type { Connection } from '../../src/chat/ports.ts';
import { context, moment, plainText, richText, row, said, type Line } from './rich-text.ts';

/** One incident in a list. */
export interface HomeEntry {
  readonly heading: string;
  readonly state: string;
  /** Where its thread is. */
  readonly link?: string;
}

/** What somebody's Home tab shows. */
export interface Home {
  readonly mine: readonly HomeEntry[];
  readonly waiting: readonly HomeEntry[];
  readonly isApprover: boolean;
  readonly connections: readonly Connection[];
  /** Epoch milliseconds. */
  readonly now: number;
}

/** Of Slack's 100 blocks, so many for each of the two lists. */
const mostListed = 40;
const mostConnections = 30;
const longestUrl = 3000;

/** The Home tab: what waits for this person, what is theirs, and how the outside systems are. */
export function homeView({ mine, waiting, isApprover, connections, now }: Home): types.HomeView {
  const shown = connections.slice(0, mostConnections).map((one) => connectionLine(one, now));
  const more = connections.length - shown.length;
  const systems = richText(more > 0 ? [...shown, row(`… and ${more} more`)] : shown);
  return {
    type: 'home',
    blocks: [
      {
        type: 'actions',
        elements: [
          {
            type: 'button',
            action_id: 'form:home',
            style: 'primary',
            text: plainText('New incident', 75),
          },
        ],
      },
      ...(isApprover || waiting.length > 0
        ? listed('Waiting for my approval', waiting, 0, 'Nothing waits for you.')
        : []),
      ...listed('My open incidents', mine, waiting.length, 'You have none.'),
      header('Connections'),
      systems ?? context('No outside system is set up.', 100),
    ],
  };
}

/** `first` makes the buttons of several lists different. */
function listed(
  title: string,
  entries: readonly HomeEntry[],
  first: number,
  none: string,
): readonly types.KnownBlock[] {
  const shown = entries.slice(0, mostListed).map((entry, index) => entryBlock(entry, first + index));
  const more = entries.length - shown.length;
  return [
    header(title),
    ...shown,
    ...(entries.length === 0 ? [context(none, 100)] : []),
    ...(more > 0 ? [context(`… and ${more} more: “/mailfix list” shows what is open.`, 100)] : []),
  ];
}

function entryBlock({ heading, state, link }: HomeEntry, index: number): types.SectionBlock {
  const name = shortened(visible(heading), 300);
  const usable = link !== undefined && link.length <= longestUrl && /^https?:\/\/\S+$/.test(link);
  const button = usable
    ? {
        accessory: {
          type: 'button' as const,
          action_id: `link:${index}`,
          url: link,
          text: plainText('Open', 75),
          accessibility_label: plainText(`Open ${name}`, 75).text,
        },
      }
    : {};
  return {
    type: 'section',
    text: plainText(state.trim() === '' ? name : `${name}\n${shortened(visible(state), 600)}`, 1000),
    ...button,
  };
}

function header(title: string): types.HeaderBlock {
  return { type: 'header', text: plainText(title, 150) };
}

const states: Readonly<Record<Connection['state'], readonly [sign: string, words: string]>> = {
  up: ['✔', 'works'],
  down: ['✖', 'does not answer'],
  unknown: ['?', 'not known'],
  'not configured': ['–', 'not set up'],
};

function connectionLine({ name, state, why, at }: Connection, now: number): Line {
  const [sign, words] = states[state];
  const asOf =
    at === undefined ? [] : [...said(`, ${say('as of')} `), ...moment(at, now, clockIn(at, now, undefined))];
  const reason = why === undefined || why === '' ? '' : ` (${shortened(why, 200)})`;
  return row(`${sign} `, said(shortened(name, 100), { bold: true }), said(`: ${say(words)}${reason}`), asOf);
}
