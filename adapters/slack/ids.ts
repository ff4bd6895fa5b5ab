import type { Actor } from '../../src/engine/event.ts';
import type { Mirror } from '../../src/runtime/mirrors.ts';
import type { Workspace } from './ports.ts';

/** Where an incident is shown in Slack: the `ref` of its place. `thread` when it lives in a thread that was there before. */
export interface Spot extends Workspace {
  readonly channel: string;
  readonly thread?: string;
}

/** A post: the `ref` of a message. `thread` is what the others of its incident go into, when it is not the post itself. */
export interface Posted {
  readonly ts: string;
  readonly thread?: string;
}

/**
 * Somebody of a workspace. In an organisation an account is the same in all its workspaces, and so is the person: two
 * workspaces do not make two persons of one.
 */
export function actorOf({ team, enterprise }: Workspace, user: string, name: string): Actor {
  return { id: `slack:${team}/${user}`, person: `slack:${enterprise ?? team}/${user}`, name };
}

/** The account that an actor of Slack is; undefined for one of another channel. */
export function accountOf({ id, person }: Actor): { workspace: Workspace; user: string } | undefined {
  const [, team, user] = /^slack:([^/]+)\/([^/]+)$/.exec(id) ?? [];
  if (team === undefined || user === undefined) return undefined;
  const home = /^slack:([^/]+)\//.exec(person)?.[1] ?? team;
  return { workspace: home === team ? { team } : { team, enterprise: home }, user };
}

/** The `ref` of a place in Slack, read back. */
export function spotOf(ref: string): Spot {
  return JSON.parse(ref) as Spot;
}

/** A channel of the settings as a place to mirror approvals in. */
export function mirrorIn(team: string, channel: string): Mirror {
  return {
    channel: 'slack',
    ref: JSON.stringify({ team, channel } satisfies Spot),
    isAt(ref) {
      const spot = spotOf(ref);
      return spot.team === team && spot.channel === channel;
    },
  };
}

/** The `ref` of a message, read back. */
export function postedOf(ref: string): Posted {
  return JSON.parse(ref) as Posted;
}

/** The thread of an incident, by its place and its root message; undefined until the root was posted. */
export function threadOf(spot: Spot, root: string | undefined): string | undefined {
  if (spot.thread !== undefined) return spot.thread;
  if (root === undefined) return undefined;
  const { ts, thread } = postedOf(root);
  return thread ?? ts;
}

/** A link that opens a message in Slack, in the form that Slack itself gives them. */
export function linkTo(url: string, channel: string, ts: string, thread?: string): string {
  const inThread = thread === undefined ? '' : `?thread_ts=${thread}&cid=${channel}`;
  return `${url.replace(/\/?$/, '/')}archives/${channel}/p${ts.replace('.', '')}${inThread}`;
}

/** Whether two places are of one workspace. */
export function isSameHome(ref: string, other: string): boolean {
  return spotOf(ref).team === spotOf(other).team;
}
