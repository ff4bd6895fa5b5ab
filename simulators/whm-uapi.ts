import type { SimAccount, SimMailbox } from './firms.ts';
import { accountOf, mailboxOf, ownerOf, routingOf } from './world.ts';
import type { World } from './world.ts';

type Params = Readonly<Record<string, string>>;

/** UAPI through WHM: an inner failure is `status` 0 inside a WHM answer that succeeded. */
export function uapi(world: World, params: Params): { data: unknown } | { failed: string } {
  const account = accountOf(world, params['cpanel.user'] ?? '');
  if (account === undefined) return { failed: 'API failure: The parameter “cpanel.user” is invalid.' };
  const name = `${params['cpanel.module']}::${params['cpanel.function']}`;
  const run = functions.get(name);
  if (run === undefined) return inner(null, [`The system could not find the function “${name}”.`]);
  const result = run(account, params, world);
  return typeof result === 'string' ? inner(null, [result]) : inner(result.data, null);
}

function inner(data: unknown, errors: string[] | null): { data: unknown } {
  const status = errors === null ? 1 : 0;
  return { data: { uapi: { data, errors, messages: null, metadata: {}, status, warnings: null } } };
}

const functions = new Map<
  string,
  (account: SimAccount, params: Params, world: World) => { data: unknown } | string
>([
  [
    'Email::list_pops_with_disk',
    (account, { domain, email }) => {
      const boxes = account.mailboxes.filter(
        (one) =>
          (domain === undefined || one.domain === domain) && (email === undefined || one.local === email),
      );
      return { data: boxes.map(popRow) };
    },
  ],
  [
    'Email::get_pop_quota',
    (account, { email = '', domain = '' }) => {
      const box = mailboxOf(account, email, domain);
      return box === undefined
        ? noSuch(email, domain)
        : { data: box.limitMb === 'unlimited' ? 0 : box.limitMb };
    },
  ],
  [
    'Email::edit_pop_quota',
    (account, { email = '', domain = '', quota = '' }) => {
      const box = mailboxOf(account, email, domain);
      if (box === undefined) return noSuch(email, domain);
      const wanted = quota === 'unlimited' || Number(quota) === 0 ? Infinity : Number(quota);
      if (Number.isNaN(wanted)) return `“${quota}” is not a valid quota.`;
      // Above the account's maximum the maximum is applied instead, and called a success.
      const most = account.maxMailboxMb === 'unlimited' ? Infinity : account.maxMailboxMb;
      const limit = Math.min(wanted, most);
      box.limitMb = limit === Infinity ? 'unlimited' : limit;
      return { data: null };
    },
  ],
  [
    'Email::get_main_account_disk_usage_bytes',
    ({ mainMailboxMb }) => {
      const bytes = Math.round(mainMailboxMb * 1_048_576);
      return { data: bytes % 2 === 0 ? bytes : String(bytes) };
    },
  ],
  [
    'Email::list_mxs',
    (account, { domain = account.domain }, world) => {
      if (ownerOf(world, domain) !== account) return `You do not have a domain named “${domain}”.`;
      const { detected, alwaysAccept, exchangers } = routingOf(world, domain);
      const entries = exchangers.map(({ host, priority }) => ({
        domain,
        mx: host,
        // "quoted string "0" on the live server"
        priority: String(priority),
        row: 'odd',
      }));
      const is = (route: string) => Number(detected === route);
      const row = {
        domain,
        mxcheck: 'auto',
        detected,
        local: is('local'),
        remote: is('remote'),
        secondary: is('secondary'),
        alwaysaccept: Number(alwaysAccept),
        entries: entries.length === 0 ? null : entries,
        mx: exchangers[0]?.host ?? null,
        status: 1,
        statusmsg: 'Fetched MX List',
      };
      return { data: [row] };
    },
  ],
  [
    'Email::get_client_settings',
    (account, { account: address = '' }, world) => {
      const [local = '', domain = ''] = address.split('@');
      if (ownerOf(world, domain) !== account || mailboxOf(account, local, domain) === undefined) {
        return noSuch(local, domain);
      }
      const host = `mail.${domain}`;
      return {
        data: {
          inbox_service: 'pop',
          inbox_host: host,
          inbox_port: '995',
          inbox_username: address,
          smtp_host: host,
          smtp_port: 465,
          smtp_username: address,
        },
      };
    },
  ],
]);

function noSuch(email: string, domain: string): string {
  return `The email account “${email}@${domain}” does not exist.`;
}

function popRow(box: SimMailbox, index: number): object {
  const { limitMb, usedMb } = box;
  const quoted = limitMb === 'unlimited' ? limitMb : limitMb.toFixed(2);
  const address = `${box.local}@${box.domain}`;
  return {
    email: address,
    login: address,
    user: box.local,
    domain: box.domain,
    diskused: index % 2 === 0 ? usedMb.toFixed(2) : usedMb,
    _diskused: String(Math.round(usedMb * 1_048_576)),
    diskquota: index % 2 === 0 || limitMb === 'unlimited' ? quoted : limitMb,
    _diskquota: limitMb === 'unlimited' ? 0 : String(limitMb * 1_048_576),
    humandiskused: `${usedMb}\u00A0MB`,
    diskusedpercent: limitMb === 'unlimited' ? 0 : Math.floor((usedMb / limitMb) * 100),
    suspended_login: index % 2 === 0 ? Number(box.suspendedLogin) : String(Number(box.suspendedLogin)),
    suspended_incoming: Number(box.suspendedIncoming),
    suspended_outgoing: String(Number(box.suspendedOutgoing)),
    hold_outgoing: Number(box.outgoingHold),
  };
}
