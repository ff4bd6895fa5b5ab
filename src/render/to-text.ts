import type { Button, Card, Finding, Progress, Section, Settled } from '../engine/card.ts';
import type { Plan } from '../engine/plan.ts';
import { verdictWords } from '../engine/verdict.ts';
import { percent, shareOf, usedOf } from './amounts.ts';
import { scriptWords, simulatedWords } from './card-words.ts';
import { fitted, type Piece } from './fit-text.ts';
import { say } from './language.ts';
import { toLine, toPlain, visible } from './markup.ts';
import { awaited, callsWord, riskWords, systemOf } from './plan-words.ts';
import { clock, span } from './time-words.ts';

/** What a card as text is written for. */
export interface TextOptions {
  readonly now: number;
  readonly timeZone?: string | undefined;
  /** Writes times where they have to mean the same at any other time: no "in 5 min" then. */
  readonly at?: (at: number) => string;
  /** The approvers in words, empty when there are none; undefined where that is not to be said. */
  readonly approvers?: string | undefined;
  /** Entries of the settings in words, where a proposal names its own approvers. */
  readonly namesOf?: (entries: readonly string[]) => string;
  /** At most so many UTF-16 units after `escape`. */
  readonly most?: number;
  /** How the place escapes what stands in it. */
  readonly escape?: (text: string) => string;
}

/**
 * A whole card as plain text in reading order, for screen readers and notifications. What is too long is cut from the
 * oldest on; the question that is open now and its choices stay.
 */
export function toText(card: Card, options: TextOptions): string {
  return fitted(piecesOf(card, options), options);
}

/** The section that waits for somebody: the last with buttons. */
export function openSection(card: Pick<Card, 'sections'>): Section | undefined {
  return card.sections.findLast(({ buttons, struck }) => struck !== true && (buttons ?? []).length > 0);
}

/** How gladly a piece is left out: what must stay, what is current, what was settled, and reasons. */
const ranks = { must: 0, now: 1, settled: 2, reasons: 3 } as const;

function piecesOf(card: Card, options: TextOptions): readonly Piece[] {
  const open = openSection(card);
  const pieces: Piece[] = [];
  if (card.heading !== undefined) pieces.push({ rank: ranks.must, atoms: [toLine(card.heading)] });
  for (const section of card.sections) pieces.push(...sectionPieces(section, section === open, options));
  if (card.simulated === true) pieces.push({ rank: ranks.must, atoms: [say(simulatedWords)] });
  return pieces.filter(({ atoms }) => atoms.join('').trim() !== '');
}

function sectionPieces(section: Section, isOpen: boolean, options: TextOptions): readonly Piece[] {
  const { text, explain, findings = [], pending = [], plan, approval, script, summary, progress } = section;
  const { settled, buttons = [], notices = [] } = section;
  const told = (rank: number) => notices.map((notice) => ({ rank, atoms: [toLine(notice)] }));
  if (section.struck === true) return [withdrawn(section), ...told(ranks.settled)];
  const rank = settled === undefined ? ranks.now : ranks.settled;
  const main = isOpen ? ranks.must : rank;
  const looked = [
    ...findings.map((finding) => ({ rank: rankOf(finding, rank), atoms: [findingText(finding)] })),
    ...pending.map((title) => ({ rank, atoms: [`${say('Looking')}: ${visible(say(title))}`] })),
  ];
  // What an act brought is read after the proposal and its approval; what speaks for it, before.
  const actedOn = plan !== undefined && settled !== undefined;
  return [
    ...(text === undefined || plan !== undefined ? [] : [{ rank: main, atoms: [toPlain(text)] }]),
    ...(explain === undefined ? [] : [{ rank: ranks.reasons, atoms: [toPlain(explain)] }]),
    ...(actedOn ? [] : looked),
    ...(plan === undefined ? [] : planPieces(plan, main, rank)),
    ...(plan === undefined || approval === undefined || settled !== undefined
      ? []
      : [{ rank, atoms: [waitingText(plan, approval, options)] }]),
    ...(script === undefined ? [] : [{ rank, lead: `${say(scriptWords)}:\n`, atoms: [toPlain(script)] }]),
    ...(summary === undefined
      ? []
      : [
          {
            rank,
            lead: `${say('Summary')}:\n`,
            join: '\n',
            atoms: summary.map((line) => `- ${toLine(line)}`),
          },
        ]),
    ...(progress === undefined ? [] : [{ rank, atoms: [progressText(progress, options)] }]),
    ...(settled === undefined ? [] : [{ rank, atoms: [settledText(settled, options)] }]),
    ...(actedOn ? looked : []),
    ...(buttons.length === 0
      ? []
      : [{ rank: main, lead: say('Choices: '), join: ' / ', atoms: choicesOf(buttons) }]),
    ...told(rank),
  ];
}

function withdrawn({ text, plan, settled }: Section): Piece {
  const what = plan?.title ?? text ?? settled?.text;
  const atoms = [what === undefined ? say('this part') : toLine(what)];
  return { rank: ranks.reasons, lead: say('Withdrawn: '), atoms };
}

/** What is well, or was not looked at, is missed least. */
function rankOf({ verdict }: Finding, rank: number): number {
  return verdict === 'pass' || verdict === 'not-applicable' ? ranks.reasons : rank;
}

function findingText({ verdict, text, bar }: Finding): string {
  const amount = bar === undefined ? '' : ` (${usedOf(bar)}, ${percent(shareOf(bar))})`;
  return `${say(verdictWords[verdict])}: ${toLine(text)}${amount}`;
}

function planPieces(plan: Plan, main: number, rank: number): readonly Piece[] {
  const { title, from, to, calls, consequence, risk } = plan;
  const said = calls.map((call) => [systemOf(call), toLine(call.text)].filter(Boolean).join(': '));
  return [
    { rank: main, atoms: [toLine(title)] },
    { rank, lead: say('Change: '), join: ' → ', atoms: [visible(say(from)), visible(say(to))] },
    ...(said.length === 0 ? [] : [{ rank, lead: `${callsWord(plan)}: `, join: '; ', atoms: said }]),
    ...(consequence === undefined ? [] : [{ rank, lead: say('Then: '), atoms: [toLine(consequence)] }]),
    risk.reasons.length === 0
      ? { rank, atoms: [say(riskWords[risk.level])] }
      : {
          rank,
          lead: `${say(riskWords[risk.level])}: `,
          join: '; ',
          atoms: risk.reasons.map((reason) => toLine(reason)),
        },
  ];
}

function waitingText(
  plan: Plan,
  approval: NonNullable<Section['approval']>,
  { approvers: all, namesOf, ...options }: TextOptions,
): string {
  const own = approval.by === undefined ? undefined : namesOf?.(approval.by);
  const approvers = own ?? all;
  const { before, whom, until } = awaited(plan, approval, approvers !== '');
  const named = approvers === undefined || approvers === '' ? '' : ` (${visible(approvers)})`;
  return `${visible(before)}${say(`Waiting for ${whom}${named} until ${timeOf(until, options)}`)}`;
}

function progressText({ text, nextAt, until }: Progress, options: TextOptions): string {
  const left = nextAt - options.now;
  const soon = options.at === undefined ? `, ${say(`in ${span(left)}`)}` : '';
  const next = left > 0 ? `${timeOf(nextAt, options)}${soon}` : say('looking now …');
  return `${toLine(text)}: ${next}; ${say(`until ${timeOf(until, options)}`)}`;
}

function settledText({ text, by, at }: Settled, options: TextOptions): string {
  return `${toLine(text)} — ${visible(by)}, ${timeOf(at, options)}`;
}

function timeOf(at: number, { at: write, now, timeZone }: TextOptions): string {
  return write === undefined ? clock(at, now, timeZone) : write(at);
}

/** More than people can take in are counted only. */
const mostChoices = 30;

function choicesOf(buttons: readonly Button[]): readonly string[] {
  const more = buttons.length - mostChoices;
  const choices = buttons.slice(0, mostChoices).map(choiceText);
  return more > 0 ? [...choices, say(`${more} more`)] : choices;
}

function choiceText({ label, field, inline }: Button): string {
  if (field !== undefined && inline === true) return `${say('type')}: ${visible(say(field.label))}`;
  return toLine(label);
}
