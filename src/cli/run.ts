import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { SettingsError } from '../settings-error.ts';
import { ConfigError, EffectError } from '../errors.ts';
import { packageRoot } from '../root.ts';
import { UsageError } from './usage.ts';

/** A command's work; returns the exit code: 0 fine, 1 failed or found problems. */
type Command = (args: readonly string[]) => Promise<number>;

interface CommandRow {
  readonly usage: string;
  readonly does: string;
  readonly load: () => Promise<Command>;
}

// Each is loaded when it is asked for: `mailfix check` needs no database driver.
const commands: ReadonlyMap<string, CommandRow> = new Map([
  [
    'start',
    { usage: 'start', does: 'Runs the server.', load: async () => (await import('./start.ts')).start },
  ],
  [
    'doctor',
    {
      usage: 'doctor [--json]',
      does: 'Asks every system in the settings whether it works; changes nothing.',
      load: async () => (await import('./doctor.ts')).doctor,
    },
  ],
  [
    'check',
    {
      usage: 'check [DIALOG]',
      does: 'Proves that the dialogs are sound.',
      load: async () => (await import('./check.ts')).check,
    },
  ],
  [
    'flowchart',
    {
      usage: 'flowchart [DIALOG]',
      does: 'Prints a dialog as a Mermaid flowchart.',
      load: async () => (await import('./flowchart.ts')).flowchartCommand,
    },
  ],
  [
    'explore',
    {
      usage: 'explore DIALOG',
      does: 'Walks every way out of every step of a dialog and prints the conversations.',
      load: async () => (await import('./explore.ts')).exploreCommand,
    },
  ],
  [
    'coverage',
    {
      usage: 'coverage [DIALOG]',
      does: 'Runs the tests of the dialogs and prints which steps and edges they take.',
      load: async () => (await import('./coverage.ts')).coverageCommand,
    },
  ],
  [
    'replay',
    {
      usage: 'replay --dialog DIALOG [INC …]',
      does: 'Runs past incidents’ logs through an edited dialog and prints what would differ.',
      load: async () => (await import('./replay.ts')).replayCommand,
    },
  ],
  [
    'list',
    {
      usage: 'list [--all]',
      does: 'Lists the open incidents, or all of them.',
      load: async () => (await import('./list.ts')).list,
    },
  ],
  [
    'export',
    {
      usage: 'export INC [--format md|jsonl|json] [--out FILE] [--html FILE]',
      does: 'Writes an incident’s log; jsonl can be verified, html is a page for auditors.',
      load: async () => (await import('./export.ts')).exportLog,
    },
  ],
  [
    'verify',
    {
      usage: 'verify FILE [--key KEY]',
      does: 'Proves that an export in jsonl was not changed.',
      load: async () => (await import('./verify.ts')).verify,
    },
  ],
  [
    'hold',
    {
      usage: 'hold INC --why WORDS',
      does: 'Puts an incident under legal hold: nothing of it is redacted.',
      load: async () => (await import('./keep.ts')).hold,
    },
  ],
  [
    'release',
    {
      usage: 'release INC --why WORDS',
      does: 'Ends a legal hold.',
      load: async () => (await import('./keep.ts')).release,
    },
  ],
  [
    'redact',
    {
      usage: 'redact INC --class texts|facts|findings|plans[,…] --why WORDS',
      does: 'Deletes what is of these classes from an ended incident, for good.',
      load: async () => (await import('./keep.ts')).redact,
    },
  ],
  [
    'simulators',
    {
      usage: 'simulators [--port N]',
      does: 'Runs a WHM and a CPA System to try things on.',
      load: async () => (await import('./simulators.ts')).simulators,
    },
  ],
  [
    'manifest',
    {
      usage:
        'manifest slack [--url URL] [--oauth] | teams [--bot-id GUID] [--slash] [--read-threads] [--url URL] [--app-id GUID] [--app-version X.Y.Z]',
      does: 'Prints an app’s manifest. Slack: for Socket Mode, or with URL for HTTP. Teams: for the bot of GUID.',
      load: async () => (await import('./manifest.ts')).manifest,
    },
  ],
  [
    'migrate',
    {
      usage: 'migrate --from sqlite:PATH [--to postgres://USER:PASSWORD@HOST/DATABASE]',
      does: 'Moves everything into an empty PostgreSQL database; without --to, into DATABASE_URL.',
      load: async () => (await import('./migrate.ts')).migrate,
    },
  ],
  [
    'sign-in',
    {
      usage: 'sign-in NAME',
      does: 'Prints a one-time link to the console.',
      load: async () => (await import('./sign-in.ts')).signIn,
    },
  ],
]);

/** Runs one command line and returns the exit code: 0 fine, 1 failed or found problems, 2 wrong usage or settings. */
export async function run(argv: readonly string[]): Promise<number> {
  const [name = 'help', ...args] = argv;
  if (['help', '--help', '-h'].includes(name) || args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help());
    return 0;
  }
  if (name === '--version' || name === '-v') {
    process.stdout.write(`${version()}\n`);
    return 0;
  }
  const command = commands.get(name);
  if (command === undefined) return fail(2, unknownCommand(name));
  try {
    return await (
      await command.load()
    )(args);
  } catch (error) {
    return failed(error, command);
  }
}

function failed(error: unknown, { usage }: CommandRow): number {
  if (error instanceof UsageError || isParseError(error)) {
    return fail(2, `${error.message}\nUsage: mailfix ${usage}`);
  }
  if (error instanceof SettingsError) {
    const { problems } = error;
    const count = problems.length === 1 ? 'one setting needs' : `${problems.length} settings need`;
    return fail(2, [`${count} to be put right first:`, ...problems.map((one) => `  - ${one}`)].join('\n'));
  }
  if (error instanceof ConfigError) return fail(error.code.startsWith('config.') ? 2 : 1, error.message);
  if (error instanceof EffectError) return fail(1, error.message);
  if (error instanceof Error && ['ListenError', 'DialogError', 'CommandError'].includes(error.name)) {
    return fail(1, error.message);
  }
  return fail(
    1,
    `a defect in mailfix: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
  );
}

function fail(code: number, message: string): number {
  process.stderr.write(`mailfix: ${message}\n`);
  return code;
}

/** What node:util's parseArgs throws for options that a command does not have. */
function isParseError(error: unknown): error is Error {
  return error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
}

function unknownCommand(name: string): string {
  const near = [...commands.keys()].find((one) => distance(one, name) <= 2);
  const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
  return `there is no command "${name.slice(0, 40)}".${meant} "mailfix help" lists them all.`;
}

function help(): string {
  const rows = [...commands.values()].map(({ usage, does }) => `  ${usage}\n      ${does}`);
  return [
    `mailfix ${version()}: troubleshoots a client's mail, step by step, with approved fixes and a log.`,
    '',
    'Usage: mailfix COMMAND',
    '',
    ...rows,
    '  help, --version',
    '',
    'Settings come from the environment; README lists them. Without any, "mailfix start" runs on simulators.',
    'Exit codes: 0 fine, 1 failed or found problems, 2 wrong usage or settings.',
    '',
  ].join('\n');
}

function version(): string {
  const content: unknown = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  return typeof content === 'object' && content !== null && 'version' in content
    ? String(content.version)
    : '?';
}
