import { expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.ts';
import { schemaVersion } from '../../src/store/migrations.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import type { Store } from '../../src/store/store.ts';
import { withPostgres } from '../postgres.ts';
import { turn } from './fixtures.ts';

async function refusal(opening: Promise<Store>): Promise<ConfigError> {
  try {
    await (await opening).close();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

withPostgres('opening PostgreSQL', (postgres) => {
  const open = (url: string, readOnly = false) => openPostgres({ url, world: 'simulated', readOnly });

  test('many servers that start on an empty database at once make the tables once', async () => {
    const url = await postgres().empty();
    const stores = await Promise.all(Array.from({ length: 8 }, () => open(url)));
    const numbers = await Promise.all(stores.map((store) => store.nextIncident()));
    expect(new Set(numbers).size).toBe(8);
    expect(await postgres().query(url, 'select key, value from meta order by key')).toEqual([
      { key: 'schema', value: String(schemaVersion) },
      { key: 'world', value: 'simulated' },
    ]);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('of the other world is refused, to servers and to readers', async () => {
    const url = await postgres().empty();
    await (await open(url)).close();
    for (const readOnly of [false, true]) {
      const { code, message } = await refusal(openPostgres({ url, world: 'real', readOnly }));
      expect(code).toBe('store.wrong-world');
      expect(message).toContain('belongs to a simulated system, and this start is real');
    }
  });

  test('of a newer mailfix is refused, and of an older one not changed by a reader', async () => {
    const url = await postgres().empty();
    await (await open(url)).close();
    const stamp = (version: number) =>
      postgres().query(url, `update meta set value = $1 where key = 'schema'`, [String(version)]);
    await stamp(99);
    for (const readOnly of [false, true]) {
      const { code, message } = await refusal(open(url, readOnly));
      expect(code).toBe('store.newer-schema');
      expect(message).toContain(`has schema 99; this mailfix knows up to ${schemaVersion}`);
    }
    await stamp(schemaVersion - 1);
    expect((await refusal(open(url, true))).code).toBe('store.older-schema');
  });

  test('a database with tables of somebody else is refused and left alone', async () => {
    for (const theirs of ['create table log (line text)', 'create table meta (a int, b int)']) {
      const url = await postgres().empty();
      await postgres().query(url, theirs);
      for (const readOnly of [false, true])
        expect((await refusal(open(url, readOnly))).code).toBe('store.not-ours');
      const count =
        'select count(*)::int as n from pg_class where relnamespace = current_schema()::regnamespace';
      expect(await postgres().query(url, count)).toEqual([{ n: 1 }]);
    }
  });

  test('a reader looks on while servers work, and makes and changes nothing', async () => {
    const url = await postgres().empty();
    expect((await refusal(open(url, true))).code).toBe('store.missing');
    const server = await open(url);
    await server.commit(turn('INC-1'));
    const reader = await open(url, true);
    expect(await reader.log('INC-1')).toHaveLength(1);
    await expect(reader.nextIncident()).rejects.toThrow('for reading only');
    await expect(reader.tidy(0)).rejects.toThrow('for reading only');
    expect(await server.nextIncident()).toBe('INC-1');
    await reader.close();
    await server.close();
  });

  test('what PostgreSQL refuses is said without the password', async () => {
    await postgres().query(
      postgres().url(),
      `create role locked login password 'right'; create role poor login`,
    );
    await postgres().askPasswordsOf('locked');
    const folder = encodeURIComponent(postgres().folder);
    const at = (who: string, what = 'postgres', where = folder) =>
      open(`postgres://${who}@localhost/${what}?host=${where}`);
    const wrong = await refusal(at('locked:CANARY'));
    expect(wrong.code).toBe('store.refused');
    expect(wrong.message).toMatch(/locked@.*password authentication failed.*pg_hba\.conf/);
    const none = await refusal(at('postgres:CANARY', 'nothing'));
    expect(none.code).toBe('store.no-database');
    const poor = await refusal(at('poor:CANARY'));
    expect(poor.code).toBe('store.no-right');
    const away = await refusal(at('postgres:CANARY', 'postgres', '%2Fnowhere'));
    expect(away).toMatchObject({ code: 'store.unreachable', message: expect.stringContaining('ENOENT') });
    for (const { message, stack } of [wrong, none, poor, away])
      expect(message + stack).not.toContain('CANARY');
  });
});
