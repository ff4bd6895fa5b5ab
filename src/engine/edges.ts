import { z } from 'zod';
import type { Contracts } from './contract.ts';
import type { Dialog, Next, Step, When } from './dialog.ts';
import { rowsOf } from './next.ts';

/** One way from a step to another, with what is surely known after it. */
export interface Edge {
  readonly from: string;
  readonly to: string;
  /** `answer yes`, `unknown`, `row 2`, `default` …: unique within the step. */
  readonly label: string;
  /** Facts that this way surely brings. */
  readonly brings: ReadonlySet<string>;
  /** The conditions of its row. */
  readonly when?: When;
  /** `reopen` leads from a watch; `after` begins one. */
  readonly kind: 'path' | 'after' | 'reopen';
}

/** Every way of a dialog. Targets that do not exist are included; `checkDialog` refuses them. */
export function edgesOf(dialog: Dialog, contracts: Contracts): readonly Edge[] {
  return Object.entries(dialog.steps).flatMap(([id, step]) => stepEdges(id, step, contracts));
}

function stepEdges(id: string, step: Step, contracts: Contracts): readonly Edge[] {
  const make = (next: Next, label: string, brings: readonly string[], run: readonly string[] = []): Edge[] =>
    spread(id, next, label, brings, run, contracts);
  switch (step.kind) {
    case 'say':
      return make(step.next, '', Object.keys(step.set ?? {}));
    case 'end':
      return [];
    case 'ask':
      return [
        ...(step.next === undefined
          ? []
          : make(step.next, 'typed', step.save === undefined ? [] : [step.save])),
        ...choiceEdges(step.choices, make),
      ];
    case 'check':
      return [...make(step.next, '', step.run, step.run), ...choiceEdges(step.choices, make)];
    case 'watch':
      return make(step.reopen, 'fires', step.run).map((edge) => ({ ...edge, kind: 'reopen' as const }));
    case 'action': {
      const outcomes = Object.hasOwn(contracts, step.run) ? contracts[step.run]?.outcomes : undefined;
      const factsOf = (outcome: string): readonly string[] =>
        outcomes !== undefined && Object.hasOwn(outcomes, outcome) ? keysOf(outcomes[outcome]) : [];
      const ways = Object.entries(step.on).flatMap(([outcome, next]) =>
        make(next, outcome, factsOf(outcome)),
      );
      const begun = (to: string, label: string, brings: readonly string[]): Edge => ({
        from: id,
        to,
        label,
        brings: new Set(brings),
        kind: 'after',
      });
      const { after = {} } = step;
      if (typeof after === 'string') return [...ways, begun(after, 'after', [])];
      const watches = Object.entries(after).flatMap(([outcome, to]) =>
        to === undefined ? [] : [begun(to, `after ${outcome}`, factsOf(outcome))],
      );
      return [...ways, ...watches];
    }
  }
}

function choiceEdges(
  choices: (Step & { kind: 'ask' })['choices'],
  make: (next: Next, label: string, brings: readonly string[]) => Edge[],
): Edge[] {
  return Object.entries(choices ?? {}).flatMap(([choice, { next, set, text }]) =>
    make(next, choice, [...Object.keys(set ?? {}), ...(text?.save === undefined ? [] : [text.save])]),
  );
}

/** One edge a row; the default brings what all outcomes bring that no row took. */
function spread(
  from: string,
  next: Next,
  label: string,
  brings: readonly string[],
  run: readonly string[],
  contracts: Contracts,
): Edge[] {
  const { rows, last } = rowsOf(next);
  const taken = new Map<string, Set<string>>(run.map((check) => [check, new Set()]));
  const edges = rows.map(({ when, to }, index): Edge => {
    const sure = new Set(brings);
    for (const [name, value] of Object.entries(when)) {
      for (const fact of outcomeFacts(contracts, name, value)) sure.add(fact);
    }
    const [only, ...others] = Object.keys(when);
    if (only !== undefined && others.length === 0) taken.get(only)?.add(when[only] ?? '');
    return { from, to, label: `${label} ${inRow(when, index)}`.trim(), brings: sure, when, kind: 'path' };
  });
  const sure = new Set(brings);
  for (const [check, gone] of taken) {
    const left = Object.keys(outcomesOf(contracts, check)).filter((outcome) => !gone.has(outcome));
    const [first, ...rest] = left.map((outcome) => new Set(outcomeFacts(contracts, check, outcome)));
    for (const fact of first ?? []) if (rest.every((other) => other.has(fact))) sure.add(fact);
  }
  const name = rows.length === 0 ? label : `${label} else`.trim();
  return [...edges, { from, to: last, label: name, brings: sure, kind: 'path' }];
}

function inRow(when: When, index: number): string {
  const conditions = Object.entries(when).map(([name, value]) => `${name}=${value}`);
  return conditions.length === 0 ? `row ${index + 1}` : conditions.join(' ');
}

/** The outcomes that a check may have, by contract; none for other names. */
export function outcomesOf(contracts: Contracts, name: string): Readonly<Record<string, z.ZodObject>> {
  const contract = Object.hasOwn(contracts, name) ? contracts[name] : undefined;
  return contract?.kind === 'check' ? contract.outcomes : {};
}

function outcomeFacts(contracts: Contracts, check: string, outcome: string): readonly string[] {
  const outcomes = outcomesOf(contracts, check);
  return Object.hasOwn(outcomes, outcome) ? keysOf(outcomes[outcome]) : [];
}

/** Keys that an object of this type surely has. */
export function keysOf(type: z.ZodObject | undefined): readonly string[] {
  return Object.entries(type?.shape ?? {}).flatMap(([key, field]) =>
    field instanceof z.ZodOptional ? [] : [key],
  );
}
