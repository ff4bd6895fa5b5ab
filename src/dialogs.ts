import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { contracts } from './actions/contracts.ts';
import type { DialogSettings } from './dialog-settings.ts';
import { checkDialog } from './engine/check.ts';
import type { Dialog } from './engine/dialog.ts';
import { settleLanguages } from './languages.ts';

/** A dialog file that was read, with all that is wrong with it. */
export interface CheckedDialog {
  /** Its file's name without ending. */
  readonly name: string;
  /** Absent when the file makes none. */
  readonly dialog?: Dialog;
  /** Sentences, each naming the step where there is one. */
  readonly problems: readonly string[];
}

/** Dialogs that nobody should depend on; the message names every step and reason. */
export class DialogError extends Error {
  override readonly name = 'DialogError';
}

const folder = new URL('../dialogs/', import.meta.url);

/**
 * Every dialog in dialogs/, by its id, for a staff and clients of these languages. Throws a DialogError unless all of them
 * are sound.
 */
export async function loadDialogs(
  settings: DialogSettings,
  languages?: { readonly staff: string; readonly client: string },
): Promise<ReadonlyMap<string, Dialog>> {
  const spoken = languages === undefined ? {} : { languages: settleLanguages(languages) };
  const checked = await checkDialogs({ ...settings, ...spoken });
  const problems = checked.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
  if (problems.length > 0) throw new DialogError(problems.join('\n'));
  return new Map(checked.flatMap(({ dialog }) => (dialog === undefined ? [] : [[dialog.id, dialog]])));
}

/** Reads and checks every file in dialogs/; at least one must be there. */
export async function checkDialogs(settings: DialogSettings): Promise<readonly CheckedDialog[]> {
  const files = readdirSync(folder)
    .filter((file) => /\.[jt]s$/.test(file) && !file.endsWith('.d.ts'))
    .sort();
  if (files.length === 0)
    throw new DialogError(`There is no dialog in ${folder.pathname}: run "npm run build".`);
  const checked = await Promise.all(files.map((file) => readDialog(new URL(file, folder), settings)));
  const ids = checked.map(({ dialog }) => dialog?.id);
  return checked.map((one, index) => {
    const first = ids.indexOf(one.dialog?.id);
    if (one.dialog === undefined || first === index) return one;
    const problem = `Its id "${one.dialog.id}" is that of ${checked[first]?.name} already: give it another.`;
    return { ...one, problems: [...one.problems, problem] };
  });
}

/** Reads and checks one JavaScript file whose export `runbook` makes a dialog. */
export function checkDialogFile(path: string, settings: DialogSettings): Promise<CheckedDialog> {
  return readDialog(pathToFileURL(path), settings);
}

async function readDialog(url: URL, settings: DialogSettings): Promise<CheckedDialog> {
  const name = (url.pathname.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
  try {
    const module: unknown = await import(url.href);
    const make =
      typeof module === 'object' && module !== null && 'runbook' in module ? module.runbook : undefined;
    if (typeof make !== 'function') {
      return { name, problems: ['It exports no function "runbook" that makes a dialog.'] };
    }
    const dialog = (make as (settings: DialogSettings) => Dialog)(settings);
    const problems = checkDialog(dialog, contracts).map(({ step, reason }) => `step "${step}": ${reason}`);
    const { languages } = settings;
    return { name, dialog: languages === undefined ? dialog : { ...dialog, languages }, problems };
  } catch (error) {
    return {
      name,
      problems: [`It cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`],
    };
  }
}
