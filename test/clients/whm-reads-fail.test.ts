import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { knownFaults } from '../../simulators/faults.ts';
import type { Fault } from '../../simulators/faults.ts';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';
import { EffectError } from '../../src/errors.ts';
import { whmClient } from '../../src/clients/whm.ts';
import type { WhmClient } from '../../src/clients/whm.ts';

const start = Date.UTC(2026, 10, 23, 10, 1);
const now = () => start;
let sim: Simulators;
beforeAll(async () => {
  sim = await startSimulators({ now });
});
beforeEach(() => sim.reset());
afterAll(() => sim.close());

/** Every read of the diagnosis, by the function of WHM that it calls. */
const reads: Record<string, (whm: WhmClient) => Promise<unknown>> = {
  get_cphulk_failed_logins: (whm) => whm.cphulkFailedLogins({ domain: 'acme-cpa.example' }),
  get_cphulk_user_brutes: (whm) => whm.cphulkUserBrutes('info@acme-cpa.example'),
  load_cphulk_config: (whm) => whm.cphulkConfig(),
  servicestatus: (whm) => whm.services(),
  emailtrack_search: (whm) => whm.deliveries({ recipient: 'info@acme-cpa.example' }, 0, 5),
  'Email::list_mxs': (whm) => whm.mailRouting('acmecpa', 'acme-cpa.example'),
  'Email::get_main_account_disk_usage_bytes': (whm) => whm.mainMailbox('acmecpa'),
  'csf.cgi': (whm) => whm.csf.look('203.0.113.7'),
};
/** What is no fault for JSON, and what a page may be. */
const harmless = new Set(['byteOrderMark', 'jsonLabelledHtml']);
/** A page that came whole, with something before it, can be read. */
const harmlessForPages = new Set([...harmless, 'perlWarning']);
const never: [string, Fault][] = [
  ['hang', { kind: 'hang' }],
  ['drip', { kind: 'drip', everyMs: 40 }],
  ['delay', { kind: 'delay', ms: 60_000 }],
];
const faults: [string, Fault][] = [
  ...Object.entries<Fault>(knownFaults).filter(([name]) => name !== 'hang'),
  ...never,
];
const cases = Object.keys(reads).flatMap((name) => faults.map(([fault, how]) => [name, fault, how] as const));

test.each(cases)('%s with %s: a failure with a code, or the true answer', async (name, fault, how) => {
  const truth = await reads[name]?.(client(5000));
  sim.faults.next(name, how, Infinity);
  // Where the newer address of the plugin is missing, so is the older one.
  const limit = never.some(([one]) => one === fault) ? 60 : 5000;
  const answer = await reads[name]?.(client(limit)).catch((error: unknown) => error);
  if ((name === 'csf.cgi' ? harmlessForPages : harmless).has(fault)) {
    expect(answer).toEqual(truth);
    return;
  }
  expect(answer).toBeInstanceOf(EffectError);
  expect(answer).toMatchObject({
    code: expect.stringMatching(name === 'csf.cgi' ? /^(csf|whm)\.[a-z-]+$/ : /^whm\.[a-z-]+$/),
    outcome: 'not-applied',
  });
});

test.each([
  ['deniedJson', 'csf.no-access'],
  ['deniedHtml', 'csf.no-access'],
  ['missingPrivilege', 'csf.no-access'],
  ['loginPage', 'csf.no-access'],
  ['redirectToLogin', 'csf.no-access'],
  ['notFound', 'csf.missing'],
  ['empty', 'csf.broken-answer'],
  ['cutJson', 'csf.broken-answer'],
  ['licencePage', 'csf.broken-answer'],
  ['apiZero', 'csf.broken-answer'],
  ['tooManyRequests', 'whm.limited'],
  ['crashBefore', 'whm.server-error'],
  ['resetBefore', 'whm.connection-lost'],
] as const)('csf.cgi with %s fails as %s', async (fault, code) => {
  sim.faults.next('csf.cgi', fault, Infinity);
  await expect(client(5000).csf.look('203.0.113.7')).rejects.toMatchObject({ code });
});

function client(totalMs: number): WhmClient {
  return whmClient({ url: sim.whmUrl, user: sim.whmUser, token: sim.whmToken, totalMs, now });
}
