import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { auditPage } from '../../adapters/web/audit-page.ts';
import { logAsJson, logAsMarkdown, type Exported } from '../../adapters/web/log-export.ts';
import type { Config } from '../config.ts';
import type { Incident } from '../engine/incident.ts';
import { loggedEvent } from '../store/chain.ts';
import { exportJsonl } from '../store/export.ts';
import { proofOf } from '../store/proof.ts';
import type { LogRow, Store } from '../store/store.ts';
import { aboutOf, neededKeys, openForLooking } from './open-store.ts';
import { CommandError, oneOf, remark, result, settings, UsageError } from './usage.ts';

/**
 * `mailfix export INC [--format md|jsonl|json] [--out FILE] [--html FILE]`: the log in one format, and with `--html` also
 * or only the auditor's page. A FILE must not exist yet; works beside a running server.
 */
export async function exportLog(args: readonly string[]): Promise<number> {
  const { positionals, values } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { format: { type: 'string' }, out: { type: 'string' }, html: { type: 'string' } },
  });
  const id = incidentId(oneOf(positionals, 'INC'));
  const { format = 'md', out, html } = values;
  if (!['md', 'jsonl', 'json'].includes(format)) {
    throw new UsageError(
      `--format cannot be "${format.slice(0, 40)}": it is md, jsonl or json. The auditor’s page is --html FILE.`,
    );
  }
  if (html !== undefined && html === out) throw new UsageError('--out and --html name the same file.');
  const config = settings();
  const store = await openForLooking(config);
  try {
    const { incident, rows } = await found(store, id);
    const asked = values.format !== undefined || out !== undefined || html === undefined;
    const text = asked ? await written(config, { incident, rows }, format) : undefined;
    const page = html === undefined ? undefined : await audited(config, store, { incident, rows });
    if (page !== undefined && html !== undefined) {
      write(html, page);
      remark(`${id}: the auditor’s page of ${rows.length} events written to ${html}.`);
    }
    if (text === undefined) return 0;
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
export function incidentId(text: string): string {
  const number = /^(?:INC-)?(\d{1,12})$/i.exec(text)?.[1];
  if (number === undefined)
    throw new UsageError(`"${text.slice(0, 40)}" is no incident. Write it like INC-142.`);
  return `INC-${number}`;
}

interface Found {
  readonly incident: Incident;
  readonly rows: readonly LogRow[];
}

/** One state for all that is written: the log up to where the incident stands. */
async function found(store: Store, id: string): Promise<Found> {
  const snapshot = await store.read(id);
  const rows = await store.log(id);
  if (rows.length === 0)
    throw new CommandError(`there is no incident ${id}. "mailfix list --all" lists them.`);
  if (snapshot === undefined)
    throw new CommandError(`${id} has a log and no state. Restore the last backup.`);
  const { incident } = snapshot;
  return { incident, rows: rows.filter(({ seq }) => seq <= incident.seq) };
}

async function written(config: Config, { incident, rows }: Found, format: string): Promise<string> {
  if (format === 'jsonl') return exportJsonl(incident.id, rows, neededKeys(config), Date.now());
  const exported = await inWords(config, { incident, rows });
  return format === 'json' ? logAsJson(exported) : logAsMarkdown(exported);
}

async function audited(config: Config, store: Store, found: Found): Promise<string> {
  const { id } = found.incident;
  const proof = await proofOf(store, neededKeys(config).publicKey, id, found.rows.length);
  const [places, shown] = await Promise.all([store.places(id), store.shown(id)]);
  return auditPage({ ...(await inWords(config, found)), places, shown, proof, madeAt: Date.now() });
}

async function inWords(config: Config, { incident, rows }: Found): Promise<Exported & { trouble: string }> {
  const { client, trouble } = (await aboutOf(config))(incident);
  return { incident, client, trouble, log: rows.map(loggedEvent), timeZone: config.timeZone };
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
