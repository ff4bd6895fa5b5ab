import { parseArgs } from 'node:util';
import { contracts } from '../actions/contracts.ts';
import { explore } from '../rehearsal/explore.ts';
import { told } from '../rehearsal/tell.ts';
import { dialogsFor } from './check.ts';
import { CommandError, oneOf, remark, result, settings } from './usage.ts';

/** `mailfix explore DIALOG`: walks a dialog along every way out of every step, and prints the conversations. */
export async function exploreCommand(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const [checked] = await dialogsFor(oneOf(positionals, 'DIALOG'), settings().dialogs);
  const dialog = checked?.dialog;
  if (dialog === undefined || (checked?.problems ?? []).length > 0)
    throw new CommandError(checked?.problems.join('\n') ?? 'There is no dialog.');
  const { conversations, coverage, states, cut } = explore({ dialog, contracts });
  for (const [index, conversation] of conversations.entries())
    result(`${index + 1} of ${conversations.length}\n${told(conversation)}\n`);
  result(`${coverage.line}, in ${conversations.length} conversations`);
  remark(`${states} states were looked at${cut ? ', and not all of them: ways may be missing' : ''}.`);
  for (const one of coverage.missing) result(`not walked: ${one}`);
  return coverage.missing.length > 0 || conversations.length === 0 ? 1 : 0;
}
