import { type KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { english } from '@/lib/words/english';
import { readConfigMap } from './knative';
import { type Answers, serveApi } from './fake-api-server';
import { events } from './events';
import { nodes } from './nodes';
import { podAutoscalers } from './pod-autoscalers';
import { ServerLife } from './proof-of-life';
import { readable, type OptionalResource } from './unread';
import { watchResource } from './watch-resource';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});
const until = (test: () => unknown): Promise<unknown> =>
  vi.waitUntil(test, { timeout: 20_000, interval: 20 });

async function serve(answer: Answers): Promise<KubeConfig> {
  const { config, close } = await serveApi(answer);
  cleanUps.push(close);
  return config;
}

const refuse =
  (status: number): Answers =>
  (_asked, response) =>
    void response
      .writeHead(status)
      .end(JSON.stringify({ kind: 'Status', code: status, message: `refused with ${status}` }));
const never: Answers = () => undefined;
const namedSchema = z.looseObject({ metadata: z.looseObject({ name: z.string() }) });
const named = (name: string, version: number): object => ({
  metadata: { name, resourceVersion: `${version}` },
});

function follow(
  config: KubeConfig,
  resource: OptionalResource,
  { fromNow = false, ...options }: { fromNow?: boolean; silenceMs?: number; life?: ServerLife } = {},
) {
  const told: string[] = [];
  const lost: string[] = [];
  const sinceMs: number[] = [];
  let back = 0;
  const watch = watchResource({
    config,
    resource,
    namespace: 'prod',
    query: { labelSelector: 'serving.knative.dev/service=shop' },
    schema: namedSchema,
    fromNow,
    ...options,
    onObject: (type, { metadata }) => told.push(`${type} ${metadata.name}`),
    onLost: (why, atUnixMs) => {
      lost.push(english(why));
      sinceMs.push(atUnixMs);
    },
    onBack: () => back++,
  });
  cleanUps.push(() => watch.stop());
  return { told, lost, sinceMs, listed: watch.listed, back: () => back };
}

it.each([
  [
    podAutoscalers,
    403,
    /podautoscalers\.autoscaling\.internal\.knative\.dev.*"list".*in namespace prod|namespace prod.*"list"/,
  ],
  [podAutoscalers, 404, /does not have it \(404\)/],
  [nodes, 403, /"list" on "nodes" in a ClusterRole/],
])('names what may not be read, with the right that is missing (%#)', async (resource, status, words) => {
  let asked = 0;
  const config = await serve((what, response) => {
    asked++;
    refuse(status)(what, response);
  });
  const { listed, lost } = follow(config, resource);
  const why = await listed;
  expect(english(why!)).toMatch(words);
  expect(english(why!)).toContain(english(resource.without));
  // It is left alone, and is no gap.
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect({ asked, lost }).toEqual({ asked: 1, lost: [] });
});

it('waits for a server that accepts and never answers a few seconds at most', async () => {
  const config = await serve(never);
  const [{ unread }, why, listed] = await Promise.all([
    readConfigMap(config, 'knative-serving', 'config-autoscaler', { ms: 300 }),
    readable(config, events, 'prod', 300),
    follow(config, events).listed,
  ]);
  for (const one of [unread, why]) expect(english(one!)).toMatch(/no answer within 0.3 s/);
  // It is tried again: a gap, not something that the cluster does not have.
  expect(listed).toBeNull();
});

it('tells when what may be listed may not be watched', async () => {
  const config = await serve(({ query }, response) =>
    query.get('watch') ? refuse(403)({ path: '', query }, response) : response.end('{"items":[]}'),
  );
  expect(english((await readable(config, events, 'prod', 2000))!)).toContain('"watch" on "events"');
});

it('lists and watches, goes on after 410 by a list, and tells when it is lost and back', async () => {
  let watches = 0;
  let lists = 0;
  const config = await serve(({ path, query }, response) => {
    expect(path).toBe('/apis/autoscaling.internal.knative.dev/v1alpha1/namespaces/prod/podautoscalers');
    expect(query.get('labelSelector')).toBe('serving.knative.dev/service=shop');
    if (!query.get('watch')) {
      lists++;
      return void response.end(
        JSON.stringify({
          metadata: { resourceVersion: `${lists}00` },
          items: [named(`listed-${lists}`, lists)],
        }),
      );
    }
    const line = (type: string, object: object): void =>
      void response.write(`${JSON.stringify({ type, object })}\n`);
    if (++watches === 1) {
      line('MODIFIED', named('a', 150));
      line('ERROR', { code: 410, message: 'too old' });
      return void response.end();
    }
    if (watches === 2) return void response.writeHead(503).end();
    expect(query.get('resourceVersion')).toBe('200');
    line('ADDED', named('b', 250));
  });
  const { told, lost, listed, back } = follow(config, podAutoscalers);
  expect(await listed).toBeNull();
  await until(() => told.includes('ADDED b'));
  // What the second list leaves out is gone.
  expect(told).toEqual([
    'LIST listed-1',
    'MODIFIED a',
    'DELETED listed-1',
    'DELETED a',
    'LIST listed-2',
    'ADDED b',
  ]);
  expect(lost).toHaveLength(1);
  expect(back()).toBe(1);
});

it('reads nothing of what was there before where only news count', async () => {
  const config = await serve(({ query }, response) => {
    if (query.get('watch'))
      return void response.write(`${JSON.stringify({ type: 'ADDED', object: named('new', 9) })}\n`);
    expect(query.get('limit')).toBe('1');
    response.end(JSON.stringify({ metadata: { resourceVersion: '8' }, items: [named('old', 1)] }));
  });
  const { told } = follow(config, events, { fromNow: true });
  await until(() => told.length > 0);
  expect(told).toEqual(['ADDED new']);
});

// Seen on a real kube-apiserver: of nodes, routes and events that did not change no bookmark came for 90 s.
it('takes up a watch that was silent for long, and has lost nothing', async () => {
  const versions: (string | null)[] = [];
  let lists = 0;
  const config = await serve(({ query }, response) => {
    if (!query.get('watch')) {
      lists++;
      return void response.end(JSON.stringify({ metadata: { resourceVersion: '100' }, items: [] }));
    }
    response.writeHead(200).flushHeaders();
    if (versions.push(query.get('resourceVersion')) === 2)
      response.write(`${JSON.stringify({ type: 'ADDED', object: named('b', 150) })}\n`);
  });
  const { told, lost, back } = follow(config, nodes, { silenceMs: 300 });
  await until(() => versions.length === 3);
  expect({ versions, told, lists }).toEqual({ versions: ['100', '100', '150'], told: ['ADDED b'], lists: 1 });
  expect({ lost, back: back() }).toEqual({ lost: [], back: 0 });
});

it('takes from the list what came while its place in the news was lost, and nothing that is older', async () => {
  let watches = 0;
  const config = await serve(({ query }, response) => {
    if (!query.get('watch')) {
      const items = [named('old', 3), named('seen', 9), named('missed', 12)];
      const isFirst = query.get('limit') === '1';
      return void response.end(
        JSON.stringify({
          metadata: { resourceVersion: isFirst ? '8' : '20' },
          items: isFirst ? items.slice(0, 1) : items,
        }),
      );
    }
    const line = (type: string, object: object): void =>
      void response.write(`${JSON.stringify({ type, object })}\n`);
    if (++watches === 1) {
      line('ADDED', named('seen', 9));
      line('ERROR', { code: 410, message: 'too old' });
      return void response.end();
    }
    expect(query.get('resourceVersion')).toBe('20');
    line('ADDED', named('new', 21));
  });
  const { told, lost } = follow(config, events, { fromNow: true });
  await until(() => told.includes('ADDED new'));
  expect(told).toEqual(['ADDED seen', 'LIST missed', 'ADDED new']);
  expect(lost).toEqual([]);
});

it('is lost from the last proof of life on where its server falls silent, and lists anew what it then may have missed', async () => {
  let isSilent = false;
  let lists = 0;
  const config = await serve(({ query }, response) => {
    if (query.get('watch')) return void response.writeHead(200).flushHeaders();
    response.end(
      JSON.stringify({ metadata: { resourceVersion: '1' }, items: [named(`listed-${++lists}`, 1)] }),
    );
  });
  const life = new ServerLife(async () => !isSilent, 500);
  const watched = follow(config, podAutoscalers, { life });
  const other = follow(config, nodes, { life, fromNow: true });
  await until(() => lists === 2);
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect([...watched.lost, ...other.lost]).toEqual([]);
  isSilent = true;
  const provenMs = life.provenMs;
  await until(() => watched.lost.length + other.lost.length === 2);
  expect(watched.lost).toEqual(other.lost);
  expect(watched.lost[0]).toMatch(/said nothing for 0.5 s.*podautoscalers\.autoscaling.*, nodes meanwhile/);
  expect(watched.sinceMs[0]).toBeGreaterThanOrEqual(provenMs);
  expect(watched.back()).toBe(0);
  isSilent = false;
  // The watch says nothing when it is taken up: only a list proves that nothing was missed.
  await until(() => watched.back() === 1 && other.back() === 1);
  expect(lists).toBe(4);
  expect(watched.told.at(-1)).toMatch(/^LIST/);
});

it('says what the API server says where it refuses a watch', async () => {
  const config = await serve((asked, response) =>
    asked.query.get('watch')
      ? response
          .writeHead(429)
          .end(JSON.stringify({ kind: 'Status', message: 'storage is (re)initializing' }))
      : response.end(JSON.stringify({ metadata: { resourceVersion: '1' }, items: [] })),
  );
  const { lost } = follow(config, events);
  await until(() => lost.length === 1);
  expect(lost[0]).toContain('storage is (re)initializing');
  expect(english((await readable(config, events, 'prod', 2000))!)).toContain('storage is (re)initializing');
});
