import { z } from 'zod';
import type { Text } from './card.ts';
import type { Contracts } from './contract.ts';
import type { Dialog, Step } from './dialog.ts';
import type { Effect, Notify } from './effect.ts';
import type { InboundEvent } from './event.ts';
import type { Facts, Fact, Values } from './fact.ts';
import type { Deed, Incident, Open, Visit } from './incident.ts';

/** The turn in the making: the next state, grown field by field, and what is to be done outside. Lives for one `step()`. */
export interface Work {
  readonly dialog: Dialog;
  readonly contracts: Contracts;
  readonly event: InboundEvent;
  it: Incident;
  readonly effects: Effect[];
  readonly deeds: Deed[];
  /** Who is to be told, if the message reads differently in the end. */
  readonly notify: Map<string, Notify>;
  /** The event's `asks` became part of the incident, so it is logged with the event. */
  usedTerms: boolean;
}

/** A list of visits is never changed, and one event asks often what is known from it. */
const folded = new WeakMap<Incident['visits'], { readonly from: Facts; readonly facts: Facts }>();

/**
 * What is known: the opening's facts, overlaid by every visit that stands, in order. Watches bring theirs only when they
 * fire. What a person said against a check wins over what checks and actions bring later.
 */
export function factsOf(it: Incident): Facts {
  const known = folded.get(it.visits);
  if (known !== undefined && known.from === it.facts) return known.facts;
  const facts: Record<string, Fact> = { ...it.facts };
  const said = new Set<string>();
  for (const visit of it.visits) {
    if (visit.struck === true || visit.detached !== undefined) continue;
    if (said.size === 0) Object.assign(facts, visit.brought);
    else {
      for (const [name, fact] of Object.entries(visit.brought)) {
        if (fact.source !== 'person' && said.has(name)) continue;
        said.delete(name);
        facts[name] = fact;
      }
    }
    if (visit.said === undefined) continue;
    Object.assign(facts, visit.said);
    for (const name of Object.keys(visit.said)) said.add(name);
  }
  folded.set(it.visits, { from: it.facts, facts });
  return facts;
}

/** One of them, without all the others. */
export function factOf(it: Incident, name: string): Fact | undefined {
  if (it.visits.some(({ said }) => said !== undefined)) {
    const facts = factsOf(it);
    return Object.hasOwn(facts, name) ? facts[name] : undefined;
  }
  const visit = it.visits.findLast(
    ({ struck, detached, brought }) =>
      struck !== true && detached === undefined && Object.hasOwn(brought, name),
  );
  const from = visit?.brought ?? it.facts;
  return Object.hasOwn(from, name) ? from[name] : undefined;
}

/** The step of a visit; a dialog that lost it is a defect here, since `version-changed` comes first. */
export function stepOf(work: Work, visit: Visit): Step {
  const step = Object.hasOwn(work.dialog.steps, visit.step) ? work.dialog.steps[visit.step] : undefined;
  if (step === undefined) throw new Error(`Dialog "${work.dialog.id}" has no step "${visit.step}".`);
  return step;
}

/** A visit by number; asking for one that never was is a defect. */
export function visitOf(it: Incident, n: number): Visit {
  const visit = it.visits[n - 1];
  if (visit === undefined) throw new Error(`${it.id} has no visit ${n}.`);
  return visit;
}

const rank: Record<Notify, number> = { none: 0, owner: 1, approvers: 2, channel: 3 };

/** The name of a turn's message. */
export function messageOf(turn: number): string {
  return `turn-${turn}`;
}

/** A change of this message concerns them; whoever is the larger circle wins. */
export function tell(work: Work, message: string, notify: Notify): void {
  if (rank[notify] > rank[work.notify.get(message) ?? 'none']) work.notify.set(message, notify);
}

/** Replaces fields of a visit. */
export function amend(work: Work, n: number, changes: Partial<Visit>): Visit {
  const visit = { ...visitOf(work.it, n), ...changes };
  work.it = { ...work.it, visits: work.it.visits.with(n - 1, visit) };
  return visit;
}

/** Appends a visit at the end of the current turn. */
export function addVisit(work: Work, step: string, fields: Partial<Visit>): Visit {
  const visit: Visit = {
    n: work.it.visits.length + 1,
    step,
    turn: work.it.turn,
    at: work.event.at,
    by: work.event.actor,
    findings: [],
    brought: {},
    looks: 0,
    notices: [],
    ...fields,
  };
  work.it = { ...work.it, visits: [...work.it.visits, visit] };
  return visit;
}

/** Waits for something under a key that was never used before. */
export function openKey(work: Work, key: string, open: Open): void {
  work.it = { ...work.it, open: { ...work.it.open, [key]: open } };
}

/** No longer waits for these. */
export function closeKeys(work: Work, gone: (key: string, open: Open) => boolean): void {
  const kept = Object.entries(work.it.open).filter(([key, open]) => !gone(key, open));
  work.it = { ...work.it, open: Object.fromEntries(kept) };
}

/** What is open under a key that came from outside; own keys only. */
export function openAt(it: Incident, key: string): Open | undefined {
  return Object.hasOwn(it.open, key) ? it.open[key] : undefined;
}

/** Opens a time and asks to be woken. */
export function wakeAt(
  work: Work,
  key: string,
  visit: number,
  purpose: (Open & { kind: 'time' })['purpose'],
  at: number,
): void {
  openKey(work, key, { kind: 'time', visit, purpose, at });
  work.effects.push({ type: 'wake', key, at });
}

/** Values as facts that a check or an action found. */
export function asFacts(work: Work, values: Values, source: 'check' | 'action', by: string): Facts {
  return withSource(values, { source, by, at: work.event.at });
}

/** Values as facts that this event's actor gave. */
export function saidBy(event: InboundEvent, values: Values): Facts {
  const { name: by, person } = event.actor;
  return withSource(values, { source: 'person', by, person, at: event.at });
}

function withSource(values: Values, from: Omit<Fact, 'value'>): Facts {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, { value, ...from }]));
}

/** The incident, no longer parked. */
export function resumed(work: Work): Incident {
  const { parked: _, ...it } = work.it;
  return it;
}

/** Names of the facts that a contract reads. */
export function inputsOf(work: Work, contract: string): readonly string[] {
  return Object.keys(contractOf(work, contract).input.shape);
}

/** Those facts that a contract's input asks for. */
export function inputFor(work: Work, contract: string, facts: Facts): Values {
  const names = inputsOf(work, contract).filter((name) => Object.hasOwn(facts, name));
  return Object.fromEntries(names.map((name) => [name, facts[name]?.value ?? '']));
}

/** A contract by name. */
export function contractOf(work: Work, name: string): Contracts[string] {
  const contract = Object.hasOwn(work.contracts, name) ? work.contracts[name] : undefined;
  if (contract === undefined) throw new Error(`There is no contract "${name}".`);
  return contract;
}

/** Adds a line to a visit, for all to see. */
export function notice(work: Work, n: number, text: Text, notify: Notify = 'owner'): void {
  const visit = amend(work, n, { notices: [...visitOf(work.it, n).notices, text] });
  tell(work, messageOf(visit.turn), notify);
}

/** A fact's zod type, if the dialog has the fact. */
export function factType(dialog: Dialog, name: string): z.ZodType | undefined {
  const shape: Readonly<Record<string, unknown>> = dialog.facts.shape;
  const type = Object.hasOwn(shape, name) ? shape[name] : undefined;
  return type instanceof z.ZodType ? type : undefined;
}
