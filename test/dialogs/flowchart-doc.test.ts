import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { runbook } from '../../dialogs/cannot-receive.ts';
import { contracts } from '../../src/actions/contracts.ts';
import { flowchart } from '../../src/engine/flowchart.ts';

test('docs/cannot-receive.md draws the dialog as it is', () => {
  const dialog = runbook({
    unblockChecks: ['5m', '7m', '10m'],
    approvalWithin: '30m',
    watchFor: '24h',
    quotaLease: '14d',
    byfUrl: undefined,
    ownAddresses: [],
  });
  const doc = readFileSync(new URL('../../docs/cannot-receive.md', import.meta.url), 'utf8');
  // `npx mailfix flowchart` prints it anew.
  expect(doc).toContain(`\`\`\`mermaid\n${flowchart(dialog, contracts)}`);
});
