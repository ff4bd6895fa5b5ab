import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as after } from 'node:timers/promises';
import { isSameHome as isSameWorkspace, mirrorIn as slackMirror } from '../adapters/slack/ids.ts';
import { isSameHome as isSameTenant, mirrorIn as teamsMirror } from '../adapters/teams/ids.ts';
import { createWebConsole } from '../adapters/web/console.ts';
import { contracts } from './actions/contracts.ts';
import { createHandlers } from './actions/handlers.ts';
import type { ChatDispatch } from './chat/ports.ts';
import { connectionsOf } from './clients/connections.ts';
import { cpaClient } from './clients/cpa.ts';
import { whmClient } from './clients/whm.ts';
import type { Config } from './config.ts';
import { loadDialogs } from './dialogs.ts';
import { openableInChat, openableInConsole } from './openable.ts';
import type { Actor } from './engine/event.ts';
import type { Log } from './log.ts';
import { mailingOf } from './mailing.ts';
import { createMetrics } from './metrics/metrics.ts';
import { staffTongue } from './render/language.ts';
import type { Channel } from './runtime/channel.ts';
import { realClock, steadyClock } from './runtime/clock.ts';
import { createCurrentCard } from './runtime/current-card.ts';
import { createDispatcher } from './runtime/dispatch.ts';
import { orderHandler, ordersPath } from './runtime/orders.ts';
import { createPolicy } from './runtime/policy.ts';
import { createReadiness } from './runtime/readiness.ts';
import { createRetention } from './runtime/retention.ts';
import { createWorker } from './runtime/worker.ts';
import { asksBy } from './runtime/working-hours.ts';
import { startServer } from './server.ts';
import { loggedEvent } from './store/chain.ts';
import { exportJsonl } from './store/export.ts';
import { deriveKeys, loadSecret } from './store/key.ts';
import { openStore } from './store/open.ts';
import { proofOf } from './store/proof.ts';
import { seal, unseal } from './store/seal.ts';
import type { Place } from './store/store.ts';
import { systemsOf } from './systems.ts';

/** A running mailfix. */
export interface Mailfix {
  readonly url: string;
  /** Takes no more requests, lets the worker finish what runs (10 s) and closes the store. */
  close(): Promise<void>;
}

const drainMs = 10_000;
const answerGraceMs = 2000;
const beatMs = 20_000;
const tidyMs = 60_000;
const retentionMs = 86_400_000;

/** Wires everything and listens. What was begun is undone when a later part cannot start. */
export async function startMailfix(config: Config, { log }: { log: Log }): Promise<Mailfix> {
  const undo: (() => unknown)[] = [];
  const close = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  try {
    const url = await wire(config, log, (step) => undo.push(step));
    return { url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** `onClose` is called with how to undo each part; the last one is undone first. */
async function wire(config: Config, log: Log, onClose: (step: () => unknown) => void): Promise<string> {
  const { world, approvers, fourEyes, quotaStepMb, host, port, publicUrl, timeZone } = config;
  const now = () => Date.now();
  // For events and the outbox alone: signatures, tokens and links go by the machine's clock as it is.
  const clock = steadyClock(realClock, () => performance.now());
  const dialogs = await loadDialogs(config.dialogs, config.languages);
  const keys = deriveKeys(loadSecret(config.key, config.keyFile));
  const store = await openStore({ database: config.database, world });
  onClose(() => store.close());
  const { whms, cpa, examples } = await systemsOf(config, world, onClose);

  const metrics = createMetrics({ store, now, token: config.metricsToken, publicUrl, log });
  const told = { now, log, onCall: metrics.meter.call };
  const clients = {
    whms: new Map([...whms].map(([name, whm]) => [name, whmClient({ ...whm, ...told })])),
    cpa: cpa === undefined ? undefined : cpaClient({ ...cpa, ...told }),
  };
  const { quotaLadders } = config;
  const { quotaLease } = config.dialogs;
  const plain = mailingOf(config.mail, now, config.languages.client);
  const mailing = { ...plain, smtp: plain.smtp && metrics.ofSmtp(plain.smtp) };
  const handlers = createHandlers({ ...clients, quotaStepMb, quotaLadders, quotaLease, mailing });
  const salt = () => randomBytes(16).toString('base64url');
  const mirrors = config.approvalChannels.map(({ product, home, channel }) =>
    product === 'slack' ? slackMirror(home, channel) : teamsMirror(home, channel),
  );
  const { patience, workingHours: hours } = config.hours;
  const asksAt = asksBy(patience, { hours, timeZone });
  const turns = createDispatcher({
    store,
    dialogs,
    contracts,
    now: () => clock.now(),
    salt,
    mirrors,
    asksAt,
    isTogether,
    heard: (typed) => staffTongue().heard(typed),
    log,
  });
  const dispatcher = metrics.ofTurns(turns);

  const card = createCurrentCard({ store, dialogs, contracts });
  const chatDispatch = (source: string): ChatDispatch => ({
    open: (opening) => dispatcher.open({ ...opening, source, simulated: world === 'simulated' }),
    press: (event, sender) => dispatcher.press(event, sender),
    say: (text, sender, addressed) => dispatcher.say(text, sender, addressed),
    steer: (verb, sender) => dispatcher.steer(verb, sender),
  });
  const web = createWebConsole({
    store,
    dispatch: {
      open: (opening) =>
        dispatcher.open({
          ...opening,
          source: 'web',
          place: { channel: 'web' },
          simulated: world === 'simulated',
        }),
      press: (event, actor, incident, id) => dispatcher.press(event, { id, source: 'web', incident, actor }),
      steer: (verb, actor, incident, id) => dispatcher.steer(verb, { id, source: 'web', incident, actor }),
    },
    card,
    dialogs: [...dialogs.values()].map(openableInConsole),
    examples,
    log: async (incident) => (await store.log(incident)).map(loggedEvent),
    proof: (incident, count) => proofOf(store, keys.publicKey, incident, count),
    exportJsonl: async (incident) => exportJsonl(incident, await store.log(incident), keys, now()),
    onTurn: (listener) => dispatcher.onTurn(listener),
    now,
    random: randomBytes,
    keys,
    world,
    host,
    approvers,
    defect: (error, path) => log.error({ err: error, path }, 'the console could not answer'),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    ...(timeZone === undefined ? {} : { timeZone }),
  });

  const channels = new Map<string, Channel>([[web.channel.name, metrics.ofChannel(web.channel)]]);
  // Loaded when it is used: Bolt alone takes nearly half a second.
  const slack =
    config.slack &&
    (await import('../adapters/slack/slack.ts')).createSlack({
      settings: config.slack,
      store,
      dispatch: chatDispatch('slack'),
      card,
      dialogs: [...dialogs.values()].map(openableInChat),
      approvers,
      technicians: config.technicians,
      connections: connectionsOf({ ...clients, now }),
      onTurn: (listener) => dispatcher.onTurn(listener),
      clock: realClock,
      seal: {
        seal: (about, text) => seal(keys.cipher('slack'), about, text),
        open: (about, sealed) => unseal(keys.cipher('slack'), about, sealed),
      },
      publicUrl,
      timeZone,
      log,
    });
  if (slack !== undefined) channels.set(slack.channel.name, metrics.ofChannel(slack.channel));
  const teams =
    config.teams &&
    (await import('../adapters/teams/teams.ts')).createTeams({
      settings: config.teams,
      store,
      dispatch: chatDispatch('teams'),
      card,
      dialogs: [...dialogs.values()].map(openableInChat),
      approvers,
      technicians: config.technicians,
      connections: connectionsOf({ ...clients, now }),
      clock: realClock,
      timeZone,
      nonce: salt,
      log,
    });
  if (teams !== undefined) channels.set(teams.channel.name, metrics.ofChannel(teams.channel));
  const channelOf = (id: string) => channels.get(id.slice(0, Math.max(0, id.indexOf(':'))));
  const policy = createPolicy({
    approvers,
    fourEyes,
    rules: config.rules,
    timeZone,
    people: config.people,
    rolesOf: async (actor: Actor) => (await channelOf(actor.id)?.rolesOf(actor)) ?? [],
    nameOf: async (approver) => (await channelOf(approver)?.nameOf(approver)) ?? approver,
  });
  const worker = createWorker({
    store,
    dispatcher,
    channels,
    contracts,
    handlers,
    policy,
    clock,
    random: Math.random,
    owner: randomUUID(),
    leaseMs: config.leaseMs,
    log,
  });
  let working = true;
  onClose(async () => {
    working = false;
    await worker.drain(drainMs);
  });

  const server = await startServer({
    host,
    port,
    fetch: (request) => web.app.fetch(request),
    raw: new Map([
      metrics.raw,
      [
        ordersPath,
        orderHandler({
          dispatcher,
          key: keys.mac('orders'),
          now,
          defect: (error) => log.error({ err: error }, 'an order could not be answered'),
        }),
      ],
      ...(slack?.raw ?? []),
      ...(teams?.raw ?? []),
    ]),
    notReady: createReadiness({
      nextDue: () => store.nextDue(now()),
      worker,
      working: () => working,
      sockets: () => [slack, teams].flatMap((chat) => chat?.notReady() ?? []),
      wait: (ms, signal) => after(ms, undefined, { signal }),
    }),
  });
  onClose(async () => {
    const answered = server.close(answerGraceMs);
    web.close();
    await answered;
  });
  worker.start();
  if (slack !== undefined) {
    onClose(() => slack.close());
    await slack.start();
  }
  if (teams !== undefined) {
    onClose(() => teams.close());
    await teams.start();
  }
  onClose(every(beatMs, () => web.beat(), log));
  onClose(every(tidyMs, () => store.tidy(now()), log));
  const redactDue = createRetention({ store, dispatcher, retention: config.retention, now, log });
  await redactDue();
  onClose(every(retentionMs, redactDue, log));
  for (const warning of config.warnings) log.warn(warning);
  if (world === 'simulated')
    log.warn('SIMULATORS: WHM and CPA System are built-in imitations; nothing real is changed');
  const about = { url: server.url, publicUrl, world, dialogs: [...dialogs.keys()] };
  log.info(about, `mailfix is listening on ${server.url}`);
  return server.url;
}

/** People of one workspace or organisation hear of one another's incidents; the console shows all. */
function isTogether({ channel, ref }: Place, other: Place): boolean {
  if (channel === 'slack') return isSameWorkspace(ref, other.ref);
  return channel === 'teams' ? isSameTenant(ref, other.ref) : true;
}

/** Does something again and again, until the returned function is called; a failure is logged and nothing else. */
function every(ms: number, work: () => Promise<unknown>, log: Log): () => void {
  const timer = setInterval(() => {
    work().catch((error: unknown) => log.warn({ err: error }, 'a regular task failed; it is tried again'));
  }, ms);
  timer.unref();
  return () => clearInterval(timer);
}
