import { contracts } from '../../src/actions/contracts.ts';
import type { Effect } from '../../src/engine/effect.ts';
import type { Actor } from '../../src/engine/event.ts';
import type { Values } from '../../src/engine/fact.ts';
import type { Plan } from '../../src/engine/plan.ts';
import { planOf } from '../outside.ts';

/** Stands in all that people type freely, and in their names: it may appear in values only. */
export const hostile = '<!channel> <at>x</at> [x](http://x.example) <b>{ip}</b> __proto__';
const person = (name: string): Actor => ({ id: `web:${name}`, person: name, name: `${name} ${hostile}` });
export const [sam, tim, lea, tom] = [person('sam'), person('tim'), person('lea'), person('tom')] as const;
export const people = [sam, tim, lea, tom] as const;
/** Who may approve, unless they asked for it themselves. */
export const approvers: ReadonlySet<string> = new Set(['lea', 'tom']);

/** As long as addresses come; a button has to hold it. */
const longIp = '2001:db8:1234:5678:9abc:def0:1234:5678';

/** A run that the outside is asked for. */
export type Run = Effect & { type: 'run' };

/** One of a list, or nothing of none. */
export function of<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % Math.max(1, list.length)];
}

const times = (count: number, outcome: string): readonly string[] =>
  Array.from({ length: count }, () => outcome);

/** What leads far is likelier: an account that is found, mail that comes here, an address that is blocked, a plan that can be made. */
const likely: Readonly<Record<string, readonly string[]>> = {
  clientAccount: times(40, 'found'),
  mailRouting: times(40, 'here'),
  mailServices: times(40, 'up'),
  mailboxQuota: times(20, 'room'),
  accountQuota: times(4, 'full'),
  failingLogins: times(8, 'blocked'),
  ipFits: times(6, 'fits'),
  ipBlock: times(8, 'blocked'),
  plan: times(12, 'planned'),
  unblockIp: times(3, 'accepted'),
  raiseAccountQuota: times(12, 'leased'),
  raiseMailboxQuota: times(12, 'leased'),
  extendLease: times(4, 'leased'),
  leaseEnd: times(12, 'fits'),
};

/** Any outcome that the runtime would let through. */
export function outcomeOf(run: Run, more: number): string {
  const own = Object.keys(contracts[run.contract as keyof typeof contracts].outcomes);
  const others = {
    check: [],
    plan: ['planned', 'failed', 'unknown'],
    act: ['changed', 'failed', 'partly', 'unknown'],
  };
  const favoured = likely[run.mode === 'plan' ? 'plan' : run.contract] ?? [];
  return of([...own, ...others[run.mode], ...favoured], more) ?? 'unknown';
}

/** What the outcome brings by its contract. */
export function factsFor(contract: string, outcome: string): Values {
  const facts: Values = {
    account: 'acmecpa',
    server: 'host2',
    domain: 'acme.example',
    mailbox: 'info@acme.example',
    suspendReason: hostile,
    nearMatches: ['one.example', 'two.example'],
    fullMailboxes: ['info@acme.example', 'kim@acme.example'],
    mailNode: 'host9',
    siteIp: '192.0.2.10',
    mailHosts: hostile,
    downServices: hostile,
    suspects: [longIp, '203.0.113.7', '203.0.113.8'],
    suspectStory: hostile,
    lockedBox: 'info@acme.example',
    lockedUntil: hostile,
    turnedAwaySince: hostile,
    inbox: hostile,
    outbox: hostile,
    login: 'info@acme.example',
    likelyIps: [longIp, '203.0.113.7'],
    likelyWhy: hostile,
    oursName: hostile,
    stuckWhy: hostile,
    failedBox: 'info@acme.example',
    failedService: hostile,
    failures: hostile,
    failingSince: hostile,
    lastFailure: hostile,
    devices: hostile,
    leaseOf: contract === 'raiseMailboxQuota' ? 'mailbox' : 'account',
    leaseName: hostile,
    leaseFor: '14d',
    leaseUntil: hostile,
    oldLimitMb: 200,
    newLimitMb: 300,
    usedThenMb: 200.2,
  };
  const outcomes: Readonly<Record<string, { readonly shape: object }>> =
    contracts[contract as keyof typeof contracts].outcomes;
  const names = Object.keys(outcomes[outcome]?.shape ?? {});
  return Object.fromEntries(Object.entries(facts).filter(([name]) => names.includes(name)));
}

/** The state that it starts from is one of three, so that the same deed comes up again; some plans need two people, or have a smaller one beside them. */
export function planned(run: Run, more: number): Plan {
  const plan = planOf(run.contract, run.input, { from: `state ${more % 3}`, ...wayBack(run, more) });
  const needs = more % 7 === 0 ? 2 : 1;
  const smaller: Plan = {
    ...plan,
    hash: `${plan.hash}:smaller`,
    input: { ...plan.input, quota: 250 },
    needs,
  };
  return { ...plan, needs, ...(more % 2 === 0 ? { alternatives: [smaller] } : {}) };
}

/** Raises cover the way back, which is mostly as approved when its time has come. */
function wayBack({ contract, input }: Run, more: number): Values {
  if (contract === 'returnQuota')
    return { hash: `${more % 5 === 0 ? 'another' : 'the'} way back of the ${String(input['leaseOf'])}` };
  if (contract === 'extendLease') return { covers: `the way back of the ${String(input['leaseOf'])}` };
  if (contract === 'raiseAccountQuota') return { covers: 'the way back of the account' };
  return contract === 'raiseMailboxQuota' ? { covers: 'the way back of the mailbox' } : {};
}
