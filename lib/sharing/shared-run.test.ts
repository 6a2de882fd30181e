import { describe, expect, it } from 'vitest';
import { runSchema, type Run } from '@/lib/model/run';
import { shownOf } from './shared-run';

const secret = 'tok-5e1f-77';
const run: Run = runSchema.parse({
  id: 'private-id',
  name: `Load with ${secret}`,
  state: 'failed',
  stateReason: `Get "http://10.0.0.7:8080/?token=${secret}": refused`,
  stateReasonCode: 'reasons.said',
  stateReasonData: { cause: `Get "http://10.0.0.7:8080/?token=${secret}": refused` },
  service: {
    id: 'service-id',
    name: 'hello',
    namespace: 'default',
    gatewayUrl: 'http://10.0.0.7:8080',
    host: 'hello.example.com',
    podSelector: 'app=hello',
    containerConcurrency: 5,
    annotations: { 'autoscaling.knative.dev/class': 'kpa' },
    gatewayMetricsUrl: 'http://10.0.0.8:15020/stats http://10.0.0.9:15020/stats',
    gatewayCluster: 'outbound|80',
    origin: 'manual',
  },
  scriptName: 'script',
  scriptText: `http.get('http://10.0.0.7:8080/', { headers: { Authorization: 'Bearer ${secret}', 'X-Api-Key': 'k-93' } })`,
  env: { API_TOKEN: secret, REQUESTS: '5', PIN: '4711' },
  plainEnv: ['REQUESTS'],
  options: { tags: { note: secret } },
  k6Version: 'v1',
  scaletraceVersion: null,
  clusterVersion: null,
  createdAtMs: 1,
  originMs: 2,
  loadStartMs: 0,
  loadEndMs: 9,
  endedAtMs: 10,
  figures: {
    requests: 5,
    failures: 0,
    requestsPerSecond: 1,
    p50Ms: 1,
    p90Ms: 1,
    p95Ms: 1,
    p99Ms: 1,
    peakReadyPods: 1,
    worstLagMs: null,
    thresholdsMet: null,
  },
  autoscaling: null,
  summary: null,
  notes: 'a note',
  tags: [secret],
  pinned: true,
  thinnedStepMs: null,
  protocols: ['http'],
  engine: 'k6',
  importedFrom: null,
  startedBy: 'ann',
});

describe('a shared run', () => {
  const shown = shownOf(run, { publicId: '1', notes: false });

  it('is still a run, without secrets, ids, addresses, notes and people', () => {
    const text = JSON.stringify(runSchema.parse(shown.run(run)));
    for (const hidden of [
      secret,
      'k-93',
      'private-id',
      'service-id',
      '10.0.0',
      '15020',
      'app=hello',
      'outbound',
      'a note',
      'ann"',
      'pinned":true',
    ])
      expect(text).not.toContain(hidden);
    expect(shown.run(run)).toMatchObject({
      id: '1',
      state: 'failed',
      figures: run.figures,
      env: { REQUESTS: '5', PIN: '••••••' },
      service: { name: 'hello', host: 'hello.example.com', annotations: run.service.annotations },
    });
  });

  it('has its notes where that was chosen', () => {
    expect(shownOf(run, { publicId: '1', notes: true }).run(run).notes).toBe('a note');
  });

  it('masks its log and its series alike', () => {
    expect(shown.value([{ id: 1, text: `sent ${secret} to 10.0.0.7:8080` }])).toEqual([
      { id: 1, text: 'sent •••••• to gateway' },
    ]);
  });
});
