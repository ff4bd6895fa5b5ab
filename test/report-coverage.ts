import { appendFileSync } from 'node:fs';
import type { Coverage } from '../src/rehearsal/coverage.ts';

/** Says what conversations took; to `mailfix coverage` too, if it is what runs them. */
export function reportCoverage(coverage: Coverage): void {
  console.log(coverage.line);
  const file = process.env['MAILFIX_COVERAGE'] ?? '';
  if (file !== '') appendFileSync(file, `${coverage.report}\n`);
}
