// `npm run test:postgres [-- FILE …]`: the tests that keep something in a database, and the browser's stories of what is
// kept, once more on PostgreSQL: a server of their own in a temporary folder, which lends each a database. `--all` takes
// every such test and every story, also where the database could change nothing. Where it is not installed, that is said
// and nothing is tested; in CI it is installed where it may be, or else a failure.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { postgresBinaries, postgresMissing, startPostgres } from '../postgres/server.mjs';
import { root, stateDir } from '../setup/setup.mjs';
import {
  countsOf,
  failureText,
  playwrightReport,
  unhandledFile,
  vitestReport,
  vitestReporters,
} from './reports.mjs';

const files = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const isAll = process.argv.includes('--all');

if (postgresBinaries() === null && process.env.CI && process.getuid?.() === 0) {
  console.log('· installing Debian’s postgresql');
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'postgresql']])
    spawnSync('apt-get', args, {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
}
if (postgresBinaries() === null) {
  console.log(`${process.env.CI ? '✗' : '–'} ${postgresMissing} Nothing was tested.`);
  if (process.env.CI) console.log('\n0 passed, 1 failed');
  process.exit(process.env.CI ? 1 : 0);
}

/** What these hold is calculated from what was read, whichever database it was read from: others hold that it is read as it was written. */
const calculating =
  /^lib\/(judging\/|runs\/(hpa-run|lab-faults|revisions|config-change|run-clock|observe)\.)/;

/** The stories in which lists, searches, deletions, sessions, links and what a kill leaves come from the database. How a page looks is the same on both. */
const stories = ['board', 'compare', 'crash', 'history', 'log', 'share', 'sign-in', 'two-dashboards'];
const looks = 'sound at|are sound';

/** The tests that ask for a database by the helper that lends one of either kind. @param {string} folder @returns {string[]} */
function storing(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return storing(path);
    return entry.name.endsWith('.test.ts') &&
      /\b(newDatabase|openTestStore)\b/.test(readFileSync(join(root, path), 'utf8'))
      ? [path]
      : [];
  });
}

const reports = join(stateDir, 'test-reports');
mkdirSync(reports, { recursive: true });
const report = {
  vitest: join(reports, 'postgres.json'),
  playwright: join(reports, 'postgres-browser.json'),
};
for (const file of [...Object.values(report), unhandledFile(report.vitest)]) rmSync(file, { force: true });

// Nothing of it is to outlive the tests, so nothing need reach the disk.
const server = await startPostgres({
  settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: 300 },
});
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

/** @param {string} file a program of a package @param {string[]} args @returns {Promise<number>} */
function run(file, args) {
  return new Promise((resolve) => {
    spawn(process.execPath, [join(root, 'node_modules', file), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        SCALETRACE_TEST_POSTGRES: server.url(),
        PLAYWRIGHT_JSON_OUTPUT_NAME: report.playwright,
        NEXT_TELEMETRY_DISABLED: '1',
      },
    }).on('close', (code) => resolve(code ?? 1));
  });
}

/** @type {({ name: string } & import('./reports.mjs').Counted)[]} */
const results = [];
/** @param {string} name @param {number} code @param {() => import('./reports.mjs').Counted} count */
const note = (name, code, count) => results.push({ name, ...countsOf(name, code, count) });

try {
  note(
    'tests that store',
    await run('vitest/vitest.mjs', [
      'run',
      '--project=unit',
      '--project=integration',
      // Both projects together take the same number.
      '--maxWorkers=2',
      // All of them ask a real server: as others on real processes, they may be tried again.
      ...(process.env.CI ? ['--retry=2'] : []),
      ...vitestReporters(report.vitest),
      ...(files.length > 0 ? files : storing('lib').filter((path) => isAll || !calculating.test(path))),
    ]),
    () => vitestReport(report.vitest),
  );
  if (files.length === 0)
    note(
      'browser tests',
      await run('@playwright/test/cli.js', [
        'test',
        '--reporter=list,json',
        ...(isAll ? [] : [`--grep-invert=${looks}`, ...stories.map((name) => `e2e/${name}.spec.ts`)]),
      ]),
      () => playwrightReport(report.playwright),
    );
} finally {
  await server.end();
}

console.log('');
for (const { failures } of results)
  for (const failure of failures) console.log(`${failureText(failure, root)}\n`);
for (const { name, passed, failed } of results)
  console.log(`${failed === 0 ? '✓' : '✗'} ${name} on PostgreSQL: ${passed} passed, ${failed} failed`);
const total = (/** @type {'passed' | 'failed'} */ key) => results.reduce((sum, part) => sum + part[key], 0);
console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
process.exit(total('failed') === 0 ? 0 : 1);
