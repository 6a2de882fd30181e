import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { jsonExportSchema } from '@/lib/exporting/json';
import { importAnswerSchema } from '@/lib/importing/facts';
import { getStore } from '@/lib/store/client';
import { mountApi } from './mount';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-exports-'));
const mounted = mountApi();
const lines = 100_000;
/** A run with a long log, and the same without. */
let id = '';
let small = '';

function ask(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = { host: '127.0.0.1' };
  return Promise.resolve(mounted(new Request(`http://127.0.0.1${path}`, { ...init, headers })));
}

beforeAll(async () => {
  vi.stubEnv('SCALETRACE_DIR', folder);
  vi.stubEnv('KUBECONFIG', join(folder, 'none'));
  const body = readFileSync(new URL('../importing/fixtures/k6.json', import.meta.url));
  const imported = async (): Promise<string> => {
    const answer = await ask('/api/import?save=1', { method: 'POST', body });
    return importAnswerSchema.parse(await answer.json()).run!.id;
  };
  id = await imported();
  small = await imported();
  await (
    await getStore()
  ).$executeRaw`INSERT INTO "LogLine" ("runId", "atMs", "level", "text")
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${lines})
    SELECT ${id}, i, 'info', 'line ' || i || ' ' || hex(randomblob(50)) FROM n`;
});
afterAll(async () => {
  await (await getStore()).$disconnect();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

it('answers others while as many large exports are made as may be, and makes the next once a reader leaves', async () => {
  const most = Math.max(2, availableParallelism());
  let made = 0;
  const exports = Array.from({ length: most }, async () => {
    const answer = await ask(`/api/runs/${id}/export/json`);
    made++;
    return answer;
  });
  let meanwhile = 0;
  while (made === 0) {
    expect((await ask(`/api/runs/${id}`)).status).toBe(200);
    if (made === 0) meanwhile++;
  }
  expect(meanwhile).toBeGreaterThan(0);
  const [left, ...read] = await Promise.all(exports);

  // None is read, so none ends: who comes now waits.
  const leave = new AbortController();
  let cameFirst = false;
  const waiting = ask(`/api/runs/${id}/export/json`, { signal: leave.signal }).then((answer) => {
    cameFirst = true;
    return answer;
  });
  for (let i = 0; i < 20; i++) expect((await ask(`/api/runs/${id}`)).status).toBe(200);
  expect(cameFirst).toBe(false);
  await left!.body!.cancel();
  const next = await waiting;
  expect(next.status).toBe(200);

  // The request's own end ends its thread as well.
  const last = ask(`/api/runs/${id}/export/junit`);
  leave.abort();
  await expect(next.text()).rejects.toThrow();
  expect(await (await last).text()).toContain('<testsuites');

  const whole = jsonExportSchema.parse(await read[0]!.json());
  expect(whole.log).toHaveLength(lines);
  await Promise.all(read.slice(1).map((answer) => answer.body!.cancel()));
});

it('gives every format, and refuses a run that is not there', async () => {
  for (const format of ['html', 'json', 'csv', 'markdown', 'k6-summary', 'junit']) {
    const answer = await ask(`/api/runs/${small}/export/${format}?lang=zh-Hant`);
    expect(answer.status, format).toBe(200);
    expect((await answer.arrayBuffer()).byteLength, format).toBeGreaterThan(0);
  }
  expect((await ask('/api/runs/none/export/junit')).status).toBe(404);
});
