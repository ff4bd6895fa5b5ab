import { expect } from 'vitest';
import type { InboundEvent } from '../../src/engine/event.ts';
import { logRow } from '../../src/store/chain.ts';
import type { Store, Turn } from '../../src/store/store.ts';
import { card, endOf, incident, place, row, said, salt, show, turn } from './fixtures.ts';

/** What is redacted. */
export const secret = 'CANARY of 203.0.113.7';

/** Ten turns of an incident whose state, log, shown messages and dead letters hold the secret; `end` is after them. */
export async function filled(store: Store, id = 'INC-1') {
  let end;
  for (let n = 1; n <= 10; n += 1) {
    const base = turn(id, end);
    const seq = base.log.seq;
    const notes = Array.from({ length: n * 20 }, (_, at) => ({
      id: `${at}`,
      turn: 0,
      text: `${secret} ${at}`,
      by: 'Sam',
      at,
    }));
    // No event has both; the log would hide both.
    const event = { ...said(id, seq, `${secret} ${n}`), why: secret } as InboundEvent;
    const next: Turn = {
      ...base,
      incident: incident(id, seq, { notes }),
      log: logRow(end ?? { seq: 0, head: base.log.prev }, event, base.log.reply, salt),
      places: [place({ incident: id })],
      deeds: [{ subject: `ip:${secret}`, incident: id, hash: 'h', action: 'a', outcome: 'done', at: n }],
    };
    expect((await store.commit(next)).state).toBe('committed');
    end = endOf(next);
  }
  const worded = { ...card, sections: [{ id: '1', text: { template: '{t}', values: { t: secret } } }] };
  for (const [n, message] of ['root', 'turn-0', 'lost'].entries()) {
    const queued = {
      ...turn(id, end),
      outbox: [show(`${id}.s${n}`, `${message}@web`, { incident: id, lane: id, payload: secret })],
    };
    expect((await store.commit(queued)).state).toBe('committed');
    end = endOf(queued);
    const [held] = await store.claim({ owner: 'w', now: 9, leaseMs: 9, limit: 9 });
    if (held === undefined) throw new Error('nothing to show');
    await store.finish(held, { incident: id, place: 'web', message, ref: '1', card: worded, at: 5 });
  }
  const dead = { ...turn(id, end), outbox: [row(`${id}.dead`, { incident: id, payload: secret })] };
  await store.commit(dead);
  const [held] = await store.claim({ owner: 'w', now: 9, leaseMs: 9, limit: 9 });
  if (held === undefined) throw new Error('nothing to bury');
  await store.bury(held, 'given up');
  return endOf(dead);
}

type End = Awaited<ReturnType<typeof filled>>;

export function redaction(end: End, classes: NonNullable<Turn['redacts']>['classes'], id = 'INC-1'): Turn {
  const base = turn(id, end);
  const {
    key: _,
    text: __,
    ...stamp
  } = said(id, base.log.seq) as InboundEvent & { key: string; text: string };
  const event: InboundEvent = { ...stamp, type: 'incident.redacted', classes, why: 'they asked' };
  return {
    ...base,
    log: logRow(end, event, base.log.reply, salt),
    redacts: {
      classes,
      cards: new Map([
        ['root', card],
        ['turn-0', card],
      ]),
    },
  };
}
