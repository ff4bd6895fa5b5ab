import { fieldOf, rowsIn, textIn } from './outside.ts';
import type { Ask, Question, Reply } from './whm-asker.ts';

/** What is known of a server by the time that a function is called. */
interface Known {
  readonly user: string;
  readonly domain: string;
  /** A mailbox of the account. */
  readonly box: string | undefined;
}

interface Read {
  readonly name: string;
  /** Without it mailfix's way through the runbook stops; without others one look says "could not look". */
  readonly needed: boolean;
  /** Undefined when what is known does not suffice to ask. */
  readonly question?: (known: Known) => Question | undefined;
}

/** Reserved names: whoever is asked about them finds nothing. */
const nobody = { domain: 'mailfix.invalid', ip: '192.0.2.1', mailbox: 'nobody@mailfix.invalid' };
const oneRow = { 'api.chunk.enable': 1, 'api.chunk.size': 1, 'api.chunk.start': 1 };
const only = (field: string, arg0: string) => ({
  'api.filter.enable': 1,
  'api.filter.a.field': field,
  'api.filter.a.type': 'eq',
  'api.filter.a.arg0': arg0,
});

/** The functions that are asked without knowing any account. */
const general: readonly (Omit<Read, 'question'> & Question)[] = [
  { name: 'gethostname', needed: false },
  { name: 'getdomainowner', needed: true, params: { domain: nobody.domain } },
  { name: 'cphulk_status', needed: true },
  { name: 'load_cphulk_config', needed: false },
  { name: 'get_cphulk_brutes', needed: true, params: oneRow },
  { name: 'get_cphulk_excessive_brutes', needed: true, params: oneRow },
  { name: 'get_cphulk_user_brutes', needed: false, params: oneRow },
  { name: 'get_cphulk_failed_logins', needed: true, params: oneRow },
  { name: 'read_cphulk_records', needed: true, params: { list_name: 'black' } },
  { name: 'servicestatus', needed: false },
  {
    name: 'emailtrack_search',
    needed: false,
    // Documented as heavy; this finds nothing.
    params: {
      success: 1,
      defer: 1,
      failure: 1,
      max_results_by_type: 1,
      ...only('recipient', nobody.mailbox),
    },
  },
];

/** The functions that need an account to be asked about: the first of the list. */
const ofAnAccount: readonly Required<Read>[] = [
  { name: 'accountsummary', needed: true, question: ({ user }) => ({ params: { user } }) },
  {
    name: 'get_disk_usage',
    needed: true,
    question: ({ user }) => ({ params: { cache_mode: 'off', ...only('user', user) } }),
  },
  {
    name: 'Email::list_mxs',
    needed: false,
    question: ({ user, domain }) => ({ account: user, params: { domain } }),
  },
  {
    name: 'Email::get_client_settings',
    needed: false,
    question: ({ user, box }) =>
      box === undefined ? undefined : { account: user, params: { account: box } },
  },
];

/** A function, what came of asking it, and whether mailfix can do without it. */
export interface Answered {
  readonly name: string;
  readonly needed: boolean;
  /** Undefined: it was not asked, for there was no account, or no mailbox in it. */
  readonly reply: Reply | undefined;
}

/** What the reads brought; the oddities are asked for the notes alone. */
export interface Reads {
  readonly answered: readonly Answered[];
  readonly oddities: {
    /** Email::get_pop_quota of a mailbox that nobody has: fails inside. */
    readonly innerFailure: Reply | undefined;
    /** Email::get_pop_quota of a mailbox without limit. */
    readonly unlimited: Reply | undefined;
    /** listaccts searched for a domain that is not the account's main one. */
    readonly addon: Reply | undefined;
  };
}

/** Calls every function that mailfix reads with once, for nothing or for the first account, as far as it comes. */
export async function askReads(ask: Ask): Promise<Reads> {
  const free = general.map(async ({ name, needed, ...question }) => ({
    name,
    needed,
    reply: await ask(name, question),
  }));
  const accounts = await ask('listaccts', { params: { want: 'user,domain', ...oneRow } });
  const account = accountIn(accounts.data);
  const list = 'Email::list_pops_with_disk';
  const boxes = account === undefined ? undefined : await ask(list, { account: account.user });
  const rows = rowsIn(boxes?.data);
  const known = account === undefined ? undefined : { ...account, box: textIn(rows[0], 'email') };

  const bound = ofAnAccount.map(async ({ name, needed, question }) => {
    const asked = known === undefined ? undefined : question(known);
    return { name, needed, reply: asked === undefined ? undefined : await ask(name, asked) };
  });
  const oddities = known === undefined ? undefined : askOddities(ask, known, rows);
  return {
    answered: [
      { name: 'listaccts', needed: true, reply: accounts },
      { name: list, needed: true, reply: boxes },
      ...(await Promise.all([...bound, ...free])),
    ],
    oddities: (await oddities) ?? { innerFailure: undefined, unlimited: undefined, addon: undefined },
  };
}

async function askOddities(
  ask: Ask,
  { user, domain }: Known,
  rows: readonly unknown[],
): Promise<Reads['oddities']> {
  const name = 'Email::get_pop_quota';
  const [local = '', at = ''] = nobody.mailbox.split('@');
  const [free = '', freeAt = ''] =
    textIn(
      rows.find((row) => /^unlimited$/i.test(textIn(row, 'diskquota') ?? '')),
      'email',
    )?.split('@') ?? [];
  const addon = rows.map((row) => textIn(row, 'domain')).find((one) => one !== undefined && one !== domain);
  const search = `^${(addon ?? '').replaceAll(/[.\\+*?[\](){}^$|]/g, String.raw`\$&`)}$`;
  const [innerFailure, unlimited, found] = await Promise.all([
    ask(name, { account: user, params: { email: local, domain: at } }),
    free === '' ? undefined : ask(name, { account: user, params: { email: free, domain: freeAt } }),
    addon === undefined
      ? undefined
      : ask('listaccts', { params: { search, searchtype: 'domain', searchmethod: 'regex', want: 'user' } }),
  ]);
  return { innerFailure, unlimited, addon: found };
}

function accountIn(data: unknown): { user: string; domain: string } | undefined {
  const row = rowsIn(fieldOf(data, 'acct'))[0];
  const [user, domain] = [textIn(row, 'user'), textIn(row, 'domain')];
  return user === undefined || domain === undefined ? undefined : { user, domain };
}
