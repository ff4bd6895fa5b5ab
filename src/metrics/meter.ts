import type { CallReport } from '../clients/transport.ts';
import { EffectError } from '../errors.ts';
import { TimedOut } from '../runtime/job.ts';
import { Tally } from './tally.ts';

/** The ways into the dispatcher. */
export type Way = 'open' | 'press' | 'say' | 'dispatch';

/**
 * Every call that we make to a system outside, by the name under which it is counted. What is not in here counts as
 * "other", so that nothing that an address or an answer holds can become a label.
 */
export const callNames: ReadonlySet<string> = new Set([
  'accountsummary',
  'cphulk_status',
  'editquota',
  'emailtrack_search',
  'get_cphulk_failed_logins',
  'get_cphulk_brutes',
  'get_cphulk_excessive_brutes',
  'get_cphulk_user_brutes',
  'get_disk_usage',
  'getdomainowner',
  'listaccts',
  'load_cphulk_config',
  'read_cphulk_records',
  'servicestatus',
  'version',
  'Email::list_pops_with_disk',
  'Email::edit_pop_quota',
  'Email::get_client_settings',
  'Email::list_mxs',
  'Email::get_main_account_disk_usage_bytes',
  'csf.cgi',
  'addon_csf.cgi',
  'status',
  'unblock',
  'un-block page',
  'send',
  'show',
  'whisper',
  'nameOf',
  'rolesOf',
]);

/** What mailfix counts about itself. Labels are words of ours: no client, no person, no address. */
export function createMeter() {
  const turns = new Tally({
    name: 'mailfix_turn_seconds',
    help: 'Time from an event being handed to the dispatcher to its commit, by way in and outcome (taken, refused, failed).',
    labels: ['way', 'outcome'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  });
  const calls = new Tally({
    name: 'mailfix_outside_call_seconds',
    help: 'Time of calls to systems outside, by system, call and outcome (ok, or the last part of the error code).',
    labels: ['system', 'call', 'outcome'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const deliveries = new Tally({
    name: 'mailfix_deliveries_total',
    help: 'Messages handed to a channel, by channel, kind (show, whisper) and outcome; a failed one is tried again.',
    labels: ['channel', 'kind', 'outcome'],
  });
  return {
    tallies: [turns, calls, deliveries],
    turn: (way: Way, outcome: 'taken' | 'refused' | 'failed', seconds: number) =>
      turns.add([way, outcome], seconds),
    call: ({ system, name, outcome, seconds }: CallReport) =>
      calls.add([systemOf(system, name), callNames.has(name) ? name : 'other', outcome], seconds),
    delivered: (channel: string, kind: 'show' | 'whisper', outcome: string) =>
      deliveries.add([channel, kind, outcome]),
  };
}

/** Where the running server is counted. */
export type Meter = ReturnType<typeof createMeter>;

/** A failure as a label: one of our own codes without its system, or one of two words. */
export function outcomeOf(error: unknown): string {
  if (error instanceof EffectError) return error.code.slice(error.code.indexOf('.') + 1);
  return error instanceof TimedOut ? 'timeout' : 'defect';
}

/** CSF has no API of its own: its page is read through WHM. */
function systemOf(system: string, name: string): string {
  return name.endsWith('csf.cgi') ? 'csf' : system;
}
