import { z } from 'zod';
import { exampleOf, isSecret } from './config-names.ts';
import { parseDuration, parseDurations } from './engine/duration.ts';
import type { Duration } from './engine/duration.ts';
import { configError } from './errors.ts';
import { parseOwnAddresses } from './input/ip.ts';

/** What reading one value gave. `why` completes "NAME cannot be VALUE: …"; `problem` is a whole sentence of its own. */
type Read<T> = { readonly value: T } | { readonly why: string } | { readonly problem: string };

/** A setting's schema: text in, value out; `problemsIn` makes sentences of what it refuses. */
export function setting<T>(read: (text: string) => Read<T>) {
  return z.string().transform((text, ctx): T => {
    const result = read(text);
    if ('value' in result) return result.value;
    const whole = 'problem' in result;
    ctx.addIssue({ code: 'custom', message: whole ? result.problem : result.why, params: { whole } });
    return z.NEVER;
  });
}

/** Sentences for a person, one for each issue, by the name of the setting; no secret's value is in them. */
export function problemsIn(
  error: z.ZodError,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map(
    error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const whole = issue.code === 'custom' && issue.params?.['whole'] === true;
      return [name, whole ? named(name, issue.message) : refusal(name, given.get(name) ?? '', issue.message)];
    }),
  );
}

function named(name: string, sentence: string): string {
  return sentence.startsWith(name) ? sentence : `${name}: ${sentence}`;
}

/** "NAME cannot be VALUE: why", without the value where it is or may hold a secret. */
function refusal(name: string, value: string, why: string): string {
  if (isSecret(name) || hasSignIn(value)) return configError('config.bad-secret', { name, why }).message;
  return configError('config.bad-value', { name, value: shortened(value), why, example: exampleOf(name) })
    .message;
}

/** Text as it is. */
export const words = setting((text) => ({ value: text }));

/** One of a few words, in any case. */
export function oneOf<const T extends string>(...allowed: readonly T[]) {
  return setting<T>((text) => {
    const found = allowed.find((one) => one.toLowerCase() === text.toLowerCase());
    return found === undefined ? { why: `it is none of ${allowed.join(', ')}` } : { value: found };
  });
}

/** A whole number within bounds. */
export function wholeNumber(least: number, most: number) {
  return setting<number>((text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : -1;
    const fits = value >= least && value <= most;
    return fits ? { value } : { why: `it is no whole number from ${least} to ${most}` };
  });
}

/** Yes or no, in the usual words. */
export const yesOrNo = setting<boolean>((text) => {
  const word = text.toLowerCase();
  if (['true', 'on', 'yes', '1'].includes(word)) return { value: true };
  if (['false', 'off', 'no', '0'].includes(word)) return { value: false };
  return { why: 'it is neither true nor false' };
});

/** How long work stays with a server that is gone, in milliseconds. */
export const leaseMs = setting<number>((text) => {
  const parsed = parseDuration(text);
  if (!parsed.ok) return { problem: `${parsed.why}.` };
  const fits = parsed.value >= 1000 && parsed.value <= 300_000;
  return fits ? { value: parsed.value } : { why: 'it is not from 1s to 5m' };
});

/** A length of time, kept as it was written. */
export const duration = setting<Duration>((text) => {
  const parsed = parseDuration(text);
  return parsed.ok ? { value: tidyDuration(text) } : { problem: `${parsed.why}.` };
});

/** A length of time, or `off`. */
export const durationOrOff = setting<Duration | 'off'>((text) => {
  if (/^(0|off)$/i.test(text.trim())) return { value: 'off' };
  const parsed = parseDuration(text);
  return parsed.ok ? { value: tidyDuration(text) } : { problem: `${parsed.why}, or off.` };
});

/** Several lengths of time, each longer than the one before. */
export const durations = setting<readonly Duration[]>((text) => {
  const parsed = parseDurations(text);
  return parsed.ok ? { value: text.split(',').map(tidyDuration) } : { problem: `${parsed.why}.` };
});

/** OWN_ADDRESSES. */
export const ownAddresses = setting((text) => {
  const parsed = parseOwnAddresses(text);
  return parsed.ok ? { value: parsed.own } : { problem: parsed.message };
});

/** An IANA time zone. */
export const timeZone = setting<string>((text) => {
  try {
    return { value: new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone };
  } catch {
    return { why: 'this system knows no such time zone' };
  }
});

/** The short name of a language; whether there are words in it is for whoever reads them. */
export const language = setting<string>((text) => {
  const name = text.trim().toLowerCase();
  return /^[a-z]{2,3}$/.test(name) ? { value: name } : { why: 'it is no short name of a language' };
});

/** A host name or address to listen on. */
export const listenHost = setting<string>((text) => {
  const host = text.replace(/^\[(.*)\]$/, '$1');
  return /^[\w.:-]{1,255}$/.test(host) ? { value: host } : { why: 'it is no host name or address' };
});

/** A page for people: https, or http on this machine. */
export const pageUrl = setting<string>((text) => readUrl(text));

/** The address of a system that gets our token: https, or http on this machine. */
export const systemUrl = setting<string>((text) => readUrl(text));

/** The address of the console: scheme and host only. */
export const originUrl = setting<string>((text) => {
  const read = readUrl(text);
  return 'value' in read ? onlyOrigin(read.value) : read;
});

/** The address of a WHM: scheme, host and the encrypted port only. */
export const whmUrl = setting<string>((text) => {
  const read = readUrl(text);
  if (!('value' in read)) return read;
  if (new URL(read.value).port === '2086') return { problem: withoutName('config.plain-whm-port', text) };
  return onlyOrigin(read.value);
});

/** A secret that goes into an HTTP header. */
export const headerSecret = setting<string>((text) =>
  /^[\x21-\x7e]+$/.test(text)
    ? { value: text }
    : { why: 'it has spaces, line breaks or letters beyond ASCII' },
);

/** The one secret that every key is made of. */
export const longSecret = setting<string>((text) =>
  text.length >= 32 ? { value: text } : { why: `it has ${text.length} characters and needs 32 or more` },
);

/** A user of WHM. */
export const userName = setting<string>((text) =>
  /^[\w.-]{1,64}$/.test(text) ? { value: text } : { why: 'it is no user name' },
);

/** The name of a field in a form. */
export const fieldName = setting<string>((text) =>
  /^[\w.-]{1,64}$/.test(text) ? { value: text } : { why: 'it is no name of a field' },
);

/** A mail server, with or without a sign-in. */
export const smtpUrl = setting<string>((text) =>
  /^smtps?:\/\/[^/]/i.test(text) && URL.canParse(text)
    ? { value: text }
    : { why: 'it does not begin with smtp:// or smtps:// and a host' },
);

/** A mail address, to be written from. */
export const mailAddress = setting<string>((text) =>
  /^[^\s@<>]+@[^\s@<>.]+(?:\.[^\s@<>.]+)+$/.test(text) ? { value: text } : { why: 'it is no mail address' },
);

const person = [
  /^web:[a-z0-9][a-z0-9._-]{0,39}$/i,
  /^slack:(?:[TE][A-Z0-9]{2,20}\/)?[UWS][A-Z0-9]{2,20}$/,
  /^teams:(?:[0-9a-f-]{36,37}\/)?[0-9a-f-]{36,37}$/i,
];

/** People and groups: `web:NAME`, `slack:U…`, `slack:T…/U…`, `slack:S…`, `teams:OID`, `teams:TENANT/OID`. */
export const people = setting<readonly string[]>((text) => {
  const entries = listOf(text);
  const bad = entries.find((entry) => !person.some((form) => form.test(entry)));
  if (bad === undefined) return { value: [...new Set(entries)] };
  const forms = 'web:NAME, slack:U… (a person), slack:S… (a group), teams:OBJECT-ID';
  return { why: `"${shortened(bad)}" is none of ${forms}` };
});

/** A channel of a chat product: its home is a workspace, an organisation or a tenant. */
export interface Room {
  readonly product: 'slack' | 'teams';
  readonly home: string;
  readonly channel: string;
}

const room =
  /^(?:(slack):([TE][A-Z0-9]{2,20})\/([CG][A-Z0-9]{2,20})|(teams):([0-9a-f-]{36,37})\/([^\s,;/]{1,200}))$/i;

/** Channels: `slack:T…/C…`, `teams:TENANT/19:…@thread.tacv2`. */
export const rooms = setting<readonly Room[]>((text) => {
  const read = listOf(text).map((entry) => {
    const [, slack, workspace = '', slackChannel = '', , tenant = '', teamsChannel = ''] =
      room.exec(entry) ?? [];
    if (slack !== undefined) return { product: 'slack', home: workspace, channel: slackChannel } as const;
    return { product: 'teams', home: tenant.toLowerCase(), channel: teamsChannel, entry } as const;
  });
  const bad = read.find(({ channel }) => channel === '');
  if (bad === undefined)
    return { value: read.map(({ product, home, channel }) => ({ product, home, channel })) };
  const entry = 'entry' in bad ? bad.entry : '';
  return {
    why: `"${shortened(entry)}" is neither slack:T…/C… (workspace and channel) nor teams:TENANT-ID/19:…@thread.tacv2`,
  };
});

/** Ids, separated by commas. */
export const ids = setting<readonly string[]>((text) => ({ value: listOf(text) }));

/** Where the database is: the file's path, or PostgreSQL's address as it was written. */
export const database = setting<string>((text) => {
  if (/^postgres(?:ql)?:\/\//i.test(text)) {
    if (URL.canParse(text) && new URL(text).pathname.length > 1) return { value: text };
    return {
      problem:
        'It is no database address. Write it like this: postgres://USER:PASSWORD@HOST/DATABASE, ' +
        'with %40 for an @ in the password, or postgres://USER@localhost/DATABASE?host=FOLDER for a socket.',
    };
  }
  const path = /^sqlite:(?:\/\/(?=\/))?(.+)$/i.exec(text)?.[1] ?? '';
  if (path === '' || path === ':memory:' || /[?#\0]/.test(path) || path.startsWith('//')) {
    return { problem: 'It is no database address. Write it like this: sqlite:data/mailfix.db.' };
  }
  return { value: path };
});

/** Whether only this machine itself can be meant by a host name or address. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|\[?::1\]?)$/i.test(host);
}

function readUrl(text: string): Read<string> {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return { why: 'it is no http or https address' };
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') {
    return { why: 'a URL must not carry a user name or password' };
  }
  if (url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    return { problem: withoutName('config.not-https', text) };
  }
  return { value: url.href };
}

function onlyOrigin(text: string): Read<string> {
  const url = new URL(text);
  const bare = url.pathname === '/' && url.search === '' && url.hash === '';
  return bare
    ? { value: url.origin }
    : { why: `it has more than the host and port, which are ${url.origin}` };
}

function withoutName(code: 'config.not-https' | 'config.plain-whm-port', value: string): string {
  return configError(code, { name: 'It', value: shortened(value) }).message;
}

function listOf(text: string): string[] {
  return text
    .split(/[,;\s]+/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function tidyDuration(text: string): Duration {
  return text.replace(/\s+/g, '').toLowerCase() as Duration;
}

/** A URL with a user name or password in it; even when it is no valid one. */
function hasSignIn(value: string): boolean {
  return /:\/\/[^/]*@/.test(value);
}

function shortened(text: string): string {
  const line = text.replace(/\p{Cc}+/gu, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
