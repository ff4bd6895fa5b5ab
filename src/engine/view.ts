import { answerButtons, approvalButtons, snoozeButtons } from './buttons.ts';
import { words, type Button, type Card, type Progress, type Section, type Text } from './card.ts';
import { clientLanguageOf, scriptOf } from './client-language.ts';
import type { Contracts } from './contract.ts';
import type { Dialog, Step } from './dialog.ts';
import { durationMs } from './duration.ts';
import type { Fact, Facts } from './fact.ts';
import type { Answer, Incident, Note, Open, Recap, Visit } from './incident.ts';
import { askedAgain } from './recap.ts';
import { relatedSection } from './related.ts';
import { rootCard } from './root.ts';
import { worstFirst } from './verdict.ts';
import { factOf, messageOf } from './work.ts';

/** What a view is made from: the incident and its runbook. */
export interface Seen {
  readonly dialog: Dialog;
  readonly contracts: Contracts;
  readonly it: Incident;
}

/** Every message of an incident's thread as it should be shown now, in order, the root first. */
export function view(seen: Seen): ReadonlyMap<string, Card> {
  const messages = new Map<string, Card>([['root', rootCard(seen.dialog, seen.it)]]);
  for (let turn = 0; turn <= seen.it.turn; turn += 1) {
    const card = turnCard(seen, turn);
    if (card !== undefined) messages.set(messageOf(turn), card);
  }
  return messages;
}

/** One turn's message; none while nothing of it is to be seen. */
export function turnCard(seen: Seen, turn: number): Card | undefined {
  const { it } = seen;
  const visits = it.visits.filter(
    (visit) => visit.turn === turn && (visit.detached === undefined || hasNotice(visit)),
  );
  const notes = it.notes.filter((note) => note.turn === turn);
  const related = (it.related ?? []).filter((told) => told.turn === turn);
  const recaps = (it.recaps ?? []).filter((recap) => recap.turn === turn);
  if (visits.length + notes.length + recaps.length === 0) return undefined;
  const asked = it.visits[(askedAgain(it, turn) ?? 0) - 1];
  const sections = [
    ...recaps.map(recapSection),
    ...(related.length === 0 ? [] : [relatedSection(related)]),
    ...(asked === undefined ? [] : [questionAgain(section(seen, asked))]),
    ...visits.map((visit) => section(seen, visit)),
    ...notes.map(noteSection),
  ];
  const at = Math.min(...[...visits, ...notes, ...recaps].map((part) => part.at));
  const tone = toneOf(seen, asked === undefined ? visits : [asked, ...visits]);
  return { at, tone, sections, ...(it.simulated === true ? { simulated: true } : {}) };
}

function recapSection({ n, text, summary }: Recap): Section {
  return { id: `recap.${n}`, text, ...(summary.length === 0 ? {} : { summary }) };
}

/** Of what stands further up already, the question alone; its answer can be changed there. */
function questionAgain({ id, text, explain, buttons, settled, struck }: Section): Section {
  return {
    id: `${id}.again`,
    ...(text === undefined ? {} : { text }),
    ...(explain === undefined ? {} : { explain }),
    ...(buttons === undefined ? {} : { buttons }),
    ...(settled === undefined ? {} : { settled: { text: settled.text, by: settled.by, at: settled.at } }),
    ...(struck === undefined ? {} : { struck }),
  };
}

function noteSection({ id, text, by, at, editedAt, deletedAt }: Note): Section {
  if (deletedAt !== undefined)
    return { id: `note.${id}`, settled: { text: words('Note, taken back'), by, at: deletedAt } };
  const said = editedAt === undefined ? words('Note') : words('Note, edited');
  return {
    id: `note.${id}`,
    text: words('{text}', { text }),
    settled: { text: said, by, at: editedAt ?? at },
  };
}

interface SectionOf {
  readonly dialog: Dialog;
  readonly contracts: Contracts;
  readonly ended: boolean;
  readonly parked: boolean;
  readonly offer: Fact | undefined;
  readonly language: string | undefined;
  readonly open: OpenEntries;
  readonly section: Section;
}

/** States share the visits that did not change. */
const sections = new WeakMap<Visit, SectionOf>();

function section(seen: Seen, visit: Visit): Section {
  const { it, dialog, contracts } = seen;
  const step = Object.hasOwn(dialog.steps, visit.step) ? dialog.steps[visit.step] : undefined;
  const open = Object.entries(it.open).filter(([, one]) => one.visit === visit.n);
  const offer = offerOf(it, step);
  const ended = it.ended !== undefined;
  const parked = it.parked !== undefined;
  const language = clientLanguageOf(dialog, it);
  const known = sections.get(visit);
  const isSame =
    known?.dialog === dialog &&
    known.contracts === contracts &&
    known.ended === ended &&
    known.parked === parked &&
    known.offer === offer &&
    known.language === language &&
    known.open.length === open.length &&
    known.open.every(([, one], index) => one === open[index]?.[1]);
  if (known !== undefined && isSame) return known.section;
  const made = sectionOf(seen, step, visit, open);
  sections.set(visit, { dialog, contracts, ended, parked, offer, language, open, section: made });
  return made;
}

function sectionOf(seen: Seen, step: Step | undefined, visit: Visit, open: OpenEntries): Section {
  const { it } = seen;
  const pending = open.flatMap(([, one]) => (one.kind === 'run' && waited(visit, one) ? [one.contract] : []));
  const approval = open.find(([, one]) => one.kind === 'approval')?.[1];
  const progress = step === undefined ? undefined : progressOf(step, visit, open);
  const buttons = step === undefined || it.ended !== undefined ? [] : buttonsOf(seen, step, open);
  const change = step === undefined || it.ended !== undefined ? [] : changeButtons(seen, step, visit);
  return {
    id: `${visit.n}`,
    ...(visit.text === undefined ? {} : { text: visit.text }),
    ...(visit.explain === undefined ? {} : { explain: visit.explain }),
    ...scriptOf(seen.dialog, it, visit),
    ...(visit.summary === undefined ? {} : { summary: visit.summary }),
    ...(visit.findings.length === 0 ? {} : { findings: worstFirst(visit.findings) }),
    ...(pending.length === 0 ? {} : { pending: pending.map((name) => seen.contracts[name]?.title ?? name) }),
    ...(visit.plan === undefined ? {} : { plan: visit.plan }),
    ...(approval?.kind === 'approval' ? { approval: waiting(approval) } : {}),
    ...(visit.asked === undefined ? {} : { asked: visit.asked }),
    ...(progress === undefined ? {} : { progress }),
    ...(visit.notices.length === 0 ? {} : { notices: visit.notices }),
    ...(buttons.length === 0 ? {} : { buttons }),
    ...settledOf(visit, change),
    ...(visit.struck === true ? { struck: true as const } : {}),
  };
}

function waiting({
  until,
  approvedBy,
  needs,
  by,
  held,
}: Open & { kind: 'approval' }): NonNullable<Section['approval']> {
  return {
    until,
    approvedBy: approvedBy.map((actor) => actor.name),
    ...(needs === undefined ? {} : { needs }),
    ...(by === undefined ? {} : { by }),
    ...(held === undefined ? {} : { held }),
  };
}

function settledOf(visit: Visit, change: readonly Button[]): Pick<Section, 'settled'> {
  if (visit.settled === undefined) return {};
  const { text, by, at } = visit.settled;
  return { settled: { text, by, at, ...(change.length === 0 ? {} : { change }) } };
}

type OpenEntries = readonly (readonly [string, Open])[];

function buttonsOf(seen: Seen, step: Step, open: OpenEntries): readonly Button[] {
  const facts = offeredFrom(seen, step);
  return open.flatMap(([key, one]): readonly Button[] => {
    if (one.kind === 'approval') return approvalButtons(key, one);
    if (one.kind === 'answer' && (step.kind === 'ask' || step.kind === 'check')) {
      const earlier = seen.it.visits[one.visit - 1]?.earlier;
      const again = earlier === undefined ? {} : { earlier };
      const given = (answer: Answer) => ({ type: 'answer.given', key, ...answer }) as const;
      const answers = answerButtons(key, step, facts, given, again);
      const reminded = one.reminded === true && seen.it.parked === undefined;
      return reminded ? [...answers, ...snoozeButtons(key)] : answers;
    }
    if (one.kind === 'time' && one.purpose === 'look') {
      return [{ id: key, label: words('Look now'), event: { type: 'time.came', key } }];
    }
    return [];
  });
}

/** The other answers to a question that was answered, as corrections; none where it no longer stands. */
export function changeButtons(seen: Seen, step: Step, visit: Visit): readonly Button[] {
  const answer = visit.settled?.answer;
  if (answer === undefined || visit.struck === true || step.kind !== 'ask') return [];
  return answerButtons(
    `${visit.n}.change`,
    step,
    offeredFrom(seen, step),
    (other) => ({ type: 'answer.corrected', visit: visit.n, ...other }),
    { except: answer },
  );
}

/** The one fact that a question's buttons read. */
export function offerOf(it: Incident, step: Step | undefined): Fact | undefined {
  return step?.kind === 'ask' && step.offer !== undefined ? factOf(it, step.offer) : undefined;
}

function offeredFrom({ it }: Seen, step: Step): Facts {
  const fact = offerOf(it, step);
  return step.kind === 'ask' && step.offer !== undefined && fact !== undefined ? { [step.offer]: fact } : {};
}

function progressOf(step: Step, visit: Visit, open: OpenEntries): Progress | undefined {
  if (step.kind !== 'check' || step.looks === undefined) return undefined;
  const next = open.find(([, one]) => one.kind === 'time' && one.purpose === 'look')?.[1];
  if (next?.kind !== 'time') return undefined;
  const last = step.looks.at(-1) ?? '1s';
  const text: Text =
    visit.looks === 0
      ? words('First look')
      : words('Looked {count} times; next look', { count: `${visit.looks}` });
  return { text, since: visit.at, nextAt: next.at, until: visit.at + durationMs(last) };
}

function waited(visit: Visit, open: Open & { kind: 'run' }): boolean {
  return open.look === visit.looks - 1 && visit.late?.includes(open.contract) !== true;
}

function toneOf({ it, dialog }: Seen, visits: readonly Visit[]): Card['tone'] {
  const last = visits.findLast((visit) => visit.struck !== true);
  const step =
    last !== undefined && Object.hasOwn(dialog.steps, last.step) ? dialog.steps[last.step] : undefined;
  if (step?.kind === 'end') return step.outcome === 'resolved' ? 'good' : 'bad';
  const here = new Set(visits.map((visit) => visit.n));
  const open = Object.values(it.open).filter((one) => here.has(one.visit));
  if (open.some((one) => one.kind === 'approval' || one.kind === 'answer')) return 'waiting';
  if (open.some((one) => one.kind === 'run' || one.kind === 'time')) return 'working';
  return 'neutral';
}

function hasNotice(visit: Visit): boolean {
  return visit.notices.length > 0;
}
