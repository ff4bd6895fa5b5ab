import { join } from 'node:path';
import { contracts } from '../../src/actions/contracts.ts';
import type { Actor } from '../../src/engine/event.ts';
import { createDispatcher } from '../../src/runtime/dispatch.ts';
import { genesis, logRow } from '../../src/store/chain.ts';
import { openStore } from '../../src/store/open.ts';
import { randomBytes } from 'node:crypto';
import { asking, dialog } from '../incident.ts';

/** The dispatcher over a database in a folder, or at an address, as `main` makes it, and incidents to press buttons of. */
export async function openDesk(database: string) {
  const store = await openStore({
    database: database.includes('://') ? database : join(database, 'mailfix.db'),
    world: 'simulated',
  });
  const salt = () => randomBytes(16).toString('base64url');
  const dispatcher = createDispatcher({
    store,
    dialogs: new Map([[dialog.id, dialog]]),
    contracts,
    now: () => Date.now(),
    salt,
  });
  let turns = 0;
  dispatcher.onTurn(() => (turns += 1));

  return {
    store,
    dispatcher,
    /** How many turns were committed; what was asked for must have been done. */
    turns: () => turns,
    /** Stores incidents whose first question is open, at this place; their ids. */
    async open(count: number, actor: Actor, channel: string, ref: string): Promise<readonly string[]> {
      const made = asking('INC-0', actor);
      const ids = await Promise.all(Array.from({ length: count }, () => store.nextIncident()));
      await Promise.all(
        ids.map(async (id) => {
          const incident = { ...made, id };
          const body = { type: 'note.added', text: 'as it was prepared' } as const;
          const event = {
            ...body,
            id: `opened ${id}`,
            source: 'bench',
            incident: id,
            at: made.lastAt,
            actor,
          };
          const after = { ...genesis(id), seq: incident.seq - 1 };
          const done = await store.commit({
            incident,
            expected: 0,
            log: logRow(after, event, { ok: true, incident: id }, salt),
            outbox: [],
            places: [{ id: 'home', incident: id, channel, role: 'home', ref }],
          });
          if (done.state !== 'committed') throw new Error(`${id} could not be prepared: ${done.state}`);
        }),
      );
      await store.tidy(Date.now());
      return ids;
    },
  };
}
