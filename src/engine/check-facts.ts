import { z } from 'zod';
import type { Problem } from './check.ts';
import { setBy } from './set.ts';
import type { Contracts } from './contract.ts';
import type { Dialog, Step } from './dialog.ts';
import { keysOf, outcomesOf, type Edge } from './edges.ts';
import { placesIn } from './fill.ts';

/** Facts read on a path that has not set them, facts that the dialog does not declare, conditions asked before they can hold. */
export function problemsOfFacts(dialog: Dialog, contracts: Contracts, edges: readonly Edge[]): Problem[] {
  const sure = surelyKnown(dialog, edges);
  const possible = possiblyKnown(dialog, edges);
  return Object.entries(dialog.steps).flatMap(([id, step]) => {
    const known = sure.get(id) ?? new Set<string>();
    const early = readsOf(step, contracts)
      .filter((name) => !known.has(name))
      .map((name) => ({
        step: id,
        reason: `It reads "${name}", which is not known on every path that leads here.`,
      }));
    const wrong = settings(step).flatMap(([name, value]) => {
      const type: unknown = Object.hasOwn(dialog.facts.shape, name) ? dialog.facts.shape[name] : undefined;
      return !(type instanceof z.ZodType) || type.safeParse(value).success
        ? []
        : [{ step: id, reason: `It sets "${name}", and "${name}" can never be "${value}".` }];
    });
    const undeclared = declares(step, contracts)
      .filter((name) => !Object.hasOwn(dialog.facts.shape, name))
      .map((name) => ({ step: id, reason: `It brings or needs "${name}", which "facts" does not declare.` }));
    const asked = edges
      .filter((edge) => edge.from === id)
      .flatMap((edge) =>
        Object.keys(edge.when ?? {})
          .filter((name) => !(possible.get(id)?.has(name) === true || edge.brings.has(name)))
          .map((name) => ({
            step: id,
            reason: `A table asks for "${name}", which no path to here has set.`,
          })),
      );
    return [...early, ...undeclared, ...wrong, ...asked];
  });
}

/** What every path to a step has set: the intersection over its ways in, to a fixed point. */
function surelyKnown(dialog: Dialog, edges: readonly Edge[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, Set<string>>([[dialog.start, new Set()]]);
  const todo = [dialog.start];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    for (const edge of edges.filter((other) => other.from === id)) {
      const arriving = new Set([...(known.get(id) ?? []), ...edge.brings]);
      const before = known.get(edge.to);
      const now = before === undefined ? arriving : new Set([...before].filter((name) => arriving.has(name)));
      if (before !== undefined && before.size === now.size) continue;
      known.set(edge.to, now);
      todo.push(edge.to);
    }
  }
  return known;
}

/** What some path to a step has set. */
function possiblyKnown(dialog: Dialog, edges: readonly Edge[]): ReadonlyMap<string, ReadonlySet<string>> {
  const known = new Map<string, Set<string>>([[dialog.start, new Set()]]);
  const todo = [dialog.start];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    for (const edge of edges.filter((other) => other.from === id)) {
      const now = new Set([...(known.get(edge.to) ?? []), ...(known.get(id) ?? []), ...edge.brings]);
      if (known.get(edge.to)?.size === now.size) continue;
      known.set(edge.to, now);
      todo.push(edge.to);
    }
  }
  return known;
}

function readsOf(step: Step, contracts: Contracts): readonly string[] {
  switch (step.kind) {
    case 'ask':
      return [
        ...placesIn(step.ask),
        ...placesIn(step.explain ?? ''),
        ...(step.offer === undefined ? [] : [step.offer]),
      ];
    case 'check':
    case 'watch':
      return [
        ...placesIn(step.title),
        ...(step.kind === 'watch' ? placesIn(step.fired ?? '') : []),
        ...step.run.flatMap((check) => inputsOf(contracts, check)),
      ];
    case 'action':
      return [...placesIn(step.title), ...inputsOf(contracts, step.run)];
    case 'say':
      return [...placesIn(step.title ?? ''), ...placesIn(step.text)];
    case 'end':
      return placesIn(step.text);
  }
}

function inputsOf(contracts: Contracts, name: string): readonly string[] {
  return Object.hasOwn(contracts, name) ? keysOf(contracts[name]?.input) : [];
}

/** Every fact that a step names or that its contracts bring. */
function declares(step: Step, contracts: Contracts): readonly string[] {
  const own = settings(step).map(([name]) => name);
  if (step.kind === 'ask') {
    own.push(...[step.save, step.offer].filter((name) => name !== undefined));
  }
  if (step.kind === 'ask' || step.kind === 'check') {
    own.push(...Object.values(step.choices ?? {}).flatMap((choice) => choice.text?.save ?? []));
  }
  if (step.kind !== 'check' && step.kind !== 'watch' && step.kind !== 'action') return [...new Set(own)];
  const runs = step.kind === 'action' ? [step.run] : step.run;
  const names = runs.flatMap((run) => [
    ...inputsOf(contracts, run),
    ...Object.values(outcomesOf(contracts, run)).flatMap((type) => Object.keys(type.shape)),
  ]);
  return [...new Set([...own, ...names])];
}

/** What the choices of a step set, and what its words do. */
function settings(step: Step): readonly (readonly [name: string, value: string])[] {
  const choices = step.kind === 'ask' || step.kind === 'check' ? Object.values(step.choices ?? {}) : [];
  const all = step.kind === 'say' ? [step] : choices;
  return all.flatMap((one) => Object.entries(setBy(one)));
}
