import { z } from 'zod';

// Loose objects: the Bot Framework adds fields, and only these are read.
const text = z.string();
const short = z.string().min(1).max(2000);

const account = z.looseObject({
  id: short,
  name: text.optional(),
  /** The person's object id in Entra; absent for guests of some kinds, who then have no rights. */
  aadObjectId: text.optional(),
});

/** An activity as Teams sends it, as far as mailfix reads it. */
export const activitySchema = z.looseObject({
  type: short,
  id: short.optional(),
  name: text.optional(),
  timestamp: text.optional(),
  channelId: short,
  serviceUrl: short,
  from: account.optional(),
  recipient: account.and(z.looseObject({ isTargeted: z.boolean().optional() })).optional(),
  conversation: z.looseObject({
    id: short,
    name: text.optional(),
    conversationType: text.optional(),
    isGroup: z.boolean().optional(),
    tenantId: text.optional(),
  }),
  channelData: z
    .looseObject({
      eventType: text.optional(),
      tenant: z.looseObject({ id: text }).optional(),
      team: z.looseObject({ id: text }).optional(),
      channel: z.looseObject({ id: text }).optional(),
    })
    .optional(),
  text: text.optional(),
  value: z.unknown().optional(),
  replyToId: text.optional(),
  action: text.optional(),
  membersAdded: z.array(account).optional(),
  entities: z.array(z.looseObject({ type: text })).optional(),
});

/** An activity as Teams sends it. */
export type Activity = z.output<typeof activitySchema>;

/** What mailfix sends: a message with words or one card. */
export interface OutActivity {
  readonly type: 'message';
  readonly text?: string;
  readonly textFormat?: 'plain' | 'markdown' | 'xml';
  /** What a client that shows no cards, or a notification, shows. */
  readonly summary?: string;
  readonly attachments?: readonly { readonly contentType: string; readonly content: unknown }[];
  readonly entities?: readonly Readonly<Record<string, unknown>>[];
}

/** Where in Teams: enough to send there at any time. */
export interface Conversation {
  /** Latest seen; Microsoft may move it. */
  readonly serviceUrl: string;
  readonly tenant: string;
  /** `19:…@thread.tacv2` with or without `;messageid=…`, or a personal conversation. */
  readonly id: string;
}

/** The answer to an invoke, as HTTP status and JSON body. */
export interface InvokeAnswer {
  readonly status: number;
  readonly body?: unknown;
}

/** The tenant that an activity says it is of; the gate has checked it. */
export function tenantOf({ channelData, conversation }: Activity): string | undefined {
  return channelData?.tenant?.id ?? conversation.tenantId;
}
