// `npm run NAME`: sets up a fresh checkout as far as the program needs, then runs the program in this very process.
// Node's own modules only until then, since nothing may be installed yet.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildDashboard, fail, root, setup } from './setup/setup.mjs';

/**
 * A program's file and first arguments, and what it needs: k6, the built dashboard, a Chromium.
 * @typedef {{ file: string; args?: string[]; k6?: boolean; build?: boolean; chromium?: boolean }} Program
 */

const bench = process.argv[3] ?? '';
/** `npm run fuzz -- api` asks the API of a dashboard; without it, the property tests. */
const api = bench === 'api';

/** @type {Record<string, Program>} */
const programs = {
  demo: { file: 'scripts/demo/main.ts', k6: true, build: true },
  start: { file: 'scripts/serve.ts', args: ['start'], k6: true, build: true },
  dev: { file: 'scripts/serve.ts', args: ['dev'], k6: true },
  lab: { file: 'scripts/lab.ts' },
  users: { file: 'bin/scaletrace.mjs', args: ['users'] },
  bench: {
    file: 'scripts/bench/main.ts',
    k6: true,
    build: ['overhead', 'pages', 'fidelity', 'readers', 'cluster'].includes(bench),
    chromium: ['pages', 'cluster'].includes(bench),
  },
  test: { file: 'scripts/test/all.mjs', k6: true, build: true, chromium: true },
  'test:postgres': { file: 'scripts/test/postgres.mjs', k6: true, build: true, chromium: true },
  conformance: { file: 'scripts/conformance/main.mjs' },
  chaos: { file: 'scripts/chaos/main.ts', k6: true, build: true },
  fuzz: api ? { file: 'scripts/fuzz-api/main.ts', k6: true, build: true } : { file: 'scripts/test/fuzz.mjs' },
};

/** Who started this program: its parent, and npm where that is a shell of npm's, which would outlive npm. */
function starters() {
  const parent = process.ppid;
  try {
    const [, command = '', rest = ''] =
      /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
    return command.endsWith('sh') ? `${parent} ${rest.split(' ')[1]}` : `${parent}`;
  } catch {
    return `${parent}`;
  }
}

/** When npm is gone, even by SIGKILL, this program ends as by Ctrl-C, and with it what it started. */
function watchNpm() {
  if (process.env.npm_lifecycle_event === undefined) return;
  const atStart = starters();
  setInterval(() => {
    if (starters() !== atStart) process.kill(process.pid, 'SIGTERM');
  }, 250).unref();
}

watchNpm();
const [name = '', ...args] = process.argv.slice(2);
const program = programs[name] ?? fail(`There is no program "${name}": ${Object.keys(programs).join(', ')}.`);
/** Help is read before anything is built. */
const isHelp = args.some((arg) => arg === '--help' || arg === '-h');
const { k6Path } = await setup({ k6: (program.k6 ?? false) && !isHelp });
if (k6Path !== null) process.env.K6_BIN = k6Path;
if (program.chromium && !isHelp) {
  const { findChromium } = await import('./setup/chromium.mjs');
  process.env.SCALETRACE_CHROMIUM = await findChromium(console.log);
}
if (program.build && !isHelp) buildDashboard();
process.env.SCALETRACE_ROOT ??= root;
const tsx = await import('tsx/esm/api');
tsx.register();
process.argv = [process.execPath, join(root, program.file), ...(program.args ?? []), ...args];
/** @type {unknown} */
const environment = await import(pathToFileURL(join(root, 'lib/environment/environment.ts')).href);
const { checkEnvironment } = /** @type {typeof import('../lib/environment/environment')} */ (environment);
try {
  checkEnvironment();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
await import(pathToFileURL(join(root, program.file)).href);
