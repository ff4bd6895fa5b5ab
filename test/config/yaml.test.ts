import { expect, test } from 'vitest';
import { certificate, config, problems } from './rig.ts';

const file = '/etc/mailfix.yaml';
const good = `
approvers: [slack:U0123, web:tom]
technicians: slack:S0456
fourEyes: false
approvalWithin: 10m
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
  expect(read.warnings).toEqual(
    expect.arrayContaining(
      ['APPROVERS', 'FOUR_EYES', 'APPROVAL_WITHIN'].map(
        (name) => `${name} is not used: mailfix.yaml says otherwise.`,
      ),
    ),
  );
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
  ['a bad duration', '\n\napprovalWithin: 5x\n', /line 3: approvalWithin: "5x" is no duration/],
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
