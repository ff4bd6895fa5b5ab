import type { AllMiddlewareArgs, MessageShortcut, SlackShortcutMiddlewareArgs } from '@slack/bolt';
import { namedIn } from '../../src/input/opening.ts';
import type { Desk } from './desk.ts';
import { escaped, typedText } from './escape.ts';
import { slackNames } from './manifest.ts';
import { openForm } from './modals.ts';
import { openView } from './open.ts';
import { tellPrivately } from './private-words.ts';
import { workspaceOf } from './workspaces.ts';

/** “New mail incident” from anywhere, and “Open a mail incident” in a message's menu. */
export function shortcutListener(desk: Desk) {
  return async ({
    shortcut,
    ack,
    context,
  }: SlackShortcutMiddlewareArgs & AllMiddlewareArgs): Promise<void> => {
    const workspace = workspaceOf(context.teamId, context.enterpriseId);
    const { user, trigger_id: trigger, callback_id: name } = shortcut;
    const message = shortcut.type === 'message_action' ? shortcut : undefined;
    const about = message === undefined ? {} : placeOf(message);
    const to = { workspace, user: user.id, ...about, ...(message && { responseUrl: message.response_url }) };
    const home = 'team_id' in user ? user.team_id : undefined;
    const admitted = await desk.people.admit({ workspace, user: user.id, home });
    await ack();
    if (!admitted.ok) return tellPrivately(desk, to, escaped(admitted.why));
    if (name !== slackNames.open && name !== slackNames.openFromMessage)
      return tellPrivately(
        desk,
        to,
        'That shortcut is of an older version of mailfix. Type `/mailfix` instead.',
      );
    const { dialogs } = desk.ports;
    if (message === undefined)
      return openView(
        desk,
        workspace,
        trigger,
        openForm({ dialogs, prefilled: {}, channel: 'ask', meta: {} }),
        to,
      );
    const { channel, thread } = placeOf(message);
    const prefilled = namedIn(typedText(message.message.text ?? ''));
    openView(desk, workspace, trigger, openForm({ dialogs, prefilled, channel, meta: { thread } }), to);
  };
}

/** The thread of the message, which the incident will live in. */
function placeOf({ channel, message }: MessageShortcut): { channel: string; thread: string } {
  const thread: unknown = message['thread_ts'];
  return { channel: channel.id, thread: typeof thread === 'string' ? thread : message.ts };
}
