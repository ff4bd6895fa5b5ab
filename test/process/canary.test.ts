import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, folder } from '../cli/child.ts';
import type { Browser } from './browser.ts';
import { startOutside } from './outside.ts';
import type { Outside, OutsideAnswer, OutsideCall } from './outside.ts';
import { leaksIn, leaksInDatabase, spellingsOf } from './scan.ts';
import type { Leak } from './scan.ts';
import { Server } from './server.ts';
import { Talk, toTheEnd } from './talk.ts';
import type { People } from './talk.ts';

/** Printable as a header needs it, and different in every encoding. */
const canary = (word: string) => `CANARY/${word}+${word}=${word}&${word}<${word}`;
const canaries = {
  WHM_TOKEN: canary('zr3dx'),
  WHM_WRITE_TOKEN: canary('zw7tx'),
  CPA_TOKEN: canary('zc9px'),
  MAILFIX_KEY: canary('zk5yx'),
};

const here = folder();
const database = join(here.path, 'm.db');
let outside: Outside;
let server: Server;
let people: People;
beforeAll(build, 120_000);
beforeAll(async () => {
  const { WHM_TOKEN: whm, WHM_WRITE_TOKEN: whmWrite, CPA_TOKEN: cpa } = canaries;
  outside = await startOutside({ whm, whmWrite, cpa }, 20);
  server = new Server(here.path, {
    ...outside.settings,
    DATABASE_URL: `sqlite:${database}`,
    MAILFIX_KEY: canaries.MAILFIX_KEY,
    APPROVERS: 'web:lea',
    UNBLOCK_CHECKS: '100ms,250ms',
    LOG_LEVEL: 'trace',
  });
  await server.start();
  people = { sam: await server.browserOf('sam'), lea: await server.browserOf('lea') };
});
afterAll(async () => {
  await server.end();
  await outside.close();
  here.remove();
});

type Echo = (sent: string, apply: () => Promise<OutsideAnswer>) => OutsideAnswer | Promise<OutsideAnswer>;

const says = (status: number, body: string, headers: Readonly<Record<string, string>> = {}) => ({
  status,
  body,
  headers,
});
const refuses = (reason: string) => says(200, JSON.stringify({ metadata: { result: 0, reason } }));

/** Servers that tell what they were told, in every way that such answers come. */
const echoes: readonly Echo[] = [
  (sent) => says(403, JSON.stringify({ error: `Bad sign-in: ${sent}` })),
  (sent) => says(401, `<html><body>${sent} is unknown here</body></html>`),
  (sent) => says(302, '', { location: `/login/?from=${encodeURIComponent(sent)}`, 'x-sent': sent }),
  (sent) => says(500, `<html>No response from subprocess (${sent})</html>`),
  (sent) => says(200, `<!DOCTYPE html><title>${sent}</title>`),
  (sent) => says(200, JSON.stringify({ ok: false, error: `token ${sent} may not do this` })),
  (sent) => refuses(`You do not have the privilege for ${sent}`),
  (sent) => refuses(`API failure: ${Buffer.from(`me:${sent}`).toString('base64')}`),
  (sent) => says(200, `{"metadata":{"result":1,"reason":"${sent}","data":`),
  (sent) => says(429, `slow down, ${sent}`, { 'retry-after': '1' }),
  (sent) => says(404, `<html>${encodeURIComponent(sent)} not found</html>`),
  () => 'lost',
  async (_sent, apply) => {
    await apply();
    return 'lost' as const;
  },
  async (sent, apply) => {
    const truth = await apply();
    if (truth === 'lost') return truth;
    const words = [sent, encodeURIComponent(sent), Buffer.from(`me:${sent}`).toString('base64')].join(' ');
    return { ...truth, body: truth.body.replaceAll(/"(message|reason|reference)":"/g, `"$1":"${words} `) };
  },
];

const reads = [
  'getdomainowner',
  'accountsummary',
  'get_cphulk_brutes',
  'get_disk_usage',
  'get_cphulk_failed_logins',
  'servicestatus',
  'emailtrack_search',
];

test('no secret is in any log, page, export or database file, whatever the outside answers', async () => {
  // Writes that fail: the one half at the CPA System, the other at WHM.
  const kinds = echoes.map((_, n) => (n % 2 === 0 ? 'blocked' : 'full'));
  for (const [n, echo] of echoes.entries()) meet(kinds[n] === 'full' ? 'editquota' : 'unblock', echo);
  const talks = kinds.map(talkOf);
  await toTheEnd(talks);
  // Looks that fail; a look is tried twice.
  for (const [n, echo] of echoes.entries()) meet(reads[n % reads.length] ?? '', echo, 2);
  const more = (['blocked', 'full', 'blocked', 'full'] as const).map(talkOf);
  await toTheEnd(more);

  const ids = [...talks, ...more].map(({ id }) => id);
  await lookAtAll(people.sam, ids);
  await people.sam.open('/nothing-of-this-name');
  const commands = [['list', '--all'], ['start'], ['export', 'INC-1'], ['doctor'], ['doctor', '--json']];
  const said = await Promise.all(commands.map((args) => server.run(args)));
  await server.kill();
  expect(everywhere(said.map(({ stdout, stderr }) => stdout + stderr))).toEqual([]);

  // The secrets were in use, and the failures did happen.
  const { WHM_TOKEN, WHM_WRITE_TOKEN, CPA_TOKEN } = canaries;
  const sent = new Set(outside.calls.map(secretOf));
  expect([...sent].sort()).toEqual([WHM_TOKEN, WHM_WRITE_TOKEN, CPA_TOKEN].sort());
  const log = server.said.map(({ stdout }) => stdout).join('');
  for (const code of [
    'whm.refused-token',
    'whm.redirected',
    'whm.not-json',
    'whm.connection-lost',
    'cpa.refused-token',
    'cpa.redirected',
  ])
    expect(log).toContain(code);
  expect(people.sam.seen.some(({ text }) => text.includes('[secret]'))).toBe(true);
});

test('the same search finds what somebody planted, in every spelling', async () => {
  const { sam } = people;
  await server.start();
  const { forms } = await sam.page('/incidents/INC-1');
  const note = forms.find(({ event }) => event['type'] === 'note.added');
  if (note === undefined) throw new Error('INC-1 has no form for notes.');
  const spellings = [...spellingsOf(canaries.CPA_TOKEN)];
  const planted = [canaries.CPA_TOKEN, ...spellings.map(([, texts]) => texts[0] ?? '')];
  await sam.send(note, { text: ['They read it out to me:', ...planted].join(' ') });
  await lookAtAll(sam, ['INC-1']);
  const typo = await server.run([canaries.WHM_TOKEN]);
  await server.kill();

  const leaks = everywhere([typo.stderr]);
  const page = '/incidents/INC-1';
  for (const where of [
    page,
    `${page}/log`,
    `${page}/export.html`,
    `${page}/export.md`,
    `${page}/export.json`,
    `${page}/export.jsonl`,
    'database-wal',
    'database rows',
  ]) {
    const found = leaks.filter((leak) => leak.where === where && leak.secret === 'CPA_TOKEN');
    const all = spellings.map(([spelling]) => spelling);
    expect(new Set(found.map(({ spelling }) => spelling)), where).toEqual(new Set(all));
  }
  expect(leaks).toContainEqual({ secret: 'WHM_TOKEN', spelling: 'plain', where: 'command 0' });
});

function meet(name: string, echo: Echo, times = 1): void {
  for (let n = 0; n < times; n += 1) outside.next(name, async (call, apply) => echo(secretOf(call), apply));
}

/** The token of a call's sign-in: `whm USER:TOKEN` or `Bearer TOKEN`. */
function secretOf({ authorization }: OutsideCall): string {
  return authorization.replace(/^(?:whm [^:]*:|Bearer )/, '');
}

function talkOf(trouble: 'blocked' | 'full'): Talk {
  return new Talk(trouble, outside.firm(trouble), people);
}

/** Every page and export of the incidents from the first on. */
async function lookAtAll(browser: Browser, ids: readonly string[]): Promise<void> {
  await browser.page('/');
  for (const id of ids)
    for (const page of ['', '/log', '/export.html', '/export.md', '/export.json', '/export.jsonl'])
      await browser.page(`/incidents/${id}${page}`);
}

/** What the server wrote, showed and stored, and what commands said beside it. */
function everywhere(commands: readonly string[]): readonly Leak[] {
  const { said } = server;
  return [
    ...said.flatMap(({ stdout, stderr }, life) => leaksIn(`log of life ${life}`, stdout + stderr, canaries)),
    ...commands.flatMap((text, n) => leaksIn(`command ${n}`, text, canaries)),
    ...Object.values(people).flatMap((browser: Browser) =>
      browser.seen.flatMap(({ path, text }) => leaksIn(path, text, canaries)),
    ),
    ...leaksInDatabase(database, canaries),
  ];
}
