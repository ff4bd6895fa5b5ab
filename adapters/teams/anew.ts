import { z } from 'zod';
import { actionSets } from './action-elements.ts';
import type { Activity } from './activity.ts';
import type { Desk } from './desk.ts';
import { partsOf } from './ids.ts';
import { openIncident } from './open.ts';
import type { Visitor } from './ports.ts';
import type { ActionData } from './press.ts';
import { incidentLine, linkOf } from './reach.ts';
import { copied, drawn } from './text-elements.ts';
import { cardOf, type AdaptiveCard } from './to-adaptive-card.ts';

const wanted = z.strictObject({
  dialog: z.string().min(1).max(200),
  facts: z.record(z.string().max(200), z.string().max(500)),
  thread: z.string().max(200).optional(),
});

/** Who has the client's open incident, with a way there and one to begin another. */
export async function anewCard(
  desk: Desk,
  { tenant }: Visitor,
  { message, incident = '' }: { readonly message: string; readonly incident?: string },
  what: z.output<typeof wanted>,
): Promise<AdaptiveCard> {
  const line = await incidentLine(desk.ports.store, tenant, incident);
  const link = line === undefined ? undefined : linkOf(line);
  const data = { mailfix: { verb: 'open' as const, n: desk.ports.nonce(), e: { ...what } } };
  return cardOf([
    ...drawn(copied(message), 1000),
    ...actionSets([
      ...(link === undefined ? [] : [{ type: 'Action.OpenUrl' as const, title: 'Go there', url: link }]),
      { type: 'Action.Submit' as const, title: 'Start anew', data },
    ]),
  ]);
}

/** Opens what was wanted, though there is an open one; words for that person when it was not done. */
export async function openAnew(
  desk: Desk,
  visitor: Visitor,
  activity: Activity,
  data: ActionData,
): Promise<string | undefined> {
  const read = wanted.safeParse(data.e);
  if (!read.success || data.n === undefined)
    return 'That button cannot be read. Please mention me with the client again.';
  const { dialog, facts, thread } = read.data;
  const { channel } = partsOf(activity.conversation.id);
  const spot = {
    tenant: visitor.tenant,
    serviceUrl: activity.serviceUrl,
    channel,
    ...(thread === undefined ? {} : { thread }),
  };
  const reply = await openIncident(desk, visitor, {
    spot,
    dialog,
    facts,
    eventId: `anew.${data.n}`,
    anew: true,
  });
  return reply.ok ? undefined : reply.refusal.message;
}
