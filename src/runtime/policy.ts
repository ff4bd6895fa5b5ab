import { mailfix } from '../engine/event.ts';
import type { Actor, Authority, Decision } from '../engine/event.ts';
import type { Plan } from '../engine/plan.ts';
import type { About, Terms } from '../engine/terms.ts';
import { EffectError } from '../errors.ts';
import { countsOf, type Count } from './limits.ts';
import { createPersons, isSame, type People } from './persons.ts';
import { mayDecide, needsOf, ruleOf, type Rule, type Rules } from './rules.ts';
import { termsOf, withNeeds } from './terms.ts';

/** What `createPolicy` needs. */
export interface PolicyOptions {
  /** The setting APPROVERS: `web:NAME`, `slack:U…`, `slack:T…/U…`, `slack:S…` (a group), `teams:OID`, `teams:TENANT/OID`. */
  readonly approvers: readonly string[];
  /** Two persons: whoever asked for an act may not approve it. */
  readonly fourEyes: boolean;
  /** What mailfix.yaml says instead, action by action. */
  readonly rules?: Rules | undefined;
  /** That quiet hours are of; the server's own when absent. */
  readonly timeZone?: string | undefined;
  /** Whose accounts are whose. */
  readonly people?: People;
  /** Groups that somebody is in now; throws when they cannot be read. */
  readonly rolesOf: (actor: Actor) => Promise<readonly string[]>;
  /** A readable name of an entry of APPROVERS; the entry itself when absent or unknown. */
  readonly nameOf?: (approver: string) => Promise<string>;
}

/** One press, to be looked into. */
export interface PressedBy {
  readonly presser: Actor;
  /** Persons who asked for this act. */
  readonly requesters: readonly string[];
  /** Who approved this plan before. */
  readonly approvedBy: readonly Actor[];
  readonly action: string;
  readonly plan: Plan;
  readonly decision: Decision;
}

/** Decides at the press who may approve. Never throws for what a chat product failed to say: it refuses. */
export interface Policy {
  mayApprove(press: PressedBy): Promise<Authority>;
  /** A plan with as many people as it needs, and the terms on which it waits for them. */
  propose(made: { action: string; plan: Plan; at: number }): { readonly plan: Plan; readonly terms: Terms };
  /** What an act is counted under, and the limits. */
  countsOf(act: { action: string; plan: Plan; about: About }): readonly Count[];
}

/** Makes the policy from the settings. */
export function createPolicy(options: PolicyOptions): Policy {
  const { approvers, fourEyes, people, rolesOf, nameOf, timeZone } = options;
  const persons = createPersons(people ?? new Map());
  const plain: Rule = { name: 'APPROVERS', approvers, needs: 1, requesterMayApprove: !fourEyes };
  const rules = options.rules ?? { default: plain, actions: new Map() };
  return {
    async mayApprove({ presser, requesters, approvedBy, action, plan, decision }) {
      const who = [presser.id, presser.person];
      const asked = requesters.some((requester) => persons.isOne(who, [requester]));
      if (decision === 'reject' && asked) return allow([], 'asked for it, and withdraws it');
      if (decision === 'hold' && asked) return allow([], 'asked for it, and asks to wait');
      const rule = ruleOf(rules, action);
      const may = mayDecide(rule, plan);
      if (may.length === 0) {
        return refuse([], 'Nobody may approve yet: no approver is named. Set APPROVERS, then press again.');
      }
      const listed = await listing(presser, may, rule.approvers);
      if (!listed.ok) return refuse([], listed.why);
      const { entries, roles } = listed;
      const entry = may.find((one) => entries.includes(one));
      if (entry === undefined) {
        const why =
          entries.length === 0 ? 'You are not an approver.' : 'You may not decide about raised risk.';
        return refuse(roles, `${why} Please ask ${await names(may)}.`);
      }
      if (decision === 'approve') {
        const alone = rule.requesterMayApprove
          ? undefined
          : asked
            ? 'You asked for this yourself, so it needs a second person.'
            : unsure(presser, requesters, who, 'asked for this');
        const why = alone ?? twice(presser, approvedBy, who);
        if (why !== undefined)
          return refuse(roles, `${why} Please ask ${await othersThan(entry, presser, may)}.`);
      }
      return allow(roles, `named in ${rule.name} as ${entry}`, needsOf(rule, plan));
    },

    propose({ action, plan, at }) {
      const rule = ruleOf(rules, action);
      const needed = withNeeds(rule, plan);
      return { plan: needed, terms: termsOf(rule, needed, at, timeZone) };
    },

    countsOf({ action, plan, about }) {
      const technician = persons.keyOf(about.technician);
      return countsOf(ruleOf(rules, action), { action, plan, about: { ...about, technician } });
    },
  };

  /** The entries that this person is under. Groups are asked for only when it takes a group. */
  async function listing(
    presser: Actor,
    may: readonly string[],
    others: readonly string[],
  ): Promise<
    { ok: true; entries: readonly string[]; roles: readonly string[] } | { ok: false; why: string }
  > {
    const all = [...new Set([...may, ...others])];
    const direct = all.filter((approver) => means(approver, presser));
    if (direct.some((entry) => may.includes(entry))) return { ok: true, entries: direct, roles: [] };
    try {
      const roles = await rolesOf(presser);
      const byRole = all.filter((approver) => roles.some((role) => isSame(approver, role)));
      return { ok: true, entries: [...direct, ...byRole], roles };
    } catch (error) {
      const reason = error instanceof EffectError ? error.message : 'the chat product gave no answer.';
      return {
        ok: false,
        why: `I could not check your groups: ${reason} Nothing was done. Please press again.`,
      };
    }
  }

  /** Two accounts in two channels may be one human: only where somebody has said whose they are do they count as two. */
  function unsure(
    { person }: Actor,
    others: readonly string[],
    who: readonly string[],
    did: string,
  ): string | undefined {
    const other = others.find((one) => one !== mailfix.person && persons.mayBeOne(who, [one]));
    if (other === undefined) return undefined;
    return `I cannot tell whether you (${person}) and ${other}, who ${did}, are two persons: nobody has said whose accounts these are. That goes into "people" of mailfix.yaml.`;
  }

  /** Two approvals are of two persons: why this one would not be, or cannot be told to be. */
  function twice(presser: Actor, approvedBy: readonly Actor[], who: readonly string[]): string | undefined {
    if (approvedBy.some(({ id, person }) => persons.isOne(who, [id, person])))
      return 'You approved this already, so it needs another person too.';
    const before = approvedBy.map(({ person }) => person);
    return unsure(presser, before, who, 'approved this');
  }

  async function othersThan(entry: string, presser: Actor, may: readonly string[]): Promise<string> {
    // A group stays: others are in it.
    const others = may.filter(
      (approver) =>
        !persons.isOne([presser.id, presser.person], [approver]) &&
        (approver !== entry || !means(approver, presser)),
    );
    return others.length === 0 ? 'somebody else to be added to APPROVERS' : names(others);
  }

  async function names(entries: readonly string[]): Promise<string> {
    const known = await Promise.all(
      entries.map(async (entry) => (await nameOf?.(entry).catch(() => entry)) ?? entry),
    );
    const last = known.at(-1) ?? '';
    return known.length < 2 ? last : `${known.slice(0, -1).join(', ')} or ${last}`;
  }
}

/** An entry of APPROVERS may name somebody's account, or the person where accounts of one organisation share it. */
function means(approver: string, { id, person }: Actor): boolean {
  return isSame(approver, id) || isSame(approver, person);
}

function allow(roles: readonly string[], reason: string, needs = 1): Authority {
  return { allowed: true, roles, reason, ...(needs > 1 ? { needs } : {}) };
}

function refuse(roles: readonly string[], reason: string): Authority {
  return { allowed: false, roles, reason };
}
