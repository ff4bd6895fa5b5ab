import { Memory } from '../../src/chat/memory.ts';
import { EffectError } from '../../src/errors.ts';
import type { Activity, Conversation } from './activity.ts';
import { partsOf, placeOf, teamsIdOf } from './ids.ts';
import type { TeamsPorts, Visitor } from './ports.ts';
import { refusalOf, type TeamsApi } from './sdk.ts';

/** Whoever acts as somebody who may ask, or why not, in words for them. */
export type Admitted =
  | { readonly ok: true; readonly visitor: Visitor }
  /** `unsure`: Teams did not say who they are; what they said may be kept, and is not acted upon. */
  | { readonly ok: false; readonly why: string; readonly unsure?: Visitor };

/** Who people are. */
export interface People {
  /** `until`: when the answer is due, epoch milliseconds; what Teams says later is there for the next time. */
  admit(activity: Activity, tenant: string, until?: number): Promise<Admitted>;
  /** Why mailfix cannot write in a conversation, in words for somebody of it; undefined when it can, or nobody knows. */
  closed(where: Conversation, of: Pick<Visitor, 'mri'>, until?: number): Promise<string | undefined>;
  /** Somebody else of the conversation, by object id; undefined when they are not in it or Teams does not say. */
  member(where: Conversation, oid: string, until?: number): Promise<Known | undefined>;
  /** Whom an incident can be handed to, by object id: technicians and approvers who are in this conversation. */
  colleagues(where: Conversation): Promise<ReadonlyMap<string, Known>>;
  /** The readable name of an entry of APPROVERS, once Teams told it. */
  nameOf(id: string): Promise<string>;
  isApprover(visitor: Visitor): boolean;
  /** Whether somebody of a tenant may work on incidents, as far as the settings say. */
  mayWork(who: Pick<Visitor, 'tenant' | 'oid'>): boolean;
}

/** Somebody as Teams knows them. */
export interface Known {
  readonly mri: string;
  readonly name: string;
  readonly guest: boolean;
}

/** As it is kept in the store. */
interface Kept extends Known {
  /** The organisation whose roster said so, and when. */
  readonly tenant?: string;
  readonly at?: number;
}

const minute = 60_000;
/** Teams waits a few seconds for an answer, and what was said has still to be stored in them. */
const aboutTeams = { freshMs: 30 * minute, staleMs: 0, limitMs: 1000 };
/** So long what Teams last said of somebody stands in while it says nothing, over a restart too. */
const standsInMs = 24 * 60 * minute;
/** Names are looked up one by one, each at most once in half an hour. */
const mostAsked = 60;
/** Whoever is not in a channel is not asked for again at each message there. */
const absentMs = 5 * minute;
const forEver = Number.MAX_SAFE_INTEGER;

/** Makes the people of the tenants. What Teams told of somebody is kept, for mentions and views of their own. */
export function createPeople(
  { clock, store, approvers, technicians, log }: TeamsPorts,
  api: TeamsApi,
): People {
  const known = new Memory<Known>(clock, aboutTeams);
  const rooms = new Memory<true>(clock, aboutTeams);
  const absentUntil = new Map<string, number>();

  function ask(
    where: Conversation,
    oid: string,
    { mri, until }: { readonly mri?: string; readonly until?: number | undefined },
  ): Promise<Known> {
    const key = `${where.tenant}/${oid}`;
    const asked = async (): Promise<Known> => {
      const { id, name, guest } = await api.member(where, mri ?? (await kept(oid))?.mri ?? oid);
      const person = { mri: id, name, guest };
      const value = JSON.stringify({ ...person, tenant: where.tenant, at: clock.now() } satisfies Kept);
      // An object id is of one person everywhere, so entries of APPROVERS without a tenant find it too.
      await store.put({ kind: 'teams-person', key: oid, value, expires: forEver });
      return person;
    };
    return known.get(key, asked, leftUntil(until));
  }

  function leftUntil(until: number | undefined): number {
    return until === undefined ? aboutTeams.limitMs : Math.max(0, until - clock.now());
  }

  /** What Teams said of somebody lately. */
  async function standIn(tenant: string, oid: string): Promise<Known | undefined> {
    const one = await kept(oid);
    const isLate = clock.now() - (one?.at ?? 0) >= standsInMs;
    return one?.tenant !== tenant || isLate ? undefined : one;
  }

  /** Somebody else than who just spoke: not there, or as Teams told of them once while it does not answer. */
  async function other(where: Conversation, oid: string, until?: number): Promise<Known | undefined> {
    const key = `${partsOf(where.id).channel} ${oid}`;
    if ((absentUntil.get(key) ?? 0) > clock.now()) return undefined;
    try {
      return await ask(where, oid, { until });
    } catch (error) {
      if (!isNoMember(error)) return kept(oid);
      if (absentUntil.size >= 5000) absentUntil.clear();
      absentUntil.set(key, clock.now() + absentMs);
      return undefined;
    }
  }

  function mayWork(who: Pick<Visitor, 'tenant' | 'oid'>): boolean {
    return technicians.length === 0 || isListed(who, [...technicians, ...approvers]);
  }

  /** Without a list of technicians: whoever did something since the start. */
  const active = new Set<string>();
  function seen(tenant: string): readonly string[] {
    return [...active].filter((id) => id.startsWith(`teams:${tenant}/`)).slice(-mostAsked);
  }

  async function kept(oid: string): Promise<Kept | undefined> {
    const value = await store.get('teams-person', oid, clock.now());
    return value === undefined ? undefined : (JSON.parse(value) as Kept);
  }

  function isListed({ tenant, oid }: Pick<Visitor, 'tenant' | 'oid'>, entries: readonly string[]): boolean {
    return entries.some((entry) => {
      const id = teamsIdOf(entry);
      return id?.oid === oid && (id.tenant === undefined || id.tenant === tenant);
    });
  }

  return {
    async admit(activity, tenant, until) {
      const { from } = activity;
      const oid = from?.aadObjectId?.toLowerCase();
      if (from === undefined || oid === undefined || teamsIdOf(`teams:${oid}`) === undefined)
        return {
          ok: false,
          why: 'Teams does not say who you are in your organisation, so I may not take that.',
        };
      const id = `teams:${tenant}/${oid}`;
      const visitorNamed = (name: string): Visitor => ({
        actor: { id, person: id, name: name === '' ? (from.name ?? oid) : name },
        tenant,
        oid,
        mri: from.id,
      });
      let person: Known;
      try {
        person = await ask(placeOf(activity, tenant), oid, { mri: from.id, until });
      } catch (error) {
        log.warn({ err: error }, 'Teams did not say who somebody is');
        if (isNoMember(error)) {
          await store.remove('teams-person', oid);
          return { ok: false, why: 'Teams does not know you as a member here. Nothing was done.' };
        }
        const lately = await standIn(tenant, oid);
        if (lately === undefined) {
          const why = unsureWords(error);
          return mayWork({ tenant, oid }) ? { ok: false, why, unsure: visitorNamed('') } : { ok: false, why };
        }
        person = lately;
      }
      if (person.guest)
        return { ok: false, why: 'Guests cannot work on mail incidents. Please ask a colleague.' };
      if (!mayWork({ tenant, oid }))
        return { ok: false, why: 'You are not among the technicians. The setting TECHNICIANS says who is.' };
      absentUntil.delete(`${partsOf(activity.conversation.id).channel} ${oid}`);
      active.delete(id);
      active.add(id);
      return { ok: true, visitor: visitorNamed(person.name) };
    },

    async closed(where, { mri }, until) {
      try {
        const asked = async (): Promise<true> => {
          await api.member(where, mri);
          return true;
        };
        await rooms.get(`${where.tenant}/${partsOf(where.id).channel}`, asked, leftUntil(until));
        return undefined;
      } catch (error) {
        if (!(error instanceof EffectError) || error.code !== 'teams.not-in-team') return undefined;
        return error.message;
      }
    },

    member: other,

    async colleagues(where) {
      const ids = [...new Set([...technicians, ...approvers, ...seen(where.tenant)])].flatMap(
        (entry) => teamsIdOf(entry) ?? [],
      );
      const mine = ids.filter(({ tenant }) => tenant === undefined || tenant === where.tenant);
      const oids = [...new Set(mine.map(({ oid }) => oid))].slice(0, mostAsked);
      const found = await Promise.all(oids.map(async (oid) => [oid, await other(where, oid)] as const));
      return new Map(found.flatMap(([oid, one]) => (one === undefined || one.guest ? [] : [[oid, one]])));
    },

    async nameOf(id) {
      const of = teamsIdOf(id);
      if (of === undefined) return id;
      return (await kept(of.oid))?.name ?? id;
    },

    isApprover: (visitor) => isListed(visitor, approvers),
    mayWork,
  };
}

/** Why somebody's words are not acted upon, for them. */
function unsureWords(error: unknown): string {
  const isSaid = error instanceof EffectError;
  const reason = isSaid ? error.message : 'Teams did not say in time who you are.';
  return `${reason} Nothing was done${isSaid && error.retry === 'never' ? '.' : '; please try again.'}`;
}

/** Whether Teams said that somebody is not in the conversation. */
function isNoMember(error: unknown): boolean {
  return refusalOf(error)?.startsWith('MemberNotFound') ?? false;
}
