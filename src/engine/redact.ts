import type { Text } from './card.ts';
import type { FieldClass } from './event.ts';
import type { Facts } from './fact.ts';
import type { Incident, Visit } from './incident.ts';

/** What stands where something was redacted. */
const gone = '[redacted]';

type Classes = ReadonlySet<FieldClass>;

/**
 * The incident without what is of these classes. Of a sentence the template stays, which is ours, and its values go; a
 * sentence that may hold several classes loses its values with any of them. Who did what and when stays.
 */
export function redacted(it: Incident, classes: readonly FieldClass[]): Incident {
  const of: Classes = new Set(classes);
  const { parked, ended, ...rest } = it;
  return {
    ...rest,
    facts: of.has('facts') ? withoutValues(it.facts) : it.facts,
    visits: it.visits.map((visit) => redactedVisit(visit, of)),
    ...(it.alarms === undefined || !of.has('texts')
      ? {}
      : { alarms: it.alarms.map((alarm) => ({ ...alarm, text: emptied(alarm.text) })) }),
    notes: of.has('texts') ? it.notes.map((note) => ({ ...note, text: gone })) : it.notes,
    // Of other incidents, and so of any class.
    ...(it.related === undefined ? {} : { related: [] }),
    ...(it.recaps === undefined
      ? {}
      : { recaps: it.recaps.map((one) => ({ ...one, summary: one.summary.map((line) => emptied(line)) })) }),
    deeds: of.has('plans')
      ? it.deeds.map((deed) => ({ ...deed, subject: gone, title: emptied(deed.title) }))
      : it.deeds,
    ...(parked === undefined
      ? {}
      : { parked: of.has('texts') && parked.why !== undefined ? { ...parked, why: gone } : parked }),
    ...(ended === undefined ? {} : { ended: said(of) ? { ...ended, text: emptied(ended.text) } : ended }),
    redacted: { ...stillRedacted(it), ...Object.fromEntries(classes.map((name) => [name, it.seq])) },
  };
}

/** What was redacted up to the event before this one is so up to this one, which brings nothing of any class. */
export function stillRedacted({ redacted = {}, seq }: Incident): NonNullable<Incident['redacted']> {
  return Object.fromEntries(Object.entries(redacted).map(([name, at]) => [name, at === seq - 1 ? seq : at]));
}

/** What people said, as words or as the facts that were read from them. */
function said(of: Classes): boolean {
  return of.has('texts') || of.has('facts');
}

function redactedVisit(visit: Visit, of: Classes): Visit {
  const { text, explain, script, summary, plan, settled, detached, earlier, ...rest } = visit;
  const filled = (one: Text) => (of.has('facts') ? emptied(one) : one);
  return {
    ...rest,
    ...(text === undefined ? {} : { text: filled(text) }),
    ...(explain === undefined ? {} : { explain: filled(explain) }),
    ...(script === undefined ? {} : { script: filled(script) }),
    // These hold whatever was known or happened.
    ...(summary === undefined ? {} : { summary: summary.map((line) => emptied(line)) }),
    notices: visit.notices.map((line) => emptied(line)),
    findings: of.has('findings') ? [] : visit.findings,
    brought: of.has('facts') ? withoutValues(visit.brought) : visit.brought,
    ...(visit.said === undefined || !said(of) ? {} : { said: withoutValues(visit.said) }),
    ...(plan === undefined || of.has('plans') ? {} : { plan }),
    ...(earlier === undefined || said(of) ? {} : { earlier }),
    ...(settled === undefined ? {} : { settled: said(of) ? redactedAnswer(settled) : settled }),
    ...(detached === undefined
      ? {}
      : {
          detached: {
            ...detached,
            input: of.has('facts') ? withoutValues(detached.input) : detached.input,
            subject: of.has('plans') ? gone : detached.subject,
          },
        }),
  };
}

/** Of a choice the label stays, of typed words nothing. */
function redactedAnswer(settled: NonNullable<Visit['settled']>): NonNullable<Visit['settled']> {
  const { answer, ...rest } = settled;
  // Without an answer it is a decision: who approved stays, why it was rejected goes.
  if (answer === undefined) return { ...rest, text: emptied(settled.text, ['names', 'at']) };
  const text = answer.text === undefined ? emptied(settled.text) : { template: gone };
  return { ...rest, text, answer: { ...answer, ...(answer.text === undefined ? {} : { text: gone }) } };
}

function emptied({ template, values }: Text, kept: readonly string[] = []): Text {
  if (values === undefined) return { template };
  const left = Object.entries(values).map(([name, value]) => [name, kept.includes(name) ? value : gone]);
  return { template, values: Object.fromEntries(left) as Readonly<Record<string, string>> };
}

function withoutValues(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).map(([name, fact]) => [name, { ...fact, value: gone }]));
}
