import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { stateDirectory } from '@/lib/environment/paths';
import { ensureK6, releaseVersion } from './k6.mjs';

// A mirror of k6's releases on loopback with one archive: the k6 that this machine has.
const folder = mkdtempSync(join(tmpdir(), 'scaletrace-k6-'));
const platform = `${process.platform === 'darwin' ? 'macos' : process.platform}-${process.arch === 'x64' ? 'amd64' : process.arch}`;
const name = `k6-v${releaseVersion}-${platform}`;
let archive: Buffer;
let sum = '';
const asked: (string | undefined)[] = [];
const mirror = createServer((request, response) => {
  asked.push(request.url);
  response.end(archive);
});
const url = (): string => `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
let real = '';

beforeAll(async () => {
  real = (await findK6({ stateDir: stateDirectory() })).path;
  mkdirSync(join(folder, name));
  cpSync(real, join(folder, name, 'k6'));
  spawnSync('tar', ['-c', '-I', 'gzip -1', '-f', `${name}.tar.gz`, name], { cwd: folder });
  archive = readFileSync(join(folder, `${name}.tar.gz`));
  sum = createHash('sha256').update(archive).digest('hex');
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  vi.unstubAllEnvs();
  mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(process.platform === 'linux')('ensureK6', () => {
  it('takes K6_BIN first, and says so when it is none', async () => {
    vi.stubEnv('K6_BIN', real);
    expect(await ensureK6({ stateDir: join(folder, 'a'), log: () => {} })).toMatchObject({
      path: real,
      origin: 'K6_BIN',
    });
    vi.stubEnv('K6_BIN', process.execPath);
    await expect(ensureK6({ stateDir: join(folder, 'a'), log: () => {} })).rejects.toThrow(
      /K6_BIN names .* not a k6/,
    );
  });

  it('downloads what its checksum vouches for, once', async () => {
    vi.stubEnv('K6_BIN', undefined);
    // Only what unpacks an archive: neither k6 nor Go.
    const tools = join(folder, 'tools');
    mkdirSync(tools);
    for (const tool of ['tar', 'gzip'])
      symlinkSync(
        ['/usr/bin', '/bin'].map((place) => join(place, tool)).find((path) => existsSync(path)) ?? tool,
        join(tools, tool),
      );
    vi.stubEnv('PATH', tools);
    const stateDir = join(folder, 'b');
    const release = { url: url(), sums: { [platform]: sum } };
    const first = await ensureK6({ stateDir, log: () => {}, release });
    expect(first).toMatchObject({ path: join(stateDir, 'bin', 'k6'), origin: 'downloaded from its release' });
    expect(await ensureK6({ stateDir, log: () => {}, release })).toMatchObject({
      path: first.path,
      origin: 'in the cache',
    });
    expect(asked).toEqual([`/${name}.tar.gz`]);
    // Nothing half-made is left beside it.
    expect(readdirSync(join(stateDir, 'bin'))).toEqual(['k6']);
  });
});
