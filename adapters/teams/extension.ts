import { z } from 'zod';
import { readAnew } from '../../src/input/anew.ts';
import { namedIn, nameTheClient } from '../../src/input/opening.ts';
import { say } from '../../src/render/language.ts';
import type { Activity, InvokeAnswer } from './activity.ts';
import type { Desk } from './desk.ts';
import { messageCard, openFormCard } from './forms.ts';
import { isInChannel, partsOf, placeOf } from './ids.ts';
import { onlyInChannels, openIncident } from './open.ts';
import type { Visitor } from './ports.ts';
import { inputs, readData } from './press.ts';

const asked = z.object({
  messagePayload: z.object({ body: z.object({ content: z.string() }) }).optional(),
});
const sent = z.object({ data: z.record(z.string(), z.unknown()) });

const title = 'New mail incident';

/** The message extension: a form for a new incident, from the compose box or about somebody's message. */
export function createExtension(desk: Desk) {
  const { ports } = desk;

  function form(prefilled: { readonly client?: string; readonly ip?: string }, problem?: string) {
    const { dialogs } = ports;
    const nonce = ports.nonce();
    return dialogOf(
      openFormCard({ dialogs, prefilled, nonce, ...(problem === undefined ? {} : { problem }) }),
    );
  }

  /** Why no incident can be opened there: anybody can use the form anywhere, even where mailfix was never added. */
  async function closedTo(activity: Activity, visitor: Visitor, until: number): Promise<string | undefined> {
    if (!isInChannel(activity)) return onlyInChannels;
    return desk.people.closed(placeOf(activity, visitor.tenant), visitor, until);
  }

  return {
    /** `composeExtension/fetchTask`. */
    async asked(activity: Activity, visitor: Visitor, until: number): Promise<InvokeAnswer> {
      const closed = await closedTo(activity, visitor, until);
      if (closed !== undefined) return dialogOf(messageCard(closed));
      const read = asked.safeParse(activity.value);
      const html = read.success ? (read.data.messagePayload?.body.content ?? '') : '';
      return form(namedIn(wordsOf(html)));
    },

    /** `composeExtension/submitAction`. */
    async sent(activity: Activity, visitor: Visitor, until: number): Promise<InvokeAnswer> {
      const closed = await closedTo(activity, visitor, until);
      if (closed !== undefined) return dialogOf(messageCard(closed));
      const { fields, prefilled } = typedIn(activity);
      const data = readData(fields);
      const [first] = ports.dialogs;
      const dialog = ports.dialogs.find(({ id }) => id === data?.s) ?? first;
      if (data?.verb !== 'open' || data.n === undefined || dialog === undefined)
        return form(prefilled, 'That form cannot be read any more. Please send this one.');
      const { anew, line } = readAnew(prefilled.client);
      if (line === '') return form(prefilled, nameTheClient);
      const { channel, thread } = partsOf(activity.conversation.id);
      const spot = {
        tenant: visitor.tenant,
        serviceUrl: activity.serviceUrl,
        channel,
        ...(thread === undefined ? {} : { thread }),
      };
      const facts = {
        [dialog.client.name]: line,
        ...(prefilled.ip === '' ? {} : { ip: prefilled.ip }),
      };
      const eventId = `open.${data.n}`;
      const reply = await openIncident(desk, visitor, { spot, dialog: dialog.id, facts, eventId, anew });
      if (!reply.ok) return form(prefilled, reply.refusal.message);
      // An empty answer would do for Teams; the playground takes it for an error.
      return { status: 200, body: { task: { type: 'message', value: say(`${reply.incident} is open.`) } } };
    },

    /** Words for whoever may not do that, or not yet: what they typed stays in the form. */
    refused(activity: Activity, words: string): InvokeAnswer {
      const { client, ip } = typedIn(activity).prefilled;
      return client + ip === '' ? dialogOf(messageCard(words)) : form({ client, ip }, words);
    },
  };
}

/** The form as it was sent; empty where none was. */
function typedIn({ value }: Activity) {
  const read = sent.safeParse(value);
  const fields = read.success ? read.data.data : {};
  const typed = (name: string) => {
    const text = fields[name];
    return typeof text === 'string' ? text.trim() : '';
  };
  return { fields, prefilled: { client: typed(inputs.client), ip: typed(inputs.ip) } };
}

function dialogOf(card: unknown): InvokeAnswer {
  const content = { contentType: 'application/vnd.microsoft.card.adaptive', content: card };
  const value = { title: say(title), width: 'medium', height: 'medium', card: content };
  return { status: 200, body: { task: { type: 'continue', value } } };
}

/** A message's words without its mark-up. */
function wordsOf(html: string): string {
  return html
    .slice(0, 100_000)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
}
