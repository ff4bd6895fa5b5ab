import { plain, words, type Button, type Card, type Finding, type Section, type Text } from './card.ts';
import type { Dialog } from './dialog.ts';
import { clock, dated, inWords } from './fill.ts';
import type { Incident, Open } from './incident.ts';
import { worstFirst } from './verdict.ts';
import { factOf } from './work.ts';

/** The root message: always the state of the incident in one look. */
export function rootCard(dialog: Dialog, it: Incident): Card {
  const findings = latestFindings(it);
  const watches = it.visits.filter((visit) => visit.detached !== undefined && visit.settled === undefined);
  const sections: Section[] = [
    {
      id: 'state',
      text: stateOf(it),
      explain: words('Owner: {owner}', { owner: it.owner.name }),
      ...(it.parked === undefined ? {} : { buttons: [takeUpButton] }),
    },
    ...(findings.length === 0 ? [] : [{ id: 'findings', findings }]),
    ...watches.flatMap(({ n, text }, index): Section[] =>
      text === undefined ? [] : [{ id: index === 0 ? 'watch' : `watch.${n}`, text }],
    ),
  ];
  return {
    heading: words('{id} · {client} · {trouble}', {
      id: it.id,
      client: clientOf(dialog, it),
      trouble: dialog.title,
    }),
    at: it.openedAt,
    tone: toneOf(it),
    sections,
    ...(it.simulated === true ? { simulated: true } : {}),
  };
}

const takeUpButton: Button = {
  id: 'resume',
  label: words('Take up again'),
  event: { type: 'incident.resumed' },
  style: 'primary',
};

/** The client as far as it is known, for lists and headings. */
export function clientOf(dialog: Dialog, it: Incident): string {
  const value = factOf(it, dialog.client)?.value;
  return value === undefined ? 'client not named yet' : inWords(value);
}

/** What the incident does or waits for, and for whom, in one line. */
export function stateOf(it: Incident): Text {
  if (it.ended !== undefined) {
    return {
      template: `${endWords[it.ended.outcome]}: ${it.ended.text.template}`,
      values: it.ended.text.values ?? {},
    };
  }
  if (it.parked !== undefined) {
    return parkedState(it.parked);
  }
  // What is still owed where the path went on already is waited for by nobody.
  const open = Object.values(it.open).filter(({ visit }) => {
    const { detached, ledTo } = it.visits[visit - 1] ?? {};
    return detached === undefined && ledTo === undefined;
  });
  const approval = open.find((one) => one.kind === 'approval');
  if (approval?.kind === 'approval') {
    return {
      template: `Waiting for an approver: ${approval.plan.title.template}`,
      values: approval.plan.title.values ?? {},
    };
  }
  const running =
    open.find((one) => one.kind === 'run' && one.mode !== 'check') ?? open.find((one) => one.kind === 'run');
  if (running?.kind === 'run') return about(it, running, running.mode === 'check' ? 'Looking' : 'Working');
  const waiting = open.find((one) => one.kind === 'time' && one.purpose === 'look');
  if (waiting?.kind === 'time') {
    const far = waiting.at - it.lastAt >= dayMs;
    return words('Waiting; next look at {at}', { at: far ? dated(waiting.at) : clock(waiting.at) });
  }
  const asked = open.find((one) => one.kind === 'answer');
  if (asked !== undefined) return about(it, asked, `Waiting for {owner}`);
  return words('Waiting');
}

const dayMs = 86_400_000;
const endWords = { resolved: 'Resolved', escalated: 'Handed over', cancelled: 'Closed' } as const;

function parkedState({ at, why = '', until, unanswered }: NonNullable<Incident['parked']>): Text {
  const far = until !== undefined && until - at >= dayMs;
  const times = { at: clock(at), until: until === undefined ? '' : far ? dated(until) : clock(until), why };
  if (unanswered === true) return words('Parked since {at}: nobody answered', times);
  if (until !== undefined && why.trim() === '') return words('Parked from {at} until {until}', times);
  if (until !== undefined) return words('Parked from {at} until {until}: {why}', times);
  return why.trim() === '' ? words('Parked since {at}', times) : words('Parked since {at}: {why}', times);
}

function about(it: Incident, open: Open, what: string): Text {
  const text = it.visits[open.visit - 1]?.text;
  const values = { owner: it.owner.name };
  return text === undefined
    ? words(what, values)
    : { template: `${what}: ${text.template}`, values: { ...text.values, ...values } };
}

function toneOf(it: Incident): Card['tone'] {
  if (it.ended !== undefined) return it.ended.outcome === 'resolved' ? 'good' : 'bad';
  const open = Object.values(it.open);
  return open.some((one) => one.kind === 'answer' || one.kind === 'approval') ? 'waiting' : 'working';
}

/** The latest verdict of every check, without the evidence. What was wrong before something was done about it is history. */
function latestFindings(it: Incident): readonly Finding[] {
  const latest = new Map<string, readonly Finding[]>();
  const mended = it.deeds.filter(({ outcome }) => outcome !== 'unknown' && outcome !== 'partly');
  const lastDeed = Math.max(0, ...mended.map((deed) => deed.visit));
  for (const visit of it.visits) {
    // A watch looks at what was done before, not at what the path is about now.
    if (visit.struck === true || (visit.detached !== undefined && it.ended === undefined)) continue;
    const shown = visit.n >= lastDeed ? visit.findings : visit.findings.filter(isStillTrue);
    for (const check of new Set(visit.findings.map((finding) => finding.check))) {
      latest.set(
        check,
        shown.filter((finding) => finding.check === check),
      );
    }
  }
  return inShort(worstFirst([...latest.values()].flat())).map(({ check, verdict, text, bar }) => ({
    check,
    verdict,
    text,
    ...(bar === undefined ? {} : { bar }),
  }));
}

const mostPasses = 3;

/** Many passes are one line: what is wrong must be seen in one look, and the thread has them all. */
function inShort(all: readonly Finding[]): readonly Finding[] {
  // Two checks may come upon the same.
  const findings = [...new Map(all.map((one) => [plain(one.text), one])).values()];
  const passes = findings.filter(({ verdict }) => verdict === 'pass');
  if (passes.length <= mostPasses) return findings;
  const text = words('{count} checks found nothing wrong.', { count: `${passes.length}` });
  const others = findings.filter(({ verdict }) => verdict !== 'pass' && verdict !== 'not-applicable');
  return [...others, { check: 'passes', verdict: 'pass', text }];
}

function isStillTrue({ verdict }: Finding): boolean {
  return verdict !== 'fail' && verdict !== 'warning';
}
