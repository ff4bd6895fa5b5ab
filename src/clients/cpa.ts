import { cpaApi } from './cpa-api.ts';
import { cpaSite } from './cpa-site.ts';
import type { CallReport, ClientLog } from './transport.ts';

/** Where the CPA System is, how to sign in and how its form is called. */
export interface CpaOptions {
  /** With `loginUrl` the page that has the form; else what takes the un-block as a POST. */
  unblockUrl: string;
  /** Asked with GET and `?<ipField>=ip`; without it the block can only be seen in WHM. */
  statusUrl?: string | undefined;
  /** The page to sign in at: the CPA System is then used by the pages of its admin site, with user and password. */
  loginUrl?: string | undefined;
  /** A bearer token; or else user and password. */
  token?: string | undefined;
  user?: string | undefined;
  password?: string | undefined;
  body?: 'json' | 'form' | undefined;
  ipField?: string | undefined;
  ca?: string | undefined;
  /** For each call; on the admin site, for the way to the form and for the un-block each. */
  totalMs?: number | undefined;
  /** Epoch milliseconds. */
  now?: (() => number) | undefined;
  log?: ClientLog | undefined;
  onCall?: ((call: CallReport) => void) | undefined;
}

/** What the CPA System said to an un-block: `queued` and `accepted` are not done yet, `already`: it was not blocked there. */
export interface UnblockAnswer {
  state: 'accepted' | 'queued' | 'done' | 'already';
  message?: string;
  reference?: string;
}

/** What the CPA System says about an address. */
export type BlockStatus = 'blocked' | 'queued' | 'clear' | 'unknown';

/** The client of the CPA System, in whichever way it is reached. Its methods throw EffectError (codes `cpa.*`). */
export interface CpaClient {
  /** Whether `status` can tell anything. */
  readonly hasStatus: boolean;
  /**
   * Asks for an address to be un-blocked: the request is sent once, whatever comes of it. `sending` is awaited just
   * before it leaves; what fails earlier (a sign-in, a page) has sent nothing.
   */
  unblock(
    ip: string,
    options?: { signal?: AbortSignal | undefined; sending?: (() => Promise<void>) | undefined },
  ): Promise<UnblockAnswer>;
  /** What the CPA System says about an address; `unknown` when it has no status URL or says nothing clear. */
  status(ip: string, options?: { signal?: AbortSignal | undefined }): Promise<BlockStatus>;
}

/** The client of the CPA System that the options describe: its admin site if they have a sign-in page, else its API. */
export function cpaClient(options: CpaOptions): CpaClient {
  const { loginUrl } = options;
  return loginUrl === undefined ? cpaApi(options) : cpaSite({ ...options, loginUrl });
}
