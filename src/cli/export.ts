import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { logAsJson, logAsMarkdown } from '../../adapters/web/log-export.ts';
import type { Config } from '../config.ts';
import { openRow } from '../store/chain.ts';
import { exportJsonl } from '../store/export.ts';
import type { LogRow, Store } from '../store/store.ts';
import { clientsOf, neededKeys, openForLooking } from './open-store.ts';
import { CommandError, oneOf, remark, result, settings, UsageError } from './usage.ts';

/** `mailfix export INC [--format md|jsonl|json] [--out FILE]`: FILE must not exist yet; works beside a running server. */
export async function exportLog(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { format: { type: 'string', default: 'md' }, out: { type: 'string' } },
  });
  const id = incidentId(oneOf(positionals, 'INC'));
  const { format, out } = values;
  if (!['md', 'jsonl', 'json'].includes(format)) {
    throw new UsageError(`--format cannot be "${format.slice(0, 40)}": it is md, jsonl or json.`);
  }
  const config = settings();
  const store = openForLooking(config);
  try {
    const rows = await store.log(id);
    if (rows.length === 0)
      throw new CommandError(`there is no incident ${id}. "mailfix list --all" lists them.`);
    const text =
      format === 'jsonl' ? signed(config, id, rows) : await inWords(config, store, id, rows, format);
    if (out === undefined) {
      result(text);
      return 0;
    }
    write(out, text);
    remark(`${id}: ${rows.length} events written to ${out}.`);
    return 0;
  } finally {
    await store.close();
  }
}

/** `INC-142`; also from `inc-142` or `142`. */
function incidentId(text: string): string {
  const number = /^(?:INC-)?(\d{1,12})$/i.exec(text)?.[1];
  if (number === undefined)
    throw new UsageError(`"${text.slice(0, 40)}" is no incident. Write it like INC-142.`);
  return `INC-${number}`;
}

function signed(config: Config, id: string, rows: readonly LogRow[]): string {
  return exportJsonl(id, rows, neededKeys(config), Date.now());
}

async function inWords(
  config: Config,
  store: Store,
  id: string,
  rows: readonly LogRow[],
  format: string,
): Promise<string> {
  const snapshot = await store.read(id);
  if (snapshot === undefined)
    throw new CommandError(`${id} has a log and no state. Restore the last backup.`);
  const { incident } = snapshot;
  const log = rows.map((row) => ({ seq: row.seq, hash: row.hash, event: openRow(row) }));
  const clientOf = await clientsOf(config);
  const exported = { incident, client: clientOf(incident), log, timeZone: config.timeZone };
  return format === 'json' ? logAsJson(exported) : logAsMarkdown(exported);
}

function write(file: string, text: string): void {
  try {
    // It holds a client's words: for this user only, and never over another file.
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason';
    const why =
      code === 'EEXIST' ? 'exists already. Name another file, or remove it' : `cannot be written (${code})`;
    throw new CommandError(`${file} ${why}.`);
  }
}
