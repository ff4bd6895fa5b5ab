import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { contracts } from '../../src/actions/contracts.ts';
import { flowchart } from '../../src/engine/flowchart.ts';
import { dialog as receive } from './cannot-receive/shipped.ts';
import { dialog as send } from './cannot-send/shipped.ts';

test.each([receive, send].map((dialog) => [dialog.id, dialog] as const))(
  'docs/%s.md draws the dialog as it is',
  (id, dialog) => {
    const doc = readFileSync(new URL(`../../docs/${id}.md`, import.meta.url), 'utf8');
    // `npx mailfix flowchart ${id}` prints it anew.
    expect(doc).toContain(`\`\`\`mermaid\n${flowchart(dialog, contracts)}`);
  },
);
