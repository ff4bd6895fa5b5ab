import type { ChatDialog } from '../../src/chat/ports.ts';
import { incidentNamed } from '../../src/chat/incidents.ts';
import type { Reply } from '../../src/engine/reply.ts';
import { readAnew } from '../../src/input/anew.ts';
import { namedIn, nameTheClient, readOpening, waysToOpen } from '../../src/input/opening.ts';
import { toText } from '../../src/render/to-text.ts';
import type { Activity } from './activity.ts';
import type { Desk } from './desk.ts';
import { isInChannel, noteId, partsOf, placeOf, threadKey } from './ids.ts';
import { myCard } from './my-card.ts';
import { onlyInChannels, openIncident } from './open.ts';
import type { Visitor } from './ports.ts';
import { cardOf, incidentLine, linkOf, openIncidents } from './reach.ts';
import { askToRead, showKnown } from './steering.ts';
import { anewCard } from './anew.ts';
import { cardMessage, wordsMessage } from './words.ts';

const mostListed = 30;

/** What mailfix says about itself. */
export function helpOf(dialogs: readonly ChatDialog[]): string {
  return [
    'mailfix takes you through the runbook when a client gets no mail, looks up what it can, and has fixes approved.',
    '',
    '@mailfix acme-cpa.com or @mailfix info@acme-cpa.com 203.0.113.7 begins an incident; client and address in any order.',
    ...waysToOpen(dialogs).map(({ typed, title }) => `@mailfix ${typed}: ${title}.`),
    '@mailfix list shows what is open; @mailfix status INC-142 shows one; @mailfix resume INC-142 takes up one that is parked.',
    'In a personal chat: "mine" shows your incidents and what waits for your approval.',
    'Answer with the buttons, or mention me with the answer; other remarks are kept as notes.',
    'At any step: back, I don’t know, skip, repeat, start over, escalate, cancel: why, known; or a correction like “actually the IP is 203.0.113.24”.',
  ].join('\n');
}

/** What people write: mentions in channels, replies in threads, and a personal chat. */
export function createMessages(desk: Desk) {
  const { ports } = desk;
  const { store, dispatch, clock } = ports;

  function incidentIn(activity: Activity, tenant: string): Promise<string | undefined> {
    return store.get('teams-thread', threadKey(tenant, activity.conversation.id), clock.now());
  }

  /** Whether a message is meant for mailfix: with the permission to read a channel it hears of everything. */
  async function isForUs(activity: Activity, tenant: string): Promise<boolean> {
    return isAddressed(activity) || (await incidentIn(activity, tenant)) !== undefined;
  }

  async function said(activity: Activity, visitor: Visitor): Promise<void> {
    const typed = typedText(activity);
    const to = placeOf(activity, visitor.tenant);
    const say = (text: string) => desk.say(to, wordsMessage(text));
    const personal = activity.conversation.conversationType === 'personal';
    const incident = await incidentIn(activity, visitor.tenant);
    // What people tell one another in a thread is no command, whatever it begins with.
    const asked = isAddressed(activity);
    if (asked && (await answered(activity, visitor, { typed, say, personal, incident }))) return;
    if (incident !== undefined && !(asked && namesAnother(typed, ports.dialogs))) {
      const sender = {
        id: noteId(activity.conversation.id, activity.id ?? ''),
        source: 'teams',
        incident,
        actor: visitor.actor,
      };
      const reply = await dispatch.say(typed, sender, asked);
      if (reply.ok) {
        if (reply.shows === 'known') await showKnown(desk, to, incident);
        return;
      }
      const { message, confirm } = reply.refusal;
      if (confirm === undefined) say(message);
      else askToRead(desk, to, visitor.actor.name, incident, confirm);
      return;
    }
    if (isInChannel(activity)) return begin(activity, visitor, typed, say);
    say(personal && typed === '' ? helpOf(ports.dialogs) : onlyInChannels);
  }

  /** While Teams does not say who somebody is, what they typed in a thread is no answer; it is not lost either. */
  async function kept(activity: Activity, { tenant, actor }: Visitor): Promise<boolean> {
    const incident = await incidentIn(activity, tenant);
    if (incident === undefined) return false;
    const id = noteId(activity.conversation.id, activity.id ?? '');
    const note = { type: 'note.added', text: typedText(activity) };
    return (await dispatch.press(note, { id, source: 'teams', incident, actor })).ok;
  }

  /** Help, lists and status; true when it was one of these. */
  async function answered(
    activity: Activity,
    visitor: Visitor,
    { typed, say, personal, incident }: Heard,
  ): Promise<boolean> {
    const [word = '', ...rest] = typed.replace(/^\//, '').split(/\s+/);
    const about = rest.join(' ');
    const isRemark = incident !== undefined && rest.length > 0;
    switch (word.toLowerCase()) {
      case 'help':
        if (isRemark) return false;
        say(helpOf(ports.dialogs));
        return true;
      case 'list':
        if (rest.length > 0) return false;
        say(await list(visitor.tenant));
        return true;
      case 'status':
        if (isRemark && incidentNamed(about) === undefined) return false;
        say(await status(visitor.tenant, about === '' ? (incident ?? '') : about));
        return true;
      case 'resume':
        if (incidentNamed(about) === undefined) return false;
        say(await resume(activity, visitor, about));
        return true;
      case 'mine':
        if (!personal || rest.length > 0) return false;
        await mine(activity, visitor);
        return true;
      default:
        return false;
    }
  }

  async function resume(activity: Activity, { actor, tenant }: Visitor, typed: string): Promise<string> {
    const incident = incidentNamed(typed) ?? '';
    if ((await incidentLine(store, tenant, incident)) === undefined)
      return `There is no ${incident}. "list" shows what is open.`;
    const id = noteId(activity.conversation.id, activity.id ?? '');
    const reply = await dispatch.press(
      { type: 'incident.resumed' },
      { id, source: 'teams', incident, actor },
    );
    return reply.ok ? `${incident} goes on where it was.` : reply.refusal.message;
  }

  async function list(tenant: string): Promise<string> {
    const all = await openIncidents(store, tenant);
    if (all.length === 0) return 'No incident is open. Mention me with a client to begin one.';
    const lines = all.slice(0, mostListed).map(({ heading, state }) => `${heading}: ${state}`);
    return [...lines, ...(all.length > mostListed ? [`… and ${all.length - mostListed} more.`] : [])].join(
      '\n',
    );
  }

  async function status(tenant: string, typed: string): Promise<string> {
    const id = incidentNamed(typed);
    if (id === undefined)
      return `${typed === '' ? 'Which incident?' : `“${typed.slice(0, 60)}” is no incident’s number.`} Write it like this: status INC-142.`;
    const line = await incidentLine(store, tenant, id);
    if (line === undefined) return `There is no ${id}. "list" shows what is open.`;
    const root = await cardOf(ports, tenant, id, 'root');
    if (root === undefined) return `${id} is being opened; ask again in a moment.`;
    const link = linkOf(line);
    return (
      toText(root, { now: clock.now(), timeZone: ports.timeZone }) + (link === undefined ? '' : `\n${link}`)
    );
  }

  async function mine(activity: Activity, visitor: Visitor): Promise<void> {
    const all = await openIncidents(store, visitor.tenant);
    const isApprover = desk.people.isApprover(visitor);
    const entries = (wanted: (line: (typeof all)[number]) => boolean) =>
      all.filter(wanted).map((line) => {
        const link = linkOf(line);
        return { heading: line.heading, state: line.state, ...(link === undefined ? {} : { link }) };
      });
    const to = placeOf(activity, visitor.tenant);
    desk.later('the personal card', async () => {
      const { card, summary } = myCard({
        mine: entries(({ owner }) => owner === visitor.actor.person),
        waiting: entries(({ awaitsApproval }) => isApprover && awaitsApproval),
        connections: await ports.connections(),
        now: clock.now(),
      });
      await desk.api.send(to, cardMessage(card, summary));
    });
  }

  async function begin(
    activity: Activity,
    visitor: Visitor,
    typed: string,
    say: (text: string) => void,
  ): Promise<void> {
    const { anew, line } = readAnew(typed.replace(beginning, ''));
    const { client, ip, dialog } = readOpening(line, ports.dialogs);
    if (client === '' || dialog === undefined) return say(`${nameTheClient}\n\n${helpOf(ports.dialogs)}`);
    const { channel, thread } = partsOf(activity.conversation.id);
    const isReply = thread !== undefined && thread !== activity.id;
    const spot = {
      tenant: visitor.tenant,
      serviceUrl: activity.serviceUrl,
      channel,
      ...(isReply ? { thread } : {}),
    };
    const facts = { [dialog.client.name]: client, ...(ip === undefined ? {} : { ip }) };
    const eventId = noteId(activity.conversation.id, activity.id ?? '');
    const reply: Reply = await openIncident(desk, visitor, { spot, dialog: dialog.id, facts, eventId, anew });
    if (reply.ok) return;
    const { refusal } = reply;
    if (refusal.code === 'open-already') {
      const to = placeOf(activity, visitor.tenant);
      const wanted = { dialog: dialog.id, facts, ...(isReply ? { thread } : {}) };
      return desk.later('the offer to start anew', async () => {
        const card = await anewCard(desk, visitor, refusal, wanted);
        await desk.api.send(to, cardMessage(card, refusal.message));
      });
    }
    say(`${refusal.message} Nothing was opened. You typed: ${typed.slice(0, 500)}`);
  }

  /** A remark that was changed or taken back changes the note that was made of it; the log keeps both. */
  async function changed(activity: Activity, visitor: Visitor): Promise<void> {
    const incident = await incidentIn(activity, visitor.tenant);
    if (incident === undefined) return;
    const note = noteId(activity.conversation.id, activity.id ?? '');
    const isGone = activity.type === 'messageDelete';
    const id = `${note}.${isGone ? 'deleted' : (activity.timestamp ?? '')}`.replaceAll(/[^\w.:@/-]/g, '-');
    const sender = { id, source: 'teams', incident, actor: visitor.actor };
    const change = isGone
      ? { type: 'note.deleted', note }
      : { type: 'note.edited', note, text: typedText(activity) };
    await dispatch.press(change, sender);
  }

  return { isForUs, said, kept, changed };
}

/** A message that is to be answered, and where it stands. */
interface Heard {
  readonly typed: string;
  readonly say: (text: string) => void;
  readonly personal: boolean;
  /** Whose thread it is. */
  readonly incident: string | undefined;
}

/** The word that may stand before a client. */
const beginning = /^\/?new(?=\s|$)/i;

/** Whether a message in an incident's thread begins another one: nothing but a client, and perhaps an address. */
function namesAnother(typed: string, dialogs: readonly ChatDialog[]): boolean {
  if (!beginning.test(typed)) return false;
  const { client } = readOpening(readAnew(typed.replace(beginning, '')).line, dialogs);
  return !/\s/.test(client) && namedIn(client).client !== undefined;
}

/** Whether somebody speaks to mailfix: alone with it, by a mention, or by a command that nobody else sees. */
export function isAddressed(activity: Activity): boolean {
  const { conversation, recipient } = activity;
  const alone = conversation.conversationType === 'personal' || recipient?.isTargeted === true;
  return alone || ownMentions(activity).length > 0;
}

/** The text as it was typed, without mentions of the bot and the blanks around them. */
function typedText(activity: Activity): string {
  const bare = ownMentions(activity).reduce((left, one) => {
    const mention = one['text'];
    return typeof mention === 'string' && mention !== '' ? left.replaceAll(mention, ' ') : left;
  }, activity.text ?? '');
  return bare
    .replaceAll(/<at>([^<]*)<\/at>/g, '@$1')
    .replaceAll(' ', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
}

/** Mentions of whom the message was sent to, which is mailfix: by id, for a name can be anybody's. */
function ownMentions({ entities = [], recipient }: Activity) {
  return entities.filter((one) => one.type === 'mention' && idOf(one['mentioned']) === recipient?.id);
}

function idOf(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
}
