import { describe, expect, test } from 'vitest';
import { findServerTrouble } from '../../src/actions/find-server-trouble.ts';
import type { Neighbour, RunContext } from '../../src/actions/handler.ts';
import { plain, words, type Text } from '../../src/engine/card.ts';
import type { Alarm } from '../../src/engine/incident.ts';
import { said, start } from './rig.ts';

const minute = 60_000;
const at = (id: string, account: string | undefined, minutesAgo: number): Neighbour => ({
  id,
  openedAt: start - minutesAgo * minute,
  ...(account === undefined ? {} : { account }),
});
const own = at('INC-15', 'acmecpa', 0);

/** Looks at host2 with these incidents on it and these alarms told; what it suspects is kept. */
async function look(near: readonly Neighbour[], alarms: readonly Alarm[] = []) {
  const suspected: { server: string; sign: string; text: string }[] = [];
  const asked: [string, number][] = [];
  const context: Pick<RunContext, 'incident' | 'now' | 'onServer' | 'suspicions' | 'suspect'> = {
    incident: own.id,
    now: () => start,
    onServer: async (server, withinMs) => {
      asked.push([server, withinMs]);
      return near;
    },
    suspicions: async () => alarms,
    suspect: async (server: string, sign: string, text: Text) =>
      void suspected.push({ server, sign, text: plain(text) }),
  };
  const result = await findServerTrouble()({ server: 'host2', account: 'acmecpa' }, context as RunContext);
  return { outcome: result.outcome, said: said(result), suspected, asked };
}

describe('clients on one server within half an hour', () => {
  test('three of them: it may be the server, and every thread is told so', async () => {
    const {
      outcome,
      said: text,
      suspected,
      asked,
    } = await look([at('INC-12', 'harbor', 20), at('INC-14', 'zebra', 2), own]);
    expect(asked).toEqual([['host2', 30 * minute]]);
    expect(outcome).toBe('several');
    expect(suspected).toEqual([
      {
        server: 'host2',
        sign: 'incidents INC-12',
        text: '3 clients on host2 in 30 minutes (INC-12, INC-14, INC-15): it may be the server, not the client.',
      },
    ]);
    expect(text).toBe(
      [
        'warning: 3 clients on host2 reported trouble within 30 minutes.',
        '- INC-12, opened at 09:43 UTC, is about another account on host2.',
        '- INC-14, opened at 10:01 UTC, is about another account on host2.',
      ].join('\n'),
    );
  });

  test.each<[string, readonly Neighbour[], string]>([
    ['nobody else', [own], 'not-applicable: No other client on host2 had trouble within 30 minutes.'],
    [
      'one other client',
      [at('INC-12', 'harbor', 20), own],
      'not-applicable: 1 other client on host2 within 30 minutes (INC-12): too few to suspect the server.',
    ],
    [
      'one other client, who called twice',
      [at('INC-12', 'harbor', 20), at('INC-14', 'harbor', 2), own],
      'not-applicable: 1 other client on host2 within 30 minutes (INC-12): too few to suspect the server.',
    ],
    [
      'the same client again and again',
      [at('INC-12', 'acmecpa', 20), at('INC-14', 'acmecpa', 2), own],
      'not-applicable: No other client on host2 had trouble within 30 minutes.',
    ],
    [
      'somebody whose account is not known',
      [at('INC-12', 'harbor', 20), at('INC-14', undefined, 2), own],
      'not-applicable: 1 other client on host2 within 30 minutes (INC-12): too few to suspect the server.',
    ],
  ])('%s: nobody is told of anything', async (_, near, text) => {
    expect(await look(near)).toMatchObject({ outcome: 'alone', said: text, suspected: [] });
  });

  test('the next one belongs to the same outbreak, also when its first incident is long past', async () => {
    const text = words('3 clients on {server} …', { server: 'host2' });
    const running = { server: 'host2', sign: 'incidents INC-7', text, at: start - 5 * minute };
    const near = [at('INC-12', 'harbor', 20), at('INC-14', 'zebra', 2), own];
    const { suspected, said: findings } = await look(near, [running]);
    expect(suspected.map(({ sign }) => sign)).toEqual(['incidents INC-7']);
    expect(findings).not.toContain('Said at');
  });

  test('whoever sees it first calls it by the oldest incident, whosever that is', async () => {
    const near = [at('INC-11', 'acmecpa', 25), at('INC-12', 'harbor', 20), at('INC-14', 'zebra', 2), own];
    expect((await look(near)).suspected[0]?.sign).toBe('incidents INC-11');
  });

  test('what other threads were told is known to this one too', async () => {
    const text = words('IMAP is down on {server}.', { server: 'host2' });
    const down = { server: 'host2', sign: 'imap down', text, at: start - 5 * minute };
    const { outcome, said: findings, suspected } = await look([own], [down]);
    expect({ outcome, suspected }).toEqual({ outcome: 'alone', suspected: [] });
    expect(findings).toContain('warning: IMAP is down on host2. Said at 09:58 UTC.');
    const near = [at('INC-12', 'harbor', 20), at('INC-14', 'zebra', 2), own];
    expect((await look(near, [down])).said).toContain('warning: IMAP is down on host2. Said at 09:58 UTC.');
  });

  test('of a crowd the latest are named, and the rest counted', async () => {
    const crowd = Array.from({ length: 20 }, (_, n) => at(`INC-${n + 100}`, `user${n}`, 20 - n));
    const { suspected, said: findings } = await look([...crowd, own]);
    expect(suspected[0]?.text).toBe(
      '21 clients on host2 in 30 minutes (INC-113, INC-114, INC-115, INC-116, INC-117, INC-118, INC-119, INC-15 and 13 more): it may be the server, not the client.',
    );
    expect(findings.split('\n')).toHaveLength(9);
  });
});
