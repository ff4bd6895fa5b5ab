import type { Reply } from '../engine/reply.ts';
import type { Channel } from '../runtime/channel.ts';
import type { Dispatcher, RuntimeLog } from '../runtime/dispatch.ts';
import { traceOfRow, traceUnder } from '../trace.ts';
import { outcomeOf } from './meter.ts';
import type { Meter, Way } from './meter.ts';

/** Milliseconds that never step back, as `performance.now` has them. */
export type Stopwatch = () => number;

/** The same dispatcher, with its turns timed. What waits behind another turn of its incident waits in the figure too. */
export function meteredDispatcher(dispatcher: Dispatcher, meter: Meter, stopwatch: Stopwatch): Dispatcher {
  async function timed(way: Way, turn: Promise<Reply>): Promise<Reply> {
    const from = stopwatch();
    const took = () => (stopwatch() - from) / 1000;
    try {
      const reply = await turn;
      meter.turn(way, reply.ok ? 'taken' : 'refused', took());
      return reply;
    } catch (error) {
      meter.turn(way, 'failed', took());
      throw error;
    }
  }
  return {
    ...dispatcher,
    open: (opening) => timed('open', dispatcher.open(opening)),
    press: (event, sender) => timed('press', dispatcher.press(event, sender)),
    say: (text, sender, addressed) => timed('say', dispatcher.say(text, sender, addressed)),
    steer: (verb, sender) => timed('say', dispatcher.steer(verb, sender)),
    dispatch: (...turn) => timed('dispatch', dispatcher.dispatch(...turn)),
  };
}

/** What counts calls, besides what makes them. */
export interface Metering {
  readonly meter: Meter;
  readonly stopwatch: Stopwatch;
  readonly log: RuntimeLog;
}

/** Times and logs one call to a system outside. */
async function timedCall<T>(
  { meter, stopwatch, log }: Metering,
  { system, name, about }: { readonly system: string; readonly name: string; readonly about: object },
  work: () => Promise<T>,
): Promise<T> {
  const from = stopwatch();
  const over = (outcome: string) => {
    const ms = stopwatch() - from;
    meter.call({ system, name, outcome, seconds: ms / 1000 });
    const line = { system, call: name, ...about, ms: Math.round(ms) };
    if (outcome === 'ok') log.debug(line, `${system} answered`);
    else log.warn({ ...line, code: outcome }, `${system} failed`);
  };
  try {
    const result = await work();
    over('ok');
    return result;
  } catch (error) {
    over(outcomeOf(error));
    throw error;
  }
}

/** What sends mail. */
export interface MailSender<M, S> {
  sendMail(
    mail: M,
    options?: { readonly signal?: AbortSignal; readonly sending?: () => Promise<void> },
  ): Promise<S>;
}

/** The same mail client, with its calls timed and logged; neither recipient nor words are. */
export function meteredSmtp<M, S>(smtp: MailSender<M, S>, metering: Metering): MailSender<M, S> {
  return {
    sendMail: (mail, options) =>
      timedCall(metering, { system: 'smtp', name: 'send', about: traceUnder(options?.signal) }, () =>
        smtp.sendMail(mail, options),
      ),
  };
}

/** The same channel, with its messages counted and its calls timed and logged; the console's own calls leave nobody's machine. */
export function meteredChannel(channel: Channel, metering: Metering): Channel {
  const system = channel.name;
  const { meter } = metering;
  const timed = <T>(name: string, about: object, work: () => Promise<T>): Promise<T> =>
    system === 'web' ? work() : timedCall(metering, { system, name, about }, work);
  async function delivered<T>(kind: 'show' | 'whisper', about: object, work: () => Promise<T>): Promise<T> {
    try {
      const result = await timed(kind, about, work);
      meter.delivered(system, kind, 'ok');
      return result;
    } catch (error) {
      meter.delivered(system, kind, outcomeOf(error));
      throw error;
    }
  }
  return {
    name: system,
    show: (post) => delivered('show', { trace: traceOfRow(post.key) }, () => channel.show(post)),
    whisper: (place, to, text) =>
      delivered('whisper', { incident: place.incident }, () => channel.whisper(place, to, text)),
    nameOf: (actor) => timed('nameOf', {}, () => channel.nameOf(actor)),
    rolesOf: (actor) => timed('rolesOf', {}, () => channel.rolesOf(actor)),
  };
}
