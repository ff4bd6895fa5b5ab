import { post } from './client.ts';
import { signatureOf } from '../test/fakes/slack/http-transport.ts';
import { everyAnswer } from './incident.ts';

/** Where and who; the fake Slack's own. */
export const at = { team: 'T0SUPPORT', channel: 'C0SUPPORT', user: 'U0SAM' } as const;

let pressed = 0;

/**
 * Signed presses of buttons as Slack sends them, 3.4 KB each: the questions of these incidents are answered, one after
 * the other, each incident's own in their order.
 */
export function presses(incidents: readonly string[], secret: string): readonly Buffer[] {
  const timestamp = `${Math.floor(Date.now() / 1000)}`;
  return everyAnswer(incidents).map(({ incident, button, event }) => {
    const value = JSON.stringify({ i: incident, m: 'turn-0', b: button, e: event });
    const body = new URLSearchParams({ payload: JSON.stringify(payloadOf(value)) }).toString();
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': timestamp,
      'x-slack-signature': signatureOf(secret, timestamp, body),
    };
    return post('/slack/events', headers, body);
  });
}

function payloadOf(value: string) {
  pressed += 1;
  const { team, channel, user } = at;
  const stamp = `17639${String(pressed).padStart(5, '0')}.000100`;
  const button = (n: number) => ({
    type: 'button',
    action_id: `press:${n}`,
    text: { type: 'plain_text', text: 'They can’t tell', emoji: true },
    value,
  });
  return {
    type: 'block_actions',
    user: { id: user, username: 'sam', name: 'sam', team_id: team },
    api_app_id: 'A0MAILFIX',
    token: 'legacy-token',
    container: { type: 'message', message_ts: stamp, channel_id: channel, is_ephemeral: false },
    trigger_id: `13345224609.738474920.${pressed}`,
    team: { id: team, domain: 'acme' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: 'support' },
    message: {
      type: 'message',
      user: 'U0BOT',
      ts: stamp,
      bot_id: 'B0BOT',
      app_id: 'A0MAILFIX',
      text: 'Are they getting an error message in Outlook?',
      team,
      blocks: [
        {
          type: 'section',
          block_id: 'question',
          text: { type: 'mrkdwn', text: 'Are they getting an error message in Outlook?', verbatim: false },
        },
        { type: 'actions', block_id: 'answers', elements: [0, 1, 2, 3, 4, 5].map(button) },
      ],
    },
    state: { values: {} },
    response_url: `https://hooks.slack.com/actions/${team}/${pressed}/mTf1Gx8fPGvJvNNUEfbz`,
    actions: [{ ...button(0), block_id: 'answers', action_ts: stamp }],
  };
}
