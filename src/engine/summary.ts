import { plain, words, type Text } from './card.ts';
import { clock } from './fill.ts';
import type { Incident } from './incident.ts';
import { verdictWords, worstFirst } from './verdict.ts';

/** The case in short lines for whoever takes over: answers, findings worst first, warnings, and what was done. */
export function summaryOf(it: Incident): readonly Text[] {
  // What a watch saw is repeated where the path took it up.
  const stands = it.visits.filter((visit) => visit.struck !== true && visit.detached === undefined);
  const answers = stands.flatMap((visit) =>
    visit.settled?.answer === undefined || visit.text === undefined
      ? []
      : [words('{question} {answer}', { question: plain(visit.text), answer: plain(visit.settled.text) })],
  );
  const findings = worstFirst(stands.flatMap((visit) => visit.findings)).map((finding) =>
    words('{verdict}: {text}', { verdict: verdictWords[finding.verdict], text: plain(finding.text) }),
  );
  const deeds = it.deeds.map((deed) =>
    words('Done at {at}: {what}, {outcome}, approved by {names}', {
      at: clock(deed.at),
      what: plain(deed.title),
      outcome: deed.outcome,
      names: deed.approvedBy.map((actor) => actor.name).join(' and '),
    }),
  );
  const alarms = (it.alarms ?? []).map(({ at, text }) =>
    words('Warned at {at}: {text}', { at: clock(at), text: plain(text) }),
  );
  return [...answers, ...findings, ...alarms, ...deeds];
}
