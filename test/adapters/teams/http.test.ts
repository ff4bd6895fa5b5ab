import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTeams } from '../../fakes/teams/server.ts';
import type { FakeTeams } from '../../fakes/teams/server.ts';
import { at, knock, startGated, stopGated } from './gate-rig.ts';

let teams: FakeTeams;

beforeAll(async () => {
  teams = await startTeams({ now: () => at.now });
});
afterAll(async () => {
  stopGated();
  await teams.close();
});

describe('the answer', () => {
  test('to an invoke is what was handled, with its status', async () => {
    const own = await startGated(teams.gate);
    own.handle = () => Promise.resolve({ status: 400, body: { statusCode: 400, value: 'é' } });
    expect(await knock(teams, own, { type: 'invoke', name: 'adaptiveCard/action' })).toMatchObject({
      status: 400,
      json: { statusCode: 400, value: 'é' },
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });
    own.handle = () => Promise.resolve({ status: 200 });
    expect(await knock(teams, own, { type: 'invoke' })).toMatchObject({ status: 200, body: '' });
  });

  test('to anything else is empty', async () => {
    const own = await startGated(teams.gate);
    own.handle = () => Promise.resolve({ status: 400, body: { secret: true } });
    expect(await knock(teams, own, {})).toMatchObject({ status: 200, body: '' });
  });

  test('of a defect is an empty 500, and the next request is served', async () => {
    const own = await startGated(teams.gate);
    const failures = [
      () => Promise.reject(new Error('the disk is full')),
      () => {
        throw new Error('at once');
      },
      // JSON has no such numbers.
      () => Promise.resolve({ status: 200, body: 1n }),
    ];
    for (const handle of failures) {
      own.handle = handle;
      expect(await knock(teams, own, { type: 'invoke' })).toMatchObject({ status: 500, body: '' });
      expect(own.logged).toMatchObject([{ fields: { err: expect.any(Error) } }]);
    }
    own.handle = () => Promise.resolve({ status: 200 });
    expect((await knock(teams, own)).status).toBe(200);
  });

  test('has nobody to go to when the connection breaks off, and the next request is served', async () => {
    const own = await startGated(teams.gate);
    const socket = connect(Number(new URL(own.url).port), '127.0.0.1');
    await new Promise<void>((resolve) => {
      socket.write('POST /api/messages HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"type"', () =>
        resolve(),
      );
    });
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve());
      socket.resetAndDestroy();
    });
    expect((await knock(teams, own)).status).toBe(200);
    expect(own.handled).toHaveLength(1);
    expect(own.logged).toEqual([]);
  });
});
