import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { errorsAsMarkdown } from '../../src/errors.ts';

test('docs/errors.md is what the table of errors says', () => {
  const doc = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  expect(doc).toBe(errorsAsMarkdown());
});
