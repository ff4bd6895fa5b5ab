import type { Card } from '../../src/engine/card.ts';
import type { Actor, InboundEvent } from '../../src/engine/event.ts';
import type { Incident } from '../../src/engine/incident.ts';
import { genesis, logRow } from '../../src/store/chain.ts';
import type { ChainEnd } from '../../src/store/chain.ts';
import type { OutboxRow, Place, Turn } from '../../src/store/store.ts';

export const lea: Actor = { id: 'web:lea', person: 'lea', name: 'Lea' };

export const salt = (): string => '0123456789abcdef0123456789abcdef';

export function incident(id: string, seq: number, change: Partial<Incident> = {}): Incident {
  return {
    id,
    dialog: 'cannot-receive',
    dialogVersion: 1,
    openedBy: lea,
    openedAt: 1000,
    owner: lea,
    turn: 1,
    seq,
    facts: {},
    visits: [],
    notes: [],
    open: {},
    deeds: [],
    due: [],
    lastAt: 1000 + seq,
    ...change,
  };
}

export function said(id: string, seq: number, text = `Outlook gets no mail, ${seq}`): InboundEvent {
  return {
    type: 'answer.given',
    key: `k${seq}`,
    text,
    id: `${id}-event-${seq}`,
    source: 'web',
    incident: id,
    at: 1000 + seq,
    actor: lea,
  };
}

/** The turn after `after`, with a real chained row. */
export function turn(
  id: string,
  after: ChainEnd = genesis(id),
  change: Partial<Turn> & { ended?: boolean } = {},
): Turn {
  const { ended = false, ...rest } = change;
  const seq = after.seq + 1;
  const end = { outcome: 'resolved', text: { template: 'Mail comes in.' }, at: 2000 } as const;
  return {
    incident: incident(id, seq, ended ? { ended: end } : {}),
    expected: after.seq,
    log: logRow(after, said(id, seq), { ok: true, incident: id, said: `answer ${seq}` }, salt),
    outbox: [],
    ...rest,
  };
}

export function endOf({ log }: Turn): ChainEnd {
  return { seq: log.seq, head: log.hash };
}

export function row(id: string, change: Partial<OutboxRow> = {}): OutboxRow {
  return {
    id,
    incident: 'INC-1',
    kind: 'run',
    pool: 'runs ',
    lane: null,
    message: null,
    due: 0,
    payload: JSON.stringify({ of: id }),
    ...change,
  };
}

export function show(id: string, message: string, change: Partial<OutboxRow> = {}): OutboxRow {
  return row(id, { kind: 'show', lane: 'INC-1@web', message, ...change });
}

export function place(change: Partial<Place> = {}): Place {
  return { id: 'web', incident: 'INC-1', channel: 'web', role: 'home', ref: '', ...change };
}

export const card: Card = {
  heading: { template: 'Cannot receive mail' },
  at: 0,
  tone: 'waiting',
  sections: [],
};
