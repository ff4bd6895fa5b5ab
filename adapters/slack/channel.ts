import { calledBy, isLooking } from '../../src/chat/news.ts';
import type { Text } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import { effectError } from '../../src/errors.ts';
import { toPlain } from '../../src/render/markup.ts';
import type { Channel, ShowRequest } from '../../src/runtime/channel.ts';
import type { Place } from '../../src/store/store.ts';
import { asked, refusalOf } from './api.ts';
import type { Counting } from '../../src/chat/countdown.ts';
import type { Desk } from './desk.ts';
import { escaped, mentionOf } from './escape.ts';
import { findPost, metadataOf } from './find-post.ts';
import { accountOf, postedOf, spotOf, threadOf, type Posted, type Spot } from './ids.ts';
import { newsPost } from './news.ts';
import { toMessage } from './to-blocks.ts';
import type { Access } from './workspaces.ts';

/** What Slack says of a message that can be edited no more: it is posted again. */
const uneditable = ['message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive'];

/** Kept as long as the incident may be spoken of: for ever, by our measures. */
const forEver = Number.MAX_SAFE_INTEGER;

/** What finds the incident that lives in a thread. */
export function threadKey({ team, channel }: Spot, thread: string): string {
  return `${team}/${channel}/${thread}`;
}

/** Slack as a channel: a root message for each incident, and its thread. */
export function createSlackChannel(desk: Desk): Channel {
  const { ports, workspaces, people, queue, countdown } = desk;
  const { store, approvers, clock, timeZone } = ports;

  async function show(request: ShowRequest): Promise<string> {
    const spot = spotOf(request.place.ref);
    const ref = await queue.send(laneOf(spot), async () =>
      showIn(spot, await workspaces.access(spot), request),
    );
    countdown.watch({ place: request.place, message: request.message, ref, card: request.card });
    return ref;
  }

  /** Draws a card again that counts down; nothing about it is new, so nothing else is done. */
  async function redraw({ place, message, ref, card }: Counting, isCurrent: () => boolean): Promise<void> {
    const spot = spotOf(place.ref);
    await queue.send(laneOf(spot), async () => {
      if (!isCurrent()) return;
      const access = await workspaces.access(spot);
      await edit(access, spot, postedOf(ref), await drawn({ place, message, card }, spot, []));
    });
  }
  countdown.draws(redraw);

  async function showIn(spot: Spot, access: Access, request: ShowRequest): Promise<string> {
    const { message, ref } = request;
    const notify = isLooking(request.card, request.notify, message, clock.now()) ? 'none' : request.notify;
    const thread = threadOf(spot, request.root);
    if (message !== 'root' && thread === undefined) {
      const values = { incident: request.place.incident };
      throw effectError('slack.no-thread', values, { retry: 'never', outcome: 'not-applied' });
    }
    const owner = notify === 'none' ? undefined : await ownerOf(request.place.incident);
    const told = notify === 'owner' && owner !== undefined ? [owner.id] : [];
    if (ref !== undefined) {
      const edited = await edit(access, spot, postedOf(ref), await drawn(request, spot, []));
      if (edited && notify === 'none') return ref;
      if (edited) {
        await tell(access, spot, thread ?? postedOf(ref).ts, { ...request, notify }, told);
        return ref;
      }
    }
    const ts =
      (await earlier(access, spot, thread, request)) ??
      (await post(access, spot, thread, await drawn(request, spot, told), {
        key: request.key,
        broadcast: false,
      }));
    if (message !== 'root') return JSON.stringify({ ts } satisfies Posted);
    const own = thread ?? ts;
    const { incident } = request.place;
    await store.put({ kind: 'slack-thread', key: threadKey(spot, own), value: incident, expires: forEver });
    return JSON.stringify({ ts, ...(own === ts ? {} : { thread: own }) } satisfies Posted);
  }

  /** A try before this one may have got through without our hearing of it. */
  async function earlier(
    { client, botUser }: Access,
    { channel }: Spot,
    thread: string | undefined,
    { again, key, card }: ShowRequest,
  ): Promise<string | undefined> {
    if (again !== true) return undefined;
    return findPost(client, { channel, thread, key, since: card.at, botUser });
  }

  async function drawn(
    { place, message, card }: Pick<ShowRequest, 'place' | 'message' | 'card'>,
    spot: Spot,
    mention: readonly string[],
  ): Promise<Drawing> {
    const incident = message === 'root' ? (await store.read(place.incident))?.incident : undefined;
    return toMessage(card, {
      incident: place.incident,
      message,
      now: clock.now(),
      approvers,
      ownNotes: `note.msg.${spot.channel}.`,
      parked: incident?.parked !== undefined,
      ended: incident?.ended !== undefined,
      ...(mention.length === 0 ? {} : { mention }),
      ...(timeZone === undefined ? {} : { timeZone }),
    });
  }

  /** False when there is nothing left to be edited. */
  async function edit(
    { client }: Access,
    { channel }: Spot,
    { ts }: Posted,
    drawing: Drawing,
  ): Promise<boolean> {
    try {
      await asked('chat.update', channel, () => client.chat.update({ channel, ts, ...drawing }));
      return true;
    } catch (error) {
      if (uneditable.includes(refusalOf(error) ?? '')) return false;
      throw error;
    }
  }

  async function post(
    { client }: Access,
    { channel }: Spot,
    thread: string | undefined,
    drawing: Pick<Drawing, 'text'> & Partial<Drawing>,
    { key, broadcast }: { key: string; broadcast: boolean },
  ): Promise<string> {
    const about = {
      channel,
      ...drawing,
      metadata: metadataOf(key),
      unfurl_links: false,
      unfurl_media: false,
    };
    const send = async (more: { reply_broadcast?: true }) => {
      const where = thread === undefined ? {} : { thread_ts: thread, ...more };
      const said = await asked('chat.postMessage', channel, () =>
        client.chat.postMessage({ ...about, ...where }),
      );
      return said.ts ?? '';
    };
    if (!broadcast) return send({});
    try {
      return await send({ reply_broadcast: true });
    } catch (error) {
      // In the thread alone is better than nowhere.
      if (refusalOf(error) === 'cant_broadcast_message') return send({});
      throw error;
    }
  }

  /** An edit tells nobody: whoever is to hear of it gets a short post in the thread. */
  async function tell(
    access: Access,
    spot: Spot,
    thread: string,
    request: ShowRequest,
    owner: readonly string[],
  ): Promise<void> {
    const { notify, card, key } = request;
    if (notify === 'none') return;
    if ((await earlier(access, spot, thread, request)) !== undefined) return;
    const whom = notify === 'approvers' ? calledBy(card, approvers) : owner;
    const mentions = whom.flatMap((id) => mentionOf(id) ?? []);
    const { text, broadcast } = newsPost(card, notify, mentions);
    await post(access, spot, thread, { text }, { key, broadcast });
  }

  async function ownerOf(incident: string): Promise<Actor | undefined> {
    return (await store.read(incident))?.incident.owner;
  }

  return {
    name: 'slack',
    show,
    async whisper(place: Place, to: Actor, text: Text) {
      const account = accountOf(to);
      if (account === undefined || place.channel !== 'slack') {
        const values = { incident: place.incident };
        throw effectError('slack.no-thread', values, { retry: 'never', outcome: 'not-applied' });
      }
      const spot = spotOf(place.ref);
      const root = (await store.shown(place.incident)).find(
        (one) => one.place === place.id && one.message === 'root',
      );
      const thread = threadOf(spot, root?.ref);
      const { client } = await workspaces.access(spot);
      const { channel } = spot;
      const words = { channel, user: account.user, text: escaped(toPlain(text)) };
      const where = thread === undefined ? {} : { thread_ts: thread };
      await asked('chat.postEphemeral', channel, () => client.chat.postEphemeral({ ...words, ...where }));
    },
    nameOf: (id) => people.nameOf(id),
    rolesOf: (actor) => people.rolesOf(actor),
  };
}

type Drawing = ReturnType<typeof toMessage>;

/** Slack counts what is posted by channel. */
export function laneOf({ team, channel }: Spot): string {
  return `${team}/${channel}`;
}
