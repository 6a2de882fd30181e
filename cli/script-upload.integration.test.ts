import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { pack } from 'tar-stream';
import { mountedClient } from '@/lib/api/mounted-client';
import { getStore } from '@/lib/store/client';
import { scriptOf } from './script-upload';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-cli-files-'));
const load = join(folder, 'load');
const client = mountedClient();

beforeAll(() => {
  vi.stubEnv('SCALETRACE_DIR', join(folder, 'state'));
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
  for (const path of ['data', '.git', 'other']) mkdirSync(join(load, path), { recursive: true });
  writeFileSync(join(load, 'main.ts'), 'export default function () {}');
  writeFileSync(join(load, 'other/soak.ts'), 'export default () => {}');
  writeFileSync(join(load, 'data/users.csv'), 'anna');
  writeFileSync(join(load, '.git/config'), 'secret');
  symlinkSync('/etc/passwd', join(load, 'data/link.csv'));
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('takes a folder: its plain files, from main.ts or the one that --entry names on', async () => {
  const asked = await scriptOf(client, { script: load });
  expect(asked).toMatchObject({ scriptName: 'load', entry: 'main.ts' });
  expect(asked.files!.map(({ path }) => path).sort()).toEqual(['data/users.csv', 'main.ts', 'other/soak.ts']);
  const other = await scriptOf(client, { script: `${load}/`, entry: './other/soak.ts' });
  expect(other.entry).toBe('other/soak.ts');
  await expect(scriptOf(client, { script: load, entry: 'none.ts' })).rejects.toThrow(/no none\.ts among/);
});

it('takes a tar and a single script of this machine, and what Scaletrace has by its name', async () => {
  const tar = pack();
  tar.entry({ name: 'main.js' }, 'export default () => {}');
  tar.finalize();
  const parts: Uint8Array[] = [];
  for await (const part of tar as AsyncIterable<Uint8Array>) parts.push(part);
  writeFileSync(join(folder, 'spike.tar'), Buffer.concat(parts));
  expect(await scriptOf(client, { script: join(folder, 'spike.tar') })).toMatchObject({
    scriptName: 'spike',
    entry: 'main.js',
  });
  expect(await scriptOf(client, { script: join(load, 'main.ts') })).toEqual({
    scriptName: 'main.ts',
    scriptText: 'export default function () {}',
  });
  expect(await scriptOf(client, { script: 'tutorial' })).toEqual({ scriptName: 'tutorial' });
  await expect(scriptOf(client, { script: './none' })).rejects.toThrow(/There is no \.\/none/);
  await expect(scriptOf(client, { script: 'tutorial', entry: 'main.ts' })).rejects.toThrow(/--entry names/);
});
