import { parseArgs } from 'node:util';
import type { Config } from '../config.ts';
import { checkDialogFile, checkDialogs } from '../dialogs.ts';
import type { CheckedDialog } from '../dialogs.ts';
import { oneOf, result, settings, UsageError } from './usage.ts';

/** `mailfix check [DIALOG]`: DIALOG is a dialog's id or file name, or the path of a JavaScript file. */
export async function check(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const wanted = positionals.length === 0 ? undefined : oneOf(positionals, 'DIALOG');
  const checked = await dialogsFor(wanted, settings().dialogs);
  for (const { name, dialog, problems } of checked) {
    if (problems.length > 0) for (const problem of problems) result(`${name}: ${problem}`);
    else
      result(`${name}: sound (version ${dialog?.version}, ${Object.keys(dialog?.steps ?? {}).length} steps)`);
  }
  return checked.every(({ problems }) => problems.length === 0) ? 0 : 1;
}

/** The dialogs that were asked for, or all of them. */
export async function dialogsFor(
  wanted: string | undefined,
  dialogSettings: Config['dialogs'],
): Promise<readonly CheckedDialog[]> {
  if (wanted !== undefined && /\.m?js$/.test(wanted)) return [await checkDialogFile(wanted, dialogSettings)];
  const all = await checkDialogs(dialogSettings);
  if (wanted === undefined) return all;
  const found = all.filter(({ name, dialog }) => name === wanted || dialog?.id === wanted);
  if (found.length > 0) return found;
  throw new UsageError(
    `There is no dialog "${wanted.slice(0, 60)}". There is: ${all.map(({ name }) => name).join(', ')}.`,
  );
}
