import { plain, words, type Finding, type Text } from '../../src/engine/card.ts';
import type { InboundEvent } from '../../src/engine/event.ts';
import type { Incident, Visit } from '../../src/engine/incident.ts';
import type { Snooze } from '../../src/engine/terms.ts';
import { decisionWords } from '../../src/render/plan-words.ts';

/** What happened, as a sentence that goes on after the actor's name: “Sam answered …”. */
export function eventInWords(event: InboundEvent, incident: Incident): Text {
  switch (event.type) {
    case 'incident.opened':
      return openedInWords(event.facts);
    case 'answer.given':
    case 'answer.corrected': {
      const visit =
        event.type === 'answer.given' ? visitAt(incident, event.key) : incident.visits[event.visit - 1];
      const question = visit?.text === undefined ? 'a question' : plain(visit.text);
      const answer = answerOf(event, incident, visit);
      return event.type === 'answer.given'
        ? words('answered “{answer}” to “{question}”', { answer, question })
        : words('changed the answer to “{question}”: “{answer}”', { answer, question });
    }
    case 'answer.reopened': {
      const { text = words('a question') } = incident.visits[event.visit - 1] ?? {};
      return words('went back to “{question}”', { question: plain(text) });
    }
    case 'fact.corrected':
      return words('corrected {fact}: “{text}”', { fact: event.fact, text: event.text });
    case 'question.repeated': {
      const { text = words('a question') } = visitAt(incident, event.key) ?? {};
      return words('asked to see “{question}” again', { question: plain(text) });
    }
    case 'confirm.pressed': {
      const what = titleOf(visitAt(incident, event.key));
      const decision = decisionWords[event.decision];
      return withWhy(words('pressed {decision} on “{what}”', { decision, what }), event.why);
    }
    case 'confirm.decided': {
      const { allowed, reason } = event.authority;
      const what = titleOf(visitAt(incident, event.key));
      return allowed
        ? words('was allowed to decide on “{what}”: {reason}', { what, reason })
        : words('was not allowed to decide on “{what}”: {reason}', { what, reason });
    }
    case 'run.finished':
      return runInWords(event, visitAt(incident, event.key));
    case 'time.came':
      return timeInWords(event, visitAt(incident, event.key));
    case 'note.added':
      return words('noted: {text}', { text: event.text });
    case 'note.edited':
      return words('edited a note: {text}', { text: event.text });
    case 'note.deleted':
      return words('took a note back');
    case 'incident.client-language-chosen':
      return words('chose the client’s language: {language}', { language: event.language });
    case 'incident.taken-over':
      return words('took the incident over');
    case 'incident.handed-over':
      return withWhy(words('handed the incident over to {to}', { to: event.to.name }), event.why);
    case 'incident.parked':
      return withWhy(parkedInWords(event.wake), event.why);
    case 'incident.resumed':
      return words('took the incident up again');
    case 'incident.restarted':
      return words('started over');
    case 'incident.escalated':
      return withWhy(words('escalated the incident'), event.why);
    case 'incident.cancelled':
      return withWhy(words('cancelled the incident'), event.why);
    case 'server.suspected':
      return words('warned about {server}: {text}', { server: event.server, text: plain(event.text) });
    case 'effect.died':
      return words('gave up on {what}: {why}', { what: event.what, why: event.why });
    case 'incident.held':
      return withWhy(words('put the incident under legal hold'), event.why);
    case 'incident.released':
      return withWhy(words('released the incident from legal hold'), event.why);
    case 'incident.redacted':
      return withWhy(words('redacted {classes}', { classes: event.classes.join(', ') }), event.why);
    case 'dialog.version-changed':
      return words('went on with version {to} of the runbook', { to: `${event.to}` });
  }
}

function parkedInWords(wake: Snooze | undefined): Text {
  switch (wake) {
    case '30m':
      return words('parked the incident for 30 min');
    case '2h':
      return words('parked the incident for 2 h');
    case 'morning':
      return words('parked the incident until tomorrow morning');
    case undefined:
      return words('parked the incident');
  }
}

function openedInWords(facts: Readonly<Record<string, string>>): Text {
  const said = Object.entries(facts).map(([name, value]) => `${name} ${value}`);
  return said.length === 0
    ? words('opened the incident')
    : words('opened the incident with {facts}', { facts: said.join(', ') });
}

function answerOf(
  event: InboundEvent & { choice?: string; text?: string },
  incident: Incident,
  visit: Visit | undefined,
): string {
  // The label that was pressed is with the visit that the answer settled; a correction makes a new one.
  const settled = [visit, ...incident.visits].find(
    (one) => one?.settled?.at === event.at && one.settled.by === event.actor.name,
  )?.settled;
  const label = settled === undefined ? event.choice : plain(settled.text);
  if (label === undefined) return event.text ?? '';
  return event.text === undefined || event.text === label || label.includes(event.text)
    ? label
    : `${label}: ${event.text}`;
}

function runInWords(event: InboundEvent & { type: 'run.finished' }, visit: Visit | undefined): Text {
  const [, what = ''] = event.key.split('.');
  if (event.plan !== undefined)
    return words('proposed “{title}”: {from} → {to}', {
      title: plain(event.plan.title),
      from: event.plan.from,
      to: event.plan.to,
    });
  const said = (event.findings ?? []).map(findingInWords).join('; ');
  if (what === 'act' || what === 'plan') {
    const title = titleOf(visit);
    const verb = what === 'act' ? 'carried out' : 'looked before';
    return said === ''
      ? words(`${verb} “{title}”: {outcome}`, { title, outcome: event.outcome })
      : words(`${verb} “{title}”: {outcome}. {said}`, { title, outcome: event.outcome, said });
  }
  return said === ''
    ? words('looked ({check}): {outcome}', { check: what, outcome: event.outcome })
    : words('looked: {said}', { said });
}

function findingInWords({ verdict, text }: Finding): string {
  return verdict === 'unknown' ? `not known: ${plain(text)}` : plain(text);
}

function timeInWords(event: InboundEvent & { type: 'time.came' }, visit: Visit | undefined): Text {
  const about = visit?.text === undefined ? titleOf(visit) : plain(visit.text);
  const [first, purpose = ''] = event.key.split('.');
  if (first === 'wake') return words('took the incident up again, since it was time');
  if (purpose === 'look')
    return event.actor.id === 'mailfix'
      ? words('looked again when it was time: “{about}”', { about })
      : words('asked to look at once: “{about}”', { about });
  const known = new Map([
    ['reminder', 'reminded the approvers: “{about}”'],
    ['expiry', 'let the proposal expire, since nobody decided in time: “{about}”'],
    ['escalation', 'asked more people, since nobody had decided: “{about}”'],
    ['call', 'called the approvers, since quiet hours were over: “{about}”'],
    ['nudge', 'reminded the owner: “{about}”'],
    ['summon', 'told the channel that nobody had answered: “{about}”'],
    ['park', 'parked the incident, since nobody had answered: “{about}”'],
    ['deadline', 'stopped waiting for late checks: “{about}”'],
  ]);
  return words(known.get(purpose) ?? 'noticed that it was time: “{about}”', { about });
}

function visitAt(incident: Incident, key: string): Visit | undefined {
  // Keys begin with the number of the visit that opened them.
  const n = /^\d{1,9}(?=\.)/.exec(key)?.[0];
  return n === undefined ? undefined : incident.visits[Number(n) - 1];
}

function titleOf(visit: Visit | undefined): string {
  if (visit?.plan !== undefined) return plain(visit.plan.title);
  return visit?.text === undefined ? 'a step' : plain(visit.text);
}

function withWhy(text: Text, why: string | undefined): Text {
  if (why === undefined || why === '') return text;
  return words(`${text.template}: {why}`, { ...text.values, why });
}
