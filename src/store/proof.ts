import { genesis, verifyRows } from './chain.ts';
import { fingerprintOf } from './export.ts';
import type { Store } from './store.ts';

/** What a look at an incident's whole chain found. */
export interface Proven {
  readonly count: number;
  /** The hash of the last row that was asked for. */
  readonly head: string;
  /** What is wrong with the chain, and where; undefined when it is unbroken. */
  readonly fault: string | undefined;
  /** Of the key that signs exports. */
  readonly keyFingerprint: string;
}

/** Looks at all of an incident's chain, for a reader who has its rows up to number `count`; more may have come meanwhile. */
export async function proofOf(
  store: Pick<Store, 'read' | 'log'>,
  publicKey: string,
  incident: string,
  count: number,
): Promise<Proven> {
  const snapshot = await store.read(incident);
  const upTo = snapshot?.incident.seq ?? 0;
  const rows = (await store.log(incident)).filter(({ seq }) => seq <= upTo);
  const verified = verifyRows(rows, snapshot?.head);
  return {
    count,
    head: rows[count - 1]?.hash ?? genesis(incident).head,
    fault: verified.ok ? undefined : `entry ${verified.line} ${verified.reason}`,
    keyFingerprint: fingerprintOf(publicKey),
  };
}
