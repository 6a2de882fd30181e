// What CI runs (`.ci/run`): each part is a command as users know it, one after another, whatever became of those before.
// A part tells its counts by its last line "N passed, N failed"; the last line of all is their sum.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../setup/setup.mjs';

/** @type {readonly { name: string; command: readonly string[] }[]} */
const parts = [
  { name: 'tests', command: ['npm', 'test', '--silent'] },
  { name: 'tests on PostgreSQL', command: ['npm', 'run', '--silent', 'test:postgres'] },
  { name: 'conformance', command: ['npm', 'run', '--silent', 'conformance', '--', '--required'] },
  {
    name: 'kills at random moments',
    command: ['npm', 'run', '--silent', 'chaos', '--', '--kills', '50', '--minutes', '3', '--seed', '13'],
  },
];

// As GitHub and GitLab say it: a test on real processes may be tried again (vitest.config.ts, playwright.config.ts).
process.env.CI ??= 'true';
// Knative's own custom resources, where CI has them beside the checkout.
const crds = join(root, '..', 'shared', 'crds');
if (existsSync(crds)) process.env.SCALETRACE_CRDS ??= crds;

/** @typedef {{ passed: number; failed: number; told: string[] }} Counts told: the part's lines on what failed, which a log that keeps no more than its end would lose */

/** Runs a part, shows what it prints, and counts. One that ended badly has failed, whatever it counted. @param {readonly string[]} command @returns {Promise<Counts>} */
function countsOf([program = '', ...args]) {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    let counts = { passed: 0, failed: 0 };
    /** @type {string[]} */
    const told = [];
    let telling = false;
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      process.stdout.write(text);
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        telling = line.startsWith('✗ ') || (telling && line.startsWith('    '));
        if (telling) told.push(line);
        const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
        if (passed !== undefined) counts = { passed: Number(passed), failed: Number(failed) };
      }
    });
    child.on('error', (error) => console.log(error.message));
    child.on('close', (code) => {
      const broken = counts.failed === 0 && (code !== 0 || counts.passed === 0);
      resolve({ passed: counts.passed, failed: counts.failed + (broken ? 1 : 0), told });
    });
  });
}

/** @type {(Counts & { name: string })[]} */
const results = [];
for (const { name, command } of parts) {
  console.log(`\n━━ ${name}: ${command.join(' ')}`);
  results.push({ name, ...(await countsOf(command)) });
}

for (const { name, told } of results) if (told.length > 0) console.log(`\n━━ ${name}\n${told.join('\n')}`);
console.log('');
for (const { name, passed, failed } of results)
  console.log(`${failed === 0 ? '✓' : '✗'} ${name}: ${passed} passed, ${failed} failed`);
const sum = (/** @type {'passed' | 'failed'} */ key) => results.reduce((total, part) => total + part[key], 0);
console.log(`\n${sum('passed')} passed, ${sum('failed')} failed`);
process.exit(sum('failed') === 0 ? 0 : 1);
