import type { App } from '@slack/bolt';
import { commandListener } from './commands.ts';
import type { Desk } from './desk.ts';
import type { createHome } from './home.ts';
import { slackNames } from './manifest.ts';
import { createMessages } from './messages.ts';
import { pressListener } from './presses.ts';
import { shortcutListener } from './shortcuts.ts';
import { createViews } from './views.ts';
import { workspaceOf } from './workspaces.ts';

/** Anything: what is not known is answered in words, and not left to a time-out. */
const any = /^[\s\S]*$/;

/** Registers every listener. What none of them takes is answered by the receiver. */
export function listen(app: App, desk: Desk, home: ReturnType<typeof createHome>): void {
  const messages = createMessages(desk);
  const views = createViews(desk);
  app.command(slackNames.command, commandListener(desk));
  app.action({ type: 'block_actions', action_id: any }, pressListener(desk));
  app.shortcut(any, shortcutListener(desk));
  app.view({ type: 'view_submission', callback_id: any }, views.submitted);
  app.event('app_mention', (args) => messages.mention(args));
  app.event('message', (args) => messages.message(args));
  app.event('app_home_opened', async ({ event, context }) => {
    if (event.tab !== 'home') return;
    const workspace = workspaceOf(context.teamId, context.enterpriseId);
    const admitted = await desk.people.admit({ workspace, user: event.user });
    if (admitted.ok) home.opened(admitted.visitor);
    else home.closedTo({ workspace, user: event.user }, admitted.why);
  });
  for (const gone of ['app_uninstalled', 'tokens_revoked'] as const) {
    app.event(gone, async ({ event, context }) => {
      // A person's own token says nothing about the bot.
      if (event.type === 'tokens_revoked' && (event.tokens.bot ?? []).length === 0) return;
      await desk.workspaces.uninstall(
        workspaceOf(context.teamId, context.enterpriseId),
        context.isEnterpriseInstall,
      );
      desk.ports.log.warn({ team: context.teamId }, 'mailfix was uninstalled from a Slack workspace');
    });
  }
}
