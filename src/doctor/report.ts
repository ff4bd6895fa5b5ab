import type { Line, Status } from './line.ts';

const statuses: readonly Status[] = ['pass', 'warn', 'fail', 'skipped'];
const widestWhat = 44;

/** Lines for a person: one a look, under the name of its system, with a count at the end. */
export function asText(lines: readonly Line[]): string {
  const width = Math.min(widestWhat, Math.max(0, ...lines.map(({ what }) => what.length)));
  const systems = [...new Set(lines.map(({ system }) => system))];
  const groups = systems.map((system) => {
    const rows = lines
      .filter((line) => line.system === system)
      .map(({ status, what, why, remedy }) => {
        const row = `  ${status.padEnd(7)}  ${what.padEnd(width)}  ${why}`;
        return remedy === undefined ? row : `${row}  → ${remedy}`;
      });
    return [system, ...rows, ''].join('\n');
  });
  const counts = statuses.map((status) => `${countOf(lines, status)} ${status}`).join(', ');
  return `${groups.join('\n')}\n${lines.length} lines: ${counts}\n`;
}

/** Lines for a program: one JSON object each, and a last one with the counts. */
export function asJsonLines(lines: readonly Line[]): string {
  const counts = Object.fromEntries(statuses.map((status) => [status, countOf(lines, status)]));
  return [...lines, { counts }].map((one) => `${JSON.stringify(one)}\n`).join('');
}

/** The lines without secrets, each on one line: what a server said must not move the terminal's cursor. */
export function cleaned(lines: readonly Line[], redact: (text: string) => string): readonly Line[] {
  const clean = (text: string) =>
    redact(text.replaceAll(/[\p{C}\s]+/gu, ' ').trim()).replaceAll(/[\p{C}\s]+/gu, ' ');
  return lines.map(({ system, status, what, why, remedy }) => ({
    system: clean(system),
    status,
    what: clean(what),
    why: clean(why),
    ...(remedy === undefined ? {} : { remedy: clean(remedy) }),
  }));
}

function countOf(lines: readonly Line[], status: Status): number {
  return lines.filter((line) => line.status === status).length;
}
