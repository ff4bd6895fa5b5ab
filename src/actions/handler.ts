import type { z } from 'zod';
import type { Text } from '../engine/card.ts';
import type { RunResult } from '../engine/event.ts';
import type { ActionContract, CheckContract, Contracts } from '../engine/contract.ts';
import type { Alarm } from '../engine/incident.ts';
import type { EffectError } from '../errors.ts';
import type { Plan } from '../engine/plan.ts';
import type { DeedRow } from '../store/store.ts';

/** How long a sign that a server is in trouble speaks against changes for single clients, in milliseconds. */
export const suspicionMs = 30 * 60_000;

/** An incident about the same server, without its client's name: not everybody who reads this one may read that one. */
export interface Neighbour {
  readonly id: string;
  readonly openedAt: number;
  readonly account?: string;
}

/** An address that an earlier incident of the same client was about. */
export interface SeenAddress {
  readonly ip: string;
  readonly incident: string;
}

/** What a handler gets beside its input: time, its limit, and what happened before. */
export interface RunContext {
  readonly incident: string;
  readonly now: () => number;
  /** Aborted at the step's deadline and when the server drains. */
  readonly signal: AbortSignal;
  /** Acts on this subject by any incident within a time, the last day when absent (ms); newest first. */
  readonly deeds: (subject: string, withinMs?: number) => Promise<readonly DeedRow[]>;
  /** Incidents about this server that were opened within this time and not cancelled, oldest first; this one among them. */
  readonly onServer: (server: string, withinMs: number) => Promise<readonly Neighbour[]>;
  /** Addresses of earlier incidents of the same client, the newest incident first; empty where the client is not known. */
  readonly clientAddresses: () => Promise<readonly SeenAddress[]>;
  /**
   * Tells every open incident about this server that it may be the server, not the client; each hears of a sign once,
   * however often this is called. `sign` names the trouble and stays the same while it lasts: `imap down`.
   */
  readonly suspect: (server: string, sign: string, text: Text) => Promise<void>;
  /** What incidents about this server were told within `suspicionMs`; of each sign the latest telling, oldest first. */
  readonly suspicions: (server: string) => Promise<readonly Alarm[]>;
}

/** For acts only. */
export interface ActContext extends RunContext {
  /** An earlier attempt may have sent a write already: look before doing anything. */
  readonly mayHaveSent: boolean;
  /** Whether an earlier attempt may have sent this call of the plan. */
  readonly mayHaveSentCall: (call: string) => boolean;
  /** Whether throwing this failure now brings another attempt, because surely nothing was sent and trying may help. */
  readonly again: (error: EffectError) => boolean;
  /**
   * Must be awaited just before a write leaves: from here on a crash means "look first". `call` is its id in the plan,
   * and may be left out where the plan has one call.
   */
  readonly sending: (call?: string) => Promise<void>;
}

type Outcomes<C extends CheckContract | ActionContract> = keyof C['outcomes'] & string;
/** A result whose outcome the contract names. */
export type ResultOf<C extends CheckContract | ActionContract, Extra extends string> = Omit<
  RunResult,
  'outcome'
> & {
  readonly outcome: Outcomes<C> | Extra;
};

/** Looks, changes nothing. Throws `EffectError` when it could not look: the runtime makes `unknown` of it. */
export type CheckHandler<C extends CheckContract> = (
  input: z.output<C['input']>,
  context: RunContext,
) => Promise<ResultOf<C, 'unknown'>>;

/** Plans (looks; outcome `planned` carries the plan) and acts (look → act → look again). */
export interface ActionHandler<C extends ActionContract> {
  readonly plan: (
    input: z.output<C['input']>,
    context: RunContext,
  ) => Promise<ResultOf<C, 'planned' | 'failed' | 'unknown'>>;
  readonly act: (
    plan: Plan,
    context: ActContext,
  ) => Promise<ResultOf<C, 'changed' | 'failed' | 'partly' | 'unknown'>>;
}

/** A handler for every contract: a missing or wrong one does not compile. */
export type Handlers<C extends Contracts> = {
  readonly [K in keyof C]: C[K] extends CheckContract
    ? CheckHandler<C[K]>
    : C[K] extends ActionContract
      ? ActionHandler<C[K]>
      : never;
};
