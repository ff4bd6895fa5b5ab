import { shown, type Part } from './figure.ts';
import { startSide, withSides } from './side.ts';

const [resident, heap] = ['memory-10k-incidents-mb', 'heap-10k-incidents-mb'] as const;
const mb = 1024 * 1024;

interface Used {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  readonly openIncidents: number;
}

/** The memory of a server with 10,000 open incidents, each of which got an event, less that of the same one before. */
export const memory: Part = {
  names: [resident, heap],
  measure: (effort) =>
    withSides(async (open, folder) => {
      const side = await open(startSide('memory-mailfix', { args: [folder] }));
      const ask = (count: number) => side.ask<Used>({ open: count });
      // Code is compiled and buffers have their size after some work; that is not what incidents take.
      const before = await ask(effort.count(600));
      const after = await ask(effort.count(10_000));
      const opened = after.openIncidents - before.openIncidents;
      if (opened !== effort.count(10_000)) throw new Error(`there are ${opened} more open incidents`);
      const figure = (name: string, of: (used: Used) => number) => ({
        name,
        value: (of(after) - of(before)) / mb,
        unit: 'MB',
        ours: shown(of(after) / mb, ' MB'),
        peer: `${shown(of(before) / mb, ' MB')} before`,
        bar: { is: 'at most', value: 20 } as const,
      });
      return [
        figure(resident, ({ rss }) => rss),
        figure(heap, ({ heapUsed, external }) => heapUsed + external),
      ];
    }),
};
