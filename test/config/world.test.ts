import { describe, expect, test } from 'vitest';
import { certificate, config, problems, real } from './rig.ts';

const whm = { WHM_URL: real.WHM_URL, WHM_USER: real.WHM_USER, WHM_TOKEN: real.WHM_TOKEN };
const cpa = { CPA_UNBLOCK_URL: real.CPA_UNBLOCK_URL, CPA_TOKEN: real.CPA_TOKEN };
const slack = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: '0123456789abcdef' };
const teams = {
  MicrosoftAppId: '00000000-0000-0000-0000-000000000001',
  MicrosoftAppPassword: 'a client secret',
  MicrosoftAppTenantId: '00000000-0000-0000-0000-000000000002',
};

test.each([
  ['a WHM', whm],
  ['a CPA System', cpa],
  ['Slack', slack],
  ['Teams', teams],
])('with %s the world is real, and what has no settings is not configured', (_, env) => {
  const read = config(env);
  expect(read.world).toBe('real');
  expect([...read.whms.keys()]).toEqual('WHM_URL' in env ? ['host2.example.com'] : []);
  expect(read.cpa === undefined).toBe(!('CPA_UNBLOCK_URL' in env));
  expect(read.approvers).toEqual([]);
});

test('settings that name no system leave the simulators on', () => {
  expect(config({ PORT: '4000', BYF_URL: 'https://byf.example/', QUOTA_STEP_MB: '50' }).world).toBe(
    'simulated',
  );
});

test('SIMULATORS=on wins over real systems, uses none of them and says so', () => {
  const read = config({ ...real, SIMULATORS: 'on' });
  expect(read).toMatchObject({ world: 'simulated', whms: new Map(), cpa: undefined, approvers: ['web:lea'] });
  expect(read.warnings).toEqual([
    'SIMULATORS=on: WHM_URL and CPA_UNBLOCK_URL will not be used; nothing real is changed.',
  ]);
});

test('SIMULATORS=off without a system: all by hand, and nobody approves unasked', () => {
  const read = config({ SIMULATORS: 'off' });
  expect(read).toMatchObject({ world: 'real', approvers: [] });
  expect(read.warnings.join('\n')).toMatch(
    /Nobody may approve.*\n.*WHM is not configured.*\n.*CPA System is not/,
  );
});

test('a complete real start has nothing to warn of', () => {
  expect(config(real).warnings).toEqual([]);
});

test.each([
  ['WHM_URL', whm],
  ['WHM_USER', whm],
  ['WHM_TOKEN', whm],
  ['CPA_UNBLOCK_URL', cpa],
  ['CPA_TOKEN', cpa],
  ['SLACK_BOT_TOKEN', slack],
  ['SLACK_SIGNING_SECRET', slack],
  ['MicrosoftAppId', teams],
  ['MicrosoftAppPassword', teams],
  ['MicrosoftAppTenantId', teams],
])('without %s the others are incomplete', (name, env) => {
  const { [name]: __, ...rest } = env as Record<string, string>;
  const all = problems(rest);
  expect(all).toHaveLength(1);
  expect(all[0]).toMatch(new RegExp(`^${name} is not set\\. Set ${name}: .+`));
});

test('the CPA System takes one sign-in: token, or user and password', () => {
  const url = { CPA_UNBLOCK_URL: real.CPA_UNBLOCK_URL };
  expect(config({ ...url, CPA_USER: 'u', CPA_PASSWORD: 'päss wörd' }).cpa).toMatchObject({
    password: 'päss wörd',
  });
  expect(problems({ ...url, CPA_USER: 'u' })).toEqual([expect.stringContaining('CPA_PASSWORD is not set')]);
  expect(problems({ ...cpa, CPA_USER: 'u', CPA_PASSWORD: 'p' })).toEqual([
    'CPA_TOKEN and CPA_USER with CPA_PASSWORD are both set. Keep one way to sign in.',
  ]);
});

test('the admin site of the CPA System takes user and password, and all pages of one site', () => {
  const who = { CPA_USER: 'u', CPA_PASSWORD: 'p' };
  const site = {
    CPA_LOGIN_URL: 'https://cpa.example.com/login',
    CPA_UNBLOCK_URL: 'https://cpa.example.com/unblock-ip',
  };
  const read = config({ ...site, ...who, CPA_BODY: 'form' });
  expect(read.cpa).toMatchObject({
    loginUrl: site.CPA_LOGIN_URL,
    unblockUrl: site.CPA_UNBLOCK_URL,
    user: 'u',
  });
  expect(read.warnings).toContainEqual(expect.stringMatching(/^CPA_BODY is not used/));
  expect(read.warnings.join()).not.toContain('CPA_LOGIN_URL is set');
  expect(problems({ CPA_LOGIN_URL: site.CPA_LOGIN_URL })).toEqual(
    ['CPA_UNBLOCK_URL', 'CPA_USER', 'CPA_PASSWORD'].map((name) =>
      expect.stringContaining(`${name} is not set`),
    ),
  );
  expect(problems({ ...site, CPA_TOKEN: 't', ...who })).toEqual([
    expect.stringMatching(/^CPA_TOKEN and CPA_LOGIN_URL are both set/),
  ]);
  expect(problems({ ...site, ...who, CPA_UNBLOCK_URL: 'https://other.example.com/unblock-ip' })).toEqual([
    expect.stringMatching(
      /^CPA_UNBLOCK_URL is not on the site of CPA_LOGIN_URL, https:\/\/cpa\.example\.com/,
    ),
  ]);
  expect(problems({ ...site, ...who, CPA_STATUS_URL: 'https://cpa.example.com:8443/s' })).toEqual([
    expect.stringMatching(/^CPA_STATUS_URL is not on the site/),
  ]);
});

test('mail needs a server and a sender', () => {
  expect(problems({ SMTP_URL: 'smtp://m.example' })).toEqual([
    expect.stringContaining('MAIL_FROM is not set'),
  ]);
  expect(problems({ MAIL_FROM: 'a@b.example' })).toEqual([expect.stringContaining('SMTP_URL is not set')]);
});

test('plain http is for this machine', () => {
  const url = 'http://127.0.0.1:2087';
  expect(config({ ...whm, WHM_URL: url }).whms.get('127.0.0.1')?.url).toBe(url);
  expect(config({ ...cpa, CPA_UNBLOCK_URL: 'http://[::1]:8/un' }).cpa?.unblockUrl).toBe('http://[::1]:8/un');
});

test('a certificate is read from its file', () => {
  const env = { ...whm, WHM_CA: '/etc/h2.pem' };
  expect(config(env, { '/etc/h2.pem': certificate }).whms.get('host2.example.com')?.ca).toBe(certificate);
  expect(problems(env)).toEqual([
    expect.stringContaining('WHM_CA is "/etc/h2.pem", which cannot be read (ENOENT)'),
  ]);
  expect(problems(env, { '/etc/h2.pem': 'key' })).toEqual([expect.stringContaining('holds no certificate')]);
});

describe('Slack', () => {
  const oauth = {
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: '0123456789abcdef',
    SLACK_STATE_SECRET: 'a secret of its own',
    SLACK_SIGNING_SECRET: '0123456789abcdef',
    SLACK_TEAMS: 'T0123ABCD',
    PUBLIC_URL: 'https://mailfix.example',
  };

  test('is there with a bot token, or with the means to come by one', () => {
    expect(config({ ...real, ...slack }).slack).toMatchObject({ botToken: 'xoxb-1', appToken: undefined });
    expect(config({ ...real, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1' }).slack).toMatchObject({
      appToken: 'xapp-1',
    });
    expect(config({ ...real, ...oauth })).toMatchObject({ slack: { teams: ['T0123ABCD'] }, warnings: [] });
    const alone = config({ ...real, SLACK_TEAMS: 'T1' });
    expect(alone.slack).toBeUndefined();
    expect(alone.warnings).toEqual([
      expect.stringContaining('SLACK_TEAMS is set, but Slack is not configured'),
    ]);
  });

  test('takes a token or installations, not both', () => {
    expect(problems({ ...real, ...oauth, ...slack })).toEqual([
      expect.stringContaining('SLACK_BOT_TOKEN and SLACK_CLIENT_ID are both set'),
    ]);
    expect(problems({ ...real, ...oauth, SLACK_STATE_SECRET: '' })).toEqual([
      expect.stringContaining('SLACK_STATE_SECRET is not set'),
    ]);
  });

  test('with several workspaces, people are named with theirs', () => {
    expect(problems({ ...real, ...oauth, APPROVERS: 'slack:T1AB/U1AB,slack:U0LEA,web:lea' })).toEqual([
      'APPROVERS has "slack:U0LEA", and with SLACK_CLIENT_ID there may be several workspaces. Write whose it is: slack:T0123ABCD/U0LEA.',
    ]);
    expect(problems({ ...real, ...oauth, TECHNICIANS: 'slack:S0HELP' })).toHaveLength(1);
    expect(problems({ ...real, ...slack, APPROVERS: 'slack:U0LEA' })).toEqual([]);
  });

  test('nobody is let in unasked, and the start says so', () => {
    const { SLACK_TEAMS: _, PUBLIC_URL: __, ...rest } = oauth;
    expect(config({ ...real, ...rest }).warnings).toEqual([
      expect.stringContaining('Nobody may install mailfix in Slack. Set SLACK_TEAMS'),
      expect.stringContaining('without PUBLIC_URL'),
    ]);
  });
});

test('simulators off loopback are refused; real systems are not', () => {
  expect(problems({ HOST: '0.0.0.0' })).toEqual([
    expect.stringMatching(/^HOST is "0\.0\.0\.0", and the simulators are for trying on this machine only/),
  ]);
  expect(problems({ ...real, HOST: '0.0.0.0', SIMULATORS: 'on' })).toHaveLength(1);
  expect(problems({ ...real, HOST: '0.0.0.0', PUBLIC_URL: 'https://m.example' })).toEqual([]);
  for (const HOST of ['127.0.0.2', '::1', 'localhost']) expect(problems({ HOST })).toEqual([]);
});

describe('Teams', () => {
  test('takes the kinds of app that Microsoft has, each with what it needs', () => {
    const { MicrosoftAppTenantId: _, ...anywhere } = teams;
    const { MicrosoftAppPassword: __, ...managed } = teams;
    const several = { ...anywhere, MicrosoftAppType: 'MultiTenant' };
    expect(config({ ...managed, MicrosoftAppType: 'UserAssignedMSI' }).teams?.appPassword).toBeUndefined();
    expect(config(several).warnings).toContainEqual(expect.stringContaining('Set TEAMS_TENANTS'));
    expect(config({ ...real, ...several, TEAMS_TENANTS: 'a, b' })).toMatchObject({
      warnings: [],
      teams: { tenants: ['a', 'b'] },
    });
  });

  test('names every setting that is missing at once', () => {
    expect(problems({ TEAMS_TENANTS: 'x' })).toHaveLength(3);
  });

  test('with TEAMS_AUTH=off needs nothing, leaves the simulators on, and says what it means', () => {
    const read = config({ TEAMS_AUTH: 'off' });
    expect(read).toMatchObject({ world: 'simulated', teams: { auth: false } });
    expect(read.warnings).toEqual([expect.stringMatching(/^TEAMS_AUTH is off: whoever reaches this port/)]);
    expect(config({ ...whm, TEAMS_AUTH: 'off' }).world).toBe('real');
  });

  test('with TEAMS_AUTH=off is for this machine only, and not for production', () => {
    for (const env of [
      { ...teams, HOST: '0.0.0.0' },
      { ...teams, NODE_ENV: 'production' },
    ])
      expect(problems({ ...env, TEAMS_AUTH: 'off' })).toEqual([expect.stringContaining('TEAMS_AUTH is off')]);
  });
});

test.each([
  ['WHM_TOKN', 'WHM_TOKEN'],
  ['WHM_TOKEN_FIEL', 'WHM_TOKEN_FILE'],
  ['APROVERS', 'APPROVERS'],
  ['FOUREYES', 'FOUR_EYES'],
  ['TIMEZONE', 'TIME_ZONE'],
  ['cpa_token', 'CPA_TOKEN'],
  ['MICROSOFTAPPID', 'MicrosoftAppId'],
])('%s is warned about: did you mean %s?', (typed, meant) => {
  expect(config({ ...real, [typed]: 'CANARY' }).warnings).toEqual([
    `${typed} is not a setting of mailfix and is not read. Did you mean ${meant}?`,
  ]);
});

test('other programs’ names in the environment are nobody’s business', () => {
  const others = {
    PATH: '/bin',
    HOME: '/root',
    HOSTNAME: 'x',
    POST: '1',
    WHM_PASSWORD: 'x',
    NODE_ENV: 'test',
    LC_ALL: 'C',
  };
  expect(config({ ...real, ...others }).warnings).toEqual([]);
});

test('__proto__ and the like are no settings', () => {
  const env = JSON.parse('{"__proto__":"x","constructor":"y","PORT":"81"}') as Record<string, string>;
  expect(config(env)).toMatchObject({ port: 81, warnings: [] });
});
