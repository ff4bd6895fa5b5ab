import type { Account } from '../clients/whm-shapes.ts';
import type { WhmClient } from '../clients/whm.ts';
import { words } from '../engine/card.ts';
import type { Finding } from '../engine/card.ts';
import { nearMatches, nearMatchPattern, parseClientRef, refText } from '../input/client-ref.ts';
import type { ClientRef } from '../input/client-ref.ts';
import { attempt, couldNotAsk } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import type { ShippedContracts } from './contracts.ts';
import type { CheckHandler } from './handler.ts';
import { noServer } from './servers.ts';
import type { Whms } from './servers.ts';

const check = 'clientAccount';
const mostCandidates = 50;

interface Located {
  readonly server: string;
  readonly account: Account;
}

/** Finds the account behind a domain, a mailbox or a user name, on every configured server at once. */
export function findAccount(whms: Whms): CheckHandler<ShippedContracts['clientAccount']> {
  return async ({ client }, { signal }) => {
    const parsed = parseClientRef(client);
    if (!parsed.ok) {
      const text = words('{why}', { why: parsed.message });
      return { outcome: 'unknown', findings: [{ check, verdict: 'unknown', text }] };
    }
    if (whms.size === 0) return { outcome: 'unknown', findings: [noServer(check, whms, undefined)] };
    const { ref } = parsed;
    const asked = await Promise.all(
      [...whms].map(async ([server, whm]) => ({
        server,
        tried: await attempt(accountOn(whm, ref, signal)),
      })),
    );
    const located = asked.flatMap(({ server, tried }) =>
      tried.ok && tried.value !== null ? [{ server, account: tried.value }] : [],
    );
    const failures = asked.flatMap(({ server, tried }) =>
      tried.ok ? [] : [couldNotAsk(check, server, tried.error)],
    );
    // A client that was moved may be left behind, suspended, on the old server.
    const here = located.find(({ account }) => account.suspended !== true) ?? located[0];
    if (here !== undefined) {
      const elsewhere = located.filter((one) => one !== here).map(({ server }) => alsoOn(server, ref));
      return foundResult(here, ref, [...elsewhere, ...failures]);
    }
    if (failures.length > 0) return { outcome: 'unknown', findings: failures };
    const near = await nearOn(whms, ref, signal);
    return {
      outcome: 'notFound',
      facts: { nearMatches: near },
      findings: [notFoundFinding(whms, ref, near)],
    };
  };
}

async function accountOn(whm: WhmClient, ref: ClientRef, signal: AbortSignal): Promise<Account | null> {
  if (ref.kind === 'account') return whm.account({ user: ref.user }, { signal });
  const user = await whm.domainOwner(ref.domain, { signal });
  return user === null ? null : whm.account({ user }, { signal });
}

function foundResult({ account, server }: Located, ref: ClientRef, others: readonly Finding[]) {
  const domain = ref.kind === 'account' ? account.domain : ref.domain;
  const facts = {
    account: account.user,
    server,
    domain,
    ...(ref.kind === 'mailbox' ? { mailbox: ref.mailbox } : {}),
    ...(account.mailNode === null ? {} : { mailNode: account.mailNode }),
    ...(account.ip === null ? {} : { siteIp: account.ip }),
  };
  const findings = [...accountFindings(account, server, domain), ...others];
  if (account.suspended !== true) return { outcome: 'found' as const, facts, findings };
  const suspendReason = account.suspendReason ?? 'WHM gives no reason';
  return { outcome: 'suspended' as const, facts: { ...facts, suspendReason }, findings };
}

function accountFindings(account: Account, server: string, domain: string): Finding[] {
  const values = {
    account: account.user,
    server,
    plan: account.plan ?? 'not named',
    reason: account.suspendReason ?? 'WHM gives no reason',
    domain,
    main: account.domain,
  };
  const findings: Finding[] = [];
  const add = (verdict: Finding['verdict'], template: string) =>
    findings.push({ check, verdict, text: words(template, values) });
  if (account.suspended === true) add('fail', 'Account {account} on {server} is suspended: {reason}');
  else if (account.suspended === false) add('pass', 'Account {account} on {server}, plan {plan}, active');
  else add('unknown', 'Account {account} on {server}, plan {plan}; WHM does not say whether it is suspended');
  if (account.domain !== domain) {
    add('not-applicable', '{domain} is a further domain of this account, whose main domain is {main}.');
  }
  if (account.outgoingSuspended === true) {
    add(
      'warning',
      'Outgoing mail of {account} is suspended: they can receive, but nothing they send leaves.',
    );
  }
  if (account.outgoingHold === true) {
    add(
      'warning',
      'Outgoing mail of {account} is held in the queue: they can receive, what they send waits.',
    );
  }
  return findings;
}

function alsoOn(server: string, ref: ClientRef): Finding {
  const text = words('{client} is also on {server}: make sure which one its mail goes to.', {
    client: refText(ref),
    server,
  });
  return { check, verdict: 'warning', text };
}

/** Near matches are a help, not an answer: a server that cannot be asked for them has none. */
async function nearOn(whms: Whms, ref: ClientRef, signal: AbortSignal): Promise<readonly string[]> {
  const wanted = ref.kind === 'account' ? ref.user : ref.domain;
  const found = await Promise.all(
    [...whms.values()].map((whm) =>
      attempt(whm.findAccounts(nearMatchPattern(wanted), mostCandidates, { signal })),
    ),
  );
  const rows = found.flatMap((tried: Attempt<{ user: string; domain: string }[]>) =>
    tried.ok ? tried.value : [],
  );
  const near = nearMatches(
    wanted,
    rows.flatMap(({ user, domain }) => (ref.kind === 'account' ? [user, domain] : [domain])),
  );
  if (ref.kind !== 'mailbox') return near;
  const local = ref.mailbox.slice(0, ref.mailbox.lastIndexOf('@'));
  return near.map((domain) => `${local}@${domain}`);
}

function notFoundFinding(whms: Whms, ref: ClientRef, near: readonly string[]): Finding {
  const values = { client: refText(ref), servers: [...whms.keys()].join(', ') };
  const text = words('{client} is on none of our servers ({servers}).', values);
  if (near.length === 0) return { check, verdict: 'fail', text };
  return { check, verdict: 'fail', text, evidence: near.map((one) => words('Similar: {one}', { one })) };
}
