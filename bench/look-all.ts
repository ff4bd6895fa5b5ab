import { createHandlers } from '../src/actions/handlers.ts';
import type { RunContext } from '../src/actions/handler.ts';
import { cpaClient } from '../src/clients/cpa.ts';
import { whmClient } from '../src/clients/whm.ts';
import type { RunResult } from '../src/engine/event.ts';
import type { Values } from '../src/engine/fact.ts';
import { startSimulators } from '../simulators/server.ts';
import { mailingOf } from '../src/mailing.ts';

/** The checks of the runbook's first look, and who is asked about. */
const checks = [
  'failingLogins',
  'ipBlock',
  'cpaBlock',
  'mailboxQuota',
  'accountQuota',
  'mailRouting',
  'mailServices',
  'delivery',
  'serverTrouble',
] as const;
const client = 'info@acme-cpa.example';
const ip = '203.0.113.7';

/** How one look went: milliseconds until everything, and until the first result, was back. */
export interface Looked {
  readonly ms: number;
  readonly firstMs: number;
  readonly calls: number;
  /** Of all answers' bodies. */
  readonly bytes: number;
  /** Most calls that one WHM had under way at a time. */
  readonly mostAtOnce: number;
  readonly outcomes: Readonly<Record<string, string>>;
}

/** A simulated WHM whose every call takes a while, and everything that is asked about one mailbox, from its address on. */
export async function diagnosisOf(options: { delayMs: number; accounts?: number; parallel?: number }) {
  const sims = await startSimulators({ now: Date.now, delayMs: options.delayMs, accounts: options.accounts });
  // An address that CSF blocks too makes the longest chain: account, failed logins, firewall, its time left.
  sims.world.csf.temporary.push({
    ip,
    ports: '',
    at: Date.now() - 60_000,
    until: Date.now() + 3_600_000,
    message: `lfd - (pop3d) Failed POP3 login from ${ip} (US/United States/-): 10 in the last 3600 secs`,
  });

  return {
    /** Looks as a server does that was just started: nothing is remembered from the look before. */
    async look(): Promise<Looked> {
      const whm = whmClient({
        url: sims.whmUrl,
        user: sims.whmUser,
        token: sims.whmToken,
        totalMs: 30_000,
        parallel: options.parallel,
        now: Date.now,
      });
      const cpa = cpaClient({
        unblockUrl: sims.cpaUrl,
        statusUrl: sims.cpaStatusUrl,
        token: sims.cpaToken,
        totalMs: 30_000,
      });
      const handlers = createHandlers({
        whms: new Map([['host2', whm]]),
        cpa,
        quotaStepMb: 100,
        mailing: mailingOf(undefined, Date.now),
      });
      const context: RunContext = {
        incident: 'INC-1',
        now: Date.now,
        signal: new AbortController().signal,
        deeds: async () => [],
        onServer: async () => [],
        suspicions: async () => [],
        suspect: async () => {},
        clientAddresses: async () => [],
      };
      const before = sims.calls().length;
      const start = performance.now();
      const found = await handlers.clientAccount({ client }, context);
      const facts: Values = { ...found.facts };
      let firstMs = Infinity;
      const results = await Promise.all(
        checks.map(async (check) => {
          const run = handlers[check] as (input: Values, context: RunContext) => Promise<RunResult>;
          const { outcome } = await run(facts, context);
          firstMs = Math.min(firstMs, performance.now() - start);
          return [check, outcome] as const;
        }),
      );
      const ms = performance.now() - start;
      const made = sims.calls().slice(before);
      return {
        ms,
        firstMs,
        calls: made.length,
        bytes: made.reduce((sum, call) => sum + call.bytes, 0),
        mostAtOnce: Math.max(
          ...made.filter(({ system }) => system === 'whm').map(({ inFlight }) => inFlight),
        ),
        outcomes: Object.fromEntries(results),
      };
    },
    close: () => sims.close(),
  };
}
