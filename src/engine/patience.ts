import { plain, words } from './card.ts';
import { durationInWords } from './duration.ts';
import { clock, dated } from './fill.ts';
import type { Incident, Open } from './incident.ts';
import { recap } from './recap.ts';
import type { Refusal } from './reply.ts';
import type { AskTerms, Snooze } from './terms.ts';
import { closeKeys, notice, openKey, resumed, visitOf, wakeAt, type Work } from './work.ts';

type Asked = Open & { kind: 'answer' };

/** What is done about a question that nobody answers, in this order. */
const order = ['nudge', 'summon', 'park'] as const;
type Purpose = (typeof order)[number];

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
/** People who talked so lately are not interrupted; nor is one thing said right after the other. */
const apartMs = 5 * minuteMs;

/** Waits for an answer; whoever does not give it is reminded, on the terms that the event came with. */
export function awaitAnswer(work: Work, n: number): void {
  const { asks: terms } = work.event;
  openKey(work, `${n}.answer`, { kind: 'answer', visit: n, ...(terms === undefined ? {} : { terms }) });
  if (terms === undefined) return;
  work.usedTerms = true;
  // What a parked incident asks begins to wait when it is taken up.
  if (work.it.parked === undefined) wakeNext(work, n, terms, order);
}

/** Nobody answered so far: the owner is reminded, then the channel is told, then the incident is parked. */
export function unanswered(work: Work, n: number, purpose: Purpose): void {
  const [key, open] = askedIn(work.it, n) ?? [];
  if (key === undefined || open?.terms === undefined) return;
  const { at } = work.event;
  const talked = work.it.notes.at(-1)?.at ?? 0;
  if (talked + apartMs > at) return wakeFor(work, n, purpose, talked + apartMs);
  const { text = words(''), at: asked } = visitOf(work.it, n);
  const values = {
    owner: work.it.owner.name,
    since: at - asked >= dayMs ? dated(asked) : clock(asked),
    time: durationInWords(at - asked),
    question: plain(text),
  };
  if (purpose === 'park') {
    work.it = { ...work.it, parked: { at, unanswered: true } };
    return notice(
      work,
      n,
      words('Nobody has answered for {time}, since {since}: parked. Any answer takes it up again.', values),
    );
  }
  openKey(work, key, { ...open, reminded: true });
  if (purpose === 'nudge')
    notice(work, n, words('{owner}, this has waited for {time}, since {since}.', values));
  else notice(work, n, words('Nobody has answered for {time}, since {since}: {question}', values), 'channel');
  wakeNext(work, n, open.terms, order.slice(order.indexOf(purpose) + 1));
}

/** Nobody is reminded while it is parked, but at the time that was wished for; a refusal where that is not known. */
export function park(work: Work, why: string | undefined, wake: Snooze | undefined): Refusal | undefined {
  const { at } = work.event;
  const until = wake === undefined ? undefined : wakeTime(work, wake);
  if (wake !== undefined && until === undefined)
    return {
      code: 'not-allowed',
      message: 'When the morning begins is not known here. Choose another time.',
    };
  hush(work);
  const key = `wake.${work.it.seq}`;
  const parked = {
    at,
    ...(why === undefined ? {} : { why }),
    ...(until === undefined ? {} : { until, key }),
  };
  work.it = { ...work.it, parked };
  if (until !== undefined) work.effects.push({ type: 'wake', key, at: until });
  return undefined;
}

/** It goes on where it was: what is known is said, what is open is asked again, and waits anew. */
export function takeUp(work: Work): void {
  const { actor } = work.event;
  const byItself = work.it.parked?.until !== undefined && actor.id === 'mailfix';
  work.it = resumed(work);
  const terms = work.event.asks ?? {};
  hush(work);
  for (const [key, open] of Object.entries(work.it.open)) {
    if (open.kind !== 'answer' || open.terms === undefined) continue;
    const { reminded: _, ...asked } = open;
    work.usedTerms = true;
    openKey(work, key, { ...asked, terms });
    wakeNext(work, open.visit, terms, order);
  }
  recap(
    work,
    byItself
      ? words('It is time: {owner} wanted to be reminded now.', { owner: work.it.owner.name })
      : words('{name} takes this up again.', { name: actor.name }),
  );
}

function wakeNext(work: Work, n: number, terms: AskTerms, left: readonly Purpose[]): void {
  const { at } = work.event;
  const times = { nudge: terms.remindAt, summon: terms.callAt, park: terms.parkAt };
  const next = left.find((purpose) => times[purpose] !== undefined);
  if (next === undefined) return;
  const due = times[next] ?? at;
  wakeFor(work, n, next, due > at ? due : at + apartMs);
}

/** Where it comes again it needs a key of its own, and no two events have one number. */
function wakeFor(work: Work, n: number, purpose: Purpose, at: number): void {
  wakeAt(work, `${n}.${purpose}.${work.it.seq}`, n, purpose, at);
}

function hush(work: Work): void {
  closeKeys(work, (_, open) => open.kind === 'time' && order.some((purpose) => purpose === open.purpose));
}

function askedIn(it: Incident, n: number): readonly [string, Asked] | undefined {
  for (const [key, open] of Object.entries(it.open))
    if (open.kind === 'answer' && open.visit === n) return [key, open];
  return undefined;
}

function wakeTime(work: Work, wake: Snooze): number | undefined {
  const { event } = work;
  switch (wake) {
    case '30m':
      return event.at + 30 * minuteMs;
    case '2h':
      return event.at + 120 * minuteMs;
    case 'morning':
      work.usedTerms = true;
      return event.asks?.morningAt;
  }
}
