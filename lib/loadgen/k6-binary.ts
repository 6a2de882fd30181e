import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

export interface K6Binary {
  path: string;
  version: string;
  /** Where it was found, in words. */
  origin: string;
}

const fileName = process.platform === 'win32' ? 'k6.exe' : 'k6';
let found: K6Binary | null = null;

/** The k6 to use: `K6_BIN`, then `k6` ≥ 1.0 on PATH, then the project's cache. Throws with one sentence when none works. */
export async function findK6({ stateDir }: { stateDir: string }): Promise<K6Binary> {
  if (found && existsSync(found.path)) return found;
  const named = process.env.K6_BIN;
  if (named) {
    const version = await versionOf(named);
    if (!version) throw new Error(`K6_BIN names ${named}, which is not a k6 of version 1.0 or newer.`);
    return (found = { path: named, version, origin: 'K6_BIN' });
  }
  const places = [...(process.env.PATH ?? '').split(delimiter).map((folder) => ({ path: join(/* turbopackIgnore: true */ folder, fileName), origin: 'on PATH' })), { path: join(stateDir, 'bin', fileName), origin: "in Scaletrace's cache" }];
  for (const { path, origin } of places) {
    if (!existsSync(path)) continue;
    const version = await versionOf(path);
    if (version) return (found = { path, version, origin });
  }
  throw new Error('k6 1.0 or newer was not found: run `npm run demo` once, which gets it, or install k6, or set K6_BIN.');
}

async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ['version'], { timeout: 10_000 });
    const version = /k6(?:\.exe)? v(\d+)\.(\S+)/.exec(stdout);
    return version && Number(version[1]) >= 1 ? `${version[1]}.${version[2]}` : null;
  } catch {
    return null;
  }
}
