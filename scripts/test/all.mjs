// `npm test`: lints and runs unit, integration and browser tests. All parts run even if
// one fails; the last line counts every test and the exit code is 0 only if all passed.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, stateDir } from '../setup/setup.mjs';
import { countsOf, failureText, playwrightReport, vitestReport, vitestReporters } from './reports.mjs';

const reports = join(stateDir, 'test-reports');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports, { recursive: true });
const env = {
  ...process.env,
  PLAYWRIGHT_JSON_OUTPUT_NAME: join(reports, 'browser.json'),
  NEXT_TELEMETRY_DISABLED: '1',
};

/** @type {({ name: string } & import('./reports.mjs').Counted)[]} */
const results = [];

/** @param {string} name @param {string[]} args @param {boolean} [aside] beside another part: what it prints comes at its end, and is given back */
async function part(name, args, aside = false) {
  if (!aside) console.log(`\n── ${name}`);
  const startedAt = Date.now();
  /** @type {Buffer[]} */
  const printed = [];
  /** @type {number} */
  const code = await new Promise((resolve) => {
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: aside ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
      env,
    });
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (/** @type {Buffer} */ chunk) => printed.push(chunk));
    child.on('close', (exit) => resolve(exit ?? 1));
  });
  if (aside) console.log(`\n── ${name}\n${Buffer.concat(printed).toString()}`);
  console.log(
    `── ${name}: ${code === 0 ? 'ok' : `failed (exit ${code})`} in ${Math.round((Date.now() - startedAt) / 1000)} s`,
  );
  return { code, printed: Buffer.concat(printed).toString() };
}

/** A check that is one test: it passes or fails as a whole. @param {string} name @param {string[]} args */
async function check(name, args) {
  const { code, printed } = await part(name, args, true);
  const failures = code === 0 ? [] : [{ name, message: printed }];
  results.push({ name, passed: code === 0 ? 1 : 0, failed: failures.length, failures });
}

/** @param {string} name @param {string[]} args @param {() => import('./reports.mjs').Counted} count */
async function suite(name, args, count) {
  const { code } = await part(name, args);
  results.push({ name, ...countsOf(name, code, count) });
}

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path);
const vitest = (/** @type {string} */ project, report = project) => [
  bin('vitest/vitest.mjs'),
  'run',
  '--project',
  project,
  ...vitestReporters(join(reports, `${report}.json`)),
];

async function checks() {
  await check('format', [bin('prettier/bin/prettier.cjs'), '--check', '.']);
  await check('lint', [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']);
  await check('dead code and circles of imports', [bin('knip/bin/knip.js'), '--no-progress']);
  await check('words', [bin('tsx/dist/cli.mjs'), 'scripts/lint-words.ts']);
  await check('types', [bin('typescript/bin/tsc'), '--noEmit']);
  await check('types of the load tests', [bin('typescript/bin/tsc'), '-p', 'loadtests']);
}

// What waits for nothing real may share the cores; what runs load, pods and a browser has them for itself.
await Promise.all([
  checks(),
  suite('unit tests', vitest('unit*', 'unit'), () => vitestReport(join(reports, 'unit.json'))),
]);
await suite('integration tests', vitest('integration'), () =>
  vitestReport(join(reports, 'integration.json')),
);
await suite('browser tests', [bin('@playwright/test/cli.js'), 'test', '--reporter=list,json'], () =>
  playwrightReport(join(reports, 'browser.json')),
);

console.log('');
for (const { failures } of results)
  for (const failure of failures) console.log(`${failureText(failure, root)}\n`);
for (const { name, passed, failed } of results)
  console.log(`${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed`);
const total = results.reduce((sum, r) => ({ passed: sum.passed + r.passed, failed: sum.failed + r.failed }), {
  passed: 0,
  failed: 0,
});
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exit(total.failed === 0 ? 0 : 1);
