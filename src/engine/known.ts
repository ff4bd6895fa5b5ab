import { words, type Button, type Card, type Section, type Text } from './card.ts';
import type { Fact } from './fact.ts';
import { clock, inWords } from './fill.ts';
import type { Incident, Visit } from './incident.ts';
import { labelOf, sourceOf } from './source.ts';
import { isCorrectable } from './steer.ts';
import { changeButtons, type Seen } from './view.ts';
import { factsOf } from './work.ts';

/** The name of the card of all that is known: it is made when somebody asks for it, and is no message of the thread. */
export const knownMessage = 'known';

/**
 * All that is known of an incident, each with who or what said so and when: answers with Change, what people may say against
 * a check, and what only machines can know.
 */
export function knownCard(seen: Seen): Card {
  const { it } = seen;
  const answers = it.visits.filter(
    ({ struck, detached, settled }) =>
      struck !== true && detached === undefined && settled?.answer !== undefined,
  );
  const answered = new Set(answers.flatMap(({ brought }) => Object.values(brought)));
  const facts = factsOf(it);
  const asked = new Set(answers.flatMap((visit) => savedBy(seen, visit)));
  const others = Object.entries(facts).filter(([name, fact]) => !answered.has(fact) && !asked.has(name));
  const changeable = others.filter(([name]) => isCorrectable(seen.dialog, name));
  const rest = others.filter(([name]) => !isCorrectable(seen.dialog, name));
  const lines = rest.map(([name, fact]) => lineOf(seen, name, fact));
  return {
    heading: words('{id} · What I know', { id: it.id }),
    at: it.lastAt,
    tone: 'neutral',
    sections: [
      ...(Object.keys(facts).length + answers.length === 0
        ? [{ id: 'nothing', text: words('Nothing yet.') }]
        : []),
      ...answers.map((visit) => answerSection(seen, visit)),
      ...changeable.map(([name, fact]) => factSection(seen, name, fact)),
      ...(lines.length === 0 ? [] : [{ id: 'rest', summary: lines }]),
    ],
    ...(it.simulated === true ? { simulated: true } : {}),
  };
}

/** The fact that a known answer stands for, which no visit of its own brought. */
function savedBy({ dialog }: Seen, { step: id, settled }: Visit): readonly string[] {
  const step = Object.hasOwn(dialog.steps, id) ? dialog.steps[id] : undefined;
  return step?.kind === 'ask' && step.save !== undefined && settled?.known === true ? [step.save] : [];
}

function answerSection(seen: Seen, visit: Visit): Section {
  const step = Object.hasOwn(seen.dialog.steps, visit.step) ? seen.dialog.steps[visit.step] : undefined;
  const change = step === undefined || seen.it.ended !== undefined ? [] : changeButtons(seen, step, visit);
  const { text = words(''), by = '', at = 0 } = visit.settled ?? {};
  return {
    id: `${visit.n}`,
    ...(visit.text === undefined ? {} : { text: visit.text }),
    settled: { text, by, at, ...(change.length === 0 ? {} : { change }) },
  };
}

function factSection(seen: Seen, name: string, fact: Fact): Section {
  const label = labelOf(seen, name);
  const change: readonly Button[] =
    seen.it.ended === undefined
      ? [
          {
            id: `${name}.change`,
            label: words('Change'),
            event: { type: 'fact.corrected', fact: name, text: '' },
            inline: true,
            field: { name: 'text', label, required: true },
          },
        ]
      : [];
  const over = overruled(seen.it, name, fact);
  return {
    id: `fact.${name}`,
    text: words('{label}', { label }),
    ...(over === undefined
      ? {}
      : {
          explain: words('{source} said {old} at {at}.', {
            source: sourceOf(seen.contracts, over),
            old: inWords(over.value),
            at: clock(over.at),
          }),
        }),
    settled: {
      text: words('{value}', { value: inWords(fact.value) }),
      by: sourceOf(seen.contracts, fact),
      at: fact.at,
      ...(change.length === 0 ? {} : { change }),
    },
  };
}

/** What would be known if nobody had said otherwise. */
function overruled(it: Incident, name: string, fact: Fact): Fact | undefined {
  const visits = it.visits.map((visit) => withoutSaid(visit));
  const other = factsOf({ ...it, visits })[name];
  return other === undefined || other === fact || other.value === fact.value ? undefined : other;
}

function withoutSaid(visit: Visit): Visit {
  const { said: _, ...rest } = visit;
  return rest;
}

function lineOf(seen: Seen, name: string, fact: Fact): Text {
  return words('{label}: {value} ({source}, {at})', {
    label: labelOf(seen, name),
    value: inWords(fact.value),
    source: sourceOf(seen.contracts, fact),
    at: clock(fact.at),
  });
}
