import { withPostgres } from '../postgres.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { conformance } from './conformance.ts';

withPostgres('PostgreSQL', (postgres) => {
  let url: string | undefined;
  conformance('as every store', async () => {
    url = await (url === undefined ? postgres().empty() : postgres().emptied(url));
    const database = url;
    return {
      open: (now) => openPostgres({ url: database, world: 'simulated', now, leasesBy: 'caller' }),
      drop: async () => {},
    };
  });
});
