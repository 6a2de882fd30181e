import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { mountedClient } from '@/lib/api/mounted-client';
import { recordFakeRun } from '@/lib/runs/fake-recorded-runs';
import { getStore } from '@/lib/store/client';
import { commentPlace, commentRun } from './comment';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-cli-comment-'));
const written: string[] = [];
const forge = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    if (request.method === 'POST') written.push((JSON.parse(body) as { body: string }).body);
    response.end(request.method === 'POST' ? '{}' : '[]');
  });
});

beforeAll(async () => {
  await new Promise<void>((resolve) => forge.listen(0, '127.0.0.1', resolve));
  vi.stubEnv('SCALETRACE_DIR', folder);
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
  vi.stubEnv('GITHUB_API_URL', `http://127.0.0.1:${(forge.address() as AddressInfo).port}`);
  vi.stubEnv('GITHUB_REPOSITORY', 'acme/shop');
  vi.stubEnv('GITHUB_REF', 'refs/pull/7/merge');
  vi.stubEnv('GITHUB_TOKEN', 'token-of-the-test');
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  forge.close();
  rmSync(folder, { recursive: true, force: true });
});

it('comments with the report of the run, its verdict first', async () => {
  const id = await recordFakeRun(await getStore(), 'steady', {});
  const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
  await commentRun(mountedClient(), commentPlace(), { id, url: 'http://dashboard/runs/1', key: 'shop/cart' });
  expect(said.mock.calls).toEqual([['· the comment is written']]);
  said.mockRestore();
  expect(written).toHaveLength(1);
  expect(written[0]).toMatch(/^<!-- scaletrace shop\/cart -->\n.*steady.*✅ Passed/);
  expect(written[0]).toContain('http://dashboard/runs/1');
});
