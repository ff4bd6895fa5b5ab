import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { database } from '../config-values.ts';
import { copyToPostgres } from '../store/copy.ts';
import { isPostgres } from '../store/open.ts';
import { remark, result, settings, UsageError } from './usage.ts';

/** `mailfix migrate --from sqlite:PATH [--to postgres://…]`: moves everything; without `--to`, to DATABASE_URL. */
export async function migrate(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: { from: { type: 'string' }, to: { type: 'string' } },
  });
  const from = addressOf('--from', values.from);
  const to = values.to === undefined ? settings().database : addressOf('--to', values.to);
  if (isPostgres(from)) throw new UsageError('--from has to be an SQLite file: sqlite:data/mailfix.db.');
  if (!isPostgres(to))
    throw new UsageError('--to, or DATABASE_URL without it, has to be a postgres:// address.');

  const { rows, verified } = await copyToPostgres(from, to);
  for (const [table, count] of rows) result(`${table}\t${count}`);
  remark(
    `Copied, with the same count and content in every table; the logs of ${verified} incidents verify there.`,
  );
  const keyFile = join(dirname(from), 'mailfix.key');
  if (existsSync(keyFile)) {
    remark(
      `Set MAILFIX_KEY to what is in ${keyFile}, for every server on the new database: with another key, sign-ins end ` +
        'and what is sealed stays shut. Keep the old file as a backup, and start no server on it.',
    );
  }
  return 0;
}

function addressOf(option: string, given: string | undefined): string {
  if (given === undefined) throw new UsageError(`${option} is missing.`);
  const read = database.safeParse(given);
  if (read.success) return read.data;
  throw new UsageError(`${option}: ${read.error.issues[0]?.message ?? 'It is no database address.'}`);
}
