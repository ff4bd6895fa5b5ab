import type { Json } from '../slack/json.ts';
import type { Delivered } from './deliveries.ts';
import { activityOf, channelFields, chatFields } from './stage.ts';
import type { Stage } from './stage.ts';
import type { Account } from './state.ts';

/** Where an app is added: the team of a channel, or somebody's own chats. */
export type Scope = { readonly channel?: string } | 'personal';

/** How somebody adds and removes the app, of which it is told twice. */
export function createApps(stage: Stage, person: Account) {
  const bot = { id: `28:${stage.appId}`, name: stage.appName };

  function change(scope: Scope, withApp: boolean): Promise<readonly Delivered[]> {
    const at =
      scope === 'personal'
        ? chatFields(stage, person)
        : channelFields(stage, scope.channel ?? stage.homeChannel, undefined);
    ('chat' in at ? at.chat : at.team).withApp = withApp;
    const base = activityOf(stage, person, at.conversation, at.channelData);
    const selected = { settings: { selectedChannel: { id: at.conversation.id } } };
    const installed: Json = {
      ...base,
      type: 'installationUpdate',
      action: withApp ? 'add' : 'remove',
      channelData: { ...at.channelData, ...('chat' in at ? {} : selected) },
    };
    const joined: Json = {
      ...base,
      id: stage.state.nextId(),
      type: 'conversationUpdate',
      [withApp ? 'membersAdded' : 'membersRemoved']: [bot],
      channelData: {
        ...at.channelData,
        ...('chat' in at ? {} : { eventType: withApp ? 'teamMemberAdded' : 'teamMemberRemoved' }),
      },
    };
    return Promise.all([stage.deliver(joined), stage.deliver(installed)]);
  }

  return {
    /** Adds the app to a team, or to their own chats. */
    adds: (scope: Scope = {}): Promise<readonly Delivered[]> => change(scope, true),
    /** Removes it again. */
    removes: (scope: Scope = {}): Promise<readonly Delivered[]> => change(scope, false),
  };
}
