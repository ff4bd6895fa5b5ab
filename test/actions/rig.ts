import type { QuotaLadder } from '../../src/actions/quota-ladder.ts';
import { createHandlers } from '../../src/actions/handlers.ts';
import type { ActContext, Neighbour, RunContext, SeenAddress } from '../../src/actions/handler.ts';
import { cpaClient } from '../../src/clients/cpa.ts';
import { whmClient } from '../../src/clients/whm.ts';
import type { WhmClient } from '../../src/clients/whm.ts';
import { plain } from '../../src/engine/card.ts';
import type { Duration } from '../../src/engine/duration.ts';
import type { Finding } from '../../src/engine/card.ts';
import type { Alarm } from '../../src/engine/incident.ts';
import { mailingOf } from '../../src/mailing.ts';
import type { Plan, PlanDraft } from '../../src/engine/plan.ts';
import { hashPlan } from '../../src/runtime/plan-hash.ts';
import type { DeedRow } from '../../src/store/store.ts';
import { startSimulators } from '../../simulators/server.ts';
import type { Simulators } from '../../simulators/server.ts';

/** 2026-11-23 10:03 UTC, the time of every test. */
export const start = Date.UTC(2026, 10, 23, 10, 3);

/** What a test sets apart from the usual: a CPA System with a status, answers within 5 s, un-blocks that take 20 s. */
export interface RigOptions {
  cpa?: 'with status' | 'without status' | 'none';
  /** How the CPA System is reached; JSON unless said. */
  by?: 'json' | 'form' | 'site';
  totalMs?: number;
  quotaStepMb?: number;
  quotaLadders?: { account: QuotaLadder; mailbox: QuotaLadder };
  mail?: { smtpUrl: string; from: string; totalMs?: number };
  quotaLease?: Duration;
  /** The operator gave a token for changes, so mailfix lifts blocks on the server itself. */
  lifts?: boolean;
}

/** Simulators over real HTTP, with a clock and a ledger of deeds that tests set. */
export async function rig() {
  const clock = { at: start };
  const sims = await startSimulators({ now: () => clock.at });
  const deeds: DeedRow[] = [];
  const neighbours: Neighbour[] = [];
  const alarms: Alarm[] = [];
  const seen: SeenAddress[] = [];

  function handlers(options: RigOptions = {}, more: readonly (readonly [string, WhmClient])[] = []) {
    const {
      cpa = 'with status',
      by = 'json',
      totalMs = 5000,
      quotaStepMb = 100,
      quotaLadders,
      quotaLease,
      lifts = false,
    } = options;
    const common = { totalMs, now: () => clock.at };
    const { statusUrl, ...cpaOptions } =
      by === 'site'
        ? { ...sims.cpaSite, ...common }
        : {
            unblockUrl: sims.cpaUrl,
            statusUrl: sims.cpaStatusUrl,
            token: sims.cpaToken,
            body: by,
            ...common,
          };
    return createHandlers({
      whms: new Map([['host2', whmOf(sims, totalMs, () => clock.at, lifts)], ...more]),
      cpa:
        cpa === 'none'
          ? undefined
          : cpaClient(cpa === 'with status' ? { ...cpaOptions, statusUrl } : cpaOptions),
      quotaStepMb,
      ...(quotaLadders === undefined ? {} : { quotaLadders }),
      mailing: mailingOf(options.mail, () => clock.at),
      quotaLease,
    });
  }

  function context(signal = new AbortController().signal): RunContext {
    return {
      incident: 'INC-1',
      now: () => clock.at,
      signal,
      deeds: async (subject) => deeds.filter((deed) => deed.subject === subject),
      onServer: async (_, withinMs) => neighbours.filter(({ openedAt }) => openedAt >= clock.at - withinMs),
      clientAddresses: async () => seen,
      suspicions: async (server) => alarms.filter((alarm) => alarm.server === server),
      suspect: async (server, sign, text) => void alarms.push({ server, sign, text, at: clock.at }),
    };
  }

  return {
    sims,
    clock,
    deeds,
    whm: () => whmOf(sims, 5000, () => clock.at),
    neighbours,
    alarms,
    /** Addresses of earlier incidents of the client. */
    seen,
    handlers,
    context,
    /** For acts; `onSending` runs where the durable mark is set. */
    actContext(
      options: {
        /** The calls that an earlier attempt may have sent; `true`: the one of the plan. */
        mayHaveSent?: boolean | readonly string[];
        onSending?: (call: string | undefined) => void;
        signal?: AbortSignal;
      } = {},
    ): ActContext & { marks: () => number } {
      let marks = 0;
      const { mayHaveSent = false } = options;
      return {
        ...context(options.signal),
        mayHaveSent: mayHaveSent !== false,
        mayHaveSentCall: (call) =>
          mayHaveSent === true || (mayHaveSent !== false && mayHaveSent.includes(call)),
        again: ({ outcome, retry }) =>
          mayHaveSent === false && outcome === 'not-applied' && retry === 'later',
        async sending(call) {
          marks += 1;
          options.onSending?.(call);
        },
        marks: () => marks,
      };
    },
    /** The calls that change something, as `function key=value …`. */
    writes: () =>
      sims
        .calls()
        .filter(({ method }) => method === 'POST')
        .map((call) => [call.function, ...paramsOf(call.params)].join(' ')),
    /** Names of all calls, sorted: those side by side arrive in any order. */
    calls: () =>
      sims
        .calls()
        .map((call) => call.function)
        .toSorted(),
    reset() {
      clock.at = start;
      deeds.length = 0;
      neighbours.length = 0;
      alarms.length = 0;
      seen.length = 0;
      sims.reset();
    },
  };
}

/** A running rig. */
export type Rig = Awaited<ReturnType<typeof rig>>;

/** A client of a simulated WHM. */
export function whmOf(sims: Simulators, totalMs: number, now: () => number, lifts = false): WhmClient {
  const { whmUrl: url, whmUser: user, whmToken: token } = sims;
  return whmClient({ url, user, token, writeToken: lifts ? sims.whmWriteToken : undefined, totalMs, now });
}

/** The plan as the runtime would hand it to `act`: with a hash. */
export function approvedPlan(
  result: { outcome: string; plan?: PlanDraft; findings?: readonly Finding[] },
  contract = 'raise',
): Plan {
  if (result.plan === undefined) throw new Error(`no plan but ${result.outcome}: ${said(result)}`);
  return hashPlan(contract, result.plan);
}

/** Every sentence of a result, with its verdicts and evidence. */
export function said(result: { findings?: readonly Finding[] }): string {
  return (result.findings ?? [])
    .flatMap((one) => [
      `${one.verdict}: ${plain(one.text)}`,
      ...(one.evidence ?? []).map((text) => `- ${plain(text)}`),
    ])
    .join('\n');
}

function paramsOf(params: Record<string, string>): string[] {
  return Object.entries(params)
    .filter(([key]) => !key.startsWith('api.') && !key.startsWith('cpanel.'))
    .map(([key, value]) => `${key}=${value}`);
}
