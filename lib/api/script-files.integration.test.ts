import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { readUpload } from '@/lib/loadgen/upload/read-upload';
import { getStore } from '@/lib/store/client';
import { insertRun } from '@/lib/store/runs';
import { registerService } from '@/lib/runs/fake-run';
import { mountedClient } from './mounted-client';
import { mountApi } from './mount';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-files-'));
const mounted = mountApi();
const client = mountedClient();

beforeAll(() => {
  vi.stubEnv('SCALETRACE_DIR', folder);
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const texts: Record<string, string> = {
  'load/main.ts': `import { users } from './lib/users.ts';
    export const options = { vus: users.length, duration: '5s' };
    export default function () {}`,
  'load/lib/users.ts': `export const users = open('../data/users.csv').trim().split('\\n');`,
  'load/data/users.csv': 'anna\nbert\ncarla\n',
};
function form(): FormData {
  const body = new FormData();
  for (const [path, text] of Object.entries(texts)) body.append(path, new Blob([text]), 'file');
  return body;
}

it('keeps an upload, checks it as a whole with k6, and gives a run’s files back as they were', async () => {
  const { entry, files, leftOut, archive } = await client('POST /api/script-files', { body: form() });
  expect({ entry, leftOut, archive }).toEqual({ entry: 'main.ts', leftOut: 0, archive: null });
  expect(files.map(({ path, text }) => [path, text === null])).toEqual([
    ['main.ts', false],
    ['lib/users.ts', false],
    ['data/users.csv', true],
  ]);
  const inputs = files.map(({ path, text, sha256 }) => (text === null ? { path, sha256 } : { path, text }));
  const check = { scriptName: 'load', scriptText: texts['load/main.ts']!, entry };
  const checked = await client('POST /api/scripts/check', { body: { ...check, files: inputs } });
  expect(checked.options).toMatchObject({ maxVUs: 3 });
  const edited = inputs.map((file) =>
    file.path === 'data/users.csv' ? { path: file.path, text: 'anna' } : file,
  );
  const again = await client('POST /api/scripts/check', { body: { ...check, files: edited } });
  expect(again.options).toMatchObject({ maxVUs: 1 });
  await expect(
    client('POST /api/scripts/check', {
      body: { ...check, files: inputs.filter(({ path }) => !path.endsWith('.csv')) },
    }),
  ).rejects.toMatchObject({ status: 422, errors: [{ path: 'files.lib/users.ts', line: 1 }] });

  const data = files.find(({ text }) => text === null)!;
  const content = await client.file('GET /api/script-files/{sha256}', { params: { sha256: data.sha256 } });
  expect(Buffer.from(content).toString()).toBe(texts['load/data/users.csv']);
  const store = await getStore();
  await insertRun(store, {
    id: 'r1',
    run: {
      name: 'r1',
      service: await registerService(store, 'checkout'),
      scriptName: 'load',
      scriptText: check.scriptText,
      entry,
      files: files.filter(({ path }) => path !== entry),
      env: {},
      options: {},
      tags: [],
    },
    ingestSecretHash: '',
    createdAtMs: 1,
  });
  const tar = await client.file('GET /api/runs/{id}/files', { params: { id: 'r1' } });
  const back = await readUpload(tar, 'application/x-tar');
  expect(
    Object.fromEntries(back.files.map(({ path, content }) => [`load/${path}`, content.toString()])),
  ).toEqual(texts);
});

it('refuses a body beyond the limit, and a foreign page’s', async () => {
  await expect(
    client('POST /api/script-files', { body: new Uint8Array(40 * 2 ** 20) }),
  ).rejects.toMatchObject({ status: 413 });
  const foreign = new Request('http://127.0.0.1/api/script-files', {
    method: 'POST',
    headers: { host: '127.0.0.1', origin: 'http://evil.example' },
    body: form(),
  });
  expect((await mounted(foreign)).status).toBe(403);
});
