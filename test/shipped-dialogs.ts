import { readConfig } from '../src/config.ts';
import { loadDialogs } from '../src/dialogs.ts';
import type { Dialog } from '../src/engine/dialog.ts';

/** The dialogs as a server without settings has them, by id. */
export function shippedDialogs(): Promise<ReadonlyMap<string, Dialog>> {
  const { dialogs, languages } = readConfig({}, { readFile: () => '' });
  return loadDialogs(dialogs, languages);
}
