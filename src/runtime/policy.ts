import type { Plan } from '../engine/plan.ts';
import type { Actor, Authority, Decision } from '../engine/event.ts';
import { EffectError } from '../errors.ts';
import { createPersons, isSame, type People } from './persons.ts';

/** What `createPolicy` needs. */
export interface PolicyOptions {
  /** The setting APPROVERS: `web:NAME`, `slack:U…`, `slack:T…/U…`, `slack:S…` (a group), `teams:OID`, `teams:TENANT/OID`. */
  readonly approvers: readonly string[];
  /** Two persons: whoever asked for an act may not approve it. */
  readonly fourEyes: boolean;
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
  readonly by: string;
  readonly plan: Plan;
  readonly decision: Decision;
}

/** Decides at the press who may approve. Never throws for what a chat product failed to say: it refuses. */
export interface Policy {
  mayApprove(press: PressedBy): Promise<Authority>;
}

/** Makes the policy from the settings. */
export function createPolicy({ approvers, fourEyes, people, rolesOf, nameOf }: PolicyOptions): Policy {
  const persons = createPersons(people ?? new Map());
  return {
    async mayApprove({ presser, requesters, decision }) {
      const who = [presser.id, presser.person];
      const asked = requesters.some((requester) => persons.isOne(who, [requester]));
      if (decision === 'reject' && asked) return allow([], 'asked for it, and withdraws it');
      if (decision === 'hold' && asked) return allow([], 'asked for it, and asks to wait');
      if (approvers.length === 0) {
        return refuse([], 'Nobody may approve yet: no approver is named. Set APPROVERS, then press again.');
      }
      const listed = await listing(presser);
      if (!listed.ok) return refuse([], listed.why);
      const { entry, roles } = listed;
      if (entry === undefined)
        return refuse(roles, `You are not an approver. Please ask ${await names(approvers)}.`);
      if (fourEyes && decision === 'approve') {
        const why = asked
          ? 'You asked for this yourself, so it needs a second person.'
          : unsure(presser, requesters, who);
        if (why !== undefined) return refuse(roles, `${why} Please ask ${await othersThan(entry, presser)}.`);
      }
      return allow(roles, `named in APPROVERS as ${entry}`);
    },
  };

  /** The entry of APPROVERS that this person is under. Groups are asked for only when it takes a group. */
  async function listing(
    presser: Actor,
  ): Promise<{ ok: true; entry: string | undefined; roles: readonly string[] } | { ok: false; why: string }> {
    const direct = approvers.find((approver) => means(approver, presser));
    if (direct !== undefined) return { ok: true, entry: direct, roles: [] };
    try {
      const roles = await rolesOf(presser);
      const entry = approvers.find((approver) => roles.some((role) => isSame(approver, role)));
      return { ok: true, entry, roles };
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
    requesters: readonly string[],
    who: readonly string[],
  ): string | undefined {
    const other = requesters.find((one) => one !== 'mailfix' && persons.mayBeOne(who, [one]));
    if (other === undefined) return undefined;
    return `I cannot tell whether you (${person}) and ${other}, who asked for this, are two persons: nobody has said whose accounts these are. That goes into "people" of mailfix.yaml.`;
  }

  async function othersThan(entry: string, presser: Actor): Promise<string> {
    // A group stays: others are in it.
    const others = approvers.filter(
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

function allow(roles: readonly string[], reason: string): Authority {
  return { allowed: true, roles, reason };
}

function refuse(roles: readonly string[], reason: string): Authority {
  return { allowed: false, roles, reason };
}
