import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build, folder, ran } from './child.ts';

const here = folder();
beforeAll(build, 120_000);
afterAll(here.remove);

test.each([[[]], [['help']], [['--help']], [['start', '--help']]])(
  'mailfix %j prints the help',
  async (args) => {
    const { code, stdout, stderr } = await ran(args, here.path);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of [
      'start',
      'doctor',
      'check',
      'flowchart',
      'export INC',
      'verify FILE',
      'hold INC',
      'release INC',
      'redact INC',
      'simulators',
      'sign-in NAME',
      'migrate --from sqlite:PATH',
    ]) {
      expect(stdout).toContain(`  ${name}`);
    }
  },
);

test('the version is that of package.json', async () => {
  expect(await ran(['--version'], here.path)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
  });
});

test.each([
  [['strat'], 'there is no command "strat". Did you mean "start"?'],
  [['frobnicate'], 'there is no command "frobnicate". "mailfix help" lists them all.'],
  [['start', '--fast'], "Unknown option '--fast'"],
  [['doctor', '--yaml'], "Unknown option '--yaml'"],
  [['start', 'now'], "Unexpected argument 'now'"],
  [['export'], 'INC is missing.'],
  [['export', 'INC-1', 'INC-2'], '"INC-2" is one too many'],
  [['export', '../x'], '"../x" is no incident. Write it like INC-142.'],
  [['export', 'INC-1', '--format', 'pdf'], '--format cannot be "pdf": it is md, jsonl or json. The'],
  [['export', 'INC-1', '--out', 'x', '--html', 'x'], '--out and --html name the same file.'],
  [['hold', 'INC-1'], '--why is missing: the log says why.'],
  [['release', '--why', 'x'], 'INC is missing.'],
  [['redact', 'INC-1', '--why', 'x'], '--class is missing: texts, facts, findings or plans.'],
  [['redact', 'INC-1', '--why', 'x', '--class', 'texts,all'], '--class cannot be "all": it is texts'],
  [['hold', 'INC-1', '--why', 'x', '--class', 'texts'], "Unknown option '--class'"],
  [['verify'], 'FILE is missing.'],
  [['sign-in'], 'NAME is missing.'],
  [['sign-in', '<b>'], '"<b>" is no name to sign in with'],
  [['simulators', '--port', '99999'], '--port cannot be "99999"'],
  [['migrate'], '--from is missing.'],
  [['migrate', '--from', 'm.db'], '--from: It is no database address.'],
  [['migrate', '--from', 'postgres://me:CANARY@db/x'], '--from has to be an SQLite file'],
  [
    ['migrate', '--from', 'sqlite:m.db'],
    '--to, or DATABASE_URL without it, has to be a postgres:// address.',
  ],
  [['explore'], 'DIALOG is missing.'],
  [['replay'], '--dialog is missing'],
  [['coverage', 'nonsense'], 'There is no dialog "nonsense"'],
  [['check', 'nonsense'], 'There is no dialog "nonsense". There is: cannot-receive'],
])('mailfix %j is wrong usage', async (args, says) => {
  const { code, stdout, stderr } = await ran(args, here.path);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(says);
  expect(stderr).not.toMatch(/\n {4}at /);
});

test('wrong settings are listed together, end with 2 and tell no secret', async () => {
  const env = { PORT: 'x', WHM_URL: 'http://h.example', WHM_TOKEN: 'CANARY CANARY', FOUR_EYES: 'maybe' };
  const { code, stdout, stderr } = await ran(['start'], here.path, env);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^mailfix: 5 settings need to be put right first:\n {2}- PORT cannot be "x"/);
  expect(stderr).toContain('WHM_USER is not set');
  expect(stderr).not.toContain('CANARY');
});

test('the shipped dialogs are sound, and the flowchart is Mermaid', async () => {
  const checked = await ran(['check'], here.path);
  expect(checked).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^cannot-receive: sound \(version \d+, \d+ steps\)\n/),
  });
  const chart = await ran(['flowchart', 'cannot-receive'], here.path);
  expect(chart).toMatchObject({
    code: 0,
    stderr: '',
    stdout: expect.stringMatching(/^flowchart TD\n {2}\w+/),
  });
});

test('a planted defect is named by step and reason', async () => {
  const file = join(here.path, 'planted.mjs');
  const steps = {
    first: { kind: 'say', to: 'staff', text: 'Hello', next: 'last' },
    lost: { kind: 'say', to: 'staff', text: 'Nobody comes here', next: 'last' },
    last: { kind: 'end', outcome: 'resolved', text: 'Done' },
  };
  const dialog = { id: 'planted', version: 1, title: 'planted', client: 'client', start: 'first', steps };
  // Its facts need zod, which a file outside the project does not find by name; an empty shape stands in for it.
  writeFileSync(
    file,
    `export const runbook = () => ({ ...${JSON.stringify(dialog)}, facts: { shape: { client: {} } } });\n`,
  );
  const { code, stdout } = await ran(['check', file], here.path);
  expect(code).toBe(1);
  expect(stdout).toMatch(/planted: step "lost": No path leads here/);
});

test('a file that is no dialog is refused', async () => {
  const file = join(here.path, 'other.mjs');
  writeFileSync(file, 'export const other = 1;\n');
  expect(await ran(['check', file], here.path)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('exports no function "runbook"'),
  });
  expect(await ran(['check', join(here.path, 'none.mjs')], here.path)).toMatchObject({ code: 1 });
});

test.each([[['list']], [['export', 'INC-1']]])(
  'mailfix %j without a database says so and makes none',
  async (args) => {
    const empty = join(here.path, `empty-${args[0]}`);
    mkdirSync(empty);
    const { code, stdout, stderr } = await ran(args, empty);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('There is no database at data/mailfix.db.');
    expect(readdirSync(empty)).toEqual([]);
  },
);

test('sign-in without a key says so and makes none; with MAILFIX_KEY it prints a link', async () => {
  const empty = join(here.path, 'empty-sign-in');
  mkdirSync(empty);
  const refused = await ran(['sign-in', 'lea'], empty);
  expect(refused).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('there is no key yet'),
  });
  const env = { MAILFIX_KEY: 'k'.repeat(32), SIMULATORS: 'off', APPROVERS: 'web:lea', PORT: '8080' };
  const link = await ran(['sign-in', 'lea'], empty, env);
  expect(link).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^http:\/\/127\.0\.0\.1:8080\/sign-in\/[\w-]+\.[\w-]+\n$/),
  });
  expect(link.stderr).not.toContain('not in APPROVERS');
  const other = await ran(['sign-in', 'tom'], empty, { ...env, PUBLIC_URL: 'https://mailfix.example' });
  expect(other.stdout).toMatch(/^https:\/\/mailfix\.example\/sign-in\//);
  expect(other.stderr).toContain('web:tom is not in APPROVERS');
  expect(await ran(['sign-in', 'lea'], empty, { ...env, PORT: '0' })).toMatchObject({ code: 2 });
  expect(readdirSync(empty)).toEqual([]);
});

test('verify names what is wrong', async () => {
  const file = join(here.path, 'x.jsonl');
  writeFileSync(file, '{"format":"other"}\n');
  expect(await ran(['verify', file], here.path)).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('Line 1 (field "incident") is not the header'),
  });
  expect(await ran(['verify', join(here.path, 'none')], here.path)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('cannot be read (ENOENT)'),
  });
});
