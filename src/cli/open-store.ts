import { existsSync } from 'node:fs';
import type { Config } from '../config.ts';
import { checkDialogs } from '../dialogs.ts';
import type { Incident } from '../engine/incident.ts';
import { clientOf } from '../engine/root.ts';
import { ConfigError } from '../errors.ts';
import { deriveKeys, loadSecret } from '../store/key.ts';
import type { Keys } from '../store/key.ts';
import { openStore } from '../store/open.ts';
import type { Store } from '../store/store.ts';
import { CommandError } from './usage.ts';

/** The database for looking only, beside a running server or without one. */
export async function openForLooking({ database, world }: Config): Promise<Store> {
  try {
    return await openStore({ database, world, readOnly: true });
  } catch (error) {
    if (!(error instanceof ConfigError) || error.code !== 'store.wrong-world') throw error;
    // A shell without the server's settings takes the world for simulated; for looking it makes no difference.
    return openStore({ database, world: world === 'real' ? 'simulated' : 'real', readOnly: true });
  }
}

/** The keys, if there is a secret to make them of; never makes one. */
export function existingKeys({ key, keyFile }: Pick<Config, 'key' | 'keyFile'>): Keys | undefined {
  if (key === undefined && !existsSync(keyFile)) return undefined;
  return deriveKeys(loadSecret(key, keyFile));
}

/** The keys; throws when the server has not made its secret yet. */
export function neededKeys(config: Config): Keys {
  const keys = existingKeys(config);
  if (keys !== undefined) return keys;
  throw new CommandError(
    `there is no key yet: MAILFIX_KEY is not set, and ${config.keyFile} does not exist. Start the server once, ` +
      'or run this where the server runs and with its settings.',
  );
}

/** Tells whom an incident is about and what their trouble is, as far as its dialog is still there. */
export async function aboutOf(
  config: Config,
): Promise<(incident: Incident) => { readonly client: string; readonly trouble: string }> {
  const checked = await checkDialogs(config.dialogs);
  return (incident) => {
    const dialog = checked.find((one) => one.dialog?.id === incident.dialog)?.dialog;
    return dialog === undefined
      ? { client: 'client not known', trouble: incident.dialog }
      : { client: clientOf(dialog, incident), trouble: dialog.title };
  };
}
