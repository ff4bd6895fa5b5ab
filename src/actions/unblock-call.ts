import type { Finding, Text } from '../engine/card.ts';

/** What every finding of an un-block is named after. */
export const unblockCheck = 'unblockIp';
/** The call that asks the CPA System; all others are lifts of a blocker, by their own ids. */
export const cpaCall = 'unblock';

/** What became of one call of an un-block. `unneeded`: it was left out, for there is nothing left for it to do. */
export interface CallResult {
  readonly state: 'done' | 'unneeded' | 'failed' | 'unknown';
  readonly finding: Finding;
}

/** A call's result with its sentence. */
export function callResult(
  state: CallResult['state'],
  verdict: Finding['verdict'],
  text: Text,
  evidence: readonly Text[] = [],
): CallResult {
  const finding = { check: unblockCheck, verdict, text };
  return { state, finding: evidence.length === 0 ? finding : { ...finding, evidence } };
}

/**
 * What the calls come to together. One that is surely done makes the rest "partly", also where a doubt is left: then the
 * findings say which is which.
 */
export function togetherOf(
  results: readonly CallResult[],
): 'accepted' | 'nothingToDo' | 'partly' | 'unknown' | 'failed' {
  const has = (state: CallResult['state']) => results.some((one) => one.state === state);
  const isWell = !has('failed') && !has('unknown');
  if (has('done')) return isWell ? 'accepted' : 'partly';
  if (isWell) return 'nothingToDo';
  return has('unknown') ? 'unknown' : 'failed';
}
