import type { Card, Section } from '../../src/engine/card.ts';
import { smallPrintOf } from '../../src/render/card-words.ts';
import { say } from '../../src/render/language.ts';
import { openSection, toText } from '../../src/render/to-text.ts';
import {
  bytesOf,
  choiceInput,
  execute,
  isReadable,
  showCard,
  textInput,
  type Action,
} from './action-elements.ts';
import { offersOf, type Where } from './button-elements.ts';
import { fitCard, type Drawable } from './fit-card.ts';
import { approverWords } from './plan-elements.ts';
import { inputs, type ActionData, type MenuChoice } from './press.ts';
import { sectionElements, sectionLine } from './section-elements.ts';
import { heading, shown, smallPrint, type Element } from './text-elements.ts';

/** What a card is drawn for. */
export interface About {
  readonly incident: string;
  /** `root`, or `turn-3`. */
  readonly message: string;
  /** Epoch milliseconds. */
  readonly now: number;
  /** Entries of APPROVERS. */
  readonly approvers: readonly string[];
  readonly timeZone?: string;
  /** Whether whoever looks may approve; undefined: the shared card that all see. */
  readonly viewer?: 'approver' | 'other';
  /** Whom Teams asks for a view of their own, by `29:…`: approvers, whose buttons the shared card then leaves out. */
  readonly refreshFor?: readonly string[];
  /** Notes typed in this very thread stand there already: sections whose id begins so are left out. */
  readonly ownNotes?: string;
  /** The number of the form in a root message: what is sent twice from one form counts once. */
  readonly form?: string;
  /** For the menu of a root message. */
  readonly parked?: boolean;
  readonly ended?: boolean;
  /** To whom the menu can hand over. */
  readonly handTo?: readonly { readonly title: string; readonly value: string }[];
}

/** A card within a card. */
export interface InnerCard {
  readonly type: 'AdaptiveCard';
  readonly body: readonly Element[];
  readonly actions?: readonly Action[];
}

/** A card as Teams takes it. */
export interface AdaptiveCard {
  readonly type: 'AdaptiveCard';
  readonly $schema: string;
  readonly version: '1.5';
  readonly msteams: { readonly width: 'Full' };
  readonly refresh?: { readonly action: Action; readonly userIds: readonly string[] };
  readonly body: readonly Element[];
  readonly actions?: readonly Action[];
}

/** Only notes that stand in the thread anyway. */
const noWords = 'See the notes in this thread.';
const longestSummary = 1000;
/** Teams asks for the views of so many people. */
const mostViews = 60;
/** What the names of those to hand over to may take of a card. */
const mostNames = 3000;

/** A card for Teams. Whatever it holds, no value in it becomes mark-up, and it is small enough to be taken. */
export function toAdaptiveCard(
  card: Card,
  about: About,
): { readonly card: AdaptiveCard; readonly summary: string } {
  const { ownNotes, now, timeZone, approvers, viewer, refreshFor = [] } = about;
  const sections = card.sections.filter(({ id }) => ownNotes === undefined || !id.startsWith(ownNotes));
  const named = approverWords(approvers);
  const text = {
    now,
    timeZone,
    approvers: named,
    namesOf: approverWords,
    most: longestSummary,
    escape: shown,
  };
  const words = toText({ ...card, sections }, text);
  const summary = words === '' ? say(noWords) : words;

  const isOwnView = refreshFor.length > 0;
  const decides = viewer === 'approver' || (viewer === undefined && !isOwnView);
  const where = { incident: about.incident, message: about.message, decides };
  const decided = sections.some(
    ({ buttons = [], struck }) => struck !== true && buttons.some((button) => button.for === 'approvers'),
  );
  const before = card.heading === undefined ? [] : heading(card.heading);
  const small = smallPrintOf(card);
  const after = small === '' ? [] : smallPrint(small, 100);
  const menu = about.message === 'root' ? rootMenu(about) : [];
  const whole = (middle: readonly Element[]) =>
    cardOf([...before, ...middle, ...after], menu, isOwnView && decided ? refreshOf(about) : undefined);
  const drawn = whole(fitCard(drawables(sections, about, where), bytesOf(whole([]))));
  return { card: drawn.body.length === 0 ? whole(smallPrint(noWords, 100)) : drawn, summary };
}

/** A whole card around a body. */
export function cardOf(
  body: readonly Element[],
  actions: readonly Action[] = [],
  refresh?: AdaptiveCard['refresh'],
): AdaptiveCard {
  return {
    type: 'AdaptiveCard',
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    msteams: { width: 'Full' },
    ...(refresh === undefined ? {} : { refresh }),
    body,
    ...(actions.length === 0 ? {} : { actions }),
  };
}

function drawables(sections: readonly Section[], about: About, where: Where): readonly Drawable[] {
  const { now, approvers, timeZone, message } = about;
  const open = openSection({ sections }) ?? sections.at(-1);
  const offers = offersOf(where, sections, open);
  return sections.flatMap((section, index) => {
    const offer = offers.get(section);
    if (offer === undefined) return [];
    const drawing = { ...where, now, approvers, timeZone, offer, index };
    return {
      full: (room) => sectionElements(section, drawing, room),
      line: () => sectionLine(section),
      keep: section === open || (message === 'root' && section.id === 'state'),
      rank: rankOf(section),
    } satisfies Drawable;
  });
}

/** What was settled goes first, then what asks nothing, and last what somebody may still answer. */
function rankOf({ settled, struck, buttons }: Section): number {
  if (settled !== undefined || struck === true) return 0;
  return (buttons ?? []).length === 0 ? 1 : 2;
}

function refreshOf({ incident, message, refreshFor = [] }: About): AdaptiveCard['refresh'] {
  const data = { mailfix: { verb: 'refresh', i: incident, m: message } } as const;
  if (!isReadable(data)) return undefined;
  const action = execute('Show the card as it is now', data, { collects: false });
  return { action, userIds: refreshFor.slice(0, mostViews) };
}

/** What can be done about the incident as a whole, behind one button; after the end there is only the note. */
function rootMenu({ incident, message, form, parked, ended, handTo = [] }: About): readonly Action[] {
  const data = (menu: MenuChoice): { readonly mailfix: ActionData } => ({
    mailfix: { verb: 'menu', i: incident, m: message, menu, ...(form === undefined ? {} : { n: form }) },
  });
  if (!isReadable(data('note'))) return [];
  const typed = { collects: true };
  const note = execute('Add as a note', data('note'), typed);
  const noteField = { label: 'Note', multiline: true, required: true };
  const alone = { collects: false };
  const known = execute('What I know', data('known'), alone);
  if (ended === true)
    return [showCard('More …', undefined, [textInput(inputs.menuText, noteField)], [note]), known];
  const names = handTo.slice(0, mostNamesIn(handTo));
  const label = 'Note, reason, or what a colleague should know';
  const body = [
    textInput(inputs.menuText, { label, multiline: true, required: false }),
    ...(names.length === 0 ? [] : [choiceInput(inputs.menuTo, 'Hand over to', names, false)]),
  ];
  return [
    showCard('More …', undefined, body, [
      note,
      execute('Take over', data('take'), { collects: false }),
      ...(names.length === 0 ? [] : [execute('Hand over', data('hand'), typed)]),
      parked === true
        ? execute('Take up again', data('resume'), { collects: false })
        : execute('Park', data('park'), typed),
      execute('Cancel incident', data('cancel'), { ...typed, style: 'destructive' }),
    ]),
    known,
    showCard(
      'Another way …',
      undefined,
      [],
      [
        execute('Back to the question before', data('back'), alone),
        execute('Ask again at the bottom', data('repeat'), alone),
        execute('Start over', data('restart'), alone),
        execute('Escalate', data('escalate'), alone),
      ],
    ),
  ];
}

function mostNamesIn(names: NonNullable<About['handTo']>): number {
  let left = mostNames;
  const over = names.findIndex(({ title, value }) => (left -= bytesOf([title.slice(0, 100), value])) < 0);
  return over === -1 ? names.length : over;
}
