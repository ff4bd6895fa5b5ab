import { secretsWithout } from './chain.ts';
import type { Database, Param } from './driver.ts';
import type { sql } from './sql.ts';
import type { LogRow, Shown, Turn } from './store.ts';

/** How the store runs its statements. */
export interface Statements {
  readonly run: (name: keyof typeof sql, ...params: readonly Param[]) => number;
  readonly rows: (name: keyof typeof sql, ...params: readonly Param[]) => readonly object[];
}

/** Deletes classes of fields from everything that is stored of an incident beside its state; within a transaction. */
export function redactStored(
  { run, rows }: Statements,
  incident: string,
  { classes, cards }: NonNullable<Turn['redacts']>,
): void {
  for (const row of rows('log', incident) as readonly LogRow[])
    run('redactLog', secretsWithout(row, classes), incident, row.seq);
  for (const { message, at } of rows('shown', incident) as readonly Shown[]) {
    const card = cards.get(message) ?? { at, tone: 'neutral', sections: [] };
    run('redactShown', JSON.stringify(card), incident, message);
  }
  run('redactDead', incident);
  if (classes.includes('plans')) run('redactDeeds', incident);
}

/** Empties the log of writes, where old pages would still hold what was deleted. False: somebody reads; try again later. */
export function forgetOldPages(db: Database): boolean {
  const row = db.prepare('pragma wal_checkpoint(truncate)').get();
  return typeof row === 'object' && row !== null && 'busy' in row && Number(row.busy) === 0;
}
