import { App } from '@slack/bolt';
import { EffectError } from '../../src/errors.ts';
import type { Channel } from '../../src/runtime/channel.ts';
import { clientOptions, limited } from './api.ts';
import { spotOf } from './ids.ts';
import { boltLogger } from './bolt-log.ts';
import { createSlackChannel, laneOf } from './channel.ts';
import { createCountdown } from '../../src/chat/countdown.ts';
import type { Desk } from './desk.ts';
import type { Durable } from './durable.ts';
import { createHome } from './home.ts';
import { DurableHttpReceiver, eventsHandler, pagesHandler, type RawHandler } from './http.ts';
import { createInstall, installPaths } from './install.ts';
import { listen } from './listen.ts';
import { createPeople } from './people.ts';
import type { SlackPorts } from './ports.ts';
import { createRooms } from './rooms.ts';
import { createReplays } from './replays.ts';
import { createSendQueue } from '../../src/chat/send-queue.ts';
import { DurableSocketReceiver, keepConnected, type Socket } from './socket.ts';
import { createWorkspaces } from './workspaces.ts';

/** Slack, connected: a channel for the runtime, and handlers by path for the server. */
export interface Slack {
  readonly channel: Channel;
  readonly raw: ReadonlyMap<string, RawHandler>;
  /** Looks whether Slack takes the token, and connects. Throws a ConfigError for what a person must put right. */
  start(): Promise<void>;
  /** What is not ready, in words. */
  notReady(): readonly string[];
  /** Resolves when nothing that was begun after an answer is under way. */
  idle(): Promise<void>;
  /** Takes no more, and waits for what is under way. */
  close(): Promise<void>;
}

/** Makes the adapter. Nothing is sent before `start`. */
export function createSlack(ports: SlackPorts): Slack {
  const { settings, store, clock, log } = ports;
  const logger = boltLogger(log);
  const underWay = new Set<Promise<void>>();
  const install = createInstall(ports);
  const workspaces = createWorkspaces({ settings, install });
  const queue = createSendQueue(clock, (seconds) => limited('chat.postMessage', seconds));
  const desk: Desk = {
    ports,
    workspaces,
    people: createPeople(ports, workspaces),
    rooms: createRooms(ports, workspaces),
    queue,
    countdown: createCountdown({
      clock,
      store,
      queue,
      channel: 'slack',
      laneOf: (place) => laneOf(spotOf(place.ref)),
      log,
    }),
    later(what, work) {
      const done = work()
        .catch((error: unknown) => log.warn({ err: error, what }, 'something could not be shown in Slack'))
        .finally(() => underWay.delete(done));
      underWay.add(done);
    },
  };
  const home = createHome(desk);
  const stopListening = ports.onTurn(() => home.changed());
  const channel = createSlackChannel(desk);

  const isSocket = settings.appToken !== undefined;
  const durable: Durable = {
    log,
    unknown: (body) => log.warn({ type: body['type'] }, 'Slack sent something that nobody here handles'),
    ...(isSocket ? {} : { replays: createReplays(clock) }),
  };
  const receiver = isSocket ? socketReceiver() : httpReceiver();
  const app = new App({
    receiver,
    logger,
    authorize: workspaces.authorize,
    clientOptions: { ...clientOptions(settings.apiUrl), logger },
    convoStore: false,
    ...(isSocket ? { socketMode: true } : {}),
  });
  app.error(async (error) => {
    // Whoever is not known here is answered and not heard; anything else is a failure, and Slack shall know.
    const original: unknown = 'original' in error ? error.original : undefined;
    if (original instanceof EffectError && original.code === 'slack.not-installed') {
      log.warn({ err: original }, 'a request of a workspace that mailfix is not installed in');
      return;
    }
    log.error({ err: error }, 'a request of Slack could not be handled');
    throw error;
  });
  listen(app, desk, home);

  const raw = new Map<string, RawHandler>();
  if (receiver instanceof DurableHttpReceiver)
    raw.set(
      '/slack/events',
      eventsHandler(receiver, () => clock.now()),
    );
  if (install !== undefined) for (const path of installPaths) raw.set(path, pagesHandler(install.receiver));
  let socket: Socket | undefined;
  let unreachable = '';

  function httpReceiver(): DurableHttpReceiver {
    const signingSecret = settings.signingSecret ?? '';
    return new DurableHttpReceiver({ signingSecret, logger }, durable);
  }

  function socketReceiver(): DurableSocketReceiver {
    const options = { ...clientOptions(settings.apiUrl), logger };
    return new DurableSocketReceiver(
      { appToken: settings.appToken ?? '', logger, installerOptions: { clientOptions: options } },
      durable,
    );
  }

  return {
    channel,
    raw,
    async start() {
      try {
        await workspaces.check();
        unreachable = '';
      } catch (error) {
        if (!(error instanceof EffectError)) throw error;
        // Slack may be down while we start: what it sends later is heard all the same.
        unreachable = error.message;
        log.warn({ err: error }, 'Slack could not be asked about the bot token');
      }
      if (receiver instanceof DurableSocketReceiver)
        socket = keepConnected(receiver, { clock, log, random: Math.random });
      await desk.countdown.resume();
    },
    idle,
    notReady: () => [
      ...(unreachable === '' || workspaces.isKnown() ? [] : [unreachable]),
      ...(isSocket && socket?.isUp() !== true ? ['The Socket Mode connection to Slack is not up.'] : []),
    ],
    async close() {
      stopListening();
      home.stop();
      desk.countdown.stop();
      await socket?.close();
      await idle();
    },
  };

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay);
  }
}
