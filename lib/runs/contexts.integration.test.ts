import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { startLab, type Lab } from '@/lib/lab/lab';
import { type ConnectionCheck } from '@/lib/model/connection-check';
import { projectRoot } from '@/lib/environment/paths';
import { english } from '@/lib/words/english';
import { openTestStore, type TestStore } from './fake-run';
import { observeService } from './observe';
import { Recorder } from './recorder';
import { applyService, discoverServices, refreshService } from './services';
import { testConnection } from './test-connection';

let lab: Lab;
let opened: TestStore;
const stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-contexts-'));
beforeAll(async () => {
  opened = await openTestStore();
  lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  // What is in force without a choice is a cluster that nobody reaches.
  const config = parse(readFileSync(lab.kubeconfig, 'utf8')) as Record<string, object[]>;
  const path = join(stateDir, 'two-contexts');
  writeFileSync(
    path,
    JSON.stringify({
      ...config,
      'current-context': 'far',
      clusters: [...config.clusters!, { name: 'far', cluster: { server: 'http://127.0.0.1:9' } }],
      contexts: [...config.contexts!, { name: 'far', context: { cluster: 'far', user: 'scaletrace-lab' } }],
    }),
  );
  vi.stubEnv('KUBECONFIG', path);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await lab.close();
  await opened.close();
  rmSync(stateDir, { recursive: true, force: true });
});

const found = (checks: ConnectionCheck[], name: ConnectionCheck['name']) =>
  checks.find((check) => check.name === name)!;

it('a service is applied, found, read, tested and watched by the context that it names', async () => {
  const yaml = readFileSync(join(projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8');
  const kubeContext = 'scaletrace-lab';
  await expect(applyService(opened.store, { yaml, kubeContext: null })).rejects.toThrow(/127\.0\.0\.1:9/);
  const service = await applyService(opened.store, { yaml, kubeContext });
  expect(service.kubeContext).toBe(kubeContext);
  expect((await discoverServices(kubeContext)).map(({ name }) => name)).toEqual([service.name]);
  await expect(discoverServices(null)).rejects.toThrow(/127\.0\.0\.1:9/);
  expect(await refreshService(opened.store, service)).toEqual(service);

  expect(found(await testConnection(service, { wakes: false }), 'pods')).toMatchObject({ ok: true });
  const far = { ...service, kubeContext: null };
  expect(found(await testConnection(far, { wakes: false }), 'pods')).toMatchObject({ ok: false });
  const unknown = found(await testConnection({ ...service, kubeContext: 'none' }, { wakes: false }), 'pods');
  expect(unknown.data.why).toMatch(/no context "none".*scaletrace-lab, far/);

  const gaps: string[] = [];
  for (const one of [service, { ...service, kubeContext: 'none' }]) {
    const recorder = new Recorder(opened.store, 'none', Date.now(), () => undefined);
    vi.spyOn(recorder, 'gapBegins').mockImplementation((_what, _atMs, why) => void gaps.push(english(why)));
    const observation = await observeService(one, recorder, AbortSignal.timeout(10_000));
    observation.stop();
    expect(observation.clusterVersion === null).toBe(one !== service);
  }
  expect(gaps).toEqual([expect.stringMatching(/no context "none"/)]);
});

it('what class kpa reads stays as it was set here when the YAML is applied again', async () => {
  const yaml = readFileSync(join(projectRoot(), 'deploy/helloworld-go.yaml'), 'utf8');
  const service = await applyService(opened.store, { yaml, kubeContext: 'scaletrace-lab' });
  await opened.store.service.update({ where: { id: service.id }, data: { concurrencyFrom: 'gateway' } });
  expect((await applyService(opened.store, { yaml, kubeContext: 'scaletrace-lab' })).concurrencyFrom).toBe(
    'gateway',
  );
});
