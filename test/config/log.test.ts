import { AxiosError, AxiosHeaders } from 'axios';
import { expect, test } from 'vitest';
import { redactor } from '../../src/clients/transport.ts';
import { createLog } from '../../src/log.ts';
import type { Log } from '../../src/log.ts';

const canary = 'CANARY/token+with"odd&signs?=9';
const inner = (text: string): string => text.replace(/=+$/, '').slice(0, -1);
/** Ways in which it could show. */
const spellings = [
  canary,
  JSON.stringify(canary).slice(1, -1),
  encodeURIComponent(canary),
  inner(Buffer.from(canary).toString('base64')),
  inner(Buffer.from(canary).toString('base64url')),
  inner(Buffer.from(`support:${canary}`).toString('base64')),
];

/** What a log writes, line by line. */
function logged(write: (log: Log) => void, redact = redactor([canary])): string {
  const lines: string[] = [];
  write(createLog({ level: 'trace', redact, to: { write: (line: string) => void lines.push(line) } }));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(line.endsWith('\n')).toBe(true);
    expect(line.trimEnd()).not.toContain('\n');
    JSON.parse(line);
  }
  return lines.join('');
}

function axiosError(): AxiosError {
  const headers = new AxiosHeaders({ Authorization: `whm support:${canary}` });
  return new AxiosError('read ECONNRESET', 'ECONNRESET', {
    headers,
    data: `pass=${canary}`,
    url: 'https://h/?x=1',
  });
}

const leaks: readonly (readonly [string, (log: Log) => void])[] = [
  ['in the message', (log) => log.info(`the token is ${canary}`)],
  ['in a format’s value', (log) => log.info('the token is %s', canary)],
  ['in an object that is formatted', (log) => log.info('call %j', { sent: canary })],
  ['in a field', (log) => log.warn({ reason: `sent ${canary}` }, 'x')],
  ['in a field’s name', (log) => log.warn({ [canary]: 1 }, 'x')],
  ['deep inside', (log) => log.warn({ a: { b: [{ c: `x${canary}` }] } }, 'x')],
  ['URL-encoded', (log) => log.warn({ url: `https://h/?t=${encodeURIComponent(canary)}` }, 'x')],
  [
    'in base64',
    (log) => log.warn({ header: `Basic ${Buffer.from(`support:${canary}`).toString('base64')}` }, 'x'),
  ],
  ['in base64url', (log) => log.warn({ text: Buffer.from(canary).toString('base64url') }, 'x')],
  ['as JSON in a text', (log) => log.warn({ body: JSON.stringify({ t: canary }) }, 'x')],
  ['in an error', (log) => log.error(new Error(`with ${canary}`))],
  ['in an error’s cause', (log) => log.error({ err: new Error('x', { cause: new Error(canary) }) }, 'x')],
  [
    'in an error of several',
    (log) => log.error({ err: new AggregateError([new Error(canary)], 'all') }, 'x'),
  ],
  ['in a child’s fields', (log) => log.child({ for: canary }).info('x')],
  ['in an axios error', (log) => log.error(axiosError())],
  ['in an axios error under another name', (log) => log.error({ failure: axiosError() }, 'x')],
  ['in a Map', (log) => log.info({ map: new Map([['a', canary]]) }, 'x')],
];

test.each(leaks)('a secret %s does not show', (_, write) => {
  const text = logged(write);
  for (const spelling of spellings) expect(text).not.toContain(spelling);
});

test.each(leaks)('(the same without taking it out does show it: %s)', (name, write) => {
  // An axios error’s request is never written at all, so there is nothing to take out.
  if (name.includes('axios')) return expect(logged(write, (text) => text)).not.toContain('CANARY');
  const text = logged(write, (line) => line);
  expect(spellings.some((spelling) => text.includes(spelling.slice(0, 12)))).toBe(true);
});

test('of an axios error there are words, and nothing of the request', () => {
  const text = logged(
    (log) => log.error({ err: axiosError() }, 'x'),
    (line) => line,
  );
  expect(JSON.parse(text)).toMatchObject({
    err: { type: 'AxiosError', message: 'read ECONNRESET', code: 'ECONNRESET' },
  });
  expect(text).not.toMatch(/Authorization|headers|pass=/);
});

test.each([
  'token',
  'WHM_TOKEN',
  'clientSecret',
  'password',
  'Authorization',
  'set-cookie',
  'apiKey',
  'MAILFIX_KEY',
])('a field called %s is not shown, whatever it holds', (name) => {
  expect(logged((log) => log.info({ [name]: 'unknown-value', deep: { [name]: { a: 1 } } }, 'x'))).not.toMatch(
    /unknown-value|"a":1/,
  );
});

test('what is no secret stays: a key, a row, an outcome', () => {
  const text = logged((log) =>
    log.info({ key: 'INC-1.4.card', row: 'INC-1.4', n: 3, on: true, none: null }, 'done'),
  );
  expect(JSON.parse(text)).toEqual({
    level: 'info',
    time: expect.stringMatching(/^\d{4}-.*Z$/),
    key: 'INC-1.4.card',
    row: 'INC-1.4',
    n: 3,
    on: true,
    none: null,
    msg: 'done',
  });
});

test('round and deep things end', () => {
  const round: Record<string, unknown> = {};
  round['self'] = round;
  expect(logged((log) => log.info({ round }, 'x'))).toContain('…');
});

test('below its level it writes nothing', () => {
  const lines: string[] = [];
  const log = createLog({
    level: 'warn',
    redact: (text) => text,
    to: { write: (line) => void lines.push(line) },
  });
  log.info('quiet');
  log.warn('loud');
  expect(lines).toHaveLength(1);
});
