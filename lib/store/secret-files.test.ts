import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openTestStore, type TestStore } from '@/lib/runs/fake-run';
import { readClientCertificate, writeClientCertificate } from './client-certificates';
import { registerDashboard } from './leases/dashboards';
import { readPrometheus, writePrometheus } from './prometheus';
import { refuseUnshared } from './secret-files';
import { readWebhook, writeWebhook } from './webhooks';

let opened: TestStore;
const shared = mkdtempSync(join(tmpdir(), 'scaletrace-secrets-'));
beforeAll(async () => {
  opened = await openTestStore();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await opened.close();
  rmSync(shared, { recursive: true, force: true });
});

const webhook = {
  url: 'https://hooks.example/in',
  secret: 'known to two',
  format: 'json' as const,
  when: 'always' as const,
  privateAllowed: false,
};
const prometheus = { url: 'https://prometheus.example', auth: 'none' as const, user: '', secret: '', ca: '' };

it('lie in the folder that several dashboards share, for one user alone, and in none of their own', () => {
  vi.stubEnv('SCALETRACE_SECRETS_DIR', shared);
  writeWebhook('a', webhook);
  writeClientCertificate('a/b', { cert: 'c', key: 'k' });
  writePrometheus(prometheus);
  // As another dashboard has it: a state folder of its own.
  vi.stubEnv('SCALETRACE_DIR', mkdtempSync(join(shared, 'another-')));
  expect(readWebhook('a')).toMatchObject(webhook);
  expect(readClientCertificate('a/b')).toEqual({ cert: 'c', key: 'k' });
  expect(readPrometheus()).toMatchObject(prometheus);
  for (const file of ['webhooks.json', 'prometheus.json', 'client-certificates/a%2Fb.json']) {
    expect(statSync(join(shared, file)).mode & 0o777).toBe(0o600);
    expect(existsSync(join(opened.folder, file))).toBe(false);
  }
  writeClientCertificate('a/b', null);
  expect(readClientCertificate('a/b')).toBeNull();
  vi.unstubAllEnvs();
  expect(readWebhook('a')).toBeNull();
});

it('says where they lie when that cannot be written', () => {
  vi.stubEnv('SCALETRACE_SECRETS_DIR', join(shared, 'not-mounted'));
  expect(() => writePrometheus(prometheus)).toThrow(/problems\.secrets-read-only.*not-mounted/);
  vi.unstubAllEnvs();
});

it('are refused where another dashboard would not know them', async () => {
  const { store } = opened;
  const begin = (id: string): Promise<void> =>
    registerDashboard(store, { id, host: id, address: `http://${id}`, peerUrl: null }, null);
  await begin('one');
  await refuseUnshared(store);
  await begin('two');
  await expect(refuseUnshared(store)).rejects.toThrow('problems.secrets-not-shared');
  vi.stubEnv('SCALETRACE_SECRETS_DIR', shared);
  await refuseUnshared(store);
  vi.unstubAllEnvs();
});
