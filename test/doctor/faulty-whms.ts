import type { Says } from './rig.ts';

const page = '<!DOCTYPE html><title>WHM Login</title><form></form>';
const denied = 'You do not have the privilege “list-accts”.';
const brute = (row: object): Record<string, Says> => ({
  get_cphulk_brutes: { data: { brutes: [row] } },
  get_cphulk_failed_logins: { data: { failed_logins: [] } },
});
const services = (...service: object[]): Record<string, Says> => ({
  servicestatus: { data: { service } },
});
const row = (more: object): Says => ({
  inner: [{ email: 'info@acme.example', domain: 'acme.example', diskquota: 'unlimited', ...more }],
});

/** What is different, and how that shows in which lines. */
export const faultyWhms: readonly (readonly [
  what: string,
  says: Record<string, Says>,
  lines: Record<string, RegExp>,
])[] = [
  ['a page', { version: { status: 200, body: page } }, { version: /^fail: .*web page.* → Sign in/ }],
  ['a redirect', { version: { status: 302, body: '' } }, { version: /^fail: .*redirect/ }],
  ['a reset', { version: 'drop' }, { version: /^fail: .*broke off/ }],
  ['no version', { version: { data: {} } }, { version: /^warn: it answered without one/ }],
  ['a denied version', { version: { no: denied } }, { version: /^warn: .* → .*"basic-system-info"/ }],
  [
    'functions that fail, each in its own way',
    {
      get_disk_usage: { no: denied },
      emailtrack_search: { no: denied },
      load_cphulk_config: { no: 'Unknown app (“load_cphulk_config”)' },
      getdomainowner: { no: 'Unknown app (“getdomainowner”)' },
      accountsummary: { status: 200, body: '{"metadata":{"res' },
      cphulk_status: { no: 'cPHulk is disabled on the server.' },
      'Email::list_mxs': { innerNo: 'The role is off.' },
      'csf.cgi': { status: 200, body: '<p>You do not have access to this feature</p>' },
    },
    {
      get_disk_usage: /^fail: .* → Give the token the privilege "list-accts"/,
      emailtrack_search: /^warn: .* → Give the token the privilege "track-email"/,
      load_cphulk_config: /^warn: .*has no function/,
      getdomainowner: /^fail: .*has no function/,
      accountsummary: /^fail: .*cannot be read/,
      cphulk_status: /^skipped: cPHulk is switched off/,
      'Email::list_mxs': /^warn: .*The role is off/,
      'CSF by token': /^warn: .*csf\.resellers/,
      'wording of a missing privilege': /^pass: “You do not have the privilege “list-accts”\.”$/,
    },
  ],
  ['a plugin that hangs up', { 'csf.cgi': 'drop' }, { 'CSF by token': /^warn: .*broke off/ }],
  [
    'no account',
    { listaccts: { data: { acct: null } } },
    {
      accountsummary: /^skipped: not asked: there was no account/,
      'Email::list_pops_with_disk': /^skipped: not asked/,
      'a UAPI call that fails inside': /^skipped: there was no account/,
    },
  ],
  [
    'no mailbox',
    { 'Email::list_pops_with_disk': { inner: null } },
    { 'Email::get_client_settings': /^skipped: not asked/ },
  ],

  [
    'a token that may only look',
    { myprivs: { data: { privileges: [{ 'list-accts': 1, quota: 0 }] } } },
    {
      editquota:
        /^fail: the token may not: it has neither "all" nor "quota"; not tried.* → Give the token the privilege "quota"/,
      'Email::edit_pop_quota': /^fail: .*nor "cpanel-api"/,
    },
  ],
  [
    'privileges as names',
    { myprivs: { data: { privileges: ['quota', 'passwd'] } } },
    {
      editquota: /^pass: the token may/,
      passwd: /^warn: .* → Take it away/,
    },
  ],
  [
    'privileges in one object',
    { myprivs: { data: { privileges: { quota: '1', all: '0' } } } },
    {
      myprivs: /^pass: privileges: quota$/,
      'Email::edit_pop_quota': /^fail/,
    },
  ],
  ['no privileges at all', { myprivs: { data: { privileges: [] } } }, { editquota: /^fail/ }],
  [
    'privileges in no known shape',
    { myprivs: { data: { privileges: [{ quota: 'perhaps' }] } } },
    {
      myprivs: /^warn: it answered in a shape that is not known/,
      editquota: /^warn: whether the token may cannot be told/,
      flush_cphulk_login_history_for_ips: /^skipped/,
    },
  ],
  [
    'privileges that are missing',
    { myprivs: { data: {} } },
    { editquota: /^warn: whether the token may cannot be told/ },
  ],
  [
    'privileges that are not told',
    { myprivs: { no: denied } },
    { editquota: /^warn: whether the token may cannot be told/ },
  ],
  [
    'a build without either',
    { applist: { data: { app: ['version'] } } },
    {
      editquota: /^fail: the token may not: its applist does not have editquota/,
      'Email::edit_pop_quota': /^fail: .*does not have uapi_cpanel/,
    },
  ],
  [
    'functions in no known shape',
    { applist: { data: { app: [{ name: 'x' }] } } },
    {
      applist: /^warn: .*shape that is not known/,
      editquota: /^pass/,
    },
  ],

  [
    'services without names',
    { servicestatus: { data: { service: null } } },
    { services: /^warn: servicestatus names none$/ },
  ],
  [
    'a service that is down',
    services({ name: 'imap', running: 0 }, { name: 'pop' }, { name: 'exim', running: '1' }),
    {
      services: /^pass: .*\nwarn: not running now: imap → /,
    },
  ],
  [
    'a service that is switched off',
    services({ name: 'imap', running: 0, enabled: 0 }, { name: 'pop' }, { name: 'exim' }),
    {
      services: /^pass: servicestatus names exim, imap, pop$/,
    },
  ],
  [
    'a service of another name',
    services({ name: 'dovecot' }, { name: 'exim' }),
    {
      services: /\nwarn: servicestatus does not name imap, pop$/,
    },
  ],

  [
    'minutes as a number',
    brute({ timeleft: 12.5, exptime: '2026-11-23 12:12:30' }),
    {
      'shape of timeleft': /^pass: a number of minutes/,
      'zone of exptime': /, UTC$/,
    },
  ],
  [
    'minutes in words',
    brute({ timeleft: '3 days', exptime: '2026-11-23T12:05:00Z' }),
    {
      'shape of timeleft': /^warn: mailfix cannot read it: "9 xxxx" → Report/,
      'zone of exptime': /^pass: written like "9999-99-99x99:99:99x"$/,
    },
  ],
  ['nobody blocked', brute({}), { 'zone of exptime': /^skipped: cPHulk blocks nobody now$/ }],
  [
    'a box without limit, on a second domain',
    {
      'Email::list_pops_with_disk': row({ domain: 'other.example' }),
      'Email::get_pop_quota': { inner: 0 },
    },
    {
      'get_pop_quota of a box without limit': /^pass: says 0$/,
      'listaccts for a second domain': /^pass: finds its account$/,
      'a UAPI call that fails inside': /^warn: the quota of a mailbox that nobody has was told/,
    },
  ],
  [
    'a limit that nobody can read',
    {
      'Email::list_pops_with_disk': row({}),
      'Email::get_pop_quota': { inner: '∞' },
    },
    { 'get_pop_quota of a box without limit': /^warn: mailfix cannot read it/ },
  ],
  [
    'an inner failure outside',
    { 'Email::get_pop_quota': { no: 'No such mailbox.' } },
    {
      'a UAPI call that fails inside': /^skipped: it failed in another way/,
    },
  ],
];
