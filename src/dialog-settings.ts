import type { Duration } from './engine/duration.ts';
import type { OwnAddress } from './input/ip.ts';

/** What a company may set about its runbooks; each comes from the setting of the same name. */
export interface DialogSettings {
  /** UNBLOCK_CHECKS: when to look whether an un-block worked, counted from its approval. */
  readonly unblockChecks: readonly Duration[];
  readonly approvalWithin: Duration;
  readonly watchFor: Duration;
  /** How long a raised quota is left before it goes back; undefined: for good. */
  readonly quotaLease: Duration | undefined;
  /** BYF_URL: the second site that clients are asked to open. */
  readonly byfUrl: string | undefined;
  readonly ownAddresses: readonly OwnAddress[];
  /** Languages that clients can be written to in, CLIENT_LANGUAGE first. */
  readonly languages?: readonly string[];
}
