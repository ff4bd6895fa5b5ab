import type { ConfigurationBotFrameworkAuthentication } from 'botbuilder';
import { z } from 'zod';
import type { Conversation, OutActivity } from './activity.ts';
import { failureOf, Late, NoToken } from './failure.ts';

export { isGone, refusalOf } from './failure.ts';

// The Bot Framework SDK is used for tokens and for calls to the connector. Its inbound half (CloudAdapter.process) is
// not: it accepts tokens without an end, tokens of foreign tenants and activities without a serviceUrl, answers forged
// ones with a 500, and lets `{}` end the process. gate.ts has decided before anything comes here.

/** What mailfix asks of Teams; whatever goes wrong is an `EffectError` (`teams.*`) that holds nothing of the request. */
export interface TeamsApi {
  /** Loads the SDK, for which whoever speaks first would have to wait. */
  load(): Promise<void>;
  /** Posts into a conversation, which decides the thread; the new activity's id. */
  send(to: Conversation, activity: OutActivity): Promise<string>;
  /** Puts something else in the place of an activity of mailfix; `isGone` tells when it was deleted. */
  update(to: Conversation, id: string, activity: OutActivity): Promise<void>;
  /** Posts into a channel, as the beginning of a thread. */
  startThread(
    to: Conversation,
    activity: OutActivity,
  ): Promise<{ readonly conversation: string; readonly id: string }>;
  /** The personal conversation with somebody who has the app. */
  startPersonal(to: Pick<Conversation, 'serviceUrl' | 'tenant'>, userId: string): Promise<string>;
  /** Somebody in a conversation, by `29:…` or object id. */
  member(to: Conversation, userId: string): Promise<Member>;
}

/** Somebody in a conversation. */
export interface Member {
  /** How Teams addresses this person to this bot: `29:…`. */
  readonly id: string;
  readonly name: string;
  readonly aadObjectId?: string;
  /** Of another organisation, or of none. */
  readonly guest: boolean;
}

/** The app, as it signs in to Microsoft. */
export interface SdkOptions {
  readonly appId: string;
  /** Undefined for UserAssignedMSI; otherwise calls without it carry no token, as the playground wants them. */
  readonly password: string | undefined;
  readonly appType: 'MultiTenant' | 'SingleTenant' | 'UserAssignedMSI';
  readonly tenantId: string | undefined;
  /** A token from elsewhere than Microsoft. */
  readonly token?: () => Promise<string>;
  /** How long one call may take, its token included, in milliseconds. */
  readonly limitMs?: number;
}

type Factory = ReturnType<ConfigurationBotFrameworkAuthentication['createConnectorFactory']>;
type Connector = Awaited<ReturnType<Factory['create']>>;
type Conversations = Connector['conversations'];
type CredentialsFactory = NonNullable<
  ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>[1]
>;
type Credentials = Awaited<ReturnType<CredentialsFactory['createCredentials']>>;

/** The parts of the SDK's HTTP pipeline that are changed; it declares them private. */
interface Pipeline {
  addPolicy(policy: {
    readonly name: string;
    sendRequest(request: Outgoing, next: (request: Outgoing) => Promise<unknown>): Promise<unknown>;
  }): void;
  removePolicy(which: { readonly name: string }): unknown;
}
interface Outgoing {
  readonly abortSignal?: AbortSignal;
}

/** Connectors are kept by address; a tenant has one. */
const mostConnectors = 100;

/** Makes the calls to Teams: one try each, for the outbox owns retries, and each with a limit. */
export function createSdk(options: SdkOptions): TeamsApi {
  const { appId, limitMs = 10_000 } = options;
  const bot = { id: `28:${appId}`, name: '' };
  const connectors = new Map<string, Promise<Connector>>();
  /** Calls that may have reached Teams. */
  const left = new WeakSet<AbortSignal>();
  let factory: Promise<Factory> | undefined;

  function connectorAt(serviceUrl: string): Promise<Connector> {
    const known = connectors.get(serviceUrl);
    if (known !== undefined) return known;
    if (connectors.size >= mostConnectors) connectors.clear();
    factory ??= createFactory(options);
    const made = factory.then(async (of) => withoutRetries(await of.create(serviceUrl, audience), left));
    connectors.set(serviceUrl, made);
    // What could not be made is made anew the next time.
    made.catch(() => {
      connectors.delete(serviceUrl);
      factory = undefined;
    });
    return made;
  }

  async function asked<T>(
    call: string,
    serviceUrl: string,
    ask: (conversations: Conversations, options: { abortSignal: AbortSignal }) => Promise<unknown>,
    shape: z.ZodType<T>,
  ): Promise<T> {
    const end = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      const { conversations } = await connectorAt(serviceUrl);
      // The SDK's own timeout ends with the answer's head, and does not count the token.
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Late(limitMs)), limitMs);
      });
      const answer = await Promise.race([ask(conversations, { abortSignal: end.signal }), late]);
      return shape.parse(answer);
    } catch (error) {
      end.abort();
      throw failureOf(error, call, left.has(end.signal));
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async load() {
      await import('botbuilder');
    },
    async send({ serviceUrl, id }, activity) {
      const body = sent(activity, bot, id);
      const shape = z.object({ id: word });
      const ask = asked(
        'sendToConversation',
        serviceUrl,
        (at, o) => at.sendToConversation(id, body, o),
        shape,
      );
      return (await ask).id;
    },
    async update({ serviceUrl, id: conversation }, id, activity) {
      const body = { ...sent(activity, bot, conversation), id };
      await asked(
        'updateActivity',
        serviceUrl,
        (at, o) => at.updateActivity(conversation, id, body, o),
        z.unknown(),
      );
    },
    async startThread({ serviceUrl, id }, activity) {
      const channel = channelOf(id);
      const parameters = {
        isGroup: true,
        bot,
        channelData: { channel: { id: channel } },
        activity: sent(activity, bot, channel),
      } as Parameters<Conversations['createConversation']>[0];
      const made = await asked(
        'createConversation',
        serviceUrl,
        (at, o) => at.createConversation(parameters, o),
        z.object({ id: word, activityId: word }),
      );
      return { conversation: made.id, id: made.activityId };
    },
    async startPersonal({ serviceUrl, tenant }, userId) {
      const parameters = {
        isGroup: false,
        bot,
        members: [{ id: userId }],
        tenantId: tenant,
        channelData: { tenant: { id: tenant } },
      } as Parameters<Conversations['createConversation']>[0];
      const shape = z.object({ id: word });
      const ask = asked(
        'createConversation',
        serviceUrl,
        (at, o) => at.createConversation(parameters, o),
        shape,
      );
      return (await ask).id;
    },
    async member({ serviceUrl, tenant, id }, userId) {
      const { aadObjectId, objectId, ...person } = await asked(
        'getConversationMember',
        serviceUrl,
        (at, o) => at.getConversationMember(channelOf(id), userId, o),
        member,
      );
      const oid = aadObjectId ?? objectId;
      const { userRole = 'user', userPrincipalName = '', tenantId } = person;
      return {
        id: person.id,
        name: person.name,
        guest:
          /guest|anonymous/i.test(userRole) ||
          userPrincipalName.includes('#EXT#') ||
          // In a channel that is shared with another organisation, its people are members like all others.
          (tenantId ?? tenant).toLowerCase() !== tenant.toLowerCase(),
        ...(oid === undefined ? {} : { aadObjectId: oid.toLowerCase() }),
      };
    },
  };
}

const audience = 'https://api.botframework.com';
const word = z.string().min(1);
const member = z.object({
  id: word,
  name: z.string().default(''),
  aadObjectId: word.optional(),
  objectId: word.optional(),
  userRole: z.string().optional(),
  userPrincipalName: z.string().optional(),
  tenantId: z.string().optional(),
});

/** Rosters and new threads belong to the channel. */
function channelOf(conversation: string): string {
  return conversation.split(';messageid=', 1)[0] ?? conversation;
}

type Sent = Parameters<Conversations['updateActivity']>[2];

function sent(activity: OutActivity, bot: { id: string; name: string }, conversation: string): Sent {
  return { ...activity, channelId: 'msteams', from: bot, conversation: { id: conversation } } as Sent;
}

/** Loads the SDK, which takes long, and lets it or the given token sign what is sent. */
async function createFactory({ appId, password, appType, tenantId, token }: SdkOptions): Promise<Factory> {
  const sdk = await import('botbuilder');
  const settings = {
    MicrosoftAppId: appId,
    MicrosoftAppType: appType,
    ...(password === undefined ? {} : { MicrosoftAppPassword: password }),
    ...(tenantId === undefined ? {} : { MicrosoftAppTenantId: tenantId }),
  };
  const unsigned = password === undefined && appType !== 'UserAssignedMSI';
  const own =
    unsigned || token !== undefined
      ? undefined
      : new sdk.ConfigurationServiceClientCredentialFactory(settings);
  const credentials: CredentialsFactory = {
    isValidAppId: (id) => Promise.resolve(id === appId),
    isAuthenticationDisabled: () => Promise.resolve(false),
    async createCredentials(id, scope = audience, ...of) {
      const inner = await own?.createCredentials(id, scope, ...of);
      const signRequest: Credentials['signRequest'] = async (request) => {
        try {
          if (inner !== undefined) return await inner.signRequest(request);
          if (token !== undefined) request.headers.set('authorization', `Bearer ${await token()}`);
          return request;
        } catch (error) {
          throw new NoToken(error);
        }
      };
      return { signRequest };
    },
  };
  const identity = { getClaimValue: (type: string) => (type === 'aud' ? appId : null) };
  return new sdk.ConfigurationBotFrameworkAuthentication(settings, credentials).createConnectorFactory(
    identity as Parameters<ConfigurationBotFrameworkAuthentication['createConnectorFactory']>[0],
  );
}

/** The SDK would send a POST that failed up to four times, and a message would stand there twice. */
function withoutRetries(connector: Connector, left: WeakSet<AbortSignal>): Connector {
  const { pipeline } = (connector as unknown as { client: { pipeline: Pipeline } }).client;
  pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  // A redirect would take the token elsewhere.
  pipeline.removePolicy({ name: 'redirectPolicy' });
  // The last one before the wire: it comes after the signature, which is the only other one without a phase.
  pipeline.addPolicy({
    name: 'mailfixLeft',
    sendRequest(request, next) {
      if (request.abortSignal !== undefined) left.add(request.abortSignal);
      return next(request);
    },
  });
  return connector;
}
