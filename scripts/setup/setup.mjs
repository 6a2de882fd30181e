// Brings a fresh checkout to where it can run: packages, k6, Prisma client. Node's own modules only, since it runs
// before anything is installed. Each step is skipped when its inputs have not changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensureK6 } from './k6.mjs';

export const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '..', '..');
export const stateDir = process.env.SCALETRACE_DIR
  ? resolve(process.env.SCALETRACE_DIR)
  : join(root, '.scaletrace');

/** @param {string} text */
const say = (text) => console.log(`\x1b[2m·\x1b[0m ${text}`);

/** Ends the program with one sentence that says what to do. @param {string} sentence @returns {never} */
export function fail(sentence) {
  console.error(`\n✗ ${sentence}`);
  process.exit(1);
}

/**
 * @param {{ k6?: boolean }} options
 * @returns {Promise<{ k6Path: string | null }>}
 */
export async function setup({ k6 = true } = {}) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Scaletrace needs Node 20.19 or newer; this is ${process.versions.node}.`);
  process.chdir(root);
  mkdirSync(stateDir, { recursive: true, mode: 0o700 });
  installPackages();
  generateCode();
  if (!k6) return { k6Path: null };
  try {
    const found = await ensureK6({ stateDir, log: say });
    say(`k6 ${found.version} (${found.origin})`);
    return { k6Path: found.path };
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
}

/** Builds the dashboard unless the last build was of these very sources. */
export function buildDashboard() {
  step(
    '.next/scaletrace-build',
    [
      'app',
      'lib',
      'messages',
      'public',
      'prisma/schema.prisma',
      'package-lock.json',
      'next.config.mjs',
      'proxy.ts',
      'instrumentation.ts',
      'instrumentation-client.ts',
      'tsconfig.json',
      'postcss.config.mjs',
    ],
    'building the dashboard',
    () => {
      rmSync(join(root, '.next'), { recursive: true, force: true });
      run([join(root, 'node_modules/next/dist/bin/next'), 'build'], 'The dashboard could not be built.', {
        NEXT_TELEMETRY_DISABLED: '1',
      });
    },
  );
}

function installPackages() {
  step('node_modules/.scaletrace-installed', ['package-lock.json'], 'installing packages (npm ci)', () => {
    const npm = process.env.npm_execpath;
    const result = npm
      ? spawnSync(process.execPath, [npm, 'ci', '--no-audit', '--no-fund'], {
          cwd: root,
          stdio: ['ignore', 'pipe', 'pipe'],
          encoding: 'utf8',
        })
      : spawnSync('npm', ['ci', '--no-audit', '--no-fund'], {
          cwd: root,
          stdio: ['ignore', 'pipe', 'pipe'],
          encoding: 'utf8',
          shell: process.platform === 'win32',
        });
    if (result.status !== 0)
      fail(`npm ci failed:\n${result.stdout ?? ''}${result.stderr ?? result.error ?? ''}`);
  });
}

function generateCode() {
  step(
    'lib/store/generated/.scaletrace-generated',
    [
      'prisma/schema.prisma',
      'messages/en.json',
      'package-lock.json',
      'scripts/generate-client.mjs',
      'scripts/generate-codes.mjs',
      'scripts/postgres-schema.mjs',
    ],
    'generating the database client and the types of the words',
    () => {
      run([join(root, 'scripts/generate-client.mjs')], 'The database client could not be generated.');
    },
  );
}

/** @param {string[]} args @param {string} sentence @param {Record<string, string>} env */
function run(args, sentence, env = {}) {
  const result = spawnSync(process.execPath, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    env: { ...process.env, ...env },
  });
  if (result.status !== 0) fail(`${sentence}\n${result.stdout}${result.stderr}`);
}

/**
 * Does `action` unless `stamp` says that it was done with these very inputs.
 * @param {string} stamp @param {string[]} inputs @param {string} what @param {() => void} action
 */
function step(stamp, inputs, what, action) {
  const fingerprint = hashOf(inputs);
  const file = join(root, stamp);
  if (existsSync(file) && readFileSync(file, 'utf8') === fingerprint) return;
  const startedAt = Date.now();
  say(`${what} …`);
  action();
  writeFileSync(file, fingerprint);
  say(`${what}: done in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** @param {string[]} inputs */
function hashOf(inputs) {
  const hash = createHash('sha256');
  /** @param {string} path */
  const add = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) if (name !== 'generated') add(join(path, name));
    } else if (!/\.test\.tsx?$/.test(path)) {
      hash.update(path).update('\0').update(readFileSync(full)).update('\0');
    }
  };
  for (const input of inputs) add(input);
  return hash.digest('hex');
}
