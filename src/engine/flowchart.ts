import type { Contracts } from './contract.ts';
import type { Dialog, Step } from './dialog.ts';
import { edgesOf } from './edges.ts';

/** The dialog as a Mermaid flowchart: questions as rhombs, checks as hexagons, actions boxed twice, ends rounded. */
export function flowchart(dialog: Dialog, contracts: Contracts): string {
  const lines = ['flowchart TD'];
  for (const [id, step] of Object.entries(dialog.steps)) lines.push(`  ${id}${shape(step)}`);
  for (const { from, to, label, kind } of edgesOf(dialog, contracts)) {
    const arrow = kind === 'path' ? '-->' : '-.->';
    lines.push(label === '' ? `  ${from} ${arrow} ${to}` : `  ${from} ${arrow}|"${quoted(label)}"| ${to}`);
  }
  return `${lines.join('\n')}\n`;
}

function shape(step: Step): string {
  switch (step.kind) {
    case 'ask':
      return `{"${quoted(step.ask)}"}`;
    case 'check':
      return `{{"${quoted(step.title)}"}}`;
    case 'watch':
      return `{{"⏲ ${quoted(step.title)}"}}`;
    case 'action':
      return `[["${quoted(step.title)} — ${step.confirm.by}"]]`;
    case 'say':
      return `["${quoted(step.to === 'client' ? `To the client: ${step.title ?? ''}` : step.text)}"]`;
    case 'end':
      return `(["${step.outcome}: ${quoted(step.text)}"])`;
  }
}

/** Mermaid reads `#quot;` inside quotes; the first words are enough for a picture. */
function quoted(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  const short = line.length > 70 ? `${line.slice(0, 69)}…` : line;
  return short.replace(/#/g, '#35;').replace(/"/g, '#quot;').replace(/[<>]/g, ' ');
}
