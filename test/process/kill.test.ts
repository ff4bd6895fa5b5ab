import { join } from 'node:path';
import { killRounds } from './kill-rounds.ts';

killRounds('SQLite', {
  wanted: Number(process.env['MAILFIX_KILLS'] ?? 10),
  seed: Number(process.env['MAILFIX_SEED'] ?? 2),
  database: async (folder) => join(folder, 'm.db'),
});
