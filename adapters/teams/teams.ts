import { createCountdown } from '../../src/chat/countdown.ts';
import { createSendQueue } from '../../src/chat/send-queue.ts';
import { effectError } from '../../src/errors.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import { createActions, message, typedWords } from './actions.ts';
import { tenantOf, type Activity, type InvokeAnswer } from './activity.ts';
import { createTeamsChannel } from './channel.ts';
import type { Desk } from './desk.ts';
import { createExtension } from './extension.ts';
import { createGate } from './gate.ts';
import { createGone } from './gone.ts';
import { messagesHandler, type RawHandler } from './http.ts';
import { channelOfLane, laneOf, partsOf, placeOf, spotOf } from './ids.ts';
import { createMessages, helpOf, isAddressed } from './messages.ts';
import { createPatience } from './patience.ts';
import { createPeople } from './people.ts';
import type { TeamsPorts } from './ports.ts';
import { createSdk } from './sdk.ts';
import { callingMessage, wordsMessage } from './words.ts';

/** Microsoft Teams, connected: a channel for the runtime, and a handler for the server. */
export interface Teams {
  readonly channel: Channel;
  readonly raw: ReadonlyMap<string, RawHandler>;
  start(): Promise<void>;
  /** What is not ready, in words. */
  notReady(): readonly string[];
  /** Resolves when nothing that was begun after an answer is under way. */
  idle(): Promise<void>;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

const keptWords =
  'I could not check who you are, so that was no answer. It is kept as a note; for an answer, please try again.';
const forEver = Number.MAX_SAFE_INTEGER;
/** So long nobody is greeted again in the same place. */
const greetedMs = 60 * 60 * 1000;
/** An invoke is answered within half a second; so many milliseconds may be spent on asking Teams who somebody is. */
const invokeMs = 250;

/** Makes the adapter. Nothing is sent before somebody in Teams speaks, or an incident that is shown there changes. */
export function createTeams(ports: TeamsPorts): Teams {
  const { settings, store, clock, log } = ports;
  const { appId = '', appPassword, appType, appTenantId, auth, tenants } = settings;
  const api = createSdk({ appId, password: appPassword, appType, tenantId: appTenantId, ...ports.outside });
  const underWay = new Set<Promise<void>>();
  const limited = (seconds: number) =>
    effectError(
      'teams.limited',
      { call: 'sendToConversation', seconds },
      { retry: 'later', outcome: 'not-applied', afterMs: Math.max(1, seconds) * 1000 },
    );
  const queue = createSendQueue(clock, limited, channelOfLane);
  const patience = createPatience(queue, clock);
  const desk: Desk = {
    ports,
    api,
    people: createPeople(ports, api),
    queue,
    countdown: createCountdown({
      clock,
      store,
      queue,
      channel: 'teams',
      laneOf: (place) => laneOf(spotOf(place.ref)),
      log,
    }),
    patience,
    gone: createGone(store, clock),
    say: (to, activity) =>
      desk.later('words', () =>
        patience.send(laneOf({ tenant: to.tenant, ...partsOf(to.id) }), () => api.send(to, activity)),
      ),
    later(what, work) {
      const done = work()
        .catch((error: unknown) => log.warn({ err: error, what }, 'something could not be shown in Teams'))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    },
  };
  const { channel, formAnew } = createTeamsChannel(desk);
  const messages = createMessages(desk);
  const actions = createActions(desk, formAnew);
  const extension = createExtension(desk);
  const services = new Map<string, string>();

  const gate = createGate({
    appId,
    tenants,
    ownTenant: appTenantId,
    auth,
    now: () => clock.now(),
    log,
    ...ports.gate,
  });
  const raw = new Map([['/api/messages', messagesHandler({ gate, handle, log })]]);

  async function handle(activity: Activity): Promise<InvokeAnswer> {
    const tenant = (tenantOf(activity) ?? appTenantId ?? '').toLowerCase();
    await seen(tenant, activity.serviceUrl);
    // Forms can be sent from where mailfix never was; what is told it, and that it was added, comes from where it is.
    if (activity.type === 'message' || activity.action === 'add')
      await desk.gone.isBack({ tenant, channel: partsOf(activity.conversation.id).channel });
    switch (activity.type) {
      case 'message':
        await typedOrPressed(activity, tenant);
        return { status: 200 };
      case 'messageUpdate':
      case 'messageDelete': {
        const admitted = await desk.people.admit(activity, tenant);
        if (admitted.ok) await messages.changed(activity, admitted.visitor);
        return { status: 200 };
      }
      case 'invoke':
        return invoked(activity, tenant);
      case 'installationUpdate':
        await installed(activity, tenant);
        return { status: 200 };
      default:
        log.debug({ type: activity.type }, 'Teams told something that nobody here needs');
        return { status: 200 };
    }
  }

  /** Teams may say it more than once; whoever removes mailfix and adds it again is greeted again. */
  async function installed(activity: Activity, tenant: string): Promise<void> {
    const greeting = { kind: 'teams-greeted', key: `${tenant}/${activity.conversation.id}` };
    if (activity.action === 'remove') await store.remove(greeting.kind, greeting.key);
    if (activity.action !== 'add') return;
    const expires = clock.now() + greetedMs;
    if (await store.putOnce({ ...greeting, value: '', expires }))
      desk.say(placeOf(activity, tenant), wordsMessage(helpOf(ports.dialogs)));
  }

  async function typedOrPressed(activity: Activity, tenant: string): Promise<void> {
    const isPress = activity.value !== undefined;
    if (!isPress && !(await messages.isForUs(activity, tenant))) return;
    const admitted = await desk.people.admit(activity, tenant);
    const say = (words: string) => desk.say(placeOf(activity, tenant), wordsMessage(words));
    if (!admitted.ok) {
      const kept =
        !isPress && admitted.unsure !== undefined && (await messages.kept(activity, admitted.unsure));
      if (kept) return say(keptWords);
      // People who talk to one another, and other bots, are not told that mailfix does not listen.
      if (isPress)
        return say(admitted.why + (admitted.unsure === undefined ? '' : typedWords(activity.value)));
      if (isAddressed(activity)) return say(admitted.why);
      return log.info({ why: admitted.why }, 'a reply in a thread was not taken');
    }
    const pressed = await actions.submitted(activity, admitted.visitor);
    if (pressed?.words !== undefined) {
      const { mri, actor } = admitted.visitor;
      return desk.say(placeOf(activity, tenant), callingMessage([{ mri, name: actor.name }], pressed.words));
    }
    if (pressed === undefined) await messages.said(activity, admitted.visitor);
  }

  async function invoked(activity: Activity, tenant: string): Promise<InvokeAnswer> {
    const name = activity.name ?? '';
    const isForm = name.startsWith('composeExtension/');
    if (!isForm && name !== 'adaptiveCard/action') {
      log.warn({ name }, 'Teams asked for something that nobody here handles');
      return { status: 501 };
    }
    const until = clock.now() + invokeMs;
    const admitted = await desk.people.admit(activity, tenant, until);
    if (!admitted.ok) {
      const { unsure, why } = admitted;
      if (isForm) return extension.refused(activity, why);
      return unsure === undefined ? message(why) : actions.executed(activity, unsure, { until, unsure: why });
    }
    switch (name) {
      case 'adaptiveCard/action':
        return actions.executed(activity, admitted.visitor, { until });
      case 'composeExtension/fetchTask':
        return extension.asked(activity, admitted.visitor, until);
      case 'composeExtension/submitAction':
        return extension.sent(activity, admitted.visitor, until);
      default:
        return { status: 501 };
    }
  }

  /** Microsoft may move an organisation to another address: what is sent later goes to the latest. */
  async function seen(tenant: string, serviceUrl: string): Promise<void> {
    if (services.get(tenant) === serviceUrl) return;
    await store.put({ kind: 'teams-service', key: tenant, value: serviceUrl, expires: forEver });
    services.set(tenant, serviceUrl);
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }

  return {
    channel,
    raw,
    async start() {
      // Microsoft's keys are not waited for: what was promised before is shown without them.
      void gate.fetchKeys();
      await Promise.all([api.load(), desk.countdown.resume()]);
    },
    notReady() {
      const why = gate.closedFor();
      return why === undefined ? [] : [`Nothing that Teams sends can be taken: ${why}.`];
    },
    idle,
    async close() {
      gate.close();
      patience.stop();
      desk.countdown.stop();
      await idle();
    },
  };
}
