import type { types } from '@slack/bolt';
import type { Reply } from '../../src/engine/reply.ts';
import { asked } from './api.ts';
import type { Desk } from './desk.ts';
import { escaped } from './escape.ts';
import type { Spot } from './ids.ts';
import { tellPrivately, type Listener } from './private-words.ts';
import type { Visitor, Workspace } from './ports.ts';

/** What became of an opening; `closed` says why this channel takes none. */
export type Opened = Reply | { readonly ok: false; readonly closed: string };

/** Opens an incident in a channel, or in a thread of it. Answers after it is committed. */
export async function openIncident(
  { ports, rooms }: Desk,
  { actor }: Visitor,
  {
    spot,
    dialog,
    facts,
    eventId,
    anew = false,
  }: {
    readonly spot: Spot;
    readonly dialog: string;
    readonly facts: Readonly<Record<string, string>>;
    readonly eventId: string;
    /** Though there is an open one for that client. */
    readonly anew?: boolean;
  },
): Promise<Opened> {
  const { closed, hears } = await rooms(spot, spot.channel);
  if (closed !== undefined) return { ok: false, closed };
  const place = { channel: 'slack', ref: JSON.stringify(spot) };
  const reply = await ports.dispatch.open({ dialog, facts, actor, eventId, place, unlessOpen: !anew });
  return reply.ok && hears === false ? { ...reply, said: inviteMe } : reply;
}

const inviteMe =
  'I am not in this channel, so I cannot hear what is typed in the thread. Type "/invite @mailfix" here.';

/** Opens a form. Slack takes the request's number for three seconds, so this comes right after the answer. */
export function openView(
  desk: Desk,
  workspace: Workspace,
  triggerId: string,
  view: types.ModalView,
  to: Listener,
): void {
  desk.later('a form', async () => {
    try {
      const { client } = await desk.workspaces.access(workspace);
      await asked('views.open', '', () => client.views.open({ trigger_id: triggerId, view }));
    } catch (error) {
      tellPrivately(
        desk,
        to,
        escaped('Slack did not open the form in time. Nothing was done; please try again.'),
      );
      throw error;
    }
  });
}
