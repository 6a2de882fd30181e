// Finds k6 or gets it: `K6_BIN`, a k6 on PATH, the cache, a release download, Go. Node's own modules only, since it runs
// before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';

/** What Go builds: its checksum database vouches for it. */
const builtVersion = '1.8.1';
/** What is downloaded: the newest 1.x whose archives' sums two independent projects had pinned alike (docs/decisions/k6-download.md). */
export const releaseVersion = '1.4.2';
const fileName = process.platform === 'win32' ? 'k6.exe' : 'k6';

/**
 * SHA-256 of that release's archives by platform. A platform that is not here is not downloaded, unless
 * SCALETRACE_K6_SHA256 states the sum.
 * @type {Record<string, string>}
 */
const pinned = {
  'linux-amd64': 'c827501f510265db9c3313e4164d2585a97c7a3485ed440b93f7b1cfe6facd28',
  'linux-arm64': '0e9515502f80edb562f12c0b12a59085c0b113c6416d728e3c2a9e5a7506cc5c',
  'macos-amd64': 'ed79f1356fcc98ac645e6c9732def8fcd84cfeec8c6a2e92476663bda27b9550',
  'macos-arm64': '93635cccab3f7c689f890218ccbb92b0440a42f1380681a7d732a072915d7b76',
};

const releaseUrl = `https://github.com/grafana/k6/releases/download/v${releaseVersion}`;

/**
 * @typedef {{ path: string; version: string; origin: string }} K6 `origin`: where it comes from, in words
 * @param {{ stateDir: string; log: (text: string) => void; release?: { url: string; sums: Record<string, string> } }} options
 *   `release`: another place of the archives and their sums, a mirror for instance
 * @returns {Promise<K6>} a k6 of version 1.0 or newer; the new one lies in `<stateDir>/bin`. Rejects with an Error of one sentence
 */
export async function ensureK6({ stateDir, log, release = { url: releaseUrl, sums: pinned } }) {
  const named = process.env.K6_BIN;
  if (named) {
    const version = versionOf(named);
    if (version === null)
      throw new Error(`K6_BIN names ${named}, which is not a k6 of version 1.0 or newer.`);
    return { path: resolve(named), version, origin: 'K6_BIN' };
  }
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const found = folder === '' ? null : binaryAt(join(folder, fileName), 'on PATH');
    if (found) return found;
  }
  const cached = join(resolve(stateDir), 'bin', fileName);
  const found = binaryAt(cached, 'in the cache');
  if (found) return found;

  mkdirSync(join(resolve(stateDir), 'bin'), { recursive: true });
  // On the same file system as its place, so that a rename puts it there in one step.
  const work = mkdtempSync(join(resolve(stateDir), 'bin', '.k6-'));
  const reasons = [];
  try {
    for (const [origin, get] of /** @type {const} */ ([
      ['downloaded from its release', () => download(work, release, log)],
      ['built with Go', () => build(work, log)],
    ])) {
      try {
        const file = await get();
        const version = versionOf(file);
        if (version === null) throw new Error('what came does not run');
        renameSync(file, cached);
        return { path: cached, version, origin };
      } catch (error) {
        reasons.push(`${origin}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  throw new Error(
    `k6 could not be got (${reasons.join('; ')}): install k6 1.0 or newer and set K6_BIN to it, or install Go.`,
  );
}

/** @param {string} path @param {string} origin @returns {K6 | null} */
function binaryAt(path, origin) {
  const version = existsSync(path) ? versionOf(path) : null;
  return version === null ? null : { path, version, origin };
}

/** The version of the k6 at this path, or null if it is none or older than 1.0. @param {string} path */
function versionOf(path) {
  const { stdout } = spawnSync(path, ['version'], { encoding: 'utf8', timeout: 15_000 });
  const version = /^k6(?:\.exe)? v(\d+)\.(\d+\.\d+\S*)/.exec(stdout ?? '');
  return version && Number(version[1]) >= 1 ? `${version[1]}.${version[2]}` : null;
}

/**
 * @param {string} work @param {{ url: string; sums: Record<string, string> }} release @param {(text: string) => void} log
 * @returns {Promise<string>} the unpacked binary
 */
async function download(work, { url, sums }, log) {
  const system = { linux: 'linux', darwin: 'macos', win32: 'windows' }[
    /** @type {string} */ (process.platform)
  ];
  const machine = { x64: 'amd64', arm64: 'arm64' }[/** @type {string} */ (process.arch)];
  const platform = `${system}-${machine}`;
  const sum = process.env.SCALETRACE_K6_SHA256 ?? sums[platform];
  if (!system || !machine || !sum) throw new Error(`no checksum is pinned for ${platform}`);
  const name = `k6-v${releaseVersion}-${platform}`;
  const archive = `${name}.${system === 'linux' ? 'tar.gz' : 'zip'}`;
  log(`downloading ${archive} …`);
  const bytes = await fetchBytes(`${url}/${archive}`);
  const got = createHash('sha256').update(bytes).digest('hex');
  if (got !== sum.toLowerCase()) throw new Error(`${archive} has the checksum ${got}, not ${sum}`);
  writeFileSync(join(work, archive), bytes);
  // tar unpacks .zip as well where the archives are .zip: on macOS and Windows.
  const tar = spawnSync('tar', ['-xf', archive], { cwd: work, encoding: 'utf8' });
  if (tar.status !== 0) throw new Error(`${archive} could not be unpacked: ${tar.stderr || tar.error}`);
  return join(work, name, fileName);
}

/** A closed network must not hold anyone up: no answer within 8 s is none. @param {string} url */
async function fetchBytes(url) {
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error('no answer within 8 s')), 8000);
  try {
    const response = await fetch(url, { signal: abort.signal });
    clearTimeout(timer);
    if (!response.ok) throw new Error(`${url} answers ${response.status}`);
    timer = setTimeout(() => abort.abort(new Error('the download took more than 5 minutes')), 300_000);
    return new Uint8Array(await response.arrayBuffer());
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(cause instanceof Error ? cause.message : String(cause), { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

/** @param {string} work @param {(text: string) => void} log @returns {Promise<string>} the built binary */
async function build(work, log) {
  const go = ['go', '/usr/local/go/bin/go'].find((program) => spawnSync(program, ['version']).status === 0);
  if (!go) throw new Error('Go is not installed');
  log(`building k6 v${builtVersion} with Go: about a minute and a half on two cores …`);
  const env = { ...process.env, GOBIN: work, CGO_ENABLED: '0', GOFLAGS: '-trimpath' };
  /** @type {{ code: number | null; stderr: string }} */
  const { code, stderr } = await new Promise((settle, reject) => {
    const child = spawn(go, ['install', '-ldflags=-s -w', `go.k6.io/k6@v${builtVersion}`], {
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let text = '';
    child.stderr
      .setEncoding('utf8')
      .on('data', (/** @type {string} */ chunk) => (text = (text + chunk).slice(-2000)));
    child.on('error', reject);
    child.on('close', (/** @type {number | null} */ exit) => settle({ code: exit, stderr: text }));
  });
  if (code !== 0) throw new Error(stderr.trim().split('\n').at(-1) || `go install ended with ${code}`);
  return join(work, fileName);
}

// `node scripts/setup/k6.mjs DIR` gets it and says which it took.
if (
  process.argv[1] &&
  resolve(process.argv[1]) === resolve(import.meta.filename ?? new URL(import.meta.url).pathname)
) {
  try {
    const k6 = await ensureK6({
      stateDir: process.argv[2] ?? process.env.SCALETRACE_DIR ?? '.scaletrace',
      log: console.error,
    });
    console.log(`k6 ${k6.version} (${k6.origin}) ${k6.path}`);
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
