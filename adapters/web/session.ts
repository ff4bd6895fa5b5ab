import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { Actor } from '../../src/engine/event.ts';
import { nameOfWebId } from '../../src/render/approver-names.ts';
import type { HostCheck } from './host.ts';
import type { ConsolePorts, Keys } from './ports.ts';

const twelveHours = 12 * 3_600_000;
const fifteenMinutes = 15 * 60_000;

/** The two ready people of the simulators. */
export const readyPeople: readonly Actor[] = ['sam', 'lea'].map((name) => personOf(name, []));

/** Somebody who is signed in on one browser. `id` is the cookie's value: as secret as a password. */
export interface Session {
  readonly id: string;
  readonly actor: Actor;
}

/** What a one-time link says. */
export interface SignIn {
  readonly name: string;
  readonly expires: number;
  readonly nonce: string;
}

/** What became of a one-time link. */
export type Redeemed =
  | { readonly ok: true }
  | { readonly ok: false; readonly why: 'broken' | 'expired' | 'spent' };

type SessionPorts = Pick<ConsolePorts, 'store' | 'keys' | 'now' | 'random' | 'world' | 'approvers'>;

/** Who is signed in. On simulators everybody is one of the ready people, and nothing is stored. */
export function createSessions(ports: SessionPorts, hosts: HostCheck) {
  const { store, keys, now, random, world } = ports;
  const isSecure = (c: Context) => hosts.needsSecureCookie(c.req.header('host') ?? '');
  const cookieName = (c: Context) => (isSecure(c) ? '__Host-mailfix' : 'mailfix');
  const give = (c: Context, id: string) => {
    const lasts = { httpOnly: true, sameSite: 'Strict', path: '/', maxAge: twelveHours / 1000 } as const;
    setCookie(c, cookieName(c), id, { ...lasts, secure: isSecure(c) });
  };

  async function lookUp(id: string): Promise<Session | undefined> {
    if (world === 'simulated') {
      const actor = readyPeople.find((one) => id.startsWith(`${one.id}.`));
      const [, nonce = '', mac = ''] = id.split('.');
      if (actor === undefined || !same(mac, macOf(keys, 'simulated-session', `${actor.id}.${nonce}`)))
        return undefined;
      return { id, actor };
    }
    const value = await store.get('session', sha256(id), now());
    if (value === undefined) return undefined;
    const { name } = JSON.parse(value) as { name: string };
    return { id, actor: personOf(name, ports.approvers) };
  }

  return {
    isCurrent: async (id: string): Promise<boolean> => (await lookUp(id)) !== undefined,

    async read(c: Context): Promise<Session | undefined> {
      const id = getCookie(c, cookieName(c));
      return id === undefined || id.length > 200 ? undefined : lookUp(id);
    },

    /** Simulators only: plays one of the ready people. */
    play(c: Context, actor: Actor): Session {
      if (world !== 'simulated') throw new Error('Ready people exist on simulators only.');
      const start = `${actor.id}.${random(18).toString('base64url')}`;
      const id = `${start}.${macOf(keys, 'simulated-session', start)}`;
      give(c, id);
      return { id, actor };
    },

    readToken: (token: string): SignIn | Redeemed => readToken(token, keys, now()),

    /** Spends a one-time link and signs in. A link that was spent once never works again. */
    async redeem(c: Context, token: string): Promise<Redeemed> {
      const read = readToken(token, keys, now());
      if ('ok' in read) return read;
      const { name, nonce, expires } = read;
      const first = await store.putOnce({ kind: 'sign-in', key: nonce, value: name, expires });
      if (!first) return { ok: false, why: 'spent' };
      const id = random(32).toString('base64url');
      const value = JSON.stringify({ name, since: now() });
      await store.put({ kind: 'session', key: sha256(id), value, expires: now() + twelveHours });
      give(c, id);
      return { ok: true };
    },

    async end(c: Context, session: Session): Promise<void> {
      await store.remove('session', sha256(session.id));
      deleteCookie(c, cookieName(c), { path: '/', secure: isSecure(c) });
    },

    /** Bound to the session: another page cannot know it, and another session's does not fit. */
    csrf: (session: Session): string => macOf(keys, 'csrf', session.id),
    csrfFits: (session: Session, token: string): boolean => same(token, macOf(keys, 'csrf', session.id)),
  };
}

/** The sessions of a running console. */
export type Sessions = ReturnType<typeof createSessions>;

/** The token of a one-time link for `mailfix sign-in NAME`: signed, so nothing is written until somebody redeems it. */
export function makeSignInToken(
  name: string,
  keys: Keys,
  now: number,
  random: (bytes: number) => Buffer,
): string {
  if (!/^[a-z0-9][a-z0-9._-]{0,39}$/i.test(name))
    throw new Error(
      `"${name.slice(0, 60)}" is no name to sign in with. Use up to 40 letters, digits, dots, dashes.`,
    );
  const says: SignIn = { name, expires: now + fifteenMinutes, nonce: random(18).toString('base64url') };
  const body = Buffer.from(JSON.stringify(says)).toString('base64url');
  return `${body}.${macOf(keys, 'sign-in', body)}`;
}

function readToken(token: string, keys: Keys, now: number): SignIn | Redeemed {
  const [body = '', mac = '', ...more] = token.split('.');
  if (more.length > 0 || !same(mac, macOf(keys, 'sign-in', body))) return { ok: false, why: 'broken' };
  const says = JSON.parse(Buffer.from(body, 'base64url').toString()) as SignIn;
  return says.expires <= now ? { ok: false, why: 'expired' } : says;
}

/** One name is one person, however it is spelled; the spelling of APPROVERS wins, since the policy compares exactly. */
function personOf(name: string, approvers: readonly string[]): Actor {
  const plain = `web:${name.toLowerCase()}`;
  const id = approvers.find((approver) => approver.toLowerCase() === plain) ?? plain;
  return { id, person: id, name: nameOfWebId(plain) };
}

function macOf(keys: Keys, purpose: string, text: string): string {
  return createHmac('sha256', keys.mac(purpose)).update(text).digest('base64url');
}

function same(one: string, other: string): boolean {
  // Of equal length first, as the comparison asks; hashing makes them so without telling the length.
  return timingSafeEqual(
    createHash('sha256').update(one).digest(),
    createHash('sha256').update(other).digest(),
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
