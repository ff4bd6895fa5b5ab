import { killRounds } from '../process/kill-rounds.ts';
import { withPostgres } from '../postgres.ts';

withPostgres('a server on PostgreSQL', (postgres) => {
  killRounds('PostgreSQL', {
    wanted: Number(process.env['MAILFIX_KILLS'] ?? 14),
    seed: Number(process.env['MAILFIX_SEED'] ?? 3),
    database: () => postgres().empty(),
  });
});
