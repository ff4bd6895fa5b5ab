import type { types } from '@slack/bolt';
import type { Card, Section } from '../../src/engine/card.ts';
import { smallPrintOf } from '../../src/render/card-words.ts';
import { say } from '../../src/render/language.ts';
import { toLine } from '../../src/render/markup.ts';
import { openSection, toText } from '../../src/render/to-text.ts';
import { distinctBlocks } from './button-blocks.ts';
import { escaped, mentionOf } from './escape.ts';
import { fitSections, type Drawable } from './fit-sections.ts';
import { approverWords, peopleOf } from './plan-blocks.ts';
import { context, plainText, richText, row } from './rich-text.ts';
import { sectionBlocks, sectionLine } from './section-blocks.ts';

/** What a card is drawn for. */
export interface About {
  readonly incident: string;
  /** `root`, or `turn-3`. */
  readonly message: string;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly approvers: readonly string[];
  /** Whom to mention at the top of a new message, by the same ids; absent for edits. */
  readonly mention?: readonly string[];
  /** For fallback texts only: Slack shows times in the reader's own. */
  readonly timeZone?: string;
  /** Notes typed in this very thread stand there already: sections whose id begins so are left out. */
  readonly ownNotes?: string;
  /** For the menu of a root message. */
  readonly parked?: boolean;
  readonly ended?: boolean;
}

/** `text` is what is heard, and seen in notifications; it has to fit into an update too. */
const longestText = 3900;

/** A card as a message of Slack. Whatever the card holds, Slack takes it, and no value in it becomes mark-up. */
export function toMessage(
  card: Card,
  about: About,
): { readonly text: string; readonly blocks: types.KnownBlock[] } {
  const { mention = [], ownNotes, now, approvers, timeZone } = about;
  const sections = card.sections.filter(({ id }) => ownNotes === undefined || !id.startsWith(ownNotes));
  const mentions = mention.slice(0, 10);
  const called = mentions.flatMap((id) => mentionOf(id) ?? []).join(' ');
  const most = longestText - called.length - 1;
  const words = toText(
    { ...card, sections },
    { now, timeZone, approvers: approverWords(approvers), namesOf: approverWords, most, escape: escaped },
  );
  const text = [called, words === '' ? say(noWords) : words].filter((part) => part !== '').join(' ');

  const greeting = richText([row(peopleOf(mentions))]);
  const before: types.KnownBlock[] = [
    ...(greeting === undefined ? [] : [greeting]),
    ...(card.heading === undefined
      ? []
      : [{ type: 'header' as const, text: plainText(toLine(card.heading), 150) }]),
  ];
  const small = smallPrintOf(card);
  const after = small === '' ? [] : [context(small, 100)];
  const middle = fitSections(drawables(sections, about), [...before, ...after]);
  const blocks = distinctBlocks([...before, ...middle, ...after]);
  return { text, blocks: blocks.length === 0 ? [context(noWords, 100)] : blocks };
}

/** Only notes that stand in the thread anyway. */
const noWords = 'See the notes in this thread.';

function drawables(sections: readonly Section[], about: About): readonly Drawable[] {
  const open = openSection({ sections }) ?? sections.at(-1);
  return sections.map((section) => ({
    full: (room) => sectionBlocks(section, about, room),
    line: () => sectionLine(section),
    keep: section === open || (about.message === 'root' && section.id === 'state'),
    rank: rankOf(section),
  }));
}

/** What was settled goes first, then what asks nothing, and last what somebody may still answer. */
function rankOf({ settled, struck, buttons }: Section): number {
  if (settled !== undefined || struck === true) return 0;
  return (buttons ?? []).length === 0 ? 1 : 2;
}
