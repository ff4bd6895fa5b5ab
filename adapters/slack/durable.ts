import type { App, ReceiverEvent } from '@slack/bolt';
import type { ChatLog } from '../../src/chat/ports.ts';
import type { Replays } from './replays.ts';

/** What the receivers hand to Bolt's app through. */
export interface Durable {
  /** Where requests are signed, and so can be told apart from the same ones sent again. */
  readonly replays?: Replays;
  /** Nobody knew what to do with it: a button of an older version, a form that is no more. */
  readonly unknown: (body: Readonly<Record<string, unknown>>) => void;
  readonly log: ChatLog;
}

/** The name under which a receiver passes on what identifies a request. */
export const requestProperty = 'mailfixRequest';

/**
 * Bolt answers an event before anybody handled it, and leaves unanswered what nobody handles. Through this, Slack hears
 * "taken" only after the listeners committed what they were told, and always hears something. A listener that fails
 * leaves the request unanswered with success, so that Slack delivers an event again.
 */
export function durably(app: App, { replays, unknown, log }: Durable): App {
  const processEvent = async (event: ReceiverEvent): Promise<void> => {
    const request: unknown = event.customProperties?.[requestProperty];
    const id = typeof request === 'string' ? request : undefined;
    if (id !== undefined && replays?.seen(id) === true) {
      log.warn(
        {},
        'Slack sent a request a second time, to the letter: it was answered and not handled again',
      );
      return event.ack();
    }
    // Bolt looks into it without asking what it is.
    const body = isRecord(event.body) ? event.body : {};
    const isEvent = body['type'] === 'event_callback';
    let answered = false;
    await app.processEvent({
      ...event,
      body,
      async ack(response) {
        answered = true;
        if (!isEvent) await event.ack(response);
      },
    });
    if (!answered) unknown(body);
    if (isEvent || !answered) await event.ack();
    if (id !== undefined) replays?.handled(id);
  };
  return { processEvent } as unknown as App;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
