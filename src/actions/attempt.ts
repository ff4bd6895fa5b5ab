import { words } from '../engine/card.ts';
import type { Finding, Text } from '../engine/card.ts';
import { EffectError } from '../errors.ts';

/** What came of a call that may fail outside mailfix. */
export type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: EffectError };

/** Turns an outside failure into a value, so that calls side by side do not hide one another; a defect is thrown on. */
export async function attempt<T>(work: Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work };
  } catch (error) {
    if (error instanceof EffectError) return { ok: false, error };
    throw error;
  }
}

/** Whether a write that failed like this may still be carried out: nobody said that it is over. */
export function mayStillCome({ code }: EffectError): boolean {
  return /\.(timeout|connection-lost|cancelled)$/.test(code);
}

/** The outside failure as a sentence that says what to do about it. */
export function whyOf(error: EffectError): Text {
  return words('{why}', { why: error.message });
}

/** The finding for a system that could not be asked: `unknown`, never a pass. */
export function couldNotAsk(check: string, system: string, error: EffectError): Finding {
  const text = words('I could not ask {system}, so I do not guess.', { system });
  return { check, verdict: 'unknown', text, evidence: [whyOf(error)] };
}
