import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { databaseUrl, keepPrivate, stateDirectory } from './paths';

let work: string;
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'scaletrace-paths-'));
  vi.stubEnv('SCALETRACE_DIR', join(work, 'state'));
  vi.stubEnv('DATABASE_URL', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(work, { recursive: true, force: true });
});

const rightsOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

it.skipIf(process.platform === 'win32')('what is kept is for its user alone', () => {
  const umask = process.umask(0o022);
  try {
    const database = databaseUrl().replace('file:', '');
    writeFileSync(database, '');
    chmodSync(stateDirectory(), 0o755);
    keepPrivate();
    const later = join(stateDirectory(), 'later');
    writeFileSync(later, '');
    expect([stateDirectory(), database, later].map(rightsOf)).toEqual(['700', '600', '600']);
  } finally {
    process.umask(umask);
  }
});
