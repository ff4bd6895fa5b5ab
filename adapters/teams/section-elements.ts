import type { Finding, Progress, Section, Settled, Text, Verdict } from '../../src/engine/card.ts';
import { verdictWords } from '../../src/engine/verdict.ts';
import { drawnBar, percent, shareOf, usedOf } from '../../src/render/amounts.ts';
import { scriptWords, withdrawnWords } from '../../src/render/card-words.ts';
import { say } from '../../src/render/language.ts';
import { shortened, toCopy, toLine } from '../../src/render/markup.ts';
import { span } from '../../src/render/time-words.ts';
import type { Action } from './action-elements.ts';
import { buttonElements, languageElements, subjectOf, type Offer, type Where } from './button-elements.ts';
import { clockIn, planLines, waitingLine, waitingWords } from './plan-elements.ts';
import {
  copied,
  drawn,
  inlineOf,
  linesOf,
  row,
  said,
  smallPrint,
  styles,
  type Container,
  type Element,
  type Line,
} from './text-elements.ts';

/** How much of a card its parts may take. */
export interface Room {
  /** Characters of each text. */
  readonly text: number;
  /** Characters of words for the client, which are to be copied whole, so they are cut last. */
  readonly script: number;
  /** Characters of the evidence; with none, it is left to the console. */
  readonly evidence: number;
  /** Lines of each list. */
  readonly lines: number;
  /** Bytes of a section's fields and buttons. */
  readonly actions: number;
  /** Nothing but what a section is about and its buttons. */
  readonly bare?: true;
}

/** What a section is drawn for. */
export interface Drawing extends Where {
  readonly now: number;
  readonly approvers: readonly string[];
  readonly timeZone?: string | undefined;
  readonly offer: Offer;
  /** Makes its names different from those of all other sections. */
  readonly index: number;
}

const signs = {
  fail: ['✖', { color: 'Attention' }],
  warning: ['▲', { color: 'Warning' }],
  unknown: ['?', { color: 'Accent' }],
  pass: ['✔', { color: 'Good' }],
  'not-applicable': ['–', { isSubtle: true }],
} as const satisfies Record<Verdict, unknown>;

const { bold, subtle, struck } = styles;

/** A section in full, as far as its room goes. */
export function sectionElements(section: Section, drawing: Drawing, room: Room): readonly Element[] {
  const { text, explain, plan, approval, script, summary, progress, settled } = section;
  const { offer } = drawing;
  const lines = (all: readonly Line[]) => drawn(all, room.text, room.lines);
  const warned = lines((section.notices ?? []).map((notice) => row('⚠ ', inlineOf(notice))));
  if (section.struck === true) return boxed([...lines(struckLines(section)), ...warned], drawing.index);
  if (room.bare === true) {
    const name = lines([row(said(subjectOf(section), bold))]);
    const waits = offer.hidden ? lines([row(waitingWords)]) : [];
    return boxed([...name, ...waits, ...buttonElements(drawing, section, offer, room, [])], drawing.index);
  }
  const isOpen = offer.usable.length > 0 || offer.hidden;
  // What an act brought is read after the proposal and its approval; what speaks for it, before.
  const actedOn = plan !== undefined && settled !== undefined;
  const looked = [...lookedLines(section)];
  const waits = plan !== undefined && approval !== undefined && settled === undefined;
  const proof = evidenceElements(section, drawing.index, room);
  const note = section.id.startsWith('note.') ? '✎ ' : '✔ ';
  return boxed(
    [
      ...(text === undefined || plan !== undefined ? [] : lines(linesOf(text, isOpen ? bold : {}))),
      ...(explain === undefined ? [] : lines(linesOf(explain, subtle))),
      ...(actedOn ? [] : lines(looked)),
      ...(plan === undefined
        ? []
        : lines([...planLines(plan), ...(waits ? [waitingLine(plan, approval, drawing)] : [])])),
      ...(script === undefined ? [] : [framed(say(scriptWords), drawn(copied(toCopy(script)), room.script))]),
      ...(script === undefined || room.script === 0 ? [] : languageElements(drawing, section)),
      ...(summary === undefined ? [] : [framed(say('Summary'), lines(summaryLines(summary)))]),
      ...(progress === undefined ? [] : lines(progressLines(progress, drawing))),
      ...(settled === undefined ? [] : lines([settledLine(note, settled, drawing)])),
      ...(actedOn ? lines(looked) : []),
      ...(offer.hidden && !waits ? lines([row(said(say(waitingWords), bold))]) : []),
      ...buttonElements(drawing, section, offer, room, proof.actions),
      ...proof.elements,
      ...warned,
    ],
    drawing.index,
  );
}

/** A section in one line, for when its card has no room for more. */
export function sectionLine(section: Section): Line {
  const { settled, findings = [] } = section;
  const isStruck = section.struck === true;
  const name = shortened(subjectOf(section), 120);
  const style = isStruck ? struck : {};
  const [worst] = findings;
  const answer =
    settled !== undefined
      ? said(`: ${shortened(toLine(settled.text), 120)} — ${shortened(settled.by, 60)}`, style)
      : worst === undefined
        ? []
        : said(
            `${name === '' ? '' : ': '}${say(verdictWords[worst.verdict])}: ${shortened(toLine(worst.text), 120)}`,
          );
  if (isStruck) return row('Withdrawn: ', said(name, style), answer);
  const sign = settled === undefined ? '• ' : section.id.startsWith('note.') ? '✎ ' : '✔ ';
  const unnamed = name === '' && answer.length === 0;
  return row(sign, unnamed ? (section.script === undefined ? '…' : scriptWords) : said(name), answer);
}

function boxed(items: readonly Element[], index: number): readonly Container[] {
  if (items.length === 0) return [];
  return [{ type: 'Container', ...(index === 0 ? {} : { separator: true }), spacing: 'Medium', items }];
}

function framed(title: string, items: readonly Element[]): Container {
  const named = drawn([row(said(title, bold))], Infinity);
  return { type: 'Container', style: 'emphasis', spacing: 'Small', items: [...named, ...items] };
}

function struckLines({ text, plan, settled }: Section): readonly Line[] {
  return [
    row(withdrawnWords),
    ...(plan === undefined ? linesOf(text ?? { template: '' }, struck) : [row(inlineOf(plan.title, struck))]),
    ...(settled === undefined ? [] : [row(inlineOf(settled.text, struck), said(` — ${settled.by}`, struck))]),
  ];
}

function lookedLines({ findings = [], pending = [] }: Section): readonly Line[] {
  return [
    ...findings.map(findingLine),
    ...pending.map((title) => row(said(`… ${say('Looking')}: ${say(title)}`))),
  ];
}

function findingLine({ verdict, text, bar }: Finding): Line {
  const [sign, style] = signs[verdict];
  const share = bar === undefined ? 0 : shareOf(bar);
  const used =
    bar === undefined
      ? []
      : [...said(` · ${usedOf(bar)}, ${percent(share)} `), ...said(drawnBar(share, 10), style)];
  return row(said(`${sign} ${say(verdictWords[verdict])}: `, { ...bold, ...style }), inlineOf(text), used);
}

function summaryLines(lines: readonly Text[]): readonly Line[] {
  return lines.map((line) => row('• ', inlineOf(line)));
}

function progressLines(
  { text, since, nextAt, until }: Progress,
  { now, timeZone }: Drawing,
): readonly Line[] {
  const time = (at: number) => clockIn(at, now, timeZone);
  const left = nextAt - now;
  const next = left > 0 ? `${time(nextAt)}, ${say(`in ${span(left)}`)}` : say('looking now …');
  const share = (now - since) / Math.max(1, until - since);
  return [
    row(inlineOf(text), said(`: ${next}`)),
    row(said(`${drawnBar(share, 10)} ${say(`until ${time(until)}`)}`)),
  ];
}

function settledLine(sign: string, { text, by, at }: Settled, { now, timeZone }: Drawing): Line {
  return row(sign, inlineOf(text, bold), said(` — ${by}, ${clockIn(at, now, timeZone)}`));
}

/** Hidden until it is opened; what is too much for a card is in the console. */
function evidenceElements(
  { findings = [], plan }: Section,
  index: number,
  room: Room,
): { readonly actions: readonly Action[]; readonly elements: readonly Element[] } {
  const proved = (evidence: readonly Text[] | undefined) =>
    (evidence ?? []).map((line) => row('• ', inlineOf(line)));
  const lines = [
    ...proved(plan?.evidence),
    ...findings.flatMap(({ text, evidence = [] }): readonly Line[] =>
      evidence.length === 0 ? [] : [{ ...row(inlineOf(text, bold)), apart: true }, ...proved(evidence)],
    ),
  ];
  if (lines.length === 0) return { actions: [], elements: [] };
  if (room.evidence === 0)
    return { actions: [], elements: smallPrint('The evidence is in the console.', room.text) };
  const id = `evidence.${index}`;
  const items = drawn(lines, room.evidence, room.lines);
  return {
    actions: [{ type: 'Action.ToggleVisibility', title: say('Evidence'), targetElements: [id] }],
    elements: [{ type: 'Container', id, isVisible: false, style: 'emphasis', spacing: 'Small', items }],
  };
}
