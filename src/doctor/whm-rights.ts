import { privilegeFor } from '../clients/whm-answer.ts';
import type { Ask, Reply } from './whm-asker.ts';
import { failed, fail, pass, skipped, warn } from './line.ts';
import type { Look } from './line.ts';
import { fieldOf } from './outside.ts';

/** What a token says that it may do; undefined where it did not say, or nobody could read it. */
export interface Rights {
  readonly privileges: ReadonlySet<string> | undefined;
  readonly functions: ReadonlySet<string> | undefined;
}

/** Asks a token for its privileges (`myprivs`) and functions (`applist`); `which` is said of two tokens. */
export async function rightsOf(
  ask: Ask,
  which: string,
): Promise<{ readonly rights: Rights; readonly looks: readonly Look[] }> {
  const [privs, apps] = await Promise.all([ask('myprivs'), ask('applist')]);
  const rights = { privileges: privilegesIn(privs.data), functions: namesIn(fieldOf(apps.data, 'app')) };
  return { rights, looks: [...privilegeLooks(privs, rights, which), functionLook(apps, rights, which)] };
}

/** Whether a function that changes something would be let through; decided from what the token says, never tried. */
function mayCall(name: string, { privileges, functions }: Rights): 'yes' | 'unknown' | { no: string } {
  const called = name.includes('::') ? 'uapi_cpanel' : name;
  if (functions !== undefined && !functions.has(called)) return { no: `its applist does not have ${called}` };
  if (privileges === undefined) return 'unknown';
  const needed = privilegeFor(name);
  if (privileges.has('all') || privileges.has(needed)) return 'yes';
  return { no: needed === 'all' ? 'it lacks "all"' : `it has neither "all" nor "${needed}"` };
}

/** The changes. What only lifts blocks, mailfix does with a token of its own for changes, else the CPA System alone. */
const writes = [
  { name: 'editquota', lifts: false },
  { name: 'Email::edit_pop_quota', lifts: false },
  { name: 'flush_cphulk_login_history_for_ips', lifts: true },
] as const;

/** One look for each function that changes something; `forChanges`: the token is the one for changes. */
export function writeLooks(rights: Rights, which: string, forChanges: boolean): readonly Look[] {
  return [
    ...writes.map(({ name, lifts }) => writeLook(name, { lifts, forChanges }, rights, which)),
    killLook(rights, which, forChanges),
  ];
}

const leftToCpa = 'mailfix leaves un-blocks to the CPA System';
const onlyThere = `${leftToCpa}, because WHM_WRITE_TOKEN is not set`;

function writeLook(
  name: string,
  { lifts, forChanges }: { readonly lifts: boolean; readonly forChanges: boolean },
  rights: Rights,
  which: string,
): Look {
  const what = `${name}${which}`;
  const may = mayCall(name, rights);
  if (lifts && !forChanges) return skipped(what, onlyThere);
  if (may === 'yes') return pass(what, `the token may; ${notTried}`);
  const why = may === 'unknown' ? 'whether the token may cannot be told' : `the token may not: ${may.no}`;
  if (may === 'unknown') return warn(what, `${why}, for it did not say its privileges; ${notTried}`);
  const give = `Give the token the privilege "${privilegeFor(name)}" in WHM › Development › Manage API Tokens`;
  if (!lifts) return fail(what, `${why}; ${notTried}`, `${give}.`);
  return warn(
    what,
    `${why}; after its first refusal ${leftToCpa}; ${notTried}`,
    `${give}, and blocks of cPHulk open at once.`,
  );
}

/** The plugin has rights of its own, in a file on the server that nobody can ask for. */
function killLook({ privileges }: Rights, which: string, forChanges: boolean): Look {
  const what = `CSF kill${which}`;
  if (!forChanges) return skipped(what, onlyThere);
  if (privileges?.has('all') === true) return pass(what, `the token may, as root; ${notTried}`);
  const resellers = 'a reseller needs USE, GREP and UNBLOCK in /etc/csf/csf.resellers on the server';
  return skipped(what, `cannot be told from here: ${resellers}; after its first refusal ${leftToCpa}`);
}

const notTried = 'not tried, because it would change something';

function privilegeLooks({ error }: Reply, { privileges }: Rights, which: string): readonly Look[] {
  const what = `myprivs${which}`;
  if (error !== undefined) return [failed(what, error, 'warn')];
  if (privileges === undefined)
    return [warn(what, 'it answered in a shape that is not known, so the privileges cannot be told')];
  const all = privileges.has('all');
  const listed = all ? 'all, as root' : [...privileges].toSorted().join(', ') || 'none at all';
  const looks = [pass(what, `privileges: ${listed}`)];
  if (!all && privileges.has('passwd'))
    looks.push(
      warn(
        `passwd${which}`,
        'this privilege lets whoever has the token take over accounts, and mailfix never uses it',
        'Take it away in WHM › Development › Manage API Tokens.',
      ),
    );
  return looks;
}

function functionLook({ error }: Reply, { functions }: Rights, which: string): Look {
  const what = `applist${which}`;
  if (error !== undefined) return failed(what, error, 'warn');
  if (functions === undefined)
    return warn(what, 'it answered in a shape that is not known, so the functions cannot be told');
  return pass(what, `${functions.size} functions`);
}

/** No source shows the exact shape: names in a list, or names with yes or no, in one object or a list of them. */
function privilegesIn(data: unknown): ReadonlySet<string> | undefined {
  const told = fieldOf(data, 'privileges');
  const parts: readonly unknown[] = Array.isArray(told) ? told : [told];
  const found = new Set<string>();
  for (const part of parts) {
    if (typeof part === 'string') found.add(part);
    else if (typeof part === 'object' && part !== null)
      for (const [name, value] of Object.entries(part as Record<string, unknown>)) {
        const isYes = [1, '1', true].some((yes) => yes === value);
        if (!isYes && ![0, '0', '', false, null].some((no) => no === value)) return undefined;
        if (isYes) found.add(name);
      }
    else return undefined;
  }
  return found;
}

function namesIn(list: unknown): ReadonlySet<string> | undefined {
  if (!Array.isArray(list)) return undefined;
  const names = list.filter((one) => typeof one === 'string');
  return names.length === list.length ? new Set(names) : undefined;
}
