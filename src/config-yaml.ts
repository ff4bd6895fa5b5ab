import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { z } from 'zod';
import { secretFrom } from './config-env.ts';
import type { Environment, ReadFile } from './config-env.ts';
import { knownInPolicy, personList as list, policySchema, type PolicyYaml } from './config-policy.ts';
import { hoursShape, knownInHours } from './config-hours.ts';
import { durationMs } from './engine/duration.ts';
import {
  duration,
  durationOrOff,
  headerSecret,
  language,
  rooms,
  whmUrl,
  type Room,
} from './config-values.ts';
import type { Duration } from './engine/duration.ts';
import { fieldClasses, type FieldClass } from './engine/event.ts';

/** A server as mailfix.yaml describes it; its tokens come from the environment. */
interface YamlServer {
  readonly url: string;
  readonly user: string;
  readonly token: string;
  readonly writeToken: string | undefined;
  /** Path of a PEM file. */
  readonly ca: string | undefined;
}

/** What mailfix.yaml says. What it leaves out is undefined. */
export interface YamlConfig {
  readonly approvers?: readonly string[] | undefined;
  /** Accounts of one human, by a name for them. */
  readonly people?: Readonly<Record<string, readonly string[]>> | undefined;
  /** Where approvals are shown besides where their incident lives. */
  readonly approvalChannels?: readonly Room[] | undefined;
  readonly technicians?: readonly string[] | undefined;
  readonly fourEyes?: boolean | undefined;
  readonly approvalWithin?: Duration | undefined;
  /** How long each class is kept after an incident's end, in milliseconds. */
  readonly retention?: Readonly<Partial<Record<FieldClass, number | undefined>>> | undefined;
  /** How each action is approved. */
  readonly policy?: PolicyYaml | undefined;
  /** How long a raised quota is left; off: for good. */
  readonly quotaLease?: Duration | 'off' | undefined;
  /** Working hours, and questions that wait. */
  readonly hours?: Partial<z.output<z.ZodObject<typeof hoursShape>>>;
  /** What the staff reads, and what clients are written to in. */
  readonly languages?:
    | { readonly staff?: string | undefined; readonly client?: string | undefined }
    | undefined;
  readonly whm: ReadonlyMap<string, YamlServer>;
  /** Names in the environment that it takes tokens from. */
  readonly tokenNames: readonly string[];
}

// A name of a setting, never a token itself: those are of capital letters and digits too, hence the prefix.
const tokenName = z
  .string()
  .regex(
    /^WHM_[A-Z0-9_]{1,60}$/,
    'name the setting that holds the token, like WHM_TOKEN_HOST2; never the token itself',
  );
const listed = z.union([z.array(z.string()).transform((entries) => entries.join(',')), z.string()]);

const server = z.strictObject({
  url: whmUrl,
  user: z.string().regex(/^[\w.-]{1,64}$/, 'it is no user name'),
  tokenFrom: tokenName,
  writeTokenFrom: tokenName.optional(),
  ca: z.string().optional(),
});
const accounts = z
  .record(z.string().regex(/^[a-z0-9][\w.-]{0,39}$/i, 'it is no name for somebody'), list)
  .check(({ value, issues }) => {
    const owners = new Map<string, string>();
    for (const [name, entries] of Object.entries(value))
      for (const entry of entries) {
        const other = owners.get(entry);
        owners.set(entry, name);
        const isGroup = /^slack:(?:[^/]+\/)?S/.test(entry);
        if (other === undefined && !isGroup) continue;
        const message = isGroup
          ? `"${entry}" is a group, and this is about one person`
          : `"${entry}" is under ${other} and ${name}; an account is of one person`;
        issues.push({ code: 'custom', input: entries, path: [name], message });
      }
  });
const day = durationMs('1d');
const keptFor = duration
  .transform((text) => durationMs(text))
  // Until then other incidents look at what this one changed.
  .refine((ms) => ms >= day, 'it is less than 1d')
  .optional();
const retention = z.strictObject({
  texts: keptFor,
  facts: keptFor,
  findings: keptFor,
  plans: keptFor,
} satisfies Record<FieldClass, unknown>);
const content = z.strictObject({
  approvers: list.optional(),
  people: accounts.optional(),
  approvalChannels: listed.pipe(rooms).optional(),
  technicians: list.optional(),
  fourEyes: z.boolean().optional(),
  approvalWithin: duration.optional(),
  retention: retention.optional(),
  policy: policySchema.optional(),
  ...hoursShape,
  quotaLease: z.preprocess((given) => (given === 0 ? 'off' : given), durationOrOff).optional(),
  languages: z.strictObject({ staff: language.optional(), client: language.optional() }).optional(),
  whm: z.record(z.string().regex(/^[a-z0-9][\w.-]{0,62}$/i, 'it is no name for a server'), server).optional(),
});

/** Reads mailfix.yaml. Problems name the line; values are shown only where they cannot be secrets. */
export function readYaml(
  file: string,
  text: string,
  env: Environment,
  readFile: ReadFile,
): { config: YamlConfig; problems: readonly string[] } {
  // Loaded where there is such a file, and settings are read in one go.
  const load = createRequire(import.meta.url);
  const { isMap, isScalar, LineCounter, parseDocument } = load('yaml') as typeof Yaml;
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => `${file}, line ${lines.linePos(offset).line}`;
  const nothing: YamlConfig = { whm: new Map(), tokenNames: [] };
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos, message }) => `${at(pos[0])}: ${sentence(message)}`);
    return { config: nothing, problems };
  }
  let plain: unknown;
  try {
    // An alias can make a document of gigabytes out of a few lines.
    plain = document.toJS({ maxAliasCount: 10 });
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read';
    return { config: nothing, problems: [`${at(0)}: ${sentence(why)}`] };
  }
  /** Where the key at a path stands, or the nearest one above it that exists. */
  const offsetOf = (node: unknown, path: readonly string[], above = 0): number => {
    const [next, ...rest] = path;
    if (next === undefined || !isMap(node)) return above;
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === next);
    if (pair === undefined) return above;
    return offsetOf(pair.value, rest, hasRange(pair.key) ? pair.key.range[0] : above);
  };
  const read = content.safeParse(plain ?? {});
  if (!read.success) {
    const problems = read.error.issues.map((issue) => {
      const path = issue.path.map(String);
      const what = path.length === 0 ? '' : `${path.join('.')}: `;
      const stray = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : [];
      return `${at(offsetOf(document.contents, [...path, ...stray]))}: ${what}${sentence(wordsOf(issue))}`;
    });
    return { config: nothing, problems };
  }

  const problems: string[] = [];
  const { whm = {}, workingHours, questions, ...settings } = read.data;
  const entries = Object.entries(whm);
  const token = (name: string): string => {
    const found = secretFrom(env, readFile, name);
    if ('problem' in found) problems.push(found.problem);
    else if (found.value === '')
      problems.push(`${file} takes a token from ${name}, which is not set. Set ${name} or ${name}_FILE.`);
    else if (!headerSecret.safeParse(found.value).success) {
      problems.push(
        `${name} cannot be used: it has spaces, line breaks or letters beyond ASCII. (Its value is not shown.)`,
      );
    } else return found.value;
    return '';
  };
  const servers = entries.map(([name, { url, user, tokenFrom, writeTokenFrom, ca }]) => {
    const writeToken = writeTokenFrom === undefined ? undefined : token(writeTokenFrom);
    return [name, { url, user, token: token(tokenFrom), writeToken, ca }] as const;
  });
  const tokenNames = entries.flatMap(([, { tokenFrom, writeTokenFrom }]) =>
    writeTokenFrom === undefined ? [tokenFrom] : [tokenFrom, writeTokenFrom],
  );
  const hours = { workingHours, questions };
  return { config: { ...settings, hours, whm: new Map(servers), tokenNames }, problems };
}

function hasRange(node: unknown): node is { range: [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'unrecognized_keys') {
    const keys = issue.keys.map((key) => `"${key}"`).join(', ');
    const [top, ...inside] = issue.path.map(String);
    const inHours = knownInHours(top);
    if (inHours !== undefined) return `${keys} is not known here. ${inHours}`;
    if (top === 'policy') return `${keys} is not known here. ${knownInPolicy(inside)}`;
    return `${keys} is not known here. Known at the top are ${Object.keys(content.shape).join(', ')}; for a server ${Object.keys(server.shape).join(', ')}; for retention ${fieldClasses.join(', ')}`;
  }
  if (issue.code === 'invalid_key') return issue.issues[0]?.message ?? issue.message;
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return 'it is missing';
  return issue.message;
}

function sentence(text: string): string {
  const line = text.trim().split('\n')[0] ?? '';
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
