import { expect, test } from 'vitest';
import { settingNames } from '../../src/config-names.ts';
import { config, problems, real } from './rig.ts';

const { WHM_TOKEN: _, ...withoutToken } = real;

test('a secret may come from a file; its line breaks at the end are not part of it', () => {
  const env = { ...withoutToken, WHM_TOKEN_FILE: '/run/secrets/whm' };
  const read = config(env, { '/run/secrets/whm': 'FROMTHEFILE123\r\n\n' });
  expect(read.whms.get('host2.example.com')?.token).toBe('FROMTHEFILE123');
  expect(read.secrets).toContain('FROMTHEFILE123');
});

test('a secret that is set twice is refused, and neither value is shown', () => {
  const all = problems(
    { ...real, WHM_TOKEN_FILE: '/run/secrets/whm' },
    { '/run/secrets/whm': 'OTHERCANARY99' },
  );
  expect(all).toEqual(['WHM_TOKEN and WHM_TOKEN_FILE are both set. Keep one of them.']);
});

test('a file that is missing or empty is named', () => {
  const env = { ...withoutToken, WHM_TOKEN_FILE: '/run/secrets/whm' };
  expect(problems(env)).toEqual([
    'WHM_TOKEN_FILE is "/run/secrets/whm", which cannot be read (ENOENT). Check the path and who may read it.',
  ]);
  expect(problems(env, { '/run/secrets/whm': '\n' })).toEqual([
    'WHM_TOKEN_FILE is "/run/secrets/whm", which is empty. Write the secret into it.',
  ]);
});

test('what is no secret does not come from a file', () => {
  expect(config({ ...real, WHM_URL_FILE: '/x' }).warnings).toContain(
    'WHM_URL_FILE is not read: only secrets can come from a file. Set WHM_URL itself.',
  );
});

const canary = 'canary sécret-0123456789';

test('no message shows the value of a secret, whatever is wrong with it', () => {
  const secretNames = Object.entries(settingNames).flatMap(([name, row]) => ('secret' in row ? [name] : []));
  expect(secretNames.length).toBeGreaterThan(8);
  const shown = secretNames.flatMap((name) => problems({ ...real, [name]: canary }));
  expect(shown.filter((problem) => problem.includes('cannot be used')).length).toBeGreaterThan(5);
  expect(shown.join('\n')).not.toContain('canary');
});

test('a token in the wrong place is not shown either', () => {
  const shown = [
    ...problems({ ...real, WHM_URL: 'https://support:CANARYPASS1@host2.example.com:2087' }),
    ...problems({ ...real, WHM_URL: 'http://support:CANARYPASS1@host2' }),
    ...problems({ ...real, BYF_URL: 'ftp://u:CANARYPASS1@x' }),
    ...problems({ ...real, PORT: real.WHM_TOKEN }),
    ...problems({ ...real, SMTP_URL: 'x://u:CANARYPASS1@x' }),
    ...problems({ ...real, DATABASE_URL: 'postgres://u:CANARYPASS1@db' }),
    ...problems({ ...real, DATABASE_URL: 'postgres://u:CANARYPASS1@:x/db' }),
  ];
  expect(shown.length).toBeGreaterThanOrEqual(6);
  expect(shown.join('\n')).not.toMatch(/CANARY/);
});

test('every secret is on the list of what is never logged', () => {
  const env = {
    ...real,
    MAILFIX_KEY: 'k'.repeat(40),
    SMTP_URL: 'smtps://u:mailpass99@m.example',
    MAIL_FROM: 'a@b.example',
    DATABASE_URL: 'postgres://mailfix:a%20secret%40b@db/mailfix',
  };
  expect(config(env).secrets).toEqual(
    expect.arrayContaining([
      real.WHM_TOKEN,
      real.CPA_TOKEN,
      'k'.repeat(40),
      'mailpass99',
      'a%20secret%40b',
      'a secret@b',
    ]),
  );
});
