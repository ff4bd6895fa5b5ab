import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

/** Runs the bench as it was built for the tests. */
function bench(...args: readonly string[]) {
  const file = join(root, 'dist', 'bench', 'bench.js');
  return spawnSync(process.execPath, [file, ...args], { cwd: root, encoding: 'utf8', timeout: 60_000 });
}

/** Needs neither a package that is no dependency, nor PostgreSQL, nor ten seconds. */
const here = [
  'slack-turn-vs-bolt-ack',
  'slack-turn-vs-bolt-ack-fsync',
  'turn-vs-bare-fsync',
  'slack-throughput-vs-bolt-ack',
  'commit-to-handler-sqlite-ms',
  'memory-10k-incidents-mb',
];

test('each figure is one JSON object a line, measured, and nothing else is on standard output', () => {
  const { stdout, stderr, status } = bench('--json', '--quick', '--only', here.join(','));
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  expect(stderr).toBe('');
  expect(lines).toEqual(
    here.map((name) => ({
      name,
      value: expect.any(Number),
      unit: expect.stringMatching(/^(?:ratio|ms|MB)$/),
    })),
  );
  for (const line of lines.slice(0, 5)) expect(line).not.toMatchObject({ value: 0 });
  expect(status).toBe(0);
}, 60_000);

test('there is a figure for everything that is promised', () => {
  const names = bench('--names').stdout.trimEnd().split('\n');
  expect(names).toEqual(
    expect.arrayContaining([
      ...here,
      'slack-throughput-vs-chat-sdk',
      'teams-turn-vs-cloudadapter-jwt',
      'engine-vs-botbuilder-dialogs',
      'cold-start-vs-bolt',
    ]),
  );
  expect(new Set(names).size).toBe(names.length);
});

test('a figure that nobody can measure is refused', () => {
  const { stdout, stderr, status } = bench('--json', '--only', 'as-fast-as-light');
  expect([stdout, status]).toEqual(['', 2]);
  expect(stderr).toContain('there is no figure "as-fast-as-light"');
});

test('the lock file of the peers names no place to fetch from but what npm itself takes', () => {
  const lock = readFileSync(join(root, 'bench/peers/package-lock.json'), 'utf8');
  expect(lock).toContain('"node_modules/botbuilder-dialogs"');
  const hosts = [...lock.matchAll(/"resolved": "https?:\/\/([^/"]+)/g)].map(([, host]) => host);
  expect(hosts.filter((host) => host !== 'registry.npmjs.org')).toEqual([]);
});
