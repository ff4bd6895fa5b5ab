import { serverOf } from '../engine/alarm.ts';
import { askFirst, isCorrection } from '../engine/consequences.ts';
import type { Contracts } from '../engine/contract.ts';
import type { Dialog } from '../engine/dialog.ts';
import type { Actor, EventBody, InboundEvent, Stamp } from '../engine/event.ts';
import type { Effect } from '../engine/effect.ts';
import type { Deed, Incident } from '../engine/incident.ts';
import type { Reply } from '../engine/reply.ts';
import { step } from '../engine/step.ts';
import type { Verb } from '../engine/verbs.ts';
import { view } from '../engine/view.ts';
import { genesis, logRow } from '../store/chain.ts';
import { traceOf, turnFields } from '../trace.ts';
import type { DeedRow, Fence, Place, Snapshot, Store } from '../store/store.ts';
import { refuse, unknownDialog, unknownIncident } from './refusals.ts';
import { isPressable, readOpeningFacts, readPressable } from './inbound.ts';
import { listenersOf } from './listeners.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { counting, overLimit, type Count } from './limits.ts';
import { newMirrors, type Mirror } from './mirrors.ts';
import { mergedShow, outboxRows } from './outbox.ts';
import { createSaying, type Heard } from './saying.ts';
import { createRelated, newNames, type IsTogether } from './related.ts';
import { stepOnTerms, type AsksAt } from './stamped.ts';
import { versionChanged } from './version-event.ts';

/** The part of a pino logger that the runtime uses. */
export interface RuntimeLog {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

/** What `createDispatcher` needs. `pause` waits before the n-th new try of a turn that was overtaken. */
export interface DispatcherOptions {
  readonly store: Store;
  readonly dialogs: ReadonlyMap<string, Dialog>;
  readonly contracts: Contracts;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 16 random bytes or more, as text, anew at each call: hides what the log only commits to. */
  readonly salt: () => string;
  /** Where approvals are shown besides where their incident lives. */
  readonly mirrors?: readonly Mirror[];
  /** How long questions wait; for ever when absent. */
  readonly asksAt?: AsksAt;
  /** Who may hear of one another's incidents; everybody when absent. */
  readonly isTogether?: IsTogether;
  readonly heard?: Heard;
  readonly pause?: (attempt: number) => Promise<void>;
  readonly log?: RuntimeLog;
}

/** A new incident: for whom, by whom, and where it is shown first. */
export interface Opening {
  readonly dialog: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly actor: Actor;
  readonly source: string;
  readonly eventId: string;
  /** `ref` is the channel's own address, where it has more than one. */
  readonly place: { readonly channel: string; readonly ref?: string };
  readonly simulated: boolean;
  /** A client who has an open incident gets no second one: whoever asks is told of it. */
  readonly unlessOpen?: boolean;
}

/** Who sent an event, and its dedupe key `(source, id)`. The time is ours to stamp. */
export type Sender = Omit<Stamp, 'at'>;

/** The one way in: every event is one turn, and a turn is one commit. */
export interface Dispatcher {
  open(opening: Opening): Promise<Reply>;
  /** What a button or form sent, still unread. */
  press(event: unknown, sender: Sender): Promise<Reply>;
  /** A verb that holds at every step, as the incident stands when it comes. */
  steer(verb: Verb, sender: Sender): Promise<Reply>;
  /** What somebody typed into the thread, to mailfix (`addressed`) or to all: an answer, a verb or a correction if it plainly is one, else a note. */
  say(text: string, sender: Sender, addressed: boolean): Promise<Reply>;
  /**
   * An event of our own making; with `finishes` the outbox row that it is the result of is finished in the same commit.
   * An act that it begins is counted by `counts`, and not begun where one is over its limit.
   */
  dispatch(body: EventBody, sender: Sender, finishes?: Fence, counts?: readonly Count[]): Promise<Reply>;
  /** Called with the incident's id after each commit, also of other servers, `*` for any; returns how to stop. */
  onTurn(listener: (incident: string) => void): () => void;
  /** Called when a commit, also of another server, may have brought work for the outbox; returns how to stop. */
  onOutbox(listener: () => void): () => void;
}

/** An incident that moved under us again and again; the same event may be sent again. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';
}

const mostTries = 10;

/** Makes the dispatcher over a store. Turns of one incident run one after the other, those of different ones side by side. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, dialogs, contracts, now, salt, mirrors = [], pause = jitter } = options;
  const related = createRelated(store, options.isTogether ?? (() => true));
  const inTurn = oneAtATime();
  const turnListeners = listenersOf<string>(options.log);
  const outboxListeners = listenersOf<undefined>(options.log);
  store.onElsewhere((incident) => {
    turnListeners.tell(incident);
    outboxListeners.tell(undefined);
  });

  return {
    async open(opening) {
      const facts = readOpeningFacts(opening.facts);
      if (!facts.ok) return facts;
      const { source, eventId, actor } = opening;
      return inTurn(`${source} ${eventId}`, async () => {
        // Looked for before a number is drawn, so that a re-delivery makes no gap.
        const seen = await store.seen(source, eventId);
        if (seen !== undefined) return seen;
        const dialog = dialogs.get(opening.dialog);
        if (dialog === undefined) return unknownDialog(opening.dialog, dialogs);
        const opened = (incident: string): InboundEvent => ({
          id: eventId,
          source,
          incident,
          actor,
          at: now(),
          type: 'incident.opened',
          dialog: dialog.id,
          version: dialog.version,
          facts: facts.value,
          ...(opening.simulated ? { simulated: true } : {}),
        });
        const { channel, ref = '' } = opening.place;
        const homeOf = (incident: string): Place => ({ id: 'home', incident, channel, role: 'home', ref });
        const wouldBe =
          opening.unlessOpen === true && step(dialog, contracts, undefined, opened('')).incident;
        const refusal = wouldBe && (await related.openAlready(dialog, wouldBe, homeOf('')));
        if (refusal) return refuse(refusal);
        const incident = await store.nextIncident();
        const [event, home] = [opened(incident), homeOf(incident)];
        const reply = await take(dialog, undefined, event, undefined, [home]);
        if (reply === undefined) throw new Overtaken(`The number ${incident} was given twice.`);
        return reply;
      });
    },

    async press(event, sender) {
      const read = readPressable(event);
      return read.ok ? inTurn(sender.incident, () => turn(read.value, sender, undefined)) : read;
    },

    ...createSaying({
      ...options,
      inTurn,
      turn: (body, sender) => turn(body, sender, undefined),
    }),

    async dispatch(body, sender, finishes, counts) {
      const read = isPressable(body.type) ? readPressable(body) : undefined;
      if (read?.ok === false) return settle(read, finishes);
      return inTurn(sender.incident, () => turn(body, sender, finishes, counts));
    },

    onTurn: (listener) => turnListeners.add(listener),
    onOutbox: (listener) => outboxListeners.add(listener),
  };

  async function turn(
    body: EventBody,
    sender: Sender,
    finishes: Fence | undefined,
    counts?: readonly Count[],
  ): Promise<Reply> {
    for (let attempt = 0; attempt < mostTries; attempt += 1) {
      if (attempt > 0) await pause(attempt);
      const seen = await store.seen(sender.source, sender.id);
      if (seen !== undefined) return settle(seen, finishes);
      const snapshot = await store.read(sender.incident);
      if (snapshot === undefined) return settle(unknownIncident(sender.incident), finishes);
      const { incident } = snapshot;
      const dialog = dialogs.get(incident.dialog);
      // Its row is not finished: the runbook may be back after the next start.
      if (dialog === undefined) return unknownDialog(incident.dialog, dialogs);
      const at = Math.max(now(), incident.lastAt);
      if (dialog.version !== incident.dialogVersion) {
        await take(dialog, snapshot, versionChanged(dialog, snapshot, at));
        continue;
      }
      const found = { dialog, contracts, it: incident };
      const first = isCorrection(body) ? askFirst(found, body, { ...sender, at }) : undefined;
      if (first !== undefined) return settle(refuse(first), finishes);
      const reply = await take(dialog, snapshot, { ...sender, ...body, at }, finishes, undefined, counts);
      if (reply !== undefined) return reply;
    }
    throw new Overtaken(
      `${sender.incident} moved ${mostTries} times while ${sender.id} was handled. Send it again.`,
    );
  }

  /** Computes and commits one event; undefined when the incident moved meanwhile. */
  async function take(
    dialog: Dialog,
    snapshot: Snapshot | undefined,
    event: InboundEvent,
    finishes?: Fence,
    newPlaces?: readonly Place[],
    counts: readonly Count[] = [],
  ): Promise<Reply | undefined> {
    const handled = (on: InboundEvent) =>
      stepOnTerms(dialog, contracts, snapshot?.incident, on, options.asksAt);
    let stepped = handled(event);
    const about = newNames(dialog, snapshot?.incident, stepped.incident);
    if (stepped.incident !== undefined && about.length > 0) {
      const all = newPlaces ?? (await store.places(event.incident));
      const found = await related.lately(
        stepped.incident,
        about,
        all.find(({ role }) => role === 'home'),
      );
      if (found.length > 0) stepped = handled({ ...event, related: found });
    }
    const { incident, reply, deeds } = stepped;
    if (!reply.ok || incident === undefined) return settle(reply, finishes);
    const known = newPlaces ?? (stepped.effects.some(isPosted) ? await store.places(incident.id) : []);
    const added = newMirrors(incident.id, stepped.effects, known, mirrors);
    const places = [...known, ...added];
    const effects = added.length === 0 ? stepped.effects : withRoot(stepped.effects, dialog, incident);
    const outbox = outboxRows(incident, effects, places, now());
    const expected = snapshot?.incident.seq ?? 0;
    const after = snapshot === undefined ? genesis(incident.id) : { seq: expected, head: snapshot.head };
    const committed = await store.commit({
      incident,
      expected,
      server: serverOf(incident),
      about,
      log: logRow(after, stepped.event, reply, salt),
      outbox,
      merge: mergedShow,
      ...(finishes === undefined ? {} : { finishes }),
      places: [...(newPlaces ?? []), ...added],
      deeds: deeds.map((deed) => deedRow(incident.id, deed)),
      ...(event.type === 'incident.redacted'
        ? { redacts: { classes: event.classes, cards: view({ dialog, contracts, it: incident }) } }
        : {}),
      ...counting(snapshot?.incident, event, stepped, counts),
    });
    switch (committed.state) {
      case 'conflict':
        return undefined;
      case 'limited':
        return take(dialog, snapshot, overLimit(event, committed.name, counts), finishes, newPlaces);
      case 'duplicate':
        return settle(committed.reply, finishes);
      case 'busy':
        return refuse({
          code: 'late',
          message: `Nothing was redacted: messages of ${incident.id} are on their way. Try again in a minute.`,
        });
      case 'fenced':
        return refuse({
          code: 'late',
          message: `The result of ${finishes?.id} came after its lease: another try has it.`,
        });
      case 'committed':
        options.log?.debug(turnFields(incident, event, finishes), 'taken');
        turnListeners.tell(incident.id, { trace: traceOf(incident) });
        if (outbox.length > 0) outboxListeners.tell(undefined, { trace: traceOf(incident) });
        return reply;
    }
  }

  /** A place that is new is shown the first message before any other. */
  function withRoot(effects: readonly Effect[], dialog: Dialog, it: Incident): readonly Effect[] {
    const isRoot = (effect: Effect) => effect.type === 'show' && effect.message === 'root';
    const card = effects.some(isRoot) ? undefined : view({ dialog, contracts, it }).get('root');
    if (card === undefined) return effects;
    return [{ type: 'show', key: 'show.root', message: 'root', card, notify: 'none' }, ...effects];
  }

  /** The event changes nothing, now or again, but the row that it came from is over. */
  async function settle(reply: Reply, finishes: Fence | undefined): Promise<Reply> {
    if (finishes !== undefined) await store.finish(finishes);
    return reply;
  }
}

function isPosted(effect: Effect): boolean {
  return effect.type === 'show' || effect.type === 'whisper';
}

function deedRow(incident: string, { subject, hash, action, outcome, at }: Deed): DeedRow {
  return { subject, incident, hash, action, outcome, at };
}

function jitter(attempt: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * 2 ** attempt));
}
