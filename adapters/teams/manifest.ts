import { createHash } from 'node:crypto';

/** What Teams sends back under these names; whatever listens, listens to them. */
export const teamsNames = {
  /** In channels, and in the chat of one person with the bot, where no incident lives. */
  commands: { team: ['new', 'list', 'status', 'help'], personal: ['mine', 'list', 'status', 'help'] },
  open: 'open',
} as const;

/** What makes one Teams app package different from another. */
export interface TeamsAppOptions {
  /** The Teams app's own id, a GUID; `teamsAppId` makes one. */
  readonly appId: string;
  /** The id of the bot's app registration in Entra, a GUID. */
  readonly botId: string;
  /** Where mailfix is reached, https; without it the links about the developer lead to `https://mailfix.example`. */
  readonly publicUrl?: string | undefined;
  /** Offers the commands after a slash too, which needs manifest 1.29; without it 1.25, which Teams takes everywhere. */
  readonly slash: boolean;
  /** Asks to hear messages in channels that do not mention the bot. */
  readonly readThreads?: boolean | undefined;
  /** `x.y.z`; Teams takes a changed package only with a higher one. */
  readonly version: string;
}

/** A Teams app manifest, as far as mailfix uses it. */
export type TeamsManifest = ReturnType<typeof teamsManifest>;

type Scope = keyof typeof teamsNames.commands;
type Command = (typeof teamsNames.commands)[Scope][number];

const descriptions: Readonly<Record<Command, string>> = {
  new: 'Begins an incident: new acme-cpa.com, or new info@acme-cpa.com 203.0.113.7',
  mine: 'Shows your incidents, and what waits for your approval',
  list: 'Lists the open incidents',
  status: 'Shows where an incident stands: status INC-142',
  help: 'Says what mailfix can do',
};

/** The manifest of the Teams app. */
export function teamsManifest(options: TeamsAppOptions) {
  const {
    appId,
    botId,
    publicUrl = 'https://mailfix.example',
    slash,
    readThreads = false,
    version,
  } = options;
  const manifestVersion = slash ? '1.29' : '1.25';
  return {
    $schema: `https://developer.microsoft.com/json-schemas/teams/v${manifestVersion}/MicrosoftTeams.schema.json`,
    manifestVersion,
    version,
    id: appId,
    developer: { name: 'mailfix', websiteUrl: publicUrl, privacyUrl: publicUrl, termsOfUseUrl: publicUrl },
    name: { short: 'mailfix', full: 'mailfix: mail trouble, step by step' },
    description: {
      short: 'Troubleshoots a client’s mail in one thread, with approved fixes.',
      full:
        'mailfix takes a technician through the company’s own runbook for mail trouble, in one thread for each client. ' +
        'It looks up in WHM what a machine can look up, asks only what it cannot know, proposes a fix with its ' +
        'evidence, waits for somebody who may approve it, and checks afterwards that it worked.',
    },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#4353d6',
    bots: [
      {
        botId,
        // No groupChat: an incident is a thread, and a group chat has none.
        scopes: ['team', 'personal'],
        isNotificationOnly: false,
        supportsFiles: false,
        supportsCalling: false,
        supportsVideo: false,
        ...(slash ? { supportsTargetedMessages: true } : {}),
        // A list for each scope, as Microsoft asks for. A chat of two needs no slash for being private.
        commandLists: [
          { ...(slash ? { triggers: ['mention', 'slash'] } : {}), ...commandsIn('team') },
          commandsIn('personal'),
        ],
      },
    ],
    composeExtensions: [
      {
        botId,
        commands: [
          {
            id: teamsNames.open,
            type: 'action',
            ...(slash ? { triggers: ['slash'] } : {}),
            title: 'New mail incident',
            description: 'Opens a form; from a message’s menu it is filled in with what the message names',
            context: ['compose', 'commandBox', 'message'],
            fetchTask: true,
          },
        ],
      },
    ],
    // Who pressed decides what is approved.
    permissions: ['identity'],
    validDomains: [],
    defaultInstallScope: 'team',
    defaultGroupCapability: { team: 'bot' },
    // No supportsChannelFeatures and no supportedChannelTypes: people of other companies are in shared channels.
    ...(readThreads ? consentOfTheTeam(botId) : {}),
  };
}

function commandsIn(scope: Scope) {
  const commands = teamsNames.commands[scope].map((title) => ({ title, description: descriptions[title] }));
  return { scopes: [scope], commands };
}

/** A permission that each team's owner gives for that team, and that admins can refuse. */
function consentOfTheTeam(botId: string) {
  const resourceSpecific = [{ name: 'ChannelMessage.Read.Group', type: 'Application' }];
  return {
    // Teams wants a resource beside such a permission, and does not care which.
    webApplicationInfo: { id: botId, resource: 'https://RscBasedStoreApp' },
    authorization: { permissions: { resourceSpecific } },
  };
}

/** The id of the Teams app that belongs to a bot: always the same one, a UUID version 5 of "mailfix" in the bot's. */
export function teamsAppId(botId: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(botId.replaceAll('-', ''), 'hex'))
    .update('mailfix');
  const bytes = hash.digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x50;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
