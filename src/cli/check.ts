import { parseArgs } from 'node:util';
import { contracts } from '../actions/contracts.ts';
import type { Config } from '../config.ts';
import { checkDialogFile, checkDialogs } from '../dialogs.ts';
import type { CheckedDialog } from '../dialogs.ts';
import type { Dialog } from '../engine/dialog.ts';
import { readLanguages, untranslated } from '../languages.ts';
import { problemsOfRunbook, readRunbook } from '../runbook-map.ts';
import { oneOf, result, settings, UsageError } from './usage.ts';

/** `mailfix check [DIALOG]`: DIALOG is a dialog's id or file name, or the path of a JavaScript file. */
export async function check(args: readonly string[]): Promise<number> {
  const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
  const wanted = positionals.length === 0 ? undefined : oneOf(positionals, 'DIALOG');
  const { dialogs: dialogSettings, languages } = settings();
  const checked = await dialogsFor(wanted, dialogSettings);
  // What is shipped is in every language; a runbook of one's own, in those that are read.
  const isOwn = wanted !== undefined && /\.m?js$/.test(wanted);
  const spoken = readLanguages().filter(
    ({ language: one }) => !isOwn || Object.values(languages).includes(one),
  );
  let bad = false;
  for (const { name, dialog, problems: found } of checked) {
    const problems = [
      ...found,
      ...lostSentences(dialog),
      ...(dialog === undefined ? [] : untranslated(dialog, contracts, spoken)),
    ];
    bad ||= problems.length > 0;
    if (problems.length > 0) for (const problem of problems) result(`${name}: ${problem}`);
    else
      result(`${name}: sound (version ${dialog?.version}, ${Object.keys(dialog?.steps ?? {}).length} steps)`);
  }
  return bad ? 1 : 0;
}

/** What the company's own text says and the dialog does not, where that text lies beside the dialog. */
function lostSentences(dialog: Dialog | undefined): readonly string[] {
  const runbook = dialog === undefined ? undefined : readRunbook(dialog.id);
  if (dialog === undefined || runbook === undefined) return [];
  return problemsOfRunbook(dialog, contracts, runbook.text, runbook.map).map(({ reason }) => reason);
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
