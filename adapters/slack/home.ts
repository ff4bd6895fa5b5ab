import type { IncidentLine } from '../../src/chat/incidents.ts';
import { say } from '../../src/render/language.ts';
import { asked } from './api.ts';
import type { Desk } from './desk.ts';
import { homeView } from './home-view.ts';
import type { Visitor, Workspace } from './ports.ts';
import { linkOf, openIncidents } from './reach.ts';

/** How long after a look at the Home tab changes are still brought there. */
const openForMs = 12 * 60 * 60_000;
/** Changes that come close together are shown at once. */
const gatherMs = 3000;

/** The Home tab: one's own open incidents, what waits for one's approval, and how the systems are. */
export function createHome(desk: Desk) {
  const { ports, people, workspaces } = desk;
  const { store, clock } = ports;
  /** Who looked, and when. After a restart Slack tells again when they look. */
  const viewers = new Map<string, Viewer>();
  let cancel: (() => void) | undefined;

  async function publish(viewer: Viewer): Promise<void> {
    const { visitor } = viewer;
    const { workspace, user, actor } = visitor;
    const { client } = await workspaces.access(workspace);
    const [isApprover, url, connections] = await Promise.all([
      people.isApprover(visitor),
      workspaces.url(workspace),
      ports.connections(),
    ]);
    const all = await openIncidents(store, workspace);
    const entry = (line: IncidentLine): Entry => {
      const link = linkOf(line, url);
      return { heading: line.heading, state: line.state, ...(link === undefined ? {} : { link }) };
    };
    const mine = all.filter(({ owner }) => owner === actor.person).map(entry);
    const waiting = all.filter(({ awaitsApproval }) => isApprover && awaitsApproval).map(entry);
    // Nothing is published anew only because time went by.
    const shows = JSON.stringify([
      mine,
      waiting,
      isApprover,
      connections.map(({ name, state }) => [name, state]),
    ]);
    if (shows === viewer.shows) return;
    const view = homeView({ mine, waiting, isApprover, connections, now: clock.now() });
    await asked('views.publish', '', () => client.views.publish({ user_id: user, view }));
    viewer.shows = shows;
  }

  function changed(): void {
    if (viewers.size === 0 || cancel !== undefined) return;
    cancel = clock.setTimer(clock.now() + gatherMs, () => {
      cancel = undefined;
      for (const [key, viewer] of viewers) {
        if (clock.now() - viewer.at > openForMs) viewers.delete(key);
        else desk.later('the Home tab', () => publish(viewer));
      }
    });
  }

  return {
    /** Whoever may not ask is told why, where they look. */
    closedTo({ workspace, user }: { workspace: Workspace; user: string }, why: string): void {
      desk.later('the Home tab', async () => {
        const { client } = await workspaces.access(workspace);
        const text = { type: 'plain_text', text: say(why) } as const;
        const view = { type: 'home', blocks: [{ type: 'section', text }] } as const;
        await asked('views.publish', '', () =>
          client.views.publish({ user_id: user, view: { ...view, blocks: [...view.blocks] } }),
        );
      });
    },
    opened(visitor: Visitor): void {
      const viewer = { visitor, at: clock.now(), shows: '' };
      viewers.set(visitor.actor.id, viewer);
      desk.later('the Home tab', () => publish(viewer));
    },
    changed,
    stop(): void {
      cancel?.();
      viewers.clear();
    },
  };
}

/** Somebody who looked at their Home tab, when that was, and what it shows since. */
interface Viewer {
  readonly visitor: Visitor;
  readonly at: number;
  shows: string;
}

/** One incident on the Home tab. */
interface Entry {
  readonly heading: string;
  readonly state: string;
  readonly link?: string;
}
