// What the runners' JSON reports say: how many passed and failed, and which failed with what, so that the end of the
// output tells it even where a log keeps no more than its end.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ name: string; message: string }} Failure
 * @typedef {{ passed: number; failed: number; failures: Failure[] }} Counted
 *
 * What is read of the runners' own reports:
 * @typedef {{ status: string; fullName: string; failureMessages: string[] }} VitestTest
 * @typedef {{ name: string; status: string; message?: string; assertionResults: VitestTest[] }} VitestFile
 * @typedef {{ numPassedTests: number; numFailedTests: number; testResults: VitestFile[] }} VitestReport
 * @typedef {{ status: string; results: { error?: { message?: string } }[] }} PlaywrightTest
 * @typedef {{ suites?: PlaywrightSuite[]; specs?: { file: string; line: number; title: string; tests: PlaywrightTest[] }[] }} PlaywrightSuite
 * @typedef {PlaywrightSuite & { errors?: { message?: string }[]; stats: { expected: number; flaky: number; unexpected: number } }} PlaywrightReport
 */

/** @param {string} file @returns {unknown} */
const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Where `unhandled-errors.mjs` writes. @param {string} report the JSON report */
export const unhandledFile = (report) => report.replace(/\.json$/, '.unhandled.json');

/** The arguments by which Vitest writes the report that `vitestReport` reads. @param {string} file @param {'default' | 'verbose'} [shown] */
export const vitestReporters = (file, shown = 'default') => [
  `--reporter=${shown}`,
  '--reporter=json',
  `--outputFile.json=${file}`,
  `--reporter=${fileURLToPath(new URL('./unhandled-errors.mjs', import.meta.url))}`,
];

/**
 * What a runner counted. One that ended badly, or ran nothing, has failed even if no single test did.
 * @param {string} name @param {number} code with which it ended @param {() => Counted} read
 * @param {boolean} [mayRunNothing] as where all tests may be skipped @returns {Counted}
 */
export function countsOf(name, code, read, mayRunNothing = false) {
  /** @type {Counted} */
  let counted;
  try {
    counted = read();
  } catch {
    return { passed: 0, failed: 1, failures: [{ name, message: 'It left no report.' }] };
  }
  const { passed, failed, failures } = counted;
  if (failed > 0 || (code === 0 && (passed > 0 || mayRunNothing))) return counted;
  return {
    passed,
    failed: 1,
    failures:
      failures.length > 0 ? failures : [{ name, message: `Its runner ended with ${code}; no test failed.` }],
  };
}

/** The counts and failures of Vitest's JSON report. Throws where there is none. @param {string} file @returns {Counted} */
export function vitestReport(file) {
  const report = /** @type {VitestReport} */ (read(file));
  /** @type {Failure[]} */
  const failures = [];
  for (const { name, status, message, assertionResults } of report.testResults) {
    const failed = assertionResults.filter((test) => test.status === 'failed');
    for (const test of failed)
      failures.push({ name: `${name} › ${test.fullName}`, message: test.failureMessages.join('\n') });
    if (status === 'failed' && failed.length === 0) failures.push({ name, message: message ?? '' });
  }
  const unhandled = unhandledFile(file);
  if (existsSync(unhandled))
    for (const message of /** @type {string[]} */ (read(unhandled)))
      failures.push({ name: 'outside of any test', message });
  return { passed: report.numPassedTests, failed: report.numFailedTests, failures };
}

/** The counts and failures of Playwright's JSON report; a test that passed at a later try has passed. @param {string} file @returns {Counted} */
export function playwrightReport(file) {
  const report = /** @type {PlaywrightReport} */ (read(file));
  /** @type {Failure[]} */
  const failures = [];
  /** @param {PlaywrightSuite} suite */
  const walk = (suite) => {
    for (const inner of suite.suites ?? []) walk(inner);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status !== 'unexpected') continue;
        failures.push({
          name: `${spec.file}:${spec.line} › ${spec.title}`,
          // A later try may not have come as far as this test.
          message: test.results.find(({ error }) => error)?.error?.message ?? '',
        });
      }
    }
  };
  walk(report);
  for (const error of report.errors ?? [])
    failures.push({ name: 'browser tests', message: error.message ?? '' });
  return {
    passed: report.stats.expected + report.stats.flaky,
    failed: report.stats.unexpected,
    failures,
  };
}

/** A failure in a few lines, without colours. @param {Failure} failure @param {string} root paths under it are shown without it */
export function failureText({ name, message }, root) {
  const plain = message.replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '');
  const lines = plain
    .split('\n')
    .filter((line) => line.trim() && !line.includes('node_modules'))
    .slice(0, 12);
  return [`✗ ${name}`, ...lines.map((line) => `    ${line}`)].join('\n').replaceAll(`${root}/`, '');
}
