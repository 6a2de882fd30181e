// What the runners' JSON reports say: how many passed and failed, and which failed with what, so that the end of the
// output tells it even where a log keeps no more than its end.
import { readFileSync } from 'node:fs';

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
