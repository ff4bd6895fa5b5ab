import type { types } from '@slack/bolt';
import { z } from 'zod';
import { incidentLine, linkOf } from './reach.ts';
import type { Desk } from './desk.ts';
import { escaped } from './escape.ts';
import { openIncident } from './open.ts';
import type { Visitor } from './ports.ts';

const wanted = z.strictObject({
  d: z.string().min(1).max(200),
  f: z.record(z.string().max(200), z.string().max(500)),
  t: z.string().max(40).optional(),
});

/** What somebody wanted to open, for the button that does so all the same. */
interface Wanted {
  readonly dialog: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly thread?: string | undefined;
}

/** Who has the client's open incident, with a way there and one to begin another. */
export async function anewBlocks(
  desk: Desk,
  { workspace }: Visitor,
  { message, incident = '' }: { readonly message: string; readonly incident?: string },
  { dialog, facts, thread }: Wanted,
): Promise<types.KnownBlock[]> {
  const line = await incidentLine(desk.ports.store, workspace, incident);
  const link = line === undefined ? undefined : linkOf(line, await desk.workspaces.url(workspace));
  const text = (words: string) => ({ type: 'plain_text', text: words }) as const;
  const value = JSON.stringify({ d: dialog, f: facts, ...(thread === undefined ? {} : { t: thread }) });
  return [
    { type: 'section', text: { type: 'mrkdwn', text: escaped(message) } },
    {
      type: 'actions',
      elements: [
        ...(link === undefined
          ? []
          : [{ type: 'button' as const, action_id: 'link:there', text: text('Go there'), url: link }]),
        ...(value.length <= 2000
          ? [{ type: 'button' as const, action_id: 'anew:open', text: text('Start anew'), value }]
          : []),
      ],
    },
  ];
}

/** Opens what was wanted, though there is an open one; words for that person when it was not done. */
export async function openAnew(
  desk: Desk,
  visitor: Visitor,
  { value, channel, trigger }: { value: string | undefined; channel: string | undefined; trigger: string },
): Promise<string | undefined> {
  const read = wanted.safeParse(parsed(value));
  if (!read.success || channel === undefined)
    return 'That button cannot be read. Please type the command again.';
  const { d: dialog, f: facts, t: thread } = read.data;
  const spot = { ...visitor.workspace, channel, ...(thread === undefined ? {} : { thread }) };
  const eventId = `anew.${trigger}`;
  const opened = await openIncident(desk, visitor, { spot, dialog, facts, eventId, anew: true });
  if (opened.ok) return opened.said;
  return 'closed' in opened ? opened.closed : opened.refusal.message;
}

function parsed(value: string | undefined): unknown {
  try {
    return JSON.parse(value ?? '');
  } catch {
    return undefined;
  }
}
