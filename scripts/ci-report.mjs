// What a run of vitest came to, for `.ci/run`: as a reporter it writes each thing down when it happens, so that it is
// there even if the run is stopped; as a program it says what was written.
import { appendFileSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * One line of the file: a file or a test that begins or is over, with its state and what it said when it failed.
 *
 * @typedef {{ of: 'run', files: number }
 *   | { of: 'file' | 'test', name: string, state: 'begun' }
 *   | { of: 'file' | 'test' | 'error', name: string, state: string, said: string[] }} Told
 */

/** @typedef {{ readonly name?: string, readonly message?: string }} Failure */

/** Writes to the file that MAILFIX_CI_REPORT names. vitest takes a reporter by the file's default. */
// oxlint-disable-next-line import/no-default-export
export default class CiReporter {
  /** @param {Told} told */
  #tell(told) {
    const file = process.env.MAILFIX_CI_REPORT;
    if (file === undefined) throw new Error('MAILFIX_CI_REPORT names no file: it is set by .ci/run');
    appendFileSync(file, `${JSON.stringify(told)}\n`);
  }

  /** @param {readonly unknown[]} specifications */
  onTestRunStart(specifications) {
    this.#tell({ of: 'run', files: specifications.length });
  }

  /** @param {import('vitest/node').TestModule} file */
  onTestModuleStart(file) {
    this.#tell({ of: 'file', name: nameOf(file), state: 'begun' });
  }

  /** @param {import('vitest/node').TestCase} test */
  onTestCaseReady(test) {
    this.#tell({ of: 'test', name: `${nameOf(test.module)} > ${test.fullName}`, state: 'begun' });
  }

  /** @param {import('vitest/node').TestCase} test */
  onTestCaseResult(test) {
    const { state, errors = [] } = test.result();
    const name = `${nameOf(test.module)} > ${test.fullName}`;
    this.#tell({ of: 'test', name, state, said: errors.flatMap(wordsOf).slice(0, 3) });
  }

  /** @param {import('vitest/node').TestModule} file */
  onTestModuleEnd(file) {
    // What is wrong with none of its tests: it does not load, or what is done before or after them failed.
    const errors = [file, ...file.children.allSuites()].flatMap((one) => one.errors());
    const said = errors.flatMap(wordsOf).slice(0, 3);
    this.#tell({ of: 'file', name: nameOf(file), state: errors.length > 0 ? 'failed' : 'over', said });
  }

  /**
   * @param {unknown} _files
   * @param {readonly Failure[]} unhandled
   */
  onTestRunEnd(_files, unhandled) {
    for (const error of unhandled)
      this.#tell({ of: 'error', name: 'an error that nobody caught', state: 'failed', said: wordsOf(error) });
  }
}

/**
 * Reads what was written: how many passed and failed, and in a few lines each what failed.
 *
 * @param {string} written
 * @returns {{ passed: number, failed: number, lines: string[] }}
 */
export function readReport(written) {
  // The last line may be cut where the run was stopped.
  const told = written
    .split('\n')
    .slice(0, -1)
    .map((line) => /** @type {Told} */ (JSON.parse(line)));
  /** @type {Set<string>} */
  const open = new Set();
  let [passed, failed, files, begun] = [0, 0, 0, 0];
  /** @type {string[]} */
  const lines = [];
  const fail = (/** @type {string} */ name, /** @type {readonly string[]} */ said) => {
    failed += 1;
    lines.push(`FAILED  ${name}`, ...said.map((words) => `          ${words}`));
  };
  for (const one of told) {
    if (one.of === 'run') {
      files += one.files;
    } else if (one.state === 'begun') {
      open.add(one.name);
      if (one.of === 'file') begun += 1;
    } else {
      open.delete(one.name);
      if (one.of === 'test' && one.state === 'passed') passed += 1;
      if (one.state === 'failed' && 'said' in one) fail(one.name, one.said);
    }
  }
  const others = lines.splice(0);
  for (const name of open) fail(name, ['was still under way when the run ended']);
  if (files > begun && open.size > 0) lines.push(`        ${files - begun} files had not begun by then`);
  return { passed, failed, lines: [...lines, ...others] };
}

/** @param {import('vitest/node').TestModule} file */
function nameOf(file) {
  return relative(process.cwd(), file.moduleId);
}

/**
 * The first two lines, without colours.
 *
 * @param {Failure} error
 */
function wordsOf({ name = 'Error', message = '' }) {
  const lines = `${name}: ${message}`
    .replaceAll(/\u001b\[[0-9;]*m/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return lines.slice(0, 2).map((line) => (line.length > 200 ? `${line.slice(0, 200)}…` : line));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { passed, failed, lines } = readReport(readFileSync(process.argv[2] ?? '', 'utf8'));
  console.log([`${passed} ${failed}`, ...lines].join('\n'));
}
