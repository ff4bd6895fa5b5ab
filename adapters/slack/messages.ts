import type { AllMiddlewareArgs, EnvelopedEvent, SlackEventMiddlewareArgs, types } from '@slack/bolt';
import type { Reply } from '../../src/engine/reply.ts';
import { readAnew } from '../../src/input/anew.ts';
import { readOpening } from '../../src/input/opening.ts';
import { anewBlocks } from './anew.ts';
import { say } from '../../src/render/language.ts';
import { threadKey } from './channel.ts';
import { answerTo } from './commands.ts';
import type { Desk } from './desk.ts';
import { escaped, typedText } from './escape.ts';
import { openIncident } from './open.ts';
import { inWords } from './presses.ts';
import { tellConfirmation, tellKnown } from './steering.ts';
import { tellPrivately, type Listener } from './private-words.ts';
import type { Visitor } from './ports.ts';
import { asked } from './api.ts';
import { workspaceOf } from './workspaces.ts';

/** Slack may bring an event hours late; who asked for something then has moved on. */
const tooOldMs = 10 * 60_000;

/** What somebody wrote, as the events `message` and `app_mention` tell it. */
interface Written {
  readonly user: string;
  readonly text: string;
  readonly channel: string;
  readonly ts: string;
  readonly thread: string | undefined;
  /** The workspace of the writer, in channels that are shared. */
  readonly home: string | undefined;
}

/**
 * Replies in an incident's thread, and mentions. A mention in a channel that is read too arrives as both events: they have
 * the same channel and time, and so one dedupe key.
 */
export function createMessages(desk: Desk) {
  const { ports, people } = desk;
  const { store, dispatch, clock } = ports;

  async function incidentIn(
    workspace: Visitor['workspace'],
    channel: string,
    thread: string,
  ): Promise<string | undefined> {
    return store.get('slack-thread', threadKey({ ...workspace, channel }, thread), clock.now());
  }

  /** A remark or an answer in the thread of an incident; false when the thread is of none. */
  async function reply(visitor: Visitor, written: Written, addressed: boolean): Promise<boolean> {
    const { channel, thread, ts, text } = written;
    const incident = thread === undefined ? undefined : await incidentIn(visitor.workspace, channel, thread);
    if (incident === undefined) return false;
    const sender = { id: noteId(channel, ts), source: 'slack', incident, actor: visitor.actor };
    const said: Reply = await dispatch.say(text, sender, addressed);
    const to = listenerOf(visitor, written);
    if (said.ok) {
      if (said.shows === 'known') await tellKnown(desk, to, incident);
      return true;
    }
    const { refusal } = said;
    const { confirm } = refusal;
    if (confirm === undefined) tellPrivately(desk, to, escaped(inWords(refusal, undefined)));
    else tellConfirmation(desk, to, incident, { ...refusal, confirm });
    return true;
  }

  /** While Slack does not say who somebody is, what they typed is no answer; it is not lost either. */
  async function keep(visitor: Visitor, { channel, thread, ts, text }: Written): Promise<void> {
    const incident = thread === undefined ? undefined : await incidentIn(visitor.workspace, channel, thread);
    if (incident === undefined) return;
    const sender = { id: noteId(channel, ts), source: 'slack', incident, actor: visitor.actor };
    await dispatch.press({ type: 'note.added', text }, sender);
  }

  return {
    async mention({
      event,
      body,
      context,
    }: SlackEventMiddlewareArgs<'app_mention'> & AllMiddlewareArgs): Promise<void> {
      if (event.user === undefined || event.bot_id !== undefined) return;
      const workspace = workspaceOf(context.teamId, context.enterpriseId);
      const bot = botIn(context.botUserId, body);
      const text = typedText(event.text.replaceAll(`<@${bot}>`, ' ')).trim();
      const written: Written = {
        user: event.user,
        text,
        channel: event.channel,
        ts: event.ts,
        thread: event.thread_ts,
        home: homeOf(event),
      };
      const admitted = await people.admit({ workspace, user: event.user, home: written.home });
      const to = { workspace, user: event.user, channel: event.channel, thread: event.thread_ts };
      if (!admitted.ok) {
        if (admitted.unsure !== undefined) await keep(admitted.unsure, written);
        return tellPrivately(desk, to, escaped(admitted.why));
      }
      const { visitor } = admitted;
      const answer = await answerTo(desk, visitor, text);
      if (answer !== undefined) return tellPrivately(desk, to, answer);
      if (await reply(visitor, written, true)) return;
      const age = clock.now() - body.event_time * 1000;
      if (age > tooOldMs)
        return tellPrivately(
          desk,
          to,
          'I was away when you mentioned me, and have done nothing. Please mention me again if it is still needed.',
        );
      return begin(visitor, written, to);
    },

    async message({
      event,
      body,
      context,
    }: SlackEventMiddlewareArgs<'message'> & AllMiddlewareArgs): Promise<void> {
      const workspace = workspaceOf(context.teamId, context.enterpriseId);
      const fields: Fields = { ...event };
      const { subtype } = fields;
      if (subtype === 'message_changed' || subtype === 'message_deleted') return edited(workspace, fields);
      if (subtype !== undefined && subtype !== 'thread_broadcast' && subtype !== 'file_share') return;
      const written = writtenIn(fields);
      if (written?.thread === undefined || written.thread === written.ts) return;
      if ((await incidentIn(workspace, written.channel, written.thread)) === undefined) return;
      // A mention of the bot is heard as such: with its commands, and without its name.
      if (written.text.includes(`<@${botIn(context.botUserId, body)}>`)) return;
      const admitted = await people.admit({ workspace, user: written.user, home: written.home });
      const known = { ...written, text: typedText(written.text) };
      if (admitted.ok) await reply(admitted.visitor, known, false);
      else if (admitted.unsure !== undefined) await keep(admitted.unsure, known);
      else ports.log.info({ why: admitted.why }, 'a reply in a thread was not taken');
    },
  };

  async function begin(
    visitor: Visitor,
    { channel, ts, thread, text }: Written,
    to: Listener,
  ): Promise<void> {
    const { anew, line } = readAnew(text);
    const { client, ip, dialog } = readOpening(line, ports.dialogs);
    if (client === '' || dialog === undefined) return offerForm(to, 'Which client is it?');
    const spot = { ...visitor.workspace, channel, ...(thread === undefined ? {} : { thread }) };
    const facts = { [dialog.client.name]: client, ...(ip === undefined ? {} : { ip }) };
    const opened = await openIncident(desk, visitor, {
      spot,
      dialog: dialog.id,
      facts,
      eventId: noteId(channel, ts),
      anew,
    });
    if (opened.ok) return;
    if ('closed' in opened) return tellPrivately(desk, to, escaped(opened.closed));
    const { refusal } = opened;
    if (refusal.code !== 'open-already') return offerForm(to, refusal.message);
    const wanted = { dialog: dialog.id, facts, thread };
    desk.later('the offer to start anew', async () => {
      const blocks = await anewBlocks(desk, visitor, refusal, wanted);
      await showPrivately(to, escaped(refusal.message), blocks);
    });
  }

  async function showPrivately(
    { workspace, user, channel = '', thread }: Listener,
    text: string,
    blocks: types.KnownBlock[],
  ): Promise<void> {
    const where = thread === undefined ? {} : { thread_ts: thread };
    const { client } = await desk.workspaces.access(workspace);
    await asked('chat.postEphemeral', channel, () =>
      client.chat.postEphemeral({ channel, user, text, blocks, ...where }),
    );
  }

  /** An event brings no number to open a form with; a button does. */
  function offerForm(to: Listener, why: string): void {
    const { thread } = to;
    const text = escaped(
      say(`${why} Fill in the form, or mention me with the client: @mailfix acme-cpa.com`),
    );
    const value = thread === undefined ? {} : { value: thread };
    const label = { type: 'plain_text', text: say('Fill in the form') } as const;
    const button = {
      type: 'button',
      action_id: 'form:mention',
      style: 'primary',
      text: label,
      ...value,
    } as const;
    const blocks = [
      { type: 'section' as const, text: { type: 'mrkdwn' as const, text } },
      { type: 'actions' as const, elements: [button] },
    ];
    desk.later('the offer of a form', () => showPrivately(to, text, blocks));
  }

  /** A remark that was changed or taken back changes the note that was made of it; the log keeps both. */
  async function edited(workspace: Visitor['workspace'], event: Fields): Promise<void> {
    const isDeleted = event.subtype === 'message_deleted';
    const before = writtenIn({ channel: event.channel, ...fieldsOf(event.previous_message) });
    const now = writtenIn({ channel: event.channel, ...fieldsOf(event.message) });
    const written = isDeleted ? before : now;
    if (written?.thread === undefined || written.thread === written.ts) return;
    // Slack says so too when it only added the preview of a link.
    if (!isDeleted && before?.text === written.text) return;
    const incident = await incidentIn(workspace, written.channel, written.thread);
    if (incident === undefined) return;
    const admitted = await people.admit({ workspace, user: written.user, home: written.home });
    const writer = admitted.ok ? admitted.visitor : admitted.unsure;
    if (writer === undefined) return;
    const note = noteId(written.channel, written.ts);
    // Each change is an event of its own; one that is delivered again has the same time.
    const at = typeof event.ts === 'string' ? event.ts : String(clock.now());
    const id = `${note}.${isDeleted ? 'deleted' : at}`;
    const sender = { id, source: 'slack', incident, actor: writer.actor };
    // Refused when it was taken as an answer, and so is no note: an answer is changed with the card's own Change.
    const change = isDeleted
      ? { type: 'note.deleted', note }
      : { type: 'note.edited', note, text: typedText(written.text) };
    await dispatch.press(change, sender);
  }
}

type Fields = Readonly<Record<string, unknown>> & {
  readonly subtype?: unknown;
  readonly message?: unknown;
  readonly previous_message?: unknown;
  readonly ts?: unknown;
};

/** What a person wrote; undefined for what bots and Slack itself write. */
function writtenIn(event: Fields): Written | undefined {
  const text = (name: string) => (typeof event[name] === 'string' ? event[name] : undefined);
  const [user, channel, ts] = [text('user'), text('channel'), text('ts')];
  if (user === undefined || channel === undefined || ts === undefined || event['bot_id'] !== undefined)
    return undefined;
  return { user, channel, ts, text: text('text') ?? '', thread: text('thread_ts'), home: homeOf(event) };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Our own user: as Slack told at the start, or as the event says while it has not yet. */
function botIn(known: string | undefined, { authorizations }: EnvelopedEvent): string {
  return known ?? authorizations?.find(({ is_bot: isBot }) => isBot)?.user_id ?? 'nobody';
}

/** In a shared channel the writer may be of another workspace. */
function homeOf(event: object): string | undefined {
  for (const name of ['user_team', 'source_team']) {
    const team: unknown = Reflect.get(event, name);
    if (typeof team === 'string') return team;
  }
  return undefined;
}

function listenerOf({ workspace, user }: Visitor, { channel, thread }: Written): Listener {
  return { workspace, user, channel, thread };
}

/** The dedupe key of what was written, and the id of the note that it may become. */
function noteId(channel: string, ts: string): string {
  return `msg.${channel}.${ts}`;
}
