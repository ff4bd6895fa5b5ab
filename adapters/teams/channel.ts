import { calledBy, isLooking } from '../../src/chat/news.ts';
import type { Text } from '../../src/engine/card.ts';
import type { Actor } from '../../src/engine/event.ts';
import { effectError } from '../../src/errors.ts';
import { toPlain } from '../../src/render/markup.ts';
import type { Channel, ShowRequest } from '../../src/runtime/channel.ts';
import type { Place } from '../../src/store/store.ts';
import type { Conversation } from './activity.ts';
import type { Desk } from './desk.ts';
import {
  conversationOf,
  laneOf,
  noteId,
  postedOf,
  spotOf,
  teamsIdOf,
  threadKey,
  type Posted,
  type Spot,
} from './ids.ts';
import { isGone } from './sdk.ts';
import { toAdaptiveCard } from './to-adaptive-card.ts';
import { callingMessage, cardMessage, newsWords, type Mentioned } from './words.ts';

const forEver = Number.MAX_SAFE_INTEGER;
/** Posts that were made by a show that is not done yet, by the show's key. */
const postedKind = 'teams-posted';
/** A show is tried again for a quarter of an hour, or after the next start. */
const postedMs = 7 * 24 * 60 * 60 * 1000;
/** Teams asks for the views of so many people. */
const mostViews = 60;

/** Teams as a channel, and what else is drawn in it. */
export interface TeamsChannel {
  readonly channel: Channel;
  /** Draws an incident's first message anew for an organisation: its form is empty again, and a new one. */
  readonly formAnew: (incident: string, tenant: string) => Promise<void>;
}

/** Teams as a channel: a post for each incident, and its thread. */
export function createTeamsChannel(desk: Desk): TeamsChannel {
  const { ports, api, people, queue, patience, gone, countdown } = desk;
  const { store, clock, approvers, timeZone, log } = ports;

  async function show(request: ShowRequest): Promise<string> {
    const spot = spotOf(request.place.ref);
    const ref = await queue.send(laneOf(spot), () => gone.unless(spot, () => showIn(spot, request)));
    countdown.watch({ place: request.place, message: request.message, ref, card: request.card });
    return ref;
  }

  countdown.draws(async ({ place, message, ref, card }, isCurrent) => {
    const spot = spotOf(place.ref);
    await queue.send(laneOf(spot), async () => {
      if (!isCurrent()) return;
      const posted = postedOf(ref);
      const to = await conversation(spot, posted.conversation);
      await api.update(to, posted.id, await drawn({ place, message, card }, to));
    });
  });

  async function showIn(spot: Spot, request: ShowRequest): Promise<string> {
    const { message, ref, card } = request;
    const notify = isLooking(card, request.notify, message, clock.now()) ? 'none' : request.notify;
    const thread = conversationOf(spot, request.root);
    if (message !== 'root' && thread === undefined) {
      const values = { incident: request.place.incident };
      throw effectError('teams.no-thread', values, { retry: 'never', outcome: 'not-applied' });
    }
    if (ref !== undefined && (await edit(spot, postedOf(ref), request))) {
      if (notify !== 'none') await tell(spot, thread ?? postedOf(ref).conversation, { ...request, notify });
      return ref;
    }
    const posted = await postOnce(spot, thread, { ...request, notify });
    // A new post is seen; whom it concerns is called all the same. It must not be posted again because that failed.
    if (notify === 'owner' || notify === 'approvers')
      await tell(spot, posted.conversation, { ...request, notify }).catch((error: unknown) =>
        log.warn({ err: error, incident: request.place.incident }, 'nobody could be called to a new post'),
      );
    if (message === 'root') {
      const key = threadKey(spot.tenant, posted.conversation);
      await store.put({ kind: 'teams-thread', key, value: request.place.incident, expires: forEver });
    }
    return JSON.stringify(posted);
  }

  /**
   * What follows a post, calling people above all, may take seconds. Nobody can ask Teams for a post, so its address is
   * stored before that, and a server that dies meanwhile leaves no reason to post again.
   */
  async function postOnce(spot: Spot, thread: string | undefined, request: ShowRequest): Promise<Posted> {
    const { key, again, message, notify } = request;
    const before = again === true ? await store.get(postedKind, key, clock.now()) : undefined;
    if (before !== undefined) return postedOf(before);
    const posted = await post(spot, thread, request);
    const value = JSON.stringify(posted);
    if (notify !== 'none' || message === 'root')
      await store.put({ kind: postedKind, key, value, expires: clock.now() + postedMs });
    return posted;
  }

  async function post(spot: Spot, thread: string | undefined, request: ShowRequest): Promise<Posted> {
    const to = await conversation(spot, thread ?? spot.channel);
    const activity = await drawn(request, to);
    if (thread !== undefined) return { id: await api.send(to, activity), conversation: thread };
    const { id, conversation: made } = await api.startThread(to, activity);
    return { id, conversation: made };
  }

  /** False when the post is gone: it is made anew. */
  async function edit(spot: Spot, { id, conversation: at }: Posted, request: ShowRequest): Promise<boolean> {
    const to = await conversation(spot, at);
    try {
      await api.update(to, id, await drawn(request, to));
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async function drawn(
    { place, message, card }: Pick<ShowRequest, 'place' | 'message' | 'card'>,
    to: Conversation,
  ) {
    const incident = message === 'root' ? (await store.read(place.incident))?.incident : undefined;
    const waits = card.sections.some(({ approval, struck }) => approval !== undefined && struck !== true);
    const viewers = waits ? (await approversIn(to)).map(({ mri }) => mri) : [];
    // Teams makes so many views; with more approvers than that all see the buttons, and the server decides as ever.
    const refreshFor = approvers.length > mostViews ? [] : viewers;
    const colleagues = message === 'root' ? [...(await people.colleagues(to))] : [];
    const handTo = colleagues.map(([value, { name }]) => ({ title: name, value }));
    const { card: content, summary } = toAdaptiveCard(card, {
      incident: place.incident,
      message,
      now: clock.now(),
      approvers,
      ownNotes: `note.${noteId(to.id, '')}`,
      parked: incident?.parked !== undefined,
      ended: incident?.ended !== undefined,
      handTo,
      ...(incident === undefined ? {} : { form: String(incident.seq) }),
      ...(refreshFor.length === 0 ? {} : { refreshFor }),
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    return cardMessage(content, summary);
  }

  const toBeDrawn = new Set<string>();
  async function formAnew(incident: string, tenant: string): Promise<void> {
    for (const place of await store.places(incident)) {
      const spot = place.channel === 'teams' ? spotOf(place.ref) : undefined;
      const key = `${incident} ${place.id}`;
      if (spot?.tenant !== tenant || toBeDrawn.has(key)) continue;
      toBeDrawn.add(key);
      const drawing = patience.send(laneOf(spot), async () => {
        toBeDrawn.delete(key);
        const shown = await store.shown(incident);
        const root = shown.find((one) => one.place === place.id && one.message === 'root');
        const card = await ports.card(incident, 'root');
        if (root === undefined || card === undefined) return;
        const posted = postedOf(root.ref);
        const to = await conversation(spot, posted.conversation);
        await api.update(to, posted.id, await drawn({ place, message: 'root', card }, to));
      });
      await drawing.finally(() => toBeDrawn.delete(key));
    }
  }

  /** Approvers whom Teams finds in this conversation. */
  async function approversIn(to: Conversation, asked = approvers): Promise<readonly Mentioned[]> {
    const ids = asked.flatMap((entry) => teamsIdOf(entry) ?? []);
    const mine = ids.filter(({ tenant }) => tenant === undefined || tenant === to.tenant);
    const found = await Promise.all(mine.slice(0, mostViews).map(({ oid }) => people.member(to, oid)));
    return found.filter((one) => one !== undefined);
  }

  /** An edit tells nobody: whoever is to hear of it is called in the thread. */
  async function tell(spot: Spot, thread: string, { card, notify, place }: ShowRequest): Promise<void> {
    if (notify === 'none') return;
    const to = await conversation(spot, thread);
    const asked = calledBy(card, approvers);
    const whom = notify === 'approvers' ? await approversIn(to, asked) : await ownerIn(place.incident, to);
    await api.send(to, callingMessage(whom, newsWords(card, notify, { now: clock.now(), timeZone })));
  }

  async function ownerIn(incident: string, to: Conversation): Promise<readonly Mentioned[]> {
    const owner = (await store.read(incident))?.incident.owner;
    const id = owner === undefined ? undefined : teamsIdOf(owner.id);
    const known = id === undefined ? undefined : await people.member(to, id.oid);
    return known === undefined ? [] : [known];
  }

  /** Microsoft may move a tenant to another address: the latest that was seen is the one to use. */
  async function conversation({ tenant, serviceUrl }: Spot, id: string): Promise<Conversation> {
    const latest = await store.get('teams-service', tenant, clock.now());
    return { tenant, serviceUrl: latest ?? serviceUrl, id };
  }

  const channel: Channel = {
    name: 'teams',
    show,
    async whisper(place: Place, to: Actor, text: Text) {
      const id = teamsIdOf(to.id);
      const root = (await store.shown(place.incident)).find(
        (one) => one.place === place.id && one.message === 'root',
      );
      const spot = place.channel === 'teams' ? spotOf(place.ref) : undefined;
      const thread = spot === undefined ? undefined : conversationOf(spot, root?.ref);
      if (id === undefined || spot === undefined || thread === undefined) {
        const values = { incident: place.incident };
        throw effectError('teams.no-thread', values, { retry: 'never', outcome: 'not-applied' });
      }
      const at = await conversation(spot, thread);
      const person = await people.member(at, id.oid);
      // In a thread of Teams nothing is private; a refusal holds nothing that is not in the log for all.
      await api.send(at, callingMessage(person === undefined ? [] : [person], toPlain(text)));
    },
    nameOf: (id) => people.nameOf(id),
    // Approvers of this channel are named one by one.
    rolesOf: () => Promise.resolve([]),
  };
  return { channel, formAnew };
}
