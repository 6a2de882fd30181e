import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { startLab } from '@/lib/lab/lab';
import { ClockOffset } from './clock-offset';
import { type Answers, serveApi } from './fake-api-server';
import { english } from '@/lib/words/english';
import { applyKnativeService } from './knative';
import { loadKubeConfig } from './kubeconfig';
import { type WatchedReport, watchReports } from './watch-reports';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const settings = { annotations: {}, containerConcurrency: 0 };

/** Watches service shop of namespace prod; `told` by resource: the events of its watch, which lists nothing. */
async function follow(
  told: Record<string, { type: string; object: object }[]>,
): Promise<{ reports: WatchedReport[] }> {
  const answer: Answers = ({ path, query }, response) => {
    const name = path.split('/').at(-1)!;
    if (!query.get('watch'))
      return void response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] }));
    response.writeHead(200).flushHeaders();
    for (const event of told[name] ?? []) response.write(`${JSON.stringify(event)}\n`);
  };
  const { config, close } = await serveApi(answer);
  cleanUps.push(close);
  const reports: WatchedReport[] = [];
  const watch = watchReports({
    config,
    service: {
      name: 'shop',
      namespace: 'prod',
      podSelector: 'serving.knative.dev/service=shop',
      ...settings,
    },
    clock: new ClockOffset(),
    onReport: (report) => reports.push(report),
    onLost: () => {},
    onBack: () => {},
  });
  cleanUps.push(() => watch.stop());
  watch.knowPod('uid-1', 'shop-00001');
  return { reports };
}

it('tells an Event again each time it came again, with its count and the time of it', async () => {
  let version = 1;
  const event = (more: object): { type: string; object: object } => ({
    type: version++ === 1 ? 'ADDED' : 'MODIFIED',
    object: {
      metadata: {
        uid: 'event-1',
        name: 'shop-1.17',
        resourceVersion: `${version}`,
        creationTimestamp: '2026-01-01T00:00:10Z',
      },
      involvedObject: { kind: 'Pod', name: 'shop-1', uid: 'uid-1' },
      reason: 'Unhealthy',
      message: 'Readiness probe failed',
      type: 'Warning',
      ...more,
    },
  });
  const { reports } = await follow({
    events: [
      event({ count: 1, firstTimestamp: '2026-01-01T00:00:10Z', lastTimestamp: '2026-01-01T00:00:10Z' }),
      event({ count: 4, firstTimestamp: '2026-01-01T00:00:10Z', lastTimestamp: '2026-01-01T00:00:40Z' }),
      // Of events.k8s.io; written anew without having come again it is no news.
      event({
        eventTime: '2026-01-01T00:00:10.5Z',
        series: { count: 6, lastObservedTime: '2026-01-01T00:01:00.25Z' },
      }),
      event({
        eventTime: '2026-01-01T00:00:10.5Z',
        series: { count: 6, lastObservedTime: '2026-01-01T00:01:00.25Z' },
      }),
      event({ count: 9, lastTimestamp: '2026-01-01T00:02:00Z' }),
    ],
  });
  const seen = (): [number, string][] =>
    reports.flatMap((report) =>
      report.kind === 'event'
        ? [[report.count, new Date(report.serverAtUnixMs ?? 0).toISOString()] as [number, string]]
        : [],
    );
  await vi.waitUntil(() => seen().length === 4, { timeout: 20_000 });
  expect(seen()).toEqual([
    [1, '2026-01-01T00:00:10.000Z'],
    [4, '2026-01-01T00:00:40.000Z'],
    [6, '2026-01-01T00:01:00.250Z'],
    [9, '2026-01-01T00:02:00.000Z'],
  ]);
});

it('tells whether the service and its revisions are ready, by what is said of their own generation', async () => {
  let version = 1;
  const object = (
    name: string,
    [generation, observedGeneration]: [number, number],
    status: string,
    more: object = {},
  ) => ({
    type: 'MODIFIED',
    object: {
      metadata: {
        name,
        generation,
        resourceVersion: `${version++}`,
        labels: { 'serving.knative.dev/routingState': 'active' },
      },
      status: { observedGeneration, conditions: [{ type: 'Ready', status, ...more }] },
    },
  });
  const { reports } = await follow({
    services: [
      object('shop', [1, 1], 'True'),
      object('shop', [2, 1], 'True'),
      object('shop', [2, 1], 'True'),
      object('shop', [2, 2], 'False', { reason: 'RevisionFailed', message: 'no image' }),
      object('shop', [2, 2], 'True'),
    ],
    revisions: [object('shop-00001', [2, 1], 'True'), object('shop-00001', [2, 2], 'True')],
  });
  const of = (kind: string): object[] => reports.filter((report) => report.kind === kind);
  await vi.waitUntil(() => of('service').length === 4 && of('revision').length === 2, { timeout: 20_000 });
  expect(of('service')).toMatchObject([
    { ready: true, stale: false },
    { ready: null, stale: true, reason: null },
    { ready: false, stale: false, reason: 'RevisionFailed', message: 'no image' },
    { ready: true, stale: false, reason: null },
  ]);
  expect(of('revision')).toMatchObject([{ ready: null }, { ready: true }]);
});

it('has a Prometheus server stand in where the pods of autoscaler and activator are lost while a run goes on, and says so', async () => {
  let isThere = true;
  const metric = (name: string): string => `kn_revision_${name}`;
  const labels = { k8s_namespace_name: 'prod', kn_revision_name: 'shop-00001' };
  const api = await serveApi(({ path, query }, response) => {
    if (path.endsWith('/proxy/metrics'))
      return isThere
        ? void response.end(
            path.includes('/activator-1:')
              ? `${metric('request_concurrency')}{k8s_namespace_name="prod",kn_revision_name="shop-00001"} 4\n`
              : `${metric('concurrency_stable')}{k8s_namespace_name="prod",kn_revision_name="shop-00001"} 3\n`,
          )
        : void response.writeHead(503).end();
    if (query.get('watch')) return void response.writeHead(200).flushHeaders();
    const app = /^app=(\w+)$/.exec(query.get('labelSelector') ?? '')?.[1];
    const items = app ? [{ metadata: { name: `${app}-1` }, status: { phase: 'Running' } }] : [];
    response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items }));
  });
  cleanUps.push(api.close);
  /** When each was scraped last: when it was first asked for. */
  const scraped = new Map<string, number>();
  const prometheus = await serveApi(({ query }, response) => {
    const wanted = query.get('query') ?? '';
    const isRange = wanted.includes('kn_revision_') && wanted.includes('[');
    const now = Date.now() / 1000;
    const valuesOf = (name: string): [number, string][] => {
      const atS = scraped.get(name) ?? now;
      scraped.set(name, atS);
      return [
        [atS - 20, '7'],
        [atS, '8'],
      ];
    };
    const result = isRange
      ? ['concurrency_stable', 'request_concurrency']
          .filter((name) => wanted.includes(metric(name)))
          .map((name) => ({ metric: { __name__: metric(name), ...labels }, values: valuesOf(name) }))
      : [{ metric: {}, value: [now, '1'] }];
    response.setHeader('date', new Date().toUTCString());
    response.end(JSON.stringify({ status: 'success', data: { result } }));
  });
  cleanUps.push(prometheus.close);
  const averages: (number | null)[] = [];
  const atActivator: (number | null)[] = [];
  const lost: string[] = [];
  const back: string[] = [];
  const watch = watchReports({
    config: api.config,
    service: { name: 'shop', namespace: 'prod', podSelector: '', ...settings },
    clock: new ClockOffset(),
    prometheus: {
      url: prometheus.config.getCurrentCluster()!.server,
      auth: 'none',
      user: '',
      secret: '',
      ca: '',
    },
    onReport: (report) => {
      if (report.kind === 'autoscaler') averages.push(report.stable);
      if (report.kind === 'activator') atActivator.push(report.inFlight);
    },
    onLost: (why, _atUnixMs, what) => lost.push(`${what}: ${english(why)}`),
    onBack: (_atUnixMs, what) => back.push(what),
  });
  cleanUps.push(() => watch.stop());
  watch.knowPod('uid-1', 'shop-00001');
  expect((await watch.unread).map(english).join()).not.toMatch(/proxy|Prometheus/);
  await vi.waitUntil(() => averages.length === 1 && atActivator.length === 1, { timeout: 20_000 });
  isThere = false;
  await vi.waitUntil(() => averages.length === 2 && atActivator.length === 3, { timeout: 20_000 });
  // Of what was scraped while the pod was still read nothing is told.
  expect(averages).toEqual([3, 8]);
  expect(atActivator).toEqual([4, null, 8]);
  expect(lost.sort()).toEqual(
    ['activator', 'reports'].map(
      (what) =>
        expect.stringMatching(new RegExp(`${what}: pods/proxy.*503.*Prometheus http.* stands in`)) as string,
    ),
  );
  expect(back.sort()).toEqual(['activator', 'reports']);
});

it('knows when each decision of the lab was written, by the times that an API server gives', async () => {
  vi.stubEnv('KUBECONFIG', '');
  const stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-reports-'));
  cleanUps.push(() => rmSync(stateDir, { recursive: true, force: true }));
  const lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  cleanUps.push(() => lab.close());
  const config = loadKubeConfig(stateDir);
  const began = Math.floor(Date.now() / 1000) * 1000;
  const service = await applyKnativeService(
    config,
    `
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: shop}
spec:
  template:
    metadata: {annotations: {autoscaling.knative.dev/min-scale: "2"}}
    spec: {containers: [{image: docker.io/scaletrace/helloworld-go}]}
`,
  );
  const reports: WatchedReport[] = [];
  const watch = watchReports({
    config,
    service: { ...service, ...settings },
    clock: new ClockOffset(),
    onReport: (report) => reports.push(report),
    onLost: () => {},
    onBack: () => {},
  });
  cleanUps.push(() => watch.stop());
  const desired = (source: string): WatchedReport[] =>
    reports.filter((report) => report.kind === 'scale' && report.source === source && report.desired === 2);
  await vi.waitUntil(() => desired('podautoscaler').length > 0 && desired('deployment').length > 0, {
    timeout: 20_000,
  });
  for (const { serverAtUnixMs } of [...desired('podautoscaler'), ...desired('deployment')]) {
    expect(serverAtUnixMs).toBeGreaterThanOrEqual(began);
    expect(serverAtUnixMs).toBeLessThanOrEqual(Date.now());
    // Whole seconds, as managedFields have them.
    expect(serverAtUnixMs! % 1000).toBe(0);
  }
  await vi.waitUntil(() => reports.some((report) => report.kind === 'service' && report.ready === true), {
    timeout: 20_000,
  });
});
