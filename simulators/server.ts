import { randomBytes } from 'node:crypto';
import { cpaSystem } from './cpa.ts';
import { cpaSite, sitePaths } from './cpa-site.ts';
import { faultList } from './faults.ts';
import { serveSimulator } from './http.ts';
import type { SimCall } from './http.ts';
import { whmSystem } from './whm.ts';
import { freshWorld } from './world.ts';

/** Where and how the simulators run; everything but the clock has a default. */
export interface SimulatorOptions {
  /** Loopback by default: they speak plain http. */
  host?: string | undefined;
  /** 0, the default, takes a free port. */
  whmPort?: number | undefined;
  cpaPort?: number | undefined;
  /** How long an un-block takes to reach WHM, in milliseconds. */
  unblockDelayMs?: number | undefined;
  /** How long every call takes, in milliseconds. */
  delayMs?: number | undefined;
  /** How many more firms there are than those with a story. */
  accounts?: number | undefined;
  now: () => number;
  newToken?: (() => string) | undefined;
}

/** Starts a WHM and a CPA System over one small world in memory; their tokens are made afresh. */
export async function startSimulators(options: SimulatorOptions) {
  const { host = '127.0.0.1', whmPort = 0, cpaPort = 0, unblockDelayMs = 20_000, now } = options;
  const { delayMs = 0, accounts = 0 } = options;
  const newToken = options.newToken ?? (() => randomBytes(24).toString('hex'));
  const whmUser = 'support';
  const whmToken = newToken();
  const whmWriteToken = newToken();
  const cpaToken = newToken();
  const cpaUser = 'support';
  const cpaPassword = newToken();
  const world = freshWorld(now(), { accounts });
  const calls: SimCall[] = [];
  const faults = faultList();
  const shared = { host, now, calls, faults, delayMs };
  const whm = await serveSimulator(
    whmSystem({ world, user: whmUser, tokens: [whmToken, whmWriteToken], now }),
    {
      ...shared,
      port: whmPort,
    },
  );
  const site = cpaSite({ world, user: cpaUser, password: cpaPassword, unblockDelayMs, newToken, now });
  const cpa = await serveSimulator(cpaSystem({ world, token: cpaToken, site, unblockDelayMs, now }), {
    ...shared,
    port: cpaPort,
  }).catch(async (error: unknown) => {
    await whm.close();
    throw error;
  });

  return {
    whmUrl: whm.url,
    whmUser,
    whmToken,
    /** For changes; both may do everything. */
    whmWriteToken,
    cpaUrl: `${cpa.url}/unblock`,
    cpaStatusUrl: `${cpa.url}/status`,
    cpaToken,
    /** The admin site of the same CPA System, as `cpaClient` is told of it. */
    cpaSite: {
      loginUrl: `${cpa.url}${sitePaths.login}`,
      unblockUrl: `${cpa.url}${sitePaths.unblock}`,
      statusUrl: `${cpa.url}${sitePaths.status}`,
      user: cpaUser,
      password: cpaPassword,
    },
    /** Ends every session of the admin site. */
    signEverybodyOut: () => site.signEverybodyOut(),
    /** Where they are and how to sign in, as the settings of a mailfix say it. */
    systems: {
      whm: { url: whm.url, user: whmUser, token: whmToken, writeToken: whmWriteToken, ca: undefined },
      cpa: {
        unblockUrl: `${cpa.url}/unblock`,
        statusUrl: `${cpa.url}/status`,
        loginUrl: undefined,
        token: cpaToken,
        user: undefined,
        password: undefined,
        body: 'json',
        ipField: 'ip',
        ca: undefined,
      },
    } as const,
    world,
    faults,
    /** The calls made so far, oldest first, refused ones included. */
    calls: (): readonly SimCall[] => [...calls],
    /** Back to a fresh world, with no calls and no faults. */
    reset(): void {
      Object.assign(world, freshWorld(now(), { accounts }));
      calls.length = 0;
      faults.clear();
      site.signEverybodyOut();
    },
    async close(): Promise<void> {
      await Promise.all([whm.close(), cpa.close()]);
    },
  };
}

/** A running pair of simulators. */
export type Simulators = Awaited<ReturnType<typeof startSimulators>>;
