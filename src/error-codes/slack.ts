import type { ErrorRow } from './row.ts';

/** What goes wrong with Slack. */
export const slackErrors = {
  'slack.token': {
    message: 'Slack refused the bot token ({error} to "{call}").',
    remedy:
      'Install the app in the workspace again; with SLACK_BOT_TOKEN, put its new Bot User OAuth Token there.',
  },
  'slack.wrong-workspace': {
    message: 'The bot token is of the Slack workspace {team}, which is not in SLACK_TEAMS.',
    remedy: 'Add {team} to SLACK_TEAMS, or use the token of a workspace that is in it.',
  },
  'slack.not-installed': {
    message: 'The Slack workspace {team} has no installation of mailfix.',
    remedy: 'Somebody who may install apps there opens /slack/install of mailfix.',
  },
  'slack.scope': {
    message: 'The Slack app lacks a permission: "{call}" needs the scope "{scope}".',
    remedy: 'Update the app from manifest.json ("mailfix manifest slack") and install it again.',
  },
  'slack.channel': {
    message: 'The Slack channel {channel} cannot be written in ({error} to "{call}").',
    remedy: 'Type "/invite @mailfix" in the channel; take it out of the archive if it is there.',
  },
  'slack.refused': {
    message: 'Slack refused "{call}": {error}.',
    remedy: "The server's log has the rest. The incident goes on in the console.",
  },
  'slack.limited': {
    message: 'Slack asks to slow down ("{call}", for {seconds} s).',
    remedy: 'mailfix waits by itself.',
  },
  'slack.server-error': {
    message: 'Slack failed inside ({status} to "{call}").',
    remedy: 'mailfix tries again by itself; status.slack.com tells of outages.',
  },
  'slack.unreachable': {
    message: 'Slack gave no answer to "{call}" ({reason}).',
    remedy: 'mailfix tries again by itself. Check SLACK_API_URL, the network and the firewall if it stays.',
  },
  'slack.no-thread': {
    message: '{incident} has no thread in Slack: its first message could not be posted.',
    remedy: 'Go on in the console; the next change posts it again.',
  },
} as const satisfies Record<string, ErrorRow>;
