import type { Next, Step } from '../engine/dialog.ts';
import { valuesOf } from '../engine/fact.ts';
import { targetsOf } from '../engine/next.ts';
import { factsOf } from '../engine/work.ts';
import { edgesOf } from '../engine/edges.ts';
import { Coverage, edgeName, edgesTaken } from './coverage.ts';
import { movesOf } from './moves.ts';
import { rowTaken } from './ways.ts';
import { opened, retell, type Play, type Scene, type Stage } from './stage.ts';

/** One conversation from the opening to an end. */
export interface Conversation {
  readonly opening: Readonly<Record<string, string>>;
  readonly scenes: readonly Scene[];
}

/** What was found by walking a dialog. */
export interface Explored {
  /** Together they take every edge that can be taken. */
  readonly conversations: readonly Conversation[];
  readonly coverage: Coverage;
  /** How many different states were met. */
  readonly states: number;
  /** There were more states than `most`: what was not reached may be reachable. */
  readonly cut: boolean;
}

interface Place {
  readonly stage: Stage;
  readonly from?: Place;
  readonly opening: Readonly<Record<string, string>>;
  readonly key: string;
}

/**
 * Walks a dialog, whatever people and systems say, and picks conversations that take every edge of it. At first states
 * count as the same that stand at the same step. For each edge that was missed it is walked once more, and states are told
 * apart by the row that they would take in its table. `openings`: the facts that incidents may begin
 * with; `most`: states in one walk.
 */
export function explore(
  play: Play,
  { openings = [{}, { client: 'info@acme.example' }], most = 20_000 } = {},
): Explored {
  const coverage = new Coverage(play.dialog, play.contracts);
  const first = walk(play, { openings, most });
  const conversations = [...picked(play, first.leaves, first.toEnd, coverage)];
  let { states, cut } = first;
  for (const edge of edgesOf(play.dialog, play.contracts)) {
    const wanted = edgeName(edge);
    if (first.cut || coverage.has(wanted)) continue;
    const tables = nextsOf(play.dialog.steps[edge.from]).filter((next) => targetsOf(next).includes(edge.to));
    for (const target of tables) {
      const more = walk(play, { openings, most, target, wanted });
      conversations.push(...picked(play, more.leaves, first.toEnd, coverage));
      states += more.states;
      cut ||= more.cut && !coverage.has(wanted);
    }
  }
  return { conversations, coverage, states, cut };
}

interface Walk {
  readonly openings: readonly Readonly<Record<string, string>>[];
  readonly most: number;
  /** States are told apart by the row that they would take in this table. */
  readonly target?: Next;
  /** It is over as soon as this edge was taken; without one it goes everywhere. */
  readonly wanted?: string;
}

interface Walked {
  readonly leaves: readonly Place[];
  /** How many moves it is from a state to an end. */
  readonly toEnd: ReadonlyMap<string, number>;
  readonly states: number;
  readonly cut: boolean;
}

function walk(play: Play, { openings, most, target, wanted }: Walk): Walked {
  const found = { wanted: false };
  const first = new Set<string>();
  const before = new Map<string, Set<string>>();
  const ends: string[] = [];
  const leaves: Place[] = [];
  const queue: Place[] = [];
  const meet = (place: Place): void => {
    leaves.push(place);
    found.wanted ||= wanted !== undefined && edgesIn(play, place.stage.scenes).includes(wanted);
    if (place.from !== undefined) {
      const back = before.get(place.key) ?? new Set();
      before.set(place.key, back.add(place.from.key));
    }
    if (first.has(place.key)) return;
    first.add(place.key);
    if (place.stage.it.ended !== undefined) ends.push(place.key);
    queue.push(place);
  };
  for (const opening of openings) {
    const stage = opened(play, opening);
    meet({ stage, opening, key: keyOf(stage, target) });
  }
  for (let index = 0; index < queue.length && first.size <= most && !found.wanted; index += 1) {
    const place = queue[index];
    if (place === undefined) break;
    for (const { make } of movesOf(play, place.stage, target)) {
      const stage = make(place.stage);
      meet({ stage, from: place, opening: place.opening, key: keyOf(stage, target) });
    }
  }
  return { leaves, toEnd: distances(ends, before), states: first.size, cut: first.size > most };
}

/** Few conversations for what was walked and not taken before: the farthest first, for what leads there is taken on the way. */
function picked(
  play: Play,
  leaves: readonly Place[],
  toEnd: ReadonlyMap<string, number>,
  coverage: Coverage,
): readonly Conversation[] {
  return leaves.toReversed().flatMap((leaf) => {
    if (edgesIn(play, leaf.stage.scenes).every((edge) => coverage.has(edge))) return [];
    const scenes = [...scenesTo(leaf), ...scenesOn(play, leaf.stage, toEnd)];
    retell(play, scenes, coverage.listener);
    return [{ opening: leaf.opening, scenes }];
  });
}

function edgesIn({ dialog }: Play, scenes: readonly Scene[]): readonly string[] {
  return scenes.flatMap(({ before, event, after }) => edgesTaken(dialog, before, event, after));
}

function scenesTo(place: Place): readonly Scene[] {
  return [...(place.from === undefined ? [] : scenesTo(place.from)), ...place.stage.scenes];
}

const mostOn = 40;

/** A short way on from here to an end. */
function scenesOn(play: Play, from: Stage, toEnd: ReadonlyMap<string, number>): readonly Scene[] {
  const scenes: Scene[] = [];
  const far = (stage: Stage): number => toEnd.get(keyOf(stage)) ?? Infinity;
  let stage = from;
  for (let count = 0; count < mostOn && stage.it.ended === undefined; count += 1) {
    const made = movesOf(play, stage).map(({ make }) => make(stage));
    const [nearest] = made.toSorted((one, other) => far(one) - far(other));
    if (nearest === undefined) return scenes;
    stage = nearest;
    scenes.push(...stage.scenes);
  }
  return scenes;
}

function distances(
  ends: readonly string[],
  before: ReadonlyMap<string, ReadonlySet<string>>,
): ReadonlyMap<string, number> {
  const far = new Map(ends.map((key) => [key, 0]));
  const todo = [...ends];
  for (let index = 0; index < todo.length; index += 1) {
    const key = todo[index] ?? '';
    for (const one of before.get(key) ?? []) {
      if (far.has(one)) continue;
      far.set(one, (far.get(key) ?? 0) + 1);
      todo.push(one);
    }
  }
  return far;
}

/** States that no table can tell apart are the same: where the incident stands, what watches, and the row of a table further on. */
function keyOf({ it }: Stage, target?: Next): string {
  const standing = it.visits.filter(({ struck, ledTo }) => struck !== true && ledTo === undefined);
  const path = standing.filter(({ detached }) => detached === undefined);
  const watches = standing.filter(({ detached, settled }) => detached !== undefined && settled === undefined);
  const steps = (visits: typeof standing) => visits.map(({ step }) => step);
  const row = target === undefined ? 0 : rowTaken(target, valuesOf(factsOf(it)));
  const open = Object.values(it.open).map(({ kind }) => kind);
  const once = (names: readonly string[]) => [...new Set(names)].toSorted();
  return JSON.stringify([steps(path).at(-1), once(steps(watches)), it.ended?.outcome, row, once(open)]);
}

function nextsOf(step: Step | undefined): readonly Next[] {
  switch (step?.kind) {
    case undefined:
      return [];
    case 'say':
      return [step.next];
    case 'end':
      return [];
    case 'watch':
      return [step.reopen];
    case 'action':
      return Object.values(step.on);
    case 'ask':
    case 'check':
      return [
        ...(step.next === undefined ? [] : [step.next]),
        ...Object.values(step.choices ?? {}).map(({ next }) => next),
      ];
  }
}
