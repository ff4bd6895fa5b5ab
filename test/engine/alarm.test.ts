import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import { words } from '../../src/engine/card.ts';
import type { EventBody } from '../../src/engine/event.ts';
import { step } from '../../src/engine/step.ts';
import { sam, talk } from '../conversation.ts';
import { contracts, door, usual } from './small-dialog.ts';

/** The door's runbook, of a house that stands on a server. */
const house = { ...door, facts: door.facts.extend({ server: z.string() }) };
const on = (server: string) => talk({ dialog: house, contracts, world: usual, facts: { server } });
const alarm = (change: Partial<EventBody & { type: 'server.suspected' }> = {}) =>
  ({
    type: 'server.suspected',
    server: 'host2',
    sign: 'imap down',
    text: words('IMAP is down on {server}.', { server: 'host2' }),
    ...change,
  }) as const;
type House = ReturnType<typeof on>;
const noticed = (it: House) => it.it.visits.flatMap(({ step: at, notices }) => notices.map(() => at));
const shows = (it: House, from: number) =>
  it.effects
    .slice(from)
    .flatMap((effect) => (effect.type === 'show' ? [[effect.message, effect.notify]] : []));

describe('a suspected server', () => {
  it('is said once where the incident waits, to its owner, and moves nothing', () => {
    const it = on('host2').answers('red');
    const { open, turn, owner } = it.it;
    const from = it.effects.length;
    expect(it.send(alarm())).toMatchObject({ ok: true });
    it.says('IMAP is down on host2.');
    expect(noticed(it)).toEqual(['door']);
    expect(shows(it, from)).toEqual([['turn-1', 'owner']]);
    expect(it.it).toMatchObject({ open, turn, owner });
    expect(it.it.alarms).toEqual([
      { server: 'host2', sign: 'imap down', text: alarm().text, at: it.it.lastAt },
    ]);
    it.answers('front').approves().waits(10).ends('resolved');
  });

  it('is not told again by the same sign, also where people have moved on; another sign is', () => {
    const it = on('host2');
    it.send(alarm());
    it.answers('red');
    expect(it.refuses(alarm({ text: words('IMAP is still down.') }) as never)).toContain(
      'told of "imap down"',
    );
    expect(it.send(alarm({ sign: 'exim down' }))).toMatchObject({ ok: true });
    expect(noticed(it)).toEqual(['colour', 'door']);
  });

  it('is said with the approval that waits, to approvers', () => {
    const it = on('host2').answers('red', 'front');
    const from = it.effects.length;
    it.send(alarm());
    expect(noticed(it)).toEqual(['open']);
    expect(shows(it, from)).toEqual([['turn-2', 'approvers']]);
    it.approves().says('Approved by Lea');
  });

  it('is not said of another server, of none, or after the end', () => {
    for (const it of [on('host1'), talk({ dialog: house, contracts, world: usual })]) {
      const before = it.it;
      expect(it.refuses(alarm() as never)).toContain('is not about host2');
      expect(it.it).toBe(before);
    }
    const it = on('host2');
    it.send({ type: 'incident.cancelled', why: 'a test' }, sam);
    const before = it.it;
    expect(it.refuses(alarm() as never)).toContain('has ended');
    expect(it.it).toBe(before);
  });

  it('is known to whoever takes over', () => {
    const it = on('host2').answers('red');
    it.send(alarm());
    it.clicks('Can’t tell').ends('escalated').says('Warned at 10:00 UTC: IMAP is down on host2.');
  });

  it('folds: the log gives the snapshot', () => {
    const it = on('host2').answers('red');
    it.send(alarm());
    it.answers('front');
    it.send(alarm({ sign: 'exim down' }));
    it.approves();
    const log = JSON.parse(JSON.stringify(it.log)) as typeof it.log;
    const folded = log.reduce<typeof it.incident>(
      (incident, event) => step(house, contracts, incident, event).incident,
      undefined,
    );
    expect(folded).toEqual(it.it);
    expect(folded?.alarms).toHaveLength(2);
  });
});
