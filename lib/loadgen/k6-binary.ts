import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { variable } from '@/lib/environment/environment';
import { Problem } from '@/lib/model/problem';

export interface K6Binary {
  path: string;
  /** Without the `v`, such as `1.8.1`. */
  version: string;
  /** Where it was found, in words. */
  origin: string;
}

const fileName = process.platform === 'win32' ? 'k6.exe' : 'k6';
let found: (K6Binary & { named: string | undefined }) | null = null;

/**
 * The k6 to use: `K6_BIN`, then a `k6` of version 1.0 or newer on PATH, then the one that set-up put into
 * `<stateDir>/bin`. Throws an Error of one sentence, which says what to do, when there is none.
 */
export async function findK6({ stateDir }: { stateDir: string }): Promise<K6Binary> {
  const named = variable('K6_BIN');
  if (found && found.named === named && existsSync(/* turbopackIgnore: true */ found.path)) return found;
  const binary = await search(named, stateDir);
  found = { ...binary, named };
  return binary;
}

async function search(named: string | undefined, stateDir: string): Promise<K6Binary> {
  if (named) {
    const version = await versionOf(named);
    if (version === null)
      throw new Problem('problems.k6-not-named', { path: named }, { errors: [{ path: 'k6' }] });
    return { path: named, version, origin: 'K6_BIN' };
  }
  const onPath = (variable('PATH') ?? '').split(delimiter).filter((folder) => folder !== '');
  const places = [
    ...onPath.map((folder) => ({ folder, origin: 'on PATH' })),
    { folder: join(stateDir, 'bin'), origin: 'in Scaletrace’s cache' },
  ];
  for (const { folder, origin } of places) {
    const path = join(/* turbopackIgnore: true */ folder, fileName);
    if (!existsSync(/* turbopackIgnore: true */ path)) continue;
    const version = await versionOf(path);
    if (version !== null) return { path, version, origin };
  }
  throw new Problem('problems.k6-not-found', {}, { errors: [{ path: 'k6' }] });
}

/** The version of the k6 at this path, or null if it is none or older than 1.0. */
async function versionOf(path: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)(path, ['version'], { timeout: 10_000 });
    const version = /^k6(?:\.exe)? v(\d+)\.(\d+\.\d+\S*)/.exec(stdout);
    return version && Number(version[1]) >= 1 ? `${version[1]}.${version[2]}` : null;
  } catch {
    return null;
  }
}
