import { withPostgres } from '../postgres.ts';
import { openPostgres } from '../../src/store/postgres.ts';
import { conformance } from './conformance.ts';

withPostgres('PostgreSQL', (postgres) => {
  conformance('as every store', async () => {
    const url = await postgres().empty();
    return {
      open: (now) => openPostgres({ url, world: 'simulated', now, leasesBy: 'caller' }),
      drop: async () => {},
    };
  });
});
