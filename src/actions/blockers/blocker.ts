import type { FailedLogin } from '../../clients/whm-shapes.ts';
import type { Text } from '../../engine/card.ts';
import type { EffectError } from '../../errors.ts';

/**
 * Something that keeps addresses out: a firewall, a guard against guessed passwords, the company's own system. Another
 * one is one file that implements this, and one line where it is listed (`look.ts`).
 */
export interface Blocker {
  /** What people call it, with its server: `cPHulk on host2`. */
  readonly name: string;
  /** Looks, changes nothing, and throws only on a defect: what could not be asked is in `errors`. */
  readonly look: (ip: string, signal: AbortSignal) => Promise<BlockerLook>;
  /** How mailfix itself takes an address off, where the operator lets it. */
  readonly lift?: Lift;
}

/** One write that takes off what `Block.liftable` says of one address, and nothing else. */
export interface Lift {
  /** What plans call it: `cphulk:host2`. */
  readonly id: string;
  /** The exact call in words, of what a look found. */
  readonly text: (look: BlockerLook) => Text;
  /**
   * Sends the write, once; `sending` is awaited just before it leaves. Resolves to what the other side said, which proves
   * nothing: look again. Throws EffectError.
   */
  readonly send: (
    ip: string,
    options: { readonly signal: AbortSignal; readonly sending: () => Promise<void> },
  ) => Promise<readonly Text[]>;
}

/** What a blocker says about an address. */
export interface BlockerLook {
  readonly name: string;
  /**
   * `off`: it is switched off or not there, so it blocks nobody. `silent`: it cannot be asked by its nature.
   * `clear` only if every question was answered; `unknown` is never taken for it.
   */
  readonly state: 'blocked' | 'queued' | 'clear' | 'off' | 'silent' | 'unknown';
  readonly blocks: readonly Block[];
  /** What else is worth knowing, such as a white list that has the address. */
  readonly remarks: readonly Text[];
  /** Failed logins from the address, one for each try; erased at their source by an un-block. */
  readonly failedLogins: readonly FailedLogin[];
  readonly errors: readonly EffectError[];
}

/** One entry that blocks an address. */
export interface Block {
  /** The same for as long as the block is the same, and another one for every other. */
  readonly id: string;
  /** The blocker's `lift` takes it off. */
  readonly liftable: boolean;
  /** Why, since when, until when, in a sentence. */
  readonly text: Text;
  /** Its start by the server's own clock: the same for as long as the block is the same. */
  readonly since: string | null;
  /** The same start in epoch milliseconds, where the server's clock could be told. */
  readonly at: number | null;
  /** When it ends by itself, in epoch milliseconds; `never`, or null where that is not told. */
  readonly until: number | 'never' | null;
  /** Put there by a person. */
  readonly byHand: boolean;
  /** Why an un-block of this one address does not lift it, as a sentence. */
  readonly stuck?: string;
}

/** A look that found nothing and missed nothing. */
export function nothingSeen(name: string, state: 'clear' | 'off' | 'silent'): BlockerLook {
  return { name, state, blocks: [], remarks: [], failedLogins: [], errors: [] };
}
