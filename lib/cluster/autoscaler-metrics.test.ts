import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { expect, it, vi } from 'vitest';
import { english } from '@/lib/words/english';
import { followAutoscaler, readAutoscalerText } from './autoscaler-metrics';

const nothing = { stable: null, panic: null, target: null, desired: null, panicMode: null, excess: null };

it('reads what the autoscaler saw of each revision of a namespace, under the names of each version of Knative', () => {
  const now = (namespace: string, revision: string): string =>
    `{k8s_namespace_name="${namespace}",kn_revision_name="${revision}",kn_service_name="shop"}`;
  const before = '{configuration_name="shop",namespace_name="prod",revision_name="shop-blue"}';
  const text = [
    '# TYPE kn_revision_concurrency_stable gauge',
    `kn_revision_concurrency_stable${now('prod', 'shop-00001')} 12.5`,
    `kn_revision_concurrency_panic${now('prod', 'shop-00001')} 40`,
    `kn_revision_panic_mode${now('prod', 'shop-00001')} 1`,
    `kn_revision_concurrency_stable${now('test', 'shop-00001')} 99`,
    `kn_revision_pods_count${now('prod', 'shop-00001')} 3`,
    `autoscaler_stable_request_concurrency${before} 7`,
    `autoscaler_desired_pods${before} 2 1700000000000`,
    `autoscaler_excess_burst_capacity${before} NaN`,
    'go_goroutines 12',
  ].join('\n');
  expect(readAutoscalerText(text, 'prod')).toEqual(
    new Map([
      ['shop-00001', { ...nothing, stable: 12.5, panic: 40, panicMode: 1 }],
      ['shop-blue', { ...nothing, stable: 7, desired: 2 }],
    ]),
  );
});

it('reads all of the autoscaler’s pods, those that are made anew too, and tells when none can be read', async () => {
  /** What each pod that runs says that a revision should have. */
  let pods: Record<string, Record<string, number>> = { a: { 'shop-1': 2 }, b: { 'shop-2': 3 } };
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://server');
    const pod = /pods\/(\w+):9090\/proxy\/metrics$/.exec(pathname)?.[1];
    if (pod === undefined) {
      const items = Object.keys(pods).map((name) => ({ metadata: { name }, status: { phase: 'Running' } }));
      const ending = { metadata: { name: 'old', deletionTimestamp: '2026-01-01T00:00:00Z' } };
      return void response.end(JSON.stringify({ items: [ending, ...items] }));
    }
    const own = searchParams.getAll('name[]').includes('kn_revision_pods_desired') ? pods[pod] : {};
    if (!own) return void response.writeHead(503).end();
    const lines = Object.entries(own).map(
      ([revision, desired]) =>
        `kn_revision_pods_desired{k8s_namespace_name="prod",kn_revision_name="${revision}"} ${desired}\n`,
    );
    response.end(lines.join(''));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const config = new KubeConfig();
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  config.loadFromClusterAndUser({ name: 't', server: address, skipTLSVerify: true }, { name: 't' });
  const told: string[] = [];
  const seen: string[] = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const autoscaler = followAutoscaler({
    config,
    namespace: 'prod',
    revisions: new Set(['shop-1', 'shop-2']),
    onReport: ({ revision, desired }) => told.push(`${revision} ${desired}`),
    onLost: (why) => seen.push(english(why)),
    onBack: () => seen.push('back'),
  });
  const next = (test: () => void): Promise<void> => {
    told.length = 0;
    vi.advanceTimersByTime(2000);
    return vi.waitFor(test, { timeout: 60_000, interval: 20 });
  };
  try {
    expect(await autoscaler.listed).toBeNull();
    expect(told.sort()).toEqual(['shop-1 2', 'shop-2 3']);
    pods = { a: { 'shop-1': 2, 'shop-2': 4 } };
    await next(() => expect(told).toEqual(['shop-2 4']));
    pods = { c: { 'shop-1': 5, 'shop-2': 4 } };
    await next(() => expect(told).toEqual(['shop-1 5', 'shop-2 4']));
    expect(seen).toEqual([]);
    pods = {};
    await next(() => expect(seen).toEqual([expect.stringMatching(/pods\/proxy.*answered 503/)]));
    pods = { d: { 'shop-1': 1 } };
    await next(() => expect(seen.at(-1)).toBe('back'));
    expect(told).toEqual(['shop-1 1']);
  } finally {
    autoscaler.stop();
    vi.useRealTimers();
    server.closeAllConnections();
    server.close();
  }
});
