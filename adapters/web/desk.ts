import type { Context } from 'hono';
import { createHash } from 'node:crypto';
import { words } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import { nameOfWebId } from '../../src/render/approver-names.ts';
import type { WebChannel } from './channel.ts';
import type { Live } from './live.ts';
import type { Notices } from './notices.ts';
import type { ConsolePorts } from './ports.ts';
import type { Returned, View } from './view.ts';
import { readyPeople, type Session, type Sessions } from './session.ts';

/** What the middleware leaves for the routes. Every route behind the gate has a session. */
export interface ConsoleEnv {
  readonly Variables: { session: Session };
}

/** Everything that the routes work with. */
export interface Desk {
  readonly ports: ConsolePorts;
  readonly live: Live;
  readonly notices: Notices;
  readonly sessions: Sessions;
  readonly web: WebChannel;
}

/** What a page needs to know, for the one who asks for it. */
export function viewFor(desk: Desk, c: Context<ConsoleEnv>, returned?: Returned, path = pathOf(c)): View {
  const { ports, notices, sessions, live } = desk;
  const session = c.get('session');
  return {
    world: ports.world,
    viewer: session.actor,
    csrf: sessions.csrf(session),
    nonce: () => ports.random(18).toString('base64url'),
    now: ports.now(),
    timeZone: ports.timeZone,
    approvers: ports.approvers,
    people: peopleOf(ports),
    notices: notices.of(session.actor.id),
    position: live.position(),
    path,
    ...(returned === undefined ? {} : { returned }),
  };
}

/** Who can be handed an incident: the ready people, or the approvers known here. */
export function peopleOf(ports: Pick<ConsolePorts, 'world' | 'approvers'>): readonly Actor[] {
  if (ports.world === 'simulated') return readyPeople;
  return ports.approvers
    .filter((id) => id.startsWith('web:'))
    .map((id) => ({ id, person: id, name: nameOfWebId(id) }));
}

/** A form's fields as texts, line breaks as one sign; files and repeated fields are left out. */
export async function fieldsOf(c: Context): Promise<ReadonlyMap<string, string>> {
  const body = await c.req.parseBody();
  return new Map(
    Object.entries(body).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value.replaceAll('\r\n', '\n')] as const] : [],
    ),
  );
}

/**
 * The dedupe key of what a form says: the same form with the same content is one event however often it is sent, and
 * with something else typed into it is another (a refusal is remembered under its key, too).
 */
export function eventIdOf(actor: Actor, nonce: string, ...said: readonly string[]): string {
  const all = JSON.stringify([actor.id, nonce, ...said]);
  return createHash('sha256').update(all).digest('base64url').slice(0, 32);
}

/** Shows somebody why nothing was done, until they dismiss it. What they typed stays with them. */
export function tellRefused(desk: Desk, actor: Actor, incident: string, message: string, typed = ''): void {
  const text =
    typed.trim() === ''
      ? words('{message}', { message })
      : words('{message} You typed: {typed}', { message, typed });
  desk.notices.add(actor.id, incident, 'refused', text);
}

/** A path of this site to go back to; anything else leads to the list. */
export function backPath(asked: string | undefined): string {
  return asked !== undefined && /^\/(?:incidents\/[\w-]+(?:\/log)?)?$/.test(asked) ? asked : '/';
}

function pathOf(c: Context): string {
  return backPath(c.req.path);
}
