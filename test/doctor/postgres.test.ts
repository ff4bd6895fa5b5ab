import { expect, test } from 'vitest';
import { lookAtPostgres } from '../../src/doctor/database.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { withPostgres } from '../postgres.ts';
import { told } from './rig.ts';

withPostgres('the doctor looks at PostgreSQL', (postgres) => {
  const look = async (url: string) => told([await lookAtPostgres(url, 'real')], 'database');

  test('beside a running server, and makes nothing', async () => {
    const url = await postgres().empty();
    expect(await look(url)).toBe('skipped: it has no tables yet: the first start makes them');
    const tables = 'select 1 from pg_class where relnamespace = current_schema()::regnamespace';
    expect(await postgres().query(url, tables)).toEqual([]);
    const server = await openPostgres({ url, world: 'real' });
    expect(await look(url)).toMatch(/^pass: it opens: schema \d+, of a real system$/);
    await server.close();
  });

  test('of another world, or not there, it fails, without the password', async () => {
    const url = await postgres().empty();
    await (await openPostgres({ url, world: 'simulated' })).close();
    expect(await look(url)).toMatch(/^fail: .*belongs to a simulated system.* → /);
    const away = await look('postgres://me:CANARY@localhost/none?host=%2Fnowhere');
    expect(away).toMatch(/^fail: The database .* cannot be reached .* → Check /);
    expect(away).not.toContain('CANARY');
  });
});
