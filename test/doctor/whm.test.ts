import { describe, expect, test } from 'vitest';
import { faultyWhms } from './faulty-whms.ts';
import { lookedAt, noon, told } from './rig.ts';
import type { Says } from './rig.ts';

const twoTokens = { system: { writeToken: 'CHANGES' } };
/** Everything that is asked with the token for reads. */
const readsOfAll = (
  'version myprivs applist gethostname getdomainowner listaccts accountsummary get_disk_usage cphulk_status ' +
  'load_cphulk_config get_cphulk_brutes get_cphulk_excessive_brutes get_cphulk_user_brutes get_cphulk_failed_logins ' +
  'read_cphulk_records servicestatus emailtrack_search Email::list_pops_with_disk Email::list_mxs ' +
  'Email::get_client_settings Email::get_pop_quota csf.cgi'
).split(' ');

describe('of a server where all is well', () => {
  let fine: ReturnType<typeof lookedAt> | undefined;

  test('every function is asked once, with reads alone, and at most four at a time', async () => {
    const { looks, calls, most } = await lookedAt({}, { ...twoTokens, delayMs: 20 });
    expect(looks.filter(({ status }) => status === 'fail' || status === 'warn')).toEqual([]);
    expect(most).toBe(4);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['GET']));
    const asked = calls.map(({ name, token }) => `${token} ${name}`);
    expect(asked.toSorted()).toEqual(
      [
        ...readsOfAll.map((name) => `READS ${name}`),
        ...['version', 'myprivs', 'applist'].map((name) => `CHANGES ${name}`),
      ].toSorted(),
    );
    // Nothing is asked for a client by name in what people read.
    expect(JSON.stringify(looks)).not.toMatch(/acme/);
    expect(calls.find(({ name }) => name === 'emailtrack_search')?.params).toMatchObject({
      'api.filter.a.field': 'recipient',
      'api.filter.a.type': 'eq',
    });
  });

  test.each([
    ['version', /^pass: 11\.138\.0\.10$/],
    [
      'CVE-2026-41940',
      /^skipped: not judged.* → Compare 11\.138\.0\.10 with the builds that cPanel’s announcement/,
    ],
    ['clock', /^pass: the same as ours$/],
    ['services', /^pass: servicestatus names exim, imap, pop$/],
    ['CSF by token', /^pass/],
    ['CSF version', /^pass: 16\.07$/],
    ['names in metadata.chunk', /^pass: records, chunks, current, size$/],
    ['shape of metadata.result', /^pass: 16 times a number, 1 times a text$/],
    ['shape of timeleft', /^pass: a text with a number of minutes$/],
    // Noon UTC, and 90 minutes left until 15:30.
    ['zone of exptime', /^pass: written like YYYY-MM-DD HH:MM:SS, .* the server’s time, UTC\+2$/],
    ['a UAPI call that fails inside', /^pass: says result 1 and inner status 0$/],
    ['lag after editquota', /^skipped: not tried, because it would change something$/],
    ['editquota', /^pass: the token may; not tried, because it would change something$/],
    ['Email::edit_pop_quota', /^pass: the token may; not tried/],
    [
      'flush_cphulk_login_history_for_ips',
      /^skipped: mailfix leaves un-blocks .* WHM_WRITE_TOKEN is not set/,
    ],
    ['CSF kill', /^skipped: mailfix leaves un-blocks .* WHM_WRITE_TOKEN is not set/],
    ['WHM_WRITE_TOKEN', /^warn: not set, so one token serves looks and changes → Make a second token/],
  ])('%s', async (what, words) => {
    fine ??= lookedAt({});
    expect(told((await fine).looks, what)).toMatch(words);
  });
});

test.each(faultyWhms)('%s', async (_, says, lines) => {
  const { looks } = await lookedAt(says);
  for (const [line, words] of Object.entries(lines)) expect(told(looks, line), line).toMatch(words);
});

test.each([
  [-90, /^warn: (?:89|90) s behind ours → .*NTP/],
  [90, /^warn: 9[01] s ahead of ours/],
  [600, /^fail: 60[01] s ahead of ours/],
  [-20, /^pass: (?:19|20) s behind ours$/],
  [null, /^skipped: its answers have no Date/],
])('a clock that is off by %s s', async (seconds, words) => {
  const date = seconds === null ? null : noon + seconds * 1000;
  expect(told((await lookedAt({}, { date })).looks, 'clock')).toMatch(words);
});

describe('after a first call that fails, nothing else is asked:', () => {
  test.each<readonly [string, Says, RegExp]>([
    [
      'refused',
      { status: 403, body: '{"cpanelresult":{"error":"Access denied"}}' },
      /^fail: .*refused the token/,
    ],
    ['no answer', 'hang', /^fail: .*no complete answer.* within 0\.1 s/],
    ['too many', { status: 429, body: '' }, /^fail: .*slow down/],
  ])('%s', async (what, says, words) => {
    const change = says === 'hang' ? { callMs: 100 } : {};
    const { looks, calls } = await lookedAt({ version: says }, { change });
    expect(told(looks, 'version')).toMatch(words);
    const why = what === 'refused' ? 'can lock this address out' : 'it would fail as well';
    expect(told(looks, 'everything else')).toMatch(new RegExp(`^skipped: not asked: .*${why}$`));
    expect(calls.map(({ name }) => name)).toEqual(['version']);
  });

  test('nobody there', async () => {
    const { looks } = await lookedAt({}, { system: { url: 'http://127.0.0.1:1' } });
    expect(told(looks, 'version')).toMatch(
      /^fail: .*cannot be reached.*ECONNREFUSED.* → Check the host name and port/,
    );
  });

  test('but the other token, where the first is refused', async () => {
    const refused = { status: 403, body: '{"cpanelresult":{"error":"Access denied"}}' };
    const { looks, calls } = await lookedAt({ 'READS version': refused }, twoTokens);
    expect(told(looks, 'WHM_WRITE_TOKEN')).toBe('pass: WHM takes it');
    expect(told(looks, 'editquota (token for changes)')).toMatch(/^pass/);
    expect(calls.filter(({ token }) => token === 'READS')).toHaveLength(1);
  });
});

describe('with two tokens', () => {
  test.each<readonly [string, Record<string, Says>, string, RegExp]>([
    [
      'one that is refused',
      { 'CHANGES version': { status: 401, body: '' } },
      'WHM_WRITE_TOKEN',
      /^fail: .*refused/,
    ],
    [
      'one without quota',
      { 'CHANGES myprivs': { data: { privileges: ['cpanel-api'] } } },
      'editquota (token for changes)',
      /^fail: .*"quota"/,
    ],
    [
      'a first that need not write',
      { 'READS myprivs': { data: { privileges: ['list-accts'] } } },
      'editquota (token for changes)',
      /^pass/,
    ],
    [
      'each says its own privileges',
      { 'READS myprivs': { data: { privileges: ['list-accts'] } } },
      'myprivs (token for reads)',
      /^pass: privileges: list-accts$/,
    ],
    [
      'one that may flush',
      {},
      'flush_cphulk_login_history_for_ips (token for changes)',
      /^pass: the token may; not tried/,
    ],
    [
      'one that may not',
      { 'CHANGES myprivs': { data: { privileges: ['quota'] } } },
      'flush_cphulk_login_history_for_ips (token for changes)',
      /^warn: the token may not: it lacks "all"; after its first refusal mailfix leaves un-blocks.* → Give the token the privilege "all".*open at once/,
    ],
    ['one that may kill', {}, 'CSF kill (token for changes)', /^pass: the token may, as root; not tried/],
    [
      'one of a reseller',
      { 'CHANGES myprivs': { data: { privileges: ['quota'] } } },
      'CSF kill (token for changes)',
      /^skipped: .*UNBLOCK in \/etc\/csf\/csf\.resellers/,
    ],
  ])('%s', async (_, says, line, words) => {
    expect(told((await lookedAt(says, twoTokens)).looks, line)).toMatch(words);
  });

  test('which are the same', async () => {
    const { looks } = await lookedAt({}, { system: { writeToken: 'READS' } });
    expect(told(looks, 'WHM_WRITE_TOKEN')).toMatch(/^warn: is the same as the token for reads/);
  });
});

test('functions that hang cost their time and no more, and the others are told', async () => {
  const hanging = ['getdomainowner', 'get_cphulk_brutes', 'servicestatus', 'csf.cgi'];
  const says = Object.fromEntries(hanging.map((name) => [name, 'hang'] as const));
  const { looks } = await lookedAt(says, { change: { callMs: 1000 } });
  expect(told(looks, 'getdomainowner')).toMatch(/^fail: .*within 1 s/);
  expect(told(looks, 'servicestatus')).toMatch(/^warn: .*within 1 s/);
  expect(told(looks, 'CSF by token')).toMatch(/^warn: .*within 1 s/);
  expect(told(looks, 'cphulk_status')).toBe('pass: answered');
  expect(told(looks, 'editquota')).toMatch(/^pass/);
});

test('an address or a user that cannot be used is said and not tried', async () => {
  const { looks, calls } = await lookedAt({}, { system: { user: 'a b' } });
  expect(told(looks, 'settings')).toMatch(/^fail: WHM_USER cannot be "a b"/);
  expect(calls).toEqual([]);
});
