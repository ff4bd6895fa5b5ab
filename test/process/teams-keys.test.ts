import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { build } from '../cli/child.ts';
import type { Fault } from '../fakes/teams/faults.ts';
import { after, within } from './server.ts';
import { openOffice } from './teams-office.ts';

beforeAll(build, 120_000);

const faults: readonly (readonly [string, 'metadata' | 'keys', Fault])[] = [
  ['cannot be found', 'metadata', { kind: 'drop' }],
  ['are refused', 'keys', { kind: 'status', status: 503 }],
];

test.each(faults)(
  'Microsoft’s keys %s at the start: mailfix starts, says so, turns Teams away for the time, and goes on by itself',
  async (_, what, fault) => {
    const desk = await openOffice();
    onTestFinished(() => desk.close());
    const { teams, server, sam } = desk;
    const back = teams.every(what, fault);
    await desk.start();
    await server.says('Until that is over, Teams is answered 503 and sends again');
    const ready = async () => {
      const response = await fetch(`${server.url}/readyz`);
      return { status: response.status, said: await response.text() };
    };
    const trouble = expect.stringMatching(
      /Nothing that Teams sends can be taken: Microsoft's keys cannot be read \(.+\)\./,
    );
    expect(await ready()).toEqual({ status: 503, said: trouble });
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    const knocked = await sam.mentions('acme.example');
    expect(knocked).toMatchObject({ status: 503, body: '' });
    // Without a token nobody is told anything else than ever.
    expect((await teams.deliver({}, { authorization: 'none', body: '{}' })).status).toBe(401);

    back();
    // Nobody knocks: whoever asks whether it is ready finds out.
    const recovers = async () => {
      while ((await ready()).status !== 200) await after(100);
    };
    await within(60_000, 'readiness', recovers());
    // What was turned away comes again.
    expect((await teams.redeliver(knocked.request)).status).toBe(200);
    expect((await server.run(['list'])).stdout).toContain('INC-1');
    const { code, stderr } = await server.stop();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  },
  120_000,
);

test.each(['metadata', 'keys'] as const)(
  'a stop does not wait for %s that nobody sends',
  async (what) => {
    const desk = await openOffice();
    onTestFinished(() => desk.close());
    desk.teams.every(what, { kind: 'hang' });
    await desk.start();
    const began = performance.now();
    expect((await desk.server.stop()).code).toBe(0);
    expect(performance.now() - began).toBeLessThan(3000);
  },
  120_000,
);
