import type { Contracts } from '../engine/contract.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { Effect } from '../engine/effect.ts';
import { mailfix, type Actor, type EventBody, type InboundEvent } from '../engine/event.ts';
import type { Incident } from '../engine/incident.ts';
import type { Plan } from '../engine/plan.ts';
import { step } from '../engine/step.ts';
import type { Listener } from './coverage.ts';

/** Who asks, and who approves, in a rehearsal. */
export const [sam, lea]: readonly [Actor, Actor] = [
  { id: 'web:sam', person: 'sam', name: 'Sam' },
  { id: 'web:lea', person: 'lea', name: 'Lea' },
];

/** What is being rehearsed. */
export interface Play {
  readonly dialog: Dialog;
  readonly contracts: Contracts;
}

/** An event that was taken, with the states around it. */
export interface Scene {
  readonly before: Incident | undefined;
  readonly event: InboundEvent;
  readonly after: Incident;
}

/** An incident in the making, without store and network. It is never changed: a move makes another. */
export interface Stage {
  readonly it: Incident;
  /** Runs and questions to the policy that nobody has answered yet. */
  readonly owed: readonly Effect[];
  /** What happened since the stage before. */
  readonly scenes: readonly Scene[];
}

const began = Date.UTC(2026, 0, 5, 9, 0);

/** The stage after an incident was opened with these facts. */
export function opened(play: Play, facts: Readonly<Record<string, string>>): Stage {
  const { id, version } = play.dialog;
  const empty = { it: undefined, owed: [], scenes: [] };
  return answered(play, after(play, empty, { type: 'incident.opened', dialog: id, version, facts }, sam));
}

/** The stage after one more event, and after the policy and the planning that follow of themselves. Throws when it is refused. */
export function happens(
  play: Play,
  stage: Stage,
  body: EventBody,
  actor: Actor = mailfix,
  at?: number,
): Stage {
  return answered(play, after(play, { ...stage, scenes: [] }, body, actor, at));
}

/** Tells a listener of all that happened. */
export function retell(play: Play, scenes: readonly Scene[], listener: Listener): void {
  for (const { before, event, after: state } of scenes) listener(play.dialog, before, event, state);
}

function after(
  { dialog, contracts }: Play,
  stage: { readonly it: Incident | undefined } & Omit<Stage, 'it'>,
  body: EventBody,
  actor: Actor,
  at = stage.it?.lastAt ?? began,
): Stage {
  const id = `e${(stage.it?.seq ?? 0) + 1}`;
  const event: InboundEvent = { id, source: 'rehearsal', incident: 'INC-1', at, actor, ...body };
  const { incident, effects, reply } = step(dialog, contracts, stage.it, event);
  if (!reply.ok) throw new Error(`"${body.type}" was refused: ${reply.refusal.message}`);
  if (incident === undefined) throw new Error(`"${body.type}" left no incident.`);
  const open = (effect: Effect) => effect.type !== 'show' && Object.hasOwn(incident.open, effect.key);
  return {
    it: incident,
    owed: [...stage.owed, ...effects].filter(open),
    scenes: [...stage.scenes, { before: stage.it, event, after: incident }],
  };
}

/** The policy allows what is asked of it, and every plan can be made: what else can come of an action, its act comes to. */
function answered(play: Play, stage: Stage): Stage {
  let now = stage;
  for (;;) {
    const asked = now.owed.find(({ type }) => type === 'authorize');
    const planned = now.owed.find((effect) => effect.type === 'run' && effect.mode === 'plan');
    if (asked?.type === 'authorize') {
      const authority = { allowed: true, roles: [], reason: 'rehearsal' };
      now = after(play, now, { type: 'confirm.decided', key: asked.key, authority }, mailfix);
    } else if (planned?.type === 'run') {
      const { key } = planned;
      const plan = planOf(play, planned);
      now = after(play, now, { type: 'run.finished', key, outcome: 'planned', plan }, mailfix);
    } else return now;
  }
}

/** A plan of a state of its own, so that no deed of before counts for it. */
function planOf({ contracts }: Play, { contract, input, key }: Effect & { type: 'run' }): Plan {
  const title = contracts[contract]?.title ?? contract;
  return {
    hash: `plan ${key}`,
    subject: `${contract} ${JSON.stringify(input)}`,
    title: { template: `${title.charAt(0).toUpperCase()}${title.slice(1)}?` },
    input,
    calls: [],
    from: 'as found',
    to: 'as proposed',
    evidence: [],
    risk: { level: 'low', reasons: [] },
    needs: 1,
  };
}
