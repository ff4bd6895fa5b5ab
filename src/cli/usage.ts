import { readFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { readConfig } from '../config.ts';
import type { Config } from '../config.ts';

/** The command line itself is wrong: exit code 2 and the command's usage. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The command cannot do what it was asked to; the message says what to do instead. Exit code 1. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** The settings of this process. */
export function settings(): Config {
  return readConfig(process.env, { readFile: (path) => readFileSync(path, 'utf8') });
}

/** Where the server listens, as seen from its own machine. */
export function listenAddress({ host, port }: Pick<Config, 'host' | 'port'>): string {
  if (port === 0)
    throw new UsageError('PORT is 0, so the address is not known here. Set PORT, or PUBLIC_URL for a link.');
  const reachable = ['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host;
  return `http://${isIPv6(reachable) ? `[${reachable}]` : reachable}:${port}`;
}

/** The one thing that a command is about, e.g. `INC`; more than one is refused. */
export function oneOf(positionals: readonly string[], what: string): string {
  const [first, second] = positionals;
  if (first === undefined || first === '') throw new UsageError(`${what} is missing.`);
  if (second !== undefined) throw new UsageError(`"${second}" is one too many: there can be one ${what}.`);
  return first;
}

/** A remark for the person at the terminal; results go to standard output. */
export function remark(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A result, for the person or for a script. */
export function result(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
