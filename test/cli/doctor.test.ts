import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importsOf } from '../../scripts/imports.mjs';
import { packageRoot } from '../../src/root.ts';
import { build, folder, ran } from './child.ts';

const here = folder();
beforeAll(build, 120_000);
afterAll(here.remove);

test('mailfix doctor looks at the simulators without any setting, says so, and leaves nothing behind', async () => {
  const { code, stdout, stderr } = await ran(['doctor'], here.path);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^Simulators\n {2}skipped {2}WHM and CPA System +built-in imitations/);
  expect(stdout).toMatch(/\nWHM simulator\n/);
  expect(stdout).toMatch(/\n {2}pass {5}version +\d+\.\d+/);
  expect(stdout).toMatch(
    /\n {2}pass {5}editquota \(token for changes\) +the token may; not tried, because it would change something\n/,
  );
  expect(stdout).toMatch(/\n\d+ lines: \d+ pass, \d+ warn, 0 fail, \d+ skipped\n$/);
  expect(readdirSync(here.path)).toEqual([]);
});

test('with --json each line is an object; what failed makes it end with 1', async () => {
  const token = 'CANARYTOKEN0123456789';
  const env = { WHM_URL: 'http://127.0.0.1:1', WHM_USER: 'root', WHM_TOKEN: token, APPROVERS: 'web:lea' };
  const { code, stdout, stderr } = await ran(['doctor', '--json'], here.path, env);
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expect(lines).toContainEqual({
    system: 'WHM 127.0.0.1',
    status: 'fail',
    what: 'version',
    why: 'WHM at 127.0.0.1:1 cannot be reached for "version" (ECONNREFUSED).',
    remedy: 'Check the host name and port in WHM_URL, the firewall, and that the server is up.',
  });
  expect(lines.at(-1)).toMatchObject({ counts: { fail: 1 } });
  expect(stdout).not.toContain(token);
});

/** The files of mailfix that a file loads when it is loaded itself, with those that they load. */
function loadedBy(file: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  for (const { to, typeOnly } of importsOf(readFileSync(file, 'utf8')))
    if (!typeOnly && to.startsWith('.')) loadedBy(join(dirname(file), to), seen);
  return seen;
}

test('a server loads nothing of the doctor', () => {
  const loaded = [...loadedBy(join(packageRoot, 'src', 'cli', 'start.ts'))];
  expect(loaded.length).toBeGreaterThan(150);
  expect(loaded.filter((file) => file.includes('doctor'))).toEqual([]);
});
