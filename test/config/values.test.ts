import { expect, test } from 'vitest';
import { config, problems, real } from './rig.ts';

/** Setting, bad value, what the message must say beside the setting's name. */
const refused: readonly (readonly [name: string, value: string, ...says: string[]])[] = [
  ['PORT', '70000', '"70000"', 'whole number from 0 to 65535', 'like this: 3000'],
  ['PORT', 'http', '"http"'],
  ['PORT', '-1', '"-1"'],
  ['PORT', '80.5', '"80.5"'],
  ['HOST', 'http://x', '"http://x"', 'no host name or address'],
  ['LOG_LEVEL', 'loud', '"loud"', 'none of fatal, error, warn'],
  ['SIMULATORS', 'maybe', '"maybe"', 'neither true nor false'],
  ['FOUR_EYES', '2', '"2"', 'neither true nor false'],
  ['TIME_ZONE', 'Mars/Base', '"Mars/Base"', 'no such time zone', 'Europe/Berlin'],
  ['PUBLIC_URL', 'mailfix.example', 'no http or https address', 'https://mailfix.example'],
  ['PUBLIC_URL', 'http://mailfix.example', 'not https'],
  ['PUBLIC_URL', 'https://mailfix.example/console', 'more than the host and port', 'https://mailfix.example'],
  ['DATABASE_URL', 'postgres://mailfix@db', 'no database address', 'postgres://USER:PASSWORD@HOST/DATABASE'],
  ['DATABASE_URL', 'postgres://mailfix@/mailfix', 'no database address', '?host=FOLDER'],
  ['DATABASE_URL', 'mysql://mailfix@db/mailfix', 'no database address'],
  ['LEASE', '500ms', '"500ms"', 'not from 1s to 5m'],
  ['LEASE', '10', 'a number without a unit'],
  ['DATABASE_URL', 'data/mailfix.db', 'sqlite:data/mailfix.db'],
  ['DATABASE_URL', 'sqlite::memory:', 'no database address'],
  ['DATABASE_URL', 'sqlite:x.db?mode=ro', 'no database address'],
  ['MAILFIX_KEY', 'too-short', 'it has 9 characters and needs 32 or more'],
  ['WHM_URL', 'host2.example.com', 'no http or https address', 'https://host2.example.com:2087'],
  ['WHM_URL', 'http://host2.example.com:2087', 'not https', '127.0.0.1'],
  ['WHM_URL', 'https://host2.example.com:2086', 'port 2086 is the unencrypted one', 'Use port 2087'],
  ['WHM_URL', 'http://127.0.0.1:2086', 'port 2086 is the unencrypted one'],
  ['WHM_URL', 'https://host2.example.com:2087/cpsess1', 'more than the host and port'],
  ['WHM_USER', 'a b', '"a b"', 'no user name'],
  ['CPA_UNBLOCK_URL', 'http://cpa.example.com/unblock', 'not https'],
  ['CPA_STATUS_URL', 'ftp://cpa.example.com', 'no http or https address'],
  ['CPA_LOGIN_URL', 'javascript:alert(1)', 'no http or https address'],
  ['CPA_BODY', 'xml', '"xml"', 'none of json, form'],
  ['CPA_IP_FIELD', 'ip address', '"ip address"', 'no name of a field'],
  ['SLACK_API_URL', 'http://slack.example.com/api/', 'not https'],
  ['MicrosoftAppType', 'Free', '"Free"', 'MultiTenant'],
  ['TEAMS_AUTH', 'playground', '"playground"'],
  ['SMTP_URL', 'mail.example.com', 'smtp://'],
  ['MAIL_FROM', 'support', '"support"', 'no mail address'],
  ['APPROVERS', 'web:lea,bob', '"bob"', 'web:NAME, slack:U…'],
  ['APPROVERS', 'slack:lea', '"slack:lea"'],
  ['APPROVERS', 'teams:lea@example.com', '"teams:lea@example.com"'],
  ['TECHNICIANS', '@sam', '"@sam"'],
  ['APPROVAL_WITHIN', '30', '"30"', 'without a unit', '5m'],
  ['APPROVAL_WITHIN', '0m', 'no time at all'],
  ['WATCH_FOR', 'a day', '"a day"', '24h'],
  ['UNBLOCK_CHECKS', '10m,5m', '"5m" is not later than the one before it'],
  ['UNBLOCK_CHECKS', '5m,7', '"7"', 'without a unit'],
  ['QUOTA_STEP_MB', '0', '"0"', 'whole number from 1'],
  ['QUOTA_STEP_MB', '1e3', '"1e3"'],
  ['BYF_URL', 'http://byf.example', 'not https'],
  ['OWN_ADDRESSES', '203.0.113.200', '203.0.113.200', 'without a name'],
  ['OWN_ADDRESSES', 'office=home', 'neither an address nor a range'],
];

test.each(refused)('%s=%s is refused', (name, value, ...says) => {
  const about = problems({ ...real, [name]: value }).filter((problem) => problem.startsWith(name));
  expect(about).toHaveLength(1);
  for (const words of says) expect(about[0]).toContain(words);
});

test('everything that is wrong is said at once', () => {
  const all = problems({ ...real, PORT: 'x', WHM_URL: 'http://h.example', CPA_BODY: 'xml', WATCH_FOR: '1y' });
  expect(all.map((problem) => problem.split(/[ :]/)[0])).toEqual([
    'PORT',
    'WHM_URL',
    'CPA_BODY',
    'WATCH_FOR',
  ]);
});

test('an empty setting counts as not set', () => {
  expect(config({ PORT: '', WHM_URL: '', CPA_TOKEN: '', APPROVERS: '' })).toMatchObject({
    port: 3000,
    world: 'simulated',
    approvers: ['web:lea'],
  });
});

test('good values arrive in their own types', () => {
  const given = {
    ...real,
    PORT: '0',
    HOST: '[::1]',
    PUBLIC_URL: 'https://mailfix.example/',
    DATABASE_URL: 'sqlite:///var/lib/mailfix/m.db',
    LEASE: '3s',
    LOG_LEVEL: 'WARN',
    TIME_ZONE: 'Europe/Berlin',
    CPA_BODY: 'form',
    CPA_IP_FIELD: 'address',
    APPROVERS: 'web:lea, slack:T012/U0123; slack:S0456 web:lea',
    FOUR_EYES: 'off',
    APPROVAL_WITHIN: '45 M',
    UNBLOCK_CHECKS: '1s, 2s,3m',
    QUOTA_STEP_MB: '250',
    OWN_ADDRESSES: '203.0.113.200=our office',
  };
  expect(config(given)).toMatchObject({
    port: 0,
    host: '::1',
    publicUrl: 'https://mailfix.example',
    database: '/var/lib/mailfix/m.db',
    leaseMs: 3000,
    keyFile: '/var/lib/mailfix/mailfix.key',
    logLevel: 'warn',
    timeZone: 'Europe/Berlin',
    cpa: { body: 'form', ipField: 'address' },
    approvers: ['web:lea', 'slack:T012/U0123', 'slack:S0456'],
    fourEyes: false,
    quotaStepMb: 250,
    dialogs: {
      approvalWithin: '45m',
      unblockChecks: ['1s', '2s', '3m'],
      ownAddresses: [{ address: '203.0.113.200', name: 'our office' }],
    },
  });
});

test('servers on PostgreSQL share a database, so they need the same key', () => {
  const env = { DATABASE_URL: 'postgres://mailfix@db/mailfix' };
  expect(problems(env)).toEqual([expect.stringMatching(/^MAILFIX_KEY is not set.*openssl rand/)]);
  expect(config({ ...env, MAILFIX_KEY: 'k'.repeat(32) })).toMatchObject({
    database: 'postgres://mailfix@db/mailfix',
    keyFile: 'data/mailfix.key',
  });
});

test('without any setting there are defaults for all', () => {
  expect(config({})).toEqual({
    world: 'simulated',
    host: '127.0.0.1',
    port: 3000,
    publicUrl: undefined,
    database: 'data/mailfix.db',
    languages: { staff: 'en', client: 'en' },
    leaseMs: 10_000,
    key: undefined,
    keyFile: 'data/mailfix.key',
    logLevel: 'info',
    whms: new Map(),
    cpa: undefined,
    slack: undefined,
    teams: undefined,
    mail: undefined,
    approvers: ['web:lea'],
    rules: {
      default: {
        name: 'APPROVERS',
        approvers: ['web:lea'],
        needs: 1,
        requesterMayApprove: false,
        limits: [],
      },
      actions: new Map(),
    },
    people: new Map(),
    approvalChannels: [],
    technicians: [],
    fourEyes: true,
    retention: {},
    quotaStepMb: 100,
    quotaLadders: { account: {}, mailbox: {} },
    timeZone: undefined,
    hours: {
      workingHours: undefined,
      patience: { remindAfterMs: 600_000, callAfterMs: 1_800_000, parkAfterMs: 14_400_000 },
    },
    dialogs: {
      unblockChecks: ['5m', '7m', '10m'],
      approvalWithin: '30m',
      watchFor: '24h',
      quotaLease: '14d',
      byfUrl: undefined,
      ownAddresses: [],
    },
    secrets: [],
    warnings: [],
  });
});
