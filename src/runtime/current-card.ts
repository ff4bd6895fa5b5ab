import type { Card } from '../engine/card.ts';
import type { Contracts } from '../engine/contract.ts';
import type { Dialog } from '../engine/dialog.ts';
import { knownCard, knownMessage } from '../engine/known.ts';
import { view } from '../engine/view.ts';
import { traceOf } from '../trace.ts';
import type { Store } from '../store/store.ts';

/** Makes a function that gives a message as it is now, from the incident itself: what is shown may lag behind. */
export function createCurrentCard({
  store,
  dialogs,
  contracts,
}: {
  readonly store: Pick<Store, 'read'>;
  readonly dialogs: ReadonlyMap<string, Dialog>;
  readonly contracts: Contracts;
}): (incident: string, message: string) => Promise<Card | undefined> {
  return async (incident, message) => {
    const it = (await store.read(incident))?.incident;
    const dialog = it === undefined ? undefined : dialogs.get(it.dialog);
    if (it === undefined || dialog === undefined) return undefined;
    const seen = { dialog, contracts, it };
    const card = message === knownMessage ? knownCard(seen) : view(seen).get(message);
    return card && { ...card, trace: traceOf(it) };
  };
}
