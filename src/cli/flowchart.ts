import { parseArgs } from 'node:util';
import { contracts } from '../actions/contracts.ts';
import { flowchart } from '../engine/flowchart.ts';
import { dialogsFor } from './check.ts';
import { CommandError, oneOf, result, settings, UsageError } from './usage.ts';

/** `mailfix flowchart [DIALOG]`: Mermaid on standard output. */
export async function flowchartCommand(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const wanted = positionals.length === 0 ? undefined : oneOf(positionals, 'DIALOG');
  const [first, ...others] = await dialogsFor(wanted, settings().dialogs);
  if (first?.dialog === undefined)
    throw new CommandError(first?.problems.join('\n') ?? 'There is no dialog.');
  if (others.length > 0) {
    const names = [first, ...others].map(({ name }) => name).join(', ');
    throw new UsageError(`One chart at a time. Which dialog: ${names}?`);
  }
  result(flowchart(first.dialog, contracts));
  return 0;
}
