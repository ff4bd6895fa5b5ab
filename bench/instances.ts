import { missingPostgres, Postgres } from '../test/postgres.ts';
import { shown, type Part } from './figure.ts';
import { alternate, median, ratio } from './rounds.ts';
import { startSide, withSides, type Side } from './side.ts';

const [two, four] = ['two-instances-vs-one', 'four-instances-vs-one'] as const;

/** Turns a second of several instances on one PostgreSQL, each with its worker, against one. */
export const instances: Part = {
  names: [two, four],
  measure: (effort) =>
    withSides(async (open) => {
      const missing = missingPostgres();
      if (missing !== undefined)
        throw new Error(`${missing}: without PostgreSQL 15 several instances cannot be measured`);
      const postgres = await Postgres.start();
      await open(Promise.resolve({ close: () => postgres.end() }));
      const url = await postgres.empty();
      const sides: Side[] = [];
      for (let n = 0; n < 4; n += 1) sides.push(await open(startSide('instance-mailfix', { args: [url] })));
      const ms = effort.ms(700);
      const together = async (count: number) => {
        const some = sides.slice(0, count);
        for (const side of some) await side.ask({ open: (600 * ms) / 1000 });
        const rates = await Promise.all(some.map((side) => side.ask<number>({ ms })));
        return rates.reduce((sum, rate) => sum + rate, 0);
      };
      const rounds = await alternate(Math.min(effort.rounds, 3), {
        one: () => together(1),
        two: () => together(2),
        four: () => together(4),
      });
      return ([two, four] as const).map((name, index) => ({
        name,
        value: ratio(rounds, index === 0 ? 'two' : 'four', 'one'),
        unit: 'ratio',
        ours: shown(median(rounds[index === 0 ? 'two' : 'four']), ' turns/s'),
        peer: `${shown(median(rounds.one), ' turns/s')} one instance`,
      }));
    }),
};
