import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, folder, ran } from '../cli/child.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { withPostgres } from '../postgres.ts';
import { startOutside } from '../process/outside.ts';
import type { Outside } from '../process/outside.ts';
import { pairTokens } from '../process/pair.ts';
import { Server } from '../process/server.ts';
import { pressed, Talk, toTheEnd } from '../process/talk.ts';

withPostgres('a server whose PostgreSQL goes away', (postgres) => {
  const here = folder();
  let outside: Outside;
  let server: Server;
  let url: string;
  beforeAll(build, 120_000);
  beforeAll(async () => {
    outside = await startOutside(pairTokens, 20);
    url = (await postgres().empty()).replace('postgres@', 'postgres:CANARY@');
    server = new Server(here.path, {
      ...outside.settings,
      DATABASE_URL: url,
      LEASE: '1s',
      LOG_LEVEL: 'trace',
      MAILFIX_KEY: 'the key that servers on PostgreSQL have in common',
      APPROVERS: 'web:lea',
      UNBLOCK_CHECKS: '100ms,250ms,500ms',
    });
  });
  afterAll(async () => {
    await server.end();
    await outside.close();
    here.remove();
  });

  test('it lives on, says that it is not ready, takes nothing, and goes on by itself; no line has the password', async () => {
    await server.start();
    const people = { sam: await server.browserOf('sam'), lea: await server.browserOf('lea') };
    const ready = async () => {
      const answer = await fetch(`${server.url}/readyz`);
      return [answer.status, await answer.json()] as const;
    };
    expect(await ready()).toEqual([200, { ready: true, reasons: [] }]);
    const talk = new Talk('full', outside.firm('full'), people);
    const opening = await talk.move();
    if (opening === undefined) throw new Error('There is nothing to press.');

    await postgres().down();
    expect(await ready()).toEqual([503, { ready: false, reasons: ['The database cannot be read.'] }]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    expect((await opening.who.send(opening.form, opening.typed)).status).toBeGreaterThanOrEqual(500);

    await postgres().up();
    await expect.poll(ready).toEqual([200, { ready: true, reasons: [] }]);
    await pressed(talk, opening);
    await toTheEnd([talk]);
    expect(talk.state).toMatch(/^Resolved:/);
    const store = await openPostgres({ url, world: 'real', readOnly: true });
    expect(await store.list({ limit: 9 })).toHaveLength(1);
    expect(await store.deadLetters(9)).toEqual([]);
    await store.close();

    const list = await server.run(['list', '--all']);
    expect(list).toMatchObject({ code: 0, stdout: expect.stringContaining(`${talk.id}\t`) });
    const { code, stdout, stderr } = await server.stop();
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain('CANARY');
    expect(stdout).toContain('cannot be reached');
  });

  test('started without one it ends and says so, also without the password', async () => {
    await postgres().down();
    const env = { DATABASE_URL: url, MAILFIX_KEY: 'k'.repeat(32), PORT: '0' };
    const { code, stdout, stderr } = await ran(['start'], here.path, env);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^mailfix: The database postgres:\/\/postgres@.* cannot be reached \(.*\)\. Check /,
    );
    expect(stdout + stderr).not.toContain('CANARY');
  });

  test('an SQLite database is moved there by the command, and the server goes on with it', async () => {
    await postgres().up();
    const to = await postgres().empty();
    const own = { PORT: '0', APPROVERS: 'web:lea', MAILFIX_KEY: 'k'.repeat(32) };
    const env = { ...outside.settings, ...own, DATABASE_URL: 'sqlite:m.db' };
    const old = new Server(here.path, env);
    await old.start();
    const sam = await old.browserOf('sam');
    const form = (await sam.page('/')).forms.find(({ fields }) => fields.includes('client'));
    if (form === undefined) throw new Error('There is no form.');
    expect((await sam.send(form, { client: 'acme-cpa.com' })).status).toBe(303);
    const args = ['migrate', '--from', 'sqlite:m.db'];
    const refused = await ran(args, here.path, { ...env, DATABASE_URL: to });
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('in use by another mailfix') });
    await old.stop();
    const moved = await ran(args, here.path, { ...env, DATABASE_URL: to });
    expect(moved).toMatchObject({ code: 0, stdout: expect.stringMatching(/^incident\t1$/m) });
    expect(moved.stderr).toContain('the logs of 1 incidents verify there');
    const next = new Server(here.path, { ...env, DATABASE_URL: to });
    await next.start();
    sam.at(next.url);
    expect((await sam.page('/incidents/INC-1')).text).toContain('acme-cpa.com');
    await next.stop();
  });
});
