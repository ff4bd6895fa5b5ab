import { z } from 'zod';
import type { Contracts } from './contract.ts';
import type { ActionStep, Dialog, Next, Step, When } from './dialog.ts';
import { edgesOf, outcomesOf, type Edge } from './edges.ts';
import { placesIn } from './fill.ts';
import { rowsOf } from './next.ts';
import { problemsOfFacts } from './check-facts.ts';
import { problemsOfSize } from './check-size.ts';

/** What is wrong with a dialog: where, and why in words that say what to do. */
export interface Problem {
  readonly step: string;
  readonly reason: string;
}

/** Everything that can be proven of a dialog before anybody depends on it; empty when it is sound. */
export function checkDialog(dialog: Dialog, contracts: Contracts): readonly Problem[] {
  const ids = Object.keys(dialog.steps);
  if (ids.length === 0) return [{ step: dialog.id, reason: 'The dialog has no steps.' }];
  const edges = edgesOf(dialog, contracts);
  const missing = problemsOfTargets(dialog, edges);
  if (missing.length > 0) return missing;
  return [
    ...problemsOfNames(ids),
    ...problemsOfEscalation(dialog),
    ...problemsOfGraph(dialog, edges),
    ...Object.entries(dialog.steps).flatMap(([id, step]) => problemsOfStep(id, step, dialog, contracts)),
    ...problemsOfFacts(dialog, contracts, edges),
    ...problemsOfSize(dialog),
  ];
}

function problemsOfTargets(dialog: Dialog, edges: readonly Edge[]): Problem[] {
  const targets = [{ from: dialog.id, to: dialog.start, label: 'start' }, ...edges];
  return targets
    .filter(({ to }) => !Object.hasOwn(dialog.steps, to))
    .map(({ from, to, label }) => ({
      step: from,
      reason: `"${label}" leads to "${to}", and there is no such step.`,
    }));
}

/** It is come to from any step, so nothing is surely known there; what only it leads to is reached all the same. */
function problemsOfEscalation({ id, escalate, steps }: Dialog): Problem[] {
  if (escalate === undefined) return [];
  const step = Object.hasOwn(steps, escalate) ? steps[escalate] : undefined;
  if (step?.kind !== 'end' || step.outcome !== 'escalated')
    return [
      { step: id, reason: `"escalate" names "${escalate}", which is no end with the outcome "escalated".` },
    ];
  const read = placesIn(step.text);
  return read.length === 0
    ? []
    : [
        {
          step: escalate,
          reason: `"escalate" leads here from any step, and it reads "${read.join('", "')}".`,
        },
      ];
}

function problemsOfNames(ids: readonly string[]): Problem[] {
  return ids
    .filter((id) => !/^[a-z][A-Za-z0-9]{0,39}$/.test(id))
    .map((step) => ({
      step,
      reason: 'A step’s name is a letter a–z and then at most 39 letters and digits.',
    }));
}

function problemsOfGraph(dialog: Dialog, edges: readonly Edge[]): Problem[] {
  const ids = Object.keys(dialog.steps);
  const out = (id: string): Edge[] => edges.filter((edge) => edge.from === id);
  const into = (id: string): Edge[] => edges.filter((edge) => edge.to === id);
  const reached = spread([dialog.start], (id) => out(id).map((edge) => edge.to));
  const ends = ids.filter((id) => dialog.steps[id]?.kind === 'end');
  const ending = spread(ends, (id) =>
    into(id)
      .filter((edge) => edge.kind !== 'after')
      .map((edge) => edge.from),
  );
  const unwaiting = ids.filter((id) => passes(dialog.steps[id]));
  const rings = unwaiting.filter((id) => {
    const ahead = (step: string): string[] =>
      passes(dialog.steps[step])
        ? out(step)
            .filter((edge) => !isChosen(edge))
            .map((edge) => edge.to)
        : [];
    return spread(ahead(id), ahead).has(id);
  });
  return [
    ...ids
      .filter((id) => !reached.has(id))
      .map((step) => ({ step, reason: 'No path leads here: remove it, or lead to it.' })),
    ...ids
      .filter((id) => !ending.has(id))
      .map((step) => ({ step, reason: 'No path leads from here to an end.' })),
    ...rings.map((step) => ({
      step,
      reason: 'It can go round and come back here without waiting for anybody.',
    })),
    ...edges.flatMap((edge): Problem[] => {
      const watch = dialog.steps[edge.to]?.kind === 'watch';
      if (watch === (edge.kind === 'after')) return [];
      const reason = watch
        ? `"${edge.label}" leads to the watch "${edge.to}": a watch begins with "after" of an action.`
        : `"after" names "${edge.to}", which is no watch.`;
      return [{ step: edge.from, reason }];
    }),
    ...(dialog.steps[dialog.start]?.kind === 'watch'
      ? [{ step: dialog.start, reason: 'A watch cannot be the start.' }]
      : []),
  ];
}

/** Steps that may be passed without waiting for a person or a time: words, checks, questions that are skipped when known. */
function passes(step: Step | undefined): boolean {
  if (step?.kind === 'ask') return step.skipWhenKnown === true;
  return step?.kind === 'say' || (step?.kind === 'check' && step.looks === undefined);
}

function isChosen(edge: Edge): boolean {
  return (
    edge.label !== '' && edge.label !== 'else' && !edge.label.startsWith('typed') && edge.when === undefined
  );
}

function spread(first: readonly string[], next: (id: string) => readonly string[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const todo = [...first];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    todo.push(...next(id));
  }
  return seen;
}

function problemsOfStep(id: string, step: Step, dialog: Dialog, contracts: Contracts): Problem[] {
  const at = (reason: string): Problem => ({ step: id, reason });
  const tables = nextsOf(step).flatMap((next) => problemsOfTable(next, dialog, contracts).map(at));
  switch (step.kind) {
    case 'ask': {
      const problems = [...tables];
      if (!Object.hasOwn(step.choices ?? {}, 'unknown')) {
        problems.push(at('The question has no choice "unknown": nobody may be forced to guess.'));
      }
      const types = step.field !== undefined || step.offer !== undefined;
      if (types !== (step.next !== undefined && step.save !== undefined)) {
        problems.push(at('A field or an offer needs "save" and "next", and the other way round.'));
      }
      if (step.offerLabel !== undefined && step.offer === undefined) {
        problems.push(at('"offerLabel" stands around what is offered, and nothing is: give "offer" too.'));
      }
      return problems;
    }
    case 'check':
      return [
        ...tables,
        ...(step.until ?? []).flatMap((when) => problemsOfWhen(when, dialog, contracts).map(at)),
        ...unroutedUnknowns(step.next, step.run).map(at),
        ...problemsOfRun(step.run, dialog).map(at),
      ];
    case 'watch':
      return [
        ...tables,
        ...step.fires.flatMap((when) => [
          ...problemsOfWhen(when, dialog, contracts).map(at),
          ...unseen(when, step.run).map(at),
        ]),
        ...problemsOfRun(step.run, dialog).map(at),
      ];
    case 'action': {
      const contract = Object.hasOwn(contracts, step.run) ? contracts[step.run] : undefined;
      if (contract?.kind !== 'action') return [...tables, at(`There is no action "${step.run}".`)];
      const wanted = [
        ...Object.keys(contract.outcomes),
        'failed',
        'partly',
        'unknown',
        'rejected',
        'expired',
      ];
      const lost = wanted.filter((outcome) => !Object.hasOwn(step.on, outcome));
      const confirm: unknown = step.confirm;
      return [
        ...tables,
        ...begun(step, wanted).map(at),
        ...lost.map((outcome) => at(`"on" has no way for the outcome "${outcome}".`)),
        ...(confirm === undefined
          ? [at('The action has no "confirm": nothing is changed without a person’s approval.')]
          : []),
      ];
    }
    default:
      return tables;
  }
}

/** A watch hangs on a deed, and a failed act is none. */
function begun({ after }: ActionStep, outcomes: readonly string[]): string[] {
  if (after === undefined || typeof after === 'string') return [];
  const deeds = outcomes.filter((outcome) => !['failed', 'rejected', 'expired'].includes(outcome));
  return Object.keys(after)
    .filter((outcome) => !deeds.includes(outcome))
    .map((outcome) => `"after" names "${outcome}", and a watch can begin with: ${deeds.join(', ')}.`);
}

function nextsOf(step: Step): readonly Next[] {
  const choices = step.kind === 'ask' || step.kind === 'check' ? Object.values(step.choices ?? {}) : [];
  const own =
    step.kind === 'action'
      ? Object.values(step.on)
      : step.kind === 'watch'
        ? [step.reopen]
        : 'next' in step && step.next !== undefined
          ? [step.next]
          : [];
  return [...own, ...choices.map((choice) => choice.next)];
}

function problemsOfTable(next: Next, dialog: Dialog, contracts: Contracts): string[] {
  return rowsOf(next).rows.flatMap(({ when }) => problemsOfWhen(when, dialog, contracts));
}

/** Conditions that can never hold: names that are no enumerated fact and no check, values that cannot occur. */
function problemsOfWhen(when: When, dialog: Dialog, contracts: Contracts): string[] {
  if (Object.keys(when).length === 0)
    return [
      'It has a condition that asks for nothing and so always holds: ask for something, or leave it out.',
    ];
  return Object.entries(when).flatMap(([name, value]) => {
    const values = valuesOf(name, dialog, contracts);
    if (values === undefined)
      return [`"${name}" is neither a check nor an enumerated fact, so a table cannot ask for it.`];
    return values.includes(value)
      ? []
      : [`"${name}" can never be "${value}"; it can be: ${values.join(', ')}.`];
  });
}

function valuesOf(name: string, dialog: Dialog, contracts: Contracts): readonly string[] | undefined {
  const outcomes = Object.keys(outcomesOf(contracts, name));
  if (outcomes.length > 0) return [...new Set([...outcomes, 'unknown'])];
  const type: unknown = Object.hasOwn(dialog.facts.shape, name) ? dialog.facts.shape[name] : undefined;
  return type instanceof z.ZodEnum ? type.options.map(String) : undefined;
}

/** "I could not look" must have a way of its own, or it would pass for "all is well". */
function unroutedUnknowns(next: Next, run: readonly string[]): string[] {
  const { rows } = rowsOf(next);
  return run
    .filter((check) => !rows.some(({ when }) => when[check] === 'unknown' && Object.keys(when).length === 1))
    .map(
      (check) =>
        `The table has no row for { ${check}: 'unknown' }: could-not-look must not be taken for a result.`,
    );
}

/** What a watch fires on must be what it looks at. */
function unseen(fires: When, run: readonly string[]): string[] {
  return Object.keys(fires)
    .filter((name) => !run.includes(name))
    .map((name) => `"fires" asks for "${name}", and the watch does not run that check.`);
}

/** A check's outcome is a fact under the check's name, and would overwrite another fact of that name. */
function problemsOfRun(run: readonly string[], dialog: Dialog): string[] {
  if (run.length === 0) return ['"run" names no check.'];
  return run
    .filter((check) => Object.hasOwn(dialog.facts.shape, check))
    .map(
      (check) =>
        `"${check}" is a fact and a check: the outcome would overwrite the fact. Rename one of them.`,
    );
}
