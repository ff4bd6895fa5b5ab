/**
 * mailfix against its peers, in the same run and in alternating rounds: `npm run bench`. See README, "Figures".
 * With --json, one figure a line as it is measured. A figure that could not be taken is missing, and the exit code 1;
 * one that misses its bar is shown as such.
 */
import { parseArgs } from 'node:util';
import { coldStart } from './cold-start.ts';
import { delay } from './delay.ts';
import { engine } from './engine.ts';
import { isKept, shown, type Effort, type Figure, type Part } from './figure.ts';
import { instances } from './instances.ts';
import { memory } from './memory.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';

const parts: readonly Part[] = [slack, teams, engine, delay, instances, coldStart, memory];
const help = `npm run bench -- [--json] [--only NAME,…] [--quick] [--names]
  --json   one figure a line: {"name","value","unit"}
  --only   these figures, and those that are measured with them
  --quick  few and short rounds: shows that it works, and no more
  --names  what can be measured
`;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    names: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const all = parts.flatMap(({ names }) => names);
const wanted = new Set(options.only?.split(',') ?? all);

if (options.help) process.stdout.write(help);
else if (options.names) process.stdout.write(`${all.join('\n')}\n`);
else process.exitCode = await measure();

async function measure(): Promise<number> {
  const strange = [...wanted].filter((name) => !all.includes(name));
  if (strange.length > 0) {
    process.stderr.write(
      `bench: there is no figure "${strange.join('", "')}". There are: ${all.join(', ')}\n`,
    );
    return 2;
  }
  const effort: Effort = options.quick
    ? { rounds: 1, ms: () => 50, count: (many) => Math.max(1, Math.ceil(many / 100)) }
    : { rounds: 5, ms: (long) => long, count: (many) => many };
  const figures: Figure[] = [];
  let failed = 0;
  for (const part of parts) {
    const asked = part.names.filter((name) => wanted.has(name));
    if (asked.length === 0) continue;
    try {
      const found = (await part.measure(effort, wanted)).filter(({ name }) => wanted.has(name));
      const missing = asked.filter((name) => !found.some((figure) => figure.name === name));
      for (const figure of found) say(figure);
      figures.push(...found);
      if (missing.length > 0) throw new Error(`it did not measure ${missing.join(', ')}`);
    } catch (error) {
      failed += 1;
      const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`bench: FAILED: ${asked.join(', ')}: ${why}\n`);
    }
  }
  if (!options.json) process.stdout.write(tableOf(figures));
  return failed > 0 ? 1 : 0;
}

function say({ name, value, unit }: Figure): void {
  if (!options.json) return void process.stderr.write(`  ${name}\n`);
  process.stdout.write(`${JSON.stringify({ name, value: Number(value.toPrecision(4)), unit })}\n`);
}

function tableOf(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => {
    const { name, ours, peer, value, unit, bar } = figure;
    const promised = bar === undefined ? '' : `${bar.is} ${bar.value}`;
    const words = isKept(figure) ? promised : `${promised}: MISSED`;
    return [name, ours, peer, `${shown(value)}${unit === 'ratio' ? '' : ` ${unit}`}`, words];
  });
  const table = [['', 'mailfix', 'peer', 'ratio or value', 'bar'], ...rows];
  const widths = (table[0] ?? []).map((_, column) =>
    Math.max(...table.map((row) => (row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd();
  return `${table.map(line).join('\n')}\n`;
}
