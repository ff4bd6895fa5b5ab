import { EffectError } from '../../src/errors.ts';
import { asked } from './api.ts';
import { Memory } from '../../src/chat/memory.ts';
import { aboutSlack } from './people.ts';
import type { SlackPorts, Workspace } from './ports.ts';
import type { Workspaces } from './workspaces.ts';

/** A channel, as far as an incident can be in it. */
export interface Room {
  /** Why none can, in words for whoever asked. */
  readonly closed?: string;
  /** Whether we hear what is typed there; in a public channel we may post without being in it. */
  readonly hears?: boolean;
}

/** What channels are; kept in memory for minutes. */
export type Rooms = (workspace: Workspace, channel: string) => Promise<Room>;

/** Makes the function that tells whether an incident can be in a channel. */
export function createRooms({ clock, log }: SlackPorts, workspaces: Workspaces): Rooms {
  const known = new Memory<Room>(clock, aboutSlack);

  async function look(workspace: Workspace, channel: string): Promise<Room> {
    const { client } = await workspaces.access(workspace);
    const said = await asked('conversations.info', channel, () => client.conversations.info({ channel }));
    const room = said.channel ?? {};
    if (room.is_ext_shared === true || room.is_pending_ext_shared === true)
      return {
        closed:
          'This channel is shared with another company, which would read about your clients. Please ask in a channel of your own.',
      };
    if (room.is_archived === true) return { closed: 'This channel is archived. Please ask in another one.' };
    if (room.is_mpim === true)
      return { closed: 'Please ask in the support channel, where the others see it.' };
    return { hears: room.is_member === true };
  }

  return async (workspace, channel) => {
    if (channel.startsWith('D'))
      return {
        closed:
          'Incidents are worked on in a channel, where the others see them. Please ask in the support channel.',
      };
    try {
      const key = `${workspace.team}/${channel}`;
      const room = await known.get(key, () => look(workspace, channel));
      // What may have changed a moment ago is asked again the next time: an invitation, an archive.
      if (room.hears !== true) known.forget(key);
      return room;
    } catch (error) {
      if (error instanceof EffectError && error.code === 'slack.channel')
        return { closed: 'I cannot write in this channel. Type "/invite @mailfix" here, and ask again.' };
      log.warn({ err: error, channel }, 'Slack did not say what a channel is');
      const why =
        error instanceof EffectError ? error.message : 'Slack did not say in time what this channel is.';
      return { closed: `${why} Nothing was opened; please try again.` };
    }
  };
}
