import { z } from 'zod';

/** What Slack sends back under these names; whatever listens, listens to them. */
export const slackNames = {
  command: '/mailfix',
  openFromMessage: 'open_from_message',
  open: 'open',
} as const;

/** The permissions that the bot asks for; docs/slack.md says what each is for. */
export const botScopes = [
  'commands',
  'chat:write',
  'chat:write.public',
  'app_mentions:read',
  'users:read',
  'usergroups:read',
  'channels:history',
  'groups:history',
  'channels:read',
  'groups:read',
] as const;

const botEvents = [
  'app_mention',
  'app_home_opened',
  'app_uninstalled',
  'tokens_revoked',
  'message.channels',
  'message.groups',
] as const;

/** Slack takes no subscription to an event without its permission. */
const scopeOfEvent: ReadonlyMap<string, string> = new Map([
  ['app_mention', 'app_mentions:read'],
  ['message.channels', 'channels:history'],
  ['message.groups', 'groups:history'],
]);

const text = (least: number, most: number) => z.string().min(least).max(most);
const address = (most: number) =>
  z
    .string()
    .regex(/^https?:\/\//, 'must begin with https://')
    .max(most);
const unique = (entry: z.ZodString, most: number) =>
  z
    .array(entry)
    .max(most)
    .refine((list) => new Set(list).size === list.length, 'must not have one entry twice');
const names = (most: number) => unique(z.string().max(50), most);

const command = z.strictObject({
  command: text(2, 32).regex(/^\//, 'must begin with a slash'),
  url: address(3000).optional(),
  description: text(1, 2000),
  usage_hint: text(1, 1000).optional(),
  should_escape: z.boolean().optional(),
});

const shortcut = z.strictObject({
  name: text(1, 24),
  type: z.enum(['message', 'global']),
  callback_id: text(1, 255),
  description: text(1, 150),
});

const parts = z.strictObject({
  $schema: z.url().optional(),
  _metadata: z.strictObject({ major_version: z.literal(2) }),
  display_information: z.strictObject({
    name: text(1, 35),
    description: text(1, 140).optional(),
    long_description: text(175, 4000).optional(),
    background_color: z
      .string()
      .regex(/^#[0-9a-f]{3}(?:[0-9a-f]{3})?$/i, 'must be #rgb or #rrggbb')
      .optional(),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.boolean(),
      messages_tab_enabled: z.boolean(),
      messages_tab_read_only_enabled: z.boolean(),
    }),
    bot_user: z.strictObject({ display_name: text(1, 80), always_online: z.boolean().optional() }),
    shortcuts: z.array(shortcut).min(1).max(10),
    slash_commands: z.array(command).min(1).max(50),
  }),
  oauth_config: z.strictObject({
    redirect_urls: unique(address(2500), 1000).optional(),
    scopes: z.strictObject({ bot: names(255) }),
  }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({ request_url: address(3500).optional(), bot_events: names(100) }),
    interactivity: z.strictObject({ is_enabled: z.boolean(), request_url: address(3500).optional() }),
    org_deploy_enabled: z.boolean(),
    socket_mode_enabled: z.boolean(),
    token_rotation_enabled: z.boolean(),
  }),
});

/** A Slack app manifest, version 2, as far as mailfix uses it. */
export type SlackManifest = z.output<typeof parts>;

/** The limits that Slack sets for these parts, and what must fit together; anything else in them is refused. */
export const slackManifestSchema = parts.superRefine((manifest, ctx) => {
  const { bot_events: events } = manifest.settings.event_subscriptions;
  const refuse = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message });
  for (const event of events) {
    const scope = scopeOfEvent.get(event);
    if (scope !== undefined && !manifest.oauth_config.scopes.bot.includes(scope))
      refuse(['oauth_config', 'scopes', 'bot'], `lacks "${scope}", which the event "${event}" needs`);
  }
  const all = addressesIn(manifest);
  const missing = all.some((one) => one === undefined);
  if (!manifest.settings.socket_mode_enabled && missing)
    refuse(['settings', 'socket_mode_enabled'], 'is off, so events, interactivity and commands need a URL');
});

/**
 * The manifest of the app: for Socket Mode, or with `url` (scheme and host, where Slack reaches mailfix) for HTTP.
 * `oauth` adds the address that an installation in one of several workspaces comes back to.
 */
export function slackManifest({ url, oauth = false }: { url?: string; oauth?: boolean }): SlackManifest {
  const events = url === undefined ? undefined : `${url}/slack/events`;
  const request = events === undefined ? {} : { request_url: events };
  const back = url !== undefined && oauth ? { redirect_urls: [`${url}/slack/oauth_redirect`] } : {};
  return {
    $schema: 'https://raw.githubusercontent.com/slackapi/manifest-schema/main/manifest.schema.json',
    _metadata: { major_version: 2 },
    display_information: {
      name: 'mailfix',
      description:
        'Troubleshoots a client’s mail in one thread: looks, asks, proposes, fixes after an approval.',
      long_description:
        'mailfix takes a technician through the company’s own runbook for mail trouble, in one thread for each client. ' +
        'It looks up in WHM what a machine can look up, asks only what it cannot know, proposes a fix with its ' +
        'evidence, waits for somebody who may approve it, and checks afterwards that it worked.',
    },
    features: {
      app_home: {
        home_tab_enabled: true,
        messages_tab_enabled: false,
        messages_tab_read_only_enabled: true,
      },
      bot_user: { display_name: 'mailfix', always_online: true },
      shortcuts: [
        {
          name: 'Open a mail incident',
          type: 'message',
          callback_id: slackNames.openFromMessage,
          description: 'Opens an incident in the thread of this message',
        },
        {
          name: 'New mail incident',
          type: 'global',
          callback_id: slackNames.open,
          description: 'Opens an incident in a channel that you choose',
        },
      ],
      slash_commands: [
        {
          command: slackNames.command,
          ...(events === undefined ? {} : { url: events }),
          description: 'Opens a mail incident, or lists them',
          usage_hint: '[domain | mailbox] [ip] | list | status INC | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: { ...back, scopes: { bot: [...botScopes] } },
    settings: {
      event_subscriptions: { ...request, bot_events: [...botEvents] },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: true,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}

function addressesIn({ features, settings }: SlackManifest): readonly (string | undefined)[] {
  return [
    settings.event_subscriptions.request_url,
    settings.interactivity.request_url,
    ...features.slash_commands.map((one) => one.url),
  ];
}
