import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { offlinePage } from './offline-page';

it('is taken as the image’s build left it, where nothing can bundle', async () => {
  const root = mkdtempSync(join(tmpdir(), 'scaletrace-image-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  onTestFinished(() => void vi.unstubAllEnvs());
  const [, file] = /node scripts\/offline\/build\.mjs > (\S+)/.exec(
    readFileSync('deploy/Containerfile', 'utf8'),
  )!;
  const built = { script: 'start()', style: 'body{}' };
  mkdirSync(join(root, '.next'));
  writeFileSync(join(root, file!), JSON.stringify(built));
  vi.stubEnv('SCALETRACE_ROOT', root);
  expect(await offlinePage()).toEqual(built);
});
