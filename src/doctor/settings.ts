import { existsSync, statSync } from 'node:fs';
import type { Config } from '../config.ts';
import { loadSecret } from '../store/key.ts';
import { failed, pass, skipped, warn } from './line.ts';
import type { Look } from './line.ts';

/** Looks at what the settings say by themselves: who approves, the key, and what is odd. Wrong ones never come here. */
export function lookAtSettings(config: Config): readonly Look[] {
  const odd = config.warnings.map((words) => warn('settings', words));
  // That nobody may approve is among the warnings already.
  return [...approverLooks(config), keyLook(config), ...odd];
}

function approverLooks({ approvers, fourEyes, people, world }: Config): readonly Look[] {
  const what = 'approvers';
  if (approvers.length === 0) return [];
  const personOf = (account: string) =>
    [...people].find(([, accounts]) => accounts.includes(account))?.[0] ?? account;
  const persons = new Set(approvers.map(personOf));
  const [only = ''] = persons;
  const isGroup = /^slack:(?:[^/]+\/)?S/.test(only);
  if (world === 'real' && fourEyes && persons.size === 1 && !isGroup)
    return [
      warn(
        what,
        `${only} alone: under four eyes nobody can approve what ${only} asked for`,
        'Add somebody to APPROVERS.',
      ),
    ];
  return [pass(what, approvers.join(', '))];
}

function keyLook({ key, keyFile }: Config): Look {
  const what = 'MAILFIX_KEY';
  if (key !== undefined) return pass(what, 'set');
  if (!existsSync(keyFile)) return skipped(what, `not set, and ${keyFile} is made at the first start`);
  try {
    loadSecret(undefined, keyFile);
  } catch (error) {
    return failed(what, error);
  }
  // The bits for group and others.
  const isOpen = (statSync(keyFile).mode & 0o077) !== 0;
  if (isOpen)
    return warn(what, `not set; ${keyFile} may be read by others`, `Take that away: chmod 600 ${keyFile}`);
  return pass(what, `not set; ${keyFile} holds it: back it up with the database`);
}
