import { expect, test } from 'vitest';
import { certificate, config, problems } from './rig.ts';

const file = '/etc/mailfix.yaml';
const good = `
approvers: [slack:U0123, web:tom]
technicians: slack:S0456
fourEyes: false
approvalWithin: 10m
retention: { texts: 90d, plans: 365d }
whm:
  host2:
    url: https://host2.example.com:2087
    user: support
    tokenFrom: WHM_TOKEN_HOST2
    writeTokenFrom: WHM_WRITE_HOST2
    ca: /etc/h2.pem
  host3:
    url: https://host3.example.com:2087
    user: root
    tokenFrom: WHM_TOKEN_HOST3
`;
const env = {
  MAILFIX_CONFIG: file,
  WHM_TOKEN_HOST2: 'CANARYHOST2',
  WHM_WRITE_HOST2: 'CANARYHOST2W',
  WHM_TOKEN_HOST3_FILE: '/run/h3',
};
const files = { [file]: good, '/etc/h2.pem': certificate, '/run/h3': 'CANARYHOST3\n' };
const wrong = (text: string) => problems(env, { ...files, [file]: text });

test('it names several servers, their tokens come from the environment or a file', () => {
  const read = config(env, files);
  expect(read.world).toBe('real');
  expect([...read.whms]).toEqual([
    [
      'host2',
      {
        url: 'https://host2.example.com:2087',
        user: 'support',
        token: 'CANARYHOST2',
        writeToken: 'CANARYHOST2W',
        ca: certificate,
      },
    ],
    [
      'host3',
      {
        url: 'https://host3.example.com:2087',
        user: 'root',
        token: 'CANARYHOST3',
        writeToken: undefined,
        ca: undefined,
      },
    ],
  ]);
  expect(read.secrets).toEqual(expect.arrayContaining(['CANARYHOST2', 'CANARYHOST2W', 'CANARYHOST3']));
});

test('its policy wins over the environment, and that is said', () => {
  const read = config({ ...env, APPROVERS: 'web:lea', FOUR_EYES: 'true', APPROVAL_WITHIN: '30m' }, files);
  expect(read).toMatchObject({
    approvers: ['slack:U0123', 'web:tom'],
    technicians: ['slack:S0456'],
    fourEyes: false,
  });
  expect(read.dialogs.approvalWithin).toBe('10m');
  expect(read.retention).toEqual({ texts: 90 * 86_400_000, plans: 365 * 86_400_000 });
  expect(read.warnings).toEqual(
    expect.arrayContaining(
      ['APPROVERS', 'FOUR_EYES', 'APPROVAL_WITHIN'].map(
        (name) => `${name} is not used: mailfix.yaml says otherwise.`,
      ),
    ),
  );
});

test.each([
  ['', '14d'],
  ['quotaLease: 30d', '30d'],
  ['quotaLease: 0', undefined],
  ['quotaLease: off', undefined],
])('a raised quota is lent for fourteen days, or as it says: "%s"', (text, lasts) => {
  const read = config({ MAILFIX_CONFIG: file }, { [file]: `${text}\n` });
  expect(read.dialogs.quotaLease).toBe(lasts);
});

test('an empty file says nothing', () => {
  expect(config({ MAILFIX_CONFIG: file }, { [file]: '# nothing yet\n' })).toMatchObject({
    world: 'simulated',
  });
});

test('a missing file is named', () => {
  expect(problems({ MAILFIX_CONFIG: file })).toEqual([
    expect.stringContaining(`MAILFIX_CONFIG is "${file}", which cannot be read (ENOENT)`),
  ]);
});

test.each([
  ['broken', 'approvers: [a\nwhm: {', /line [12]: /],
  ['a tab', 'whm:\n\thost2: x\n', /line 2: /],
  [
    'an unknown key',
    'approvers: []\napprover: web:lea\n',
    /line 2: "approver" is not known here\. Known at the top are approvers/,
  ],
  ['a bad person', 'fourEyes: true\napprovers:\n  - bob\n', /line 2: approvers: "bob" is none of web:NAME/],
  ['no yes or no', 'fourEyes: maybe\n', /line 1: fourEyes: /],
  [
    'a class that there is not',
    'retention:\n  texts: 90d\n  words: 9d\n',
    /line 3: retention: "words" is not known .* for retention texts, facts, findings, plans/,
  ],
  ['too short a time', 'retention:\n  texts: 23h\n', /line 2: retention\.texts: it is less than 1d\./],
  ['a bad duration', '\n\napprovalWithin: 5x\n', /line 3: approvalWithin: "5x" is no duration/],
  ['a bad lease', 'fourEyes: true\nquotaLease: 14\n', /line 2: quotaLease: .*string/],
  ['an odd lease', 'quotaLease: soon\n', /line 1: quotaLease: "soon" is no duration.*, or off\./],
  [
    'a plain port',
    'whm:\n  h:\n    url: https://h.example:2086\n    user: r\n    tokenFrom: WHM_T\n',
    /line 3: whm\.h\.url: .*port 2086/,
  ],
  [
    'a missing token',
    'whm:\n  h:\n    url: https://h.example:2087\n    user: r\n',
    /line 2: whm\.h\.tokenFrom: it is missing\./,
  ],
  ['a list', '- a\n- b\n', /line 1: /],
  ['a bomb', `a: &a [x,x]\nb: &b [*a,*a,*a,*a]\napprovers: [*b,*b,*b,*b,*b,*b]\n`, /line 1: .*alias/i],
])('%s is reported with its line', (_, text, message) => {
  const all = wrong(text);
  expect(all.length).toBeGreaterThan(0);
  expect(all[0]).toMatch(/^\/etc\/mailfix\.yaml/);
  expect(all[0]).toMatch(message);
});

test('a token itself is refused without being shown', () => {
  const server = (line: string) => `whm:\n  h:\n    url: https://h.example:2087\n    user: r\n    ${line}\n`;
  const all = [
    ...wrong(server('tokenFrom: CANARYTOKENCANARYTOKENCANARY')),
    ...wrong(server('token: CANARYTOKENCANARYTOKENCANARY')),
  ];
  expect(all.join('\n')).toMatch(/never the token itself/);
  expect(all.join('\n')).not.toContain('CANARYTOKEN');
});

test('a token that is not in the environment is named', () => {
  expect(
    problems({ MAILFIX_CONFIG: file, WHM_TOKEN_HOST2: 'a b', WHM_WRITE_HOST2: 'CANARY' }, files),
  ).toEqual([
    'WHM_TOKEN_HOST2 cannot be used: it has spaces, line breaks or letters beyond ASCII. (Its value is not shown.)',
    `${file} takes a token from WHM_TOKEN_HOST3, which is not set. Set WHM_TOKEN_HOST3 or WHM_TOKEN_HOST3_FILE.`,
  ]);
});

test('a server cannot be named in both places', () => {
  const both = { ...env, WHM_URL: 'https://h.example:2087', WHM_USER: 'r', WHM_TOKEN: 'CANARYCANARY' };
  expect(problems(both, files)).toEqual([
    expect.stringMatching(/^WHM_URL is set, and mailfix\.yaml has WHM servers too/),
  ]);
});

test('accounts of one person are joined, and whoever may approve may do so with each of them', () => {
  const text = 'approvers: [slack:U0123]\npeople:\n  lea: [web:lea, slack:U0123]\n  sam: web:sam\n';
  const read = config(env, { ...files, [file]: text });
  expect([...read.people]).toEqual([
    ['lea', ['web:lea', 'slack:U0123']],
    ['sam', ['web:sam']],
  ]);
  expect(read.approvers).toEqual(['slack:U0123', 'web:lea']);
});

test.each([
  ['people:\n  lea: [web:lea]\n  sam: [web:sam, web:lea]\n', '"web:lea" is under lea and sam'],
  ['people:\n  lea: [web:lea, slack:S0123]\n', '"slack:S0123" is a group'],
  ['people:\n  lea: [lea]\n', '"lea" is none of'],
  ['people:\n  "Lea Lead": [web:lea]\n', 'it is no name for somebody'],
])('people that make no sense are named with their line: %s', (text, words) => {
  expect(wrong(text)).toEqual([expect.stringMatching(/^\/etc\/mailfix\.yaml, line [23]: /)]);
  expect(wrong(text)[0]).toContain(words);
});

test('approvals are shown in channels besides, of products that are configured', () => {
  const room = '19:a_b-c@thread.tacv2';
  const tenant = '72F988BF-86F1-41AF-91AB-2D7CD011DB47';
  const text = `approvalChannels: [slack:T0123/C0456, "teams:${tenant}/${room}"]\n`;
  const both = { ...env, SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', TEAMS_AUTH: 'off' };
  expect(config(both, { ...files, [file]: text }).approvalChannels).toEqual([
    { product: 'slack', home: 'T0123', channel: 'C0456' },
    { product: 'teams', home: tenant.toLowerCase(), channel: room },
  ]);
  expect(wrong(text)).toEqual([
    expect.stringMatching(/^approvalChannels has C0456 of Slack, which is not configured\./),
    expect.stringMatching(/of Teams, which is not configured\./),
  ]);
});

test.each(['slack:C0456', 'slack:T0123/leads', 'teams:19:x@thread.tacv2', 'web:lea'])(
  'no channel to show approvals in: %s',
  (entry) => {
    expect(wrong(`approvalChannels: ["${entry}"]\n`)).toEqual([
      expect.stringContaining(`"${entry}" is neither`),
    ]);
  },
);

test.each([
  ['approvers: [slack:U0123]', 'APPROVERS has "slack:U0123"'],
  ['technicians: [slack:U0123]', 'TECHNICIANS has "slack:U0123"'],
  ['people: { lea: [web:lea, slack:U0123] }', 'people has "slack:U0123"'],
])('with several workspaces an id alone may be two people: %s', (text, words) => {
  const oauth = {
    SLACK_CLIENT_ID: '1.2',
    SLACK_CLIENT_SECRET: '0123456789abcdef',
    SLACK_STATE_SECRET: 'a secret of its own',
    SLACK_SIGNING_SECRET: '0123456789abcdef',
  };
  expect(problems({ ...env, ...oauth }, { ...files, [file]: text })).toEqual([
    expect.stringContaining(words),
  ]);
});
