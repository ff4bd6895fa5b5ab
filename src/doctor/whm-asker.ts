import { z } from 'zod';
import type { HttpAnswer } from '../clients/transport.ts';
import { whmCalls } from '../clients/whm-calls.ts';
import type { WhmSystem } from '../config-systems.ts';
import type { Asking } from './line.ts';
import { jsonIn } from './outside.ts';

/** What came of one call. */
export interface Reply {
  /** The function's `data`; undefined when it failed. */
  readonly data: unknown;
  /** An EffectError mostly; undefined when it went well. */
  readonly error: unknown;
  /** The whole body if it was JSON, whatever the verdict on it. */
  readonly body: unknown;
  /** The HTTP Date of the answer in epoch milliseconds, and our clock when the call began and when it was answered. */
  readonly date: number | undefined;
  readonly begun: number;
  readonly ended: number;
}

/** What a call takes besides its name; UAPI goes through an account. */
export interface Question {
  readonly params?: Record<string, string | number>;
  readonly account?: string;
}

/** Asks a WHM with one of its tokens; only reads go this way. Never throws, and at most four calls are under way. */
export type Ask = (name: string, question?: Question) => Promise<Reply>;

/** Makes it. Throws a ConfigError for an address or a token that cannot be used. */
export function askerOf(system: WhmSystem, token: string, { now, signal, callMs }: Asking): Ask {
  const { url, user, ca } = system;
  const { read } = whmCalls({ url, user, token, ca, totalMs: callMs, now });

  return async (name, question = {}) => {
    const begun = now();
    let ended = begun;
    let raw: HttpAnswer | undefined;
    const seen = (answer: HttpAnswer) => {
      raw = answer;
      ended = now();
    };
    const told = () => ({ body: jsonIn(raw?.text ?? ''), date: dateOf(raw), begun, ended });
    try {
      const data = await read({ name, ...question, answer: z.unknown(), signal, seen });
      return { data, error: undefined, ...told() };
    } catch (error) {
      return { data: undefined, error, ...told() };
    }
  };
}

function dateOf(answer: HttpAnswer | undefined): number | undefined {
  const at = Date.parse(answer?.header('date') ?? '');
  return Number.isNaN(at) ? undefined : at;
}
