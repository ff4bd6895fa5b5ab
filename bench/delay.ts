import { missingPostgres, Postgres } from '../test/postgres.ts';
import { shown, type Effort, type Figure, type Part } from './figure.ts';
import { median } from './rounds.ts';
import { startSide, withSides } from './side.ts';

const [onSqlite, onPostgres] = ['commit-to-handler-sqlite-ms', 'commit-to-handler-postgres-ms'] as const;

/** How long after a commit the outbox has begun with what was decided in it; between the two lies one durable claim. */
export const delay: Part = {
  names: [onSqlite, onPostgres],
  measure: (effort, wanted) =>
    withSides(async (open, folder) => {
      const found: Figure[] = [];
      if (wanted.has(onSqlite)) found.push(await measured(onSqlite, folder, folder, 2, effort));
      if (wanted.has(onPostgres)) {
        const missing = missingPostgres();
        if (missing !== undefined)
          throw new Error(`${missing}: without PostgreSQL 15 ${onPostgres} cannot be measured`);
        const postgres = await Postgres.start();
        await open(Promise.resolve({ close: () => postgres.end() }));
        found.push(await measured(onPostgres, await postgres.empty(), folder, 5, effort));
      }
      return found;
    }),
};

async function measured(
  name: string,
  database: string,
  folder: string,
  most: number,
  effort: Effort,
): Promise<Figure> {
  const side = await startSide('delay-mailfix', { args: [database, folder] });
  try {
    const ask = (ms: number) => side.ask<{ delays: readonly number[]; appends: readonly number[] }>({ ms });
    await ask(effort.ms(500));
    const { delays, appends } = await ask(effort.ms(2000));
    return {
      name,
      value: median(delays),
      unit: 'ms',
      ours: shown(median(delays), ' ms'),
      peer: `${shown(median(appends), ' ms')} one append on this disk`,
      bar: { is: 'at most', value: most },
    };
  } finally {
    await side.close();
  }
}
