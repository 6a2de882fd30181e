// `npm run conformance [-- --required] [FILE …]`: gets the real parts, then runs the tests against them. A part that this
// machine cannot get is said and its tests are skipped; with --required, and in CI, it is a failure.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, stateDir } from '../setup/setup.mjs';
import { countsOf, failureText, unhandledFile, vitestReport, vitestReporters } from '../test/reports.mjs';
import { ensureParts } from './parts.mjs';

/** All tests together have so long. */
const longestMs = 15 * 60_000;

const args = process.argv.slice(2);
const required = Boolean(process.env.CI) || args.includes('--required');
const files = args.filter((arg) => !arg.startsWith('--'));

const parts = await ensureParts({ stateDir, log: (text) => console.log(`· ${text}`) });
const missing = parts.filter((part) => part.missing !== null);
for (const { name, missing: why } of missing)
  console.log(
    `${required ? '✗' : '–'} ${name} could not be got: ${why}.${required ? '' : ' What needs it is skipped.'}`,
  );

mkdirSync(join(stateDir, 'test-reports'), { recursive: true });
const report = join(stateDir, 'test-reports', 'conformance.json');
for (const file of [report, unhandledFile(report)]) rmSync(file, { force: true });
/** @type {number} */
const code = await new Promise((resolve) => {
  const child = spawn(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--project',
      'conformance',
      ...vitestReporters(report, 'verbose'),
      ...files,
    ],
    // A group of its own: however the tests end, none of the servers that they started outlives them.
    { cwd: root, stdio: 'inherit', detached: true },
  );
  const endAll = () => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // All have ended.
    }
  };
  const timer = setTimeout(endAll, longestMs);
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => {
      endAll();
      process.exit(1);
    });
  child.on('close', (exit) => {
    clearTimeout(timer);
    endAll();
    resolve(exit ?? 1);
  });
});

const counted = countsOf('conformance tests', code, () => vitestReport(report), !required);
for (const failure of counted.failures) console.log(`${failureText(failure, root)}\n`);
const failed = counted.failed + (required ? missing.length : 0);
console.log(`\n${counted.passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
