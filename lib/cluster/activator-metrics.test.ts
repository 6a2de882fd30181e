import { expect, it, vi } from 'vitest';
import { english } from '@/lib/words/english';
import { followActivators, readActivatorTexts } from './activator-metrics';
import { serveApi } from './fake-api-server';

it('adds up what activators have in flight of each revision, under the names of each version of Knative', () => {
  const now = (namespace: string): string =>
    `{k8s_namespace_name="${namespace}",kn_configuration_name="shop",kn_revision_name="shop-00001",kn_service_name="shop",otel_scope_name="knative.dev/serving/pkg/activator"}`;
  const before =
    '{configuration_name="shop",container_name="activator",namespace_name="prod",pod_name="a",revision_name="shop-blue",service_name="shop"}';
  const one = [
    '# TYPE kn_revision_request_concurrency gauge',
    `kn_revision_request_concurrency${now('prod')} 7.25`,
    `kn_revision_request_concurrency${now('test')} 99`,
    `kn_revision_request_queued${now('prod')} 3`,
  ].join('\n');
  const other = [
    `kn_revision_request_concurrency${now('prod')} 2`,
    `activator_request_concurrency${before} 4`,
    `activator_request_count${before} 4000`,
  ].join('\n');
  expect(readActivatorTexts([one, other], 'prod')).toEqual(
    new Map([
      ['shop-00001', 7.25 + 2],
      ['shop-blue', 4],
    ]),
  );
});

it('tells what changes of all together, that not all can be read, and that none can be, never as zero', async () => {
  /** What each activator has of shop-1; null: it does not answer. */
  let activators: Record<string, number | null> = { a: 2, b: 3 };
  const { config, close } = await serveApi(({ path, query }, response) => {
    const pod = /pods\/(\w+):9090\/proxy\/metrics$/.exec(path)?.[1];
    if (pod === undefined) {
      const items = Object.keys(activators).map((name) => ({
        metadata: { name },
        status: { phase: 'Running' },
      }));
      return void response.end(JSON.stringify({ items }));
    }
    const own = activators[pod] ?? null;
    if (own === null) return void response.writeHead(503).end();
    response.end(
      own < 0 || !query.getAll('name[]').includes('kn_revision_request_concurrency')
        ? ''
        : `kn_revision_request_concurrency{k8s_namespace_name="prod",kn_revision_name="shop-1"} ${own}\n`,
    );
  });
  const told: (number | null)[] = [];
  const seen: string[] = [];
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const follow = (revisions: string[]) =>
    followActivators({
      config,
      namespace: 'prod',
      revisions: new Set(revisions),
      onReport: ({ revision, inFlight }) => {
        expect(revision).toBe('shop-1');
        told.push(inFlight);
      },
      onLost: (why) => seen.push(english(why)),
      onBack: () => seen.push('back'),
    });
  const all = follow(['shop-1', 'shop-2']);
  const next = (test: () => void): Promise<void> => {
    vi.advanceTimersByTime(2000);
    return vi.waitFor(test, { timeout: 60_000, interval: 20 });
  };
  try {
    expect(await all.listed).toBeNull();
    expect(told).toEqual([5]);
    activators = { a: 2, b: null };
    await next(() => expect(seen).toEqual([expect.stringMatching(/activator: 1 of 2 could be read.*503/)]));
    expect(told).toEqual([5, 2]);
    // Who begins to look now is told of it at once.
    const late = follow([]);
    expect(english((await late.listed)!)).toMatch(/activator: 1 of 2 could be read/);
    late.stop();
    activators = { a: null, b: null };
    await next(() => expect(told).toEqual([5, 2, null]));
    activators = { c: 1 };
    await next(() => expect(seen.slice(1)).toEqual(['back']));
    expect(told).toEqual([5, 2, null, 1]);
    // One that was begun anew has had no request of it yet.
    activators = { d: -1 };
    await next(() => expect(told.at(-1)).toBe(0));
  } finally {
    all.stop();
    vi.useRealTimers();
    await close();
  }
});
