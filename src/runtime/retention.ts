import { fieldClasses, mailfix } from '../engine/event.ts';
import type { FieldClass } from '../engine/event.ts';
import { durationInWords } from '../engine/duration.ts';
import type { Incident } from '../engine/incident.ts';
import type { Store } from '../store/store.ts';
import type { Dispatcher, RuntimeLog } from './dispatch.ts';

/** How long each class is kept after an incident's end, in milliseconds; a class that is not here is kept for ever. */
export type Retention = Readonly<Partial<Record<FieldClass, number | undefined>>>;

/** What `createRetention` needs. */
export interface RetentionOptions {
  readonly store: Pick<Store, 'list'>;
  readonly dispatcher: Pick<Dispatcher, 'dispatch'>;
  readonly retention: Retention;
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly log?: RuntimeLog;
}

const page = 100;

/** Makes the function that redacts whatever is due by now and returns of how many incidents; those on hold are left alone. */
export function createRetention(options: RetentionOptions): () => Promise<number> {
  const { store, dispatcher, retention, now, log } = options;
  return async () => {
    if (Object.keys(retention).length === 0) return 0;
    let count = 0;
    for (let before: number | undefined; ;) {
      const rows = await store.list({
        open: false,
        limit: page,
        ...(before === undefined ? {} : { before }),
      });
      for (const { id, incident } of rows) {
        const classes = dueClasses(incident, retention, now());
        if (classes.length === 0) continue;
        try {
          if (await redactOne(id, incident, classes)) count += 1;
        } catch (error) {
          log?.warn({ incident: id, err: error }, 'retention: left for later');
        }
      }
      before = rows.at(-1)?.seq;
      if (rows.length < page || before === undefined) return count;
    }
  };

  async function redactOne(id: string, incident: Incident, classes: readonly FieldClass[]): Promise<boolean> {
    const why = classes.map((name) => `${name} after ${durationInWords(retention[name] ?? 0)}`);
    const reply = await dispatcher.dispatch(
      { type: 'incident.redacted', classes, why: `Retention: ${why.join(', ')}` },
      { id: `${id}.${incident.seq}.retention`, source: 'mailfix', incident: id, actor: mailfix },
    );
    if (!reply.ok) log?.warn({ incident: id, why: reply.refusal.message }, 'retention: left for later');
    return reply.ok;
  }
}

/** What has been kept long enough, and has anything said after it was redacted last. */
export function dueClasses(it: Incident, retention: Retention, now: number): readonly FieldClass[] {
  const { ended, hold, redacted = {}, seq } = it;
  if (ended === undefined || hold !== undefined || Object.keys(it.open).length > 0) return [];
  return fieldClasses.filter((name) => {
    const keptFor = retention[name];
    return keptFor !== undefined && ended.at + keptFor <= now && (redacted[name] ?? 0) < seq;
  });
}
