import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, expect, it, vi } from 'vitest';
import { startLab } from '@/lib/lab/lab';
import { type PodEvent } from '@/lib/model/recording';
import { podTimeline } from '@/lib/timeline/pods';
import { observedChanges } from '@/lib/timeline/scale-events';
import { ClusterError } from './client';
import { loadKubeConfig } from './kubeconfig';
import { sampleGateway, type GatewayReading } from './gateway-metrics';
import {
  applyKnativeService,
  listKnativeServices,
  readConfigMap,
  readGateway,
  untilServiceReady,
} from './knative';
import { watchPods, type PodWatchOptions, type WatchedPodEvent } from './watch-pods';
import { english, textOf } from '@/lib/words/english';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function stateDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'scaletrace-kubernetes-'));
  cleanUps.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

interface Watched {
  events: WatchedPodEvent[];
  gaps: { fromMs: number; toMs: number | null; reason: string }[];
  listed: Promise<void>;
  stop(): void;
}

function watch(
  config: KubeConfig,
  options: Partial<Pick<PodWatchOptions, 'labelSelector' | 'silenceMs' | 'unprovenMs' | 'before'>> = {},
): Watched {
  const events: WatchedPodEvent[] = [];
  const gaps: Watched['gaps'] = [];
  const { listed, stop } = watchPods({
    config,
    namespace: 'default',
    labelSelector: '',
    ...options,
    onEvent: (event) => events.push(event),
    onGapStart: (fromMs, reason) => gaps.push({ fromMs, toMs: null, reason: english(reason) }),
    onGapEnd: (atMs) => (gaps.at(-1)!.toMs = atMs),
  });
  cleanUps.push(stop);
  return { events, gaps, listed, stop };
}

const until = (test: () => unknown): Promise<unknown> =>
  vi.waitUntil(test, { timeout: 30_000, interval: 20 });

const yaml = (name: string, annotations: string): string => `
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: ${name}}
spec:
  template:
    metadata:
      annotations: {autoscaling.knative.dev/class: mpa.autoscaling.knative.dev, ${annotations}}
    spec:
      containerConcurrency: 5
      containers: [{image: docker.io/scaletrace/helloworld-go, env: [{name: TARGET, value: Knative}]}]
`;

it('sees each phase of a pod of the lab in order, resumes after the lab was away, and reads its services', async () => {
  vi.stubEnv('KUBECONFIG', '');
  const stateDir = stateDirectory();
  let lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  cleanUps.push(() => lab.close());
  const config = loadKubeConfig(stateDir);

  const service = await applyKnativeService(
    config,
    yaml(
      'hello',
      'autoscaling.knative.dev/max-scale: "20", autoscaling.knative.dev/min-scale: "1", autoscaling.knative.dev/window: "6s"',
    ),
  );
  expect(service).toMatchObject({ name: 'hello', namespace: 'default', containerConcurrency: 5 });
  expect(await untilServiceReady(config, 'default', 'hello', 20_000)).toBe(true);
  expect(await listKnativeServices(config)).toMatchObject([
    { name: 'hello', host: 'hello.default.example.com', podSelector: 'serving.knative.dev/service=hello' },
  ]);
  expect(await readGateway(config)).toEqual({
    gatewayUrl: lab.gatewayUrl,
    metricsUrl: lab.metricsUrl,
    tls: { url: lab.gatewayTlsUrl, ca: readFileSync(lab.caFile, 'utf8') },
  });
  expect(await readConfigMap(config, 'knative-serving', 'config-autoscaler')).toMatchObject({
    data: { 'initial-scale': '0' },
    unread: null,
  });
  expect(await readConfigMap(config, 'knative-serving', 'nothing')).toMatchObject({
    data: null,
    unread: { code: 'unread.not-there' },
  });

  await until(async () => (await fetch(lab.metricsUrl)).ok);
  const watched = watch(config, { labelSelector: service.podSelector });
  await watched.listed;
  await until(() => watched.events.some((event) => event.phase === 'ready'));
  const first = watched.events.find((event) => event.phase === 'ready')!;
  expect(first.revision).toBe('hello-00001');
  expect(first.serverAtUnixMs).not.toBeNull();

  // What the YAML no longer says is taken away, as kubectl apply does.
  const applied = await applyKnativeService(config, yaml('hello', 'autoscaling.knative.dev/min-scale: "2"'));
  expect(applied.annotations).toEqual({
    'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
    'autoscaling.knative.dev/min-scale': '2',
  });
  const ofNew = (): WatchedPodEvent[] => watched.events.filter((event) => event.revision === 'hello-00002');
  await until(
    () =>
      new Set(
        ofNew()
          .filter((event) => event.phase === 'ready')
          .map((event) => event.uid),
      ).size === 2,
  );
  const phases = ofNew()
    .filter((event) => event.uid === ofNew()[0]!.uid)
    .map((event) => event.phase);
  expect(phases.filter((phase, i) => phase !== phases[i - 1])).toEqual(['pending', 'starting', 'ready']);
  // The old revision's pod goes once its own autoscaler has seen nothing for a window.
  await until(() => watched.events.some((event) => event.uid === first.uid && event.phase === 'gone'));
  expect(watched.events.some((event) => event.uid === first.uid && event.phase === 'terminating')).toBe(true);
  expect(watched.gaps).toEqual([]);

  const before = new Set(ofNew().map((event) => event.uid));
  const apiPort = Number(new URL(lab.apiUrl).port);
  await lab.close();
  await until(() => watched.gaps.length === 1);
  lab = await startLab({ gatewayPort: 0, apiPort, metricsPort: 0, stateDir });
  await until(() => watched.gaps[0]!.toMs !== null);
  await until(() =>
    watched.events.some(
      (event) => event.phase === 'ready' && !before.has(event.uid) && event.uid !== first.uid,
    ),
  );
  // The lab's pods ended with it: each is told to be gone, by the old server or by the new list.
  for (const uid of before)
    expect(watched.events.filter((event) => event.uid === uid).at(-1)!.phase).toBe('gone');
});

it('reads the lab’s gateway, and tells a failed reading as a failure', async () => {
  vi.stubEnv('KUBECONFIG', '');
  const stateDir = stateDirectory();
  const lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  const close = vi.fn(() => lab.close());
  cleanUps.push(() => close.mock.calls.length === 0 && close());
  await applyKnativeService(
    loadKubeConfig(stateDir),
    yaml('hello', 'autoscaling.knative.dev/min-scale: "0"'),
  );
  const seconds: GatewayReading[] = [];
  const failures: string[] = [];
  const sampler = sampleGateway({
    metricsUrl: lab.metricsUrl,
    service: () => ({ name: 'hello', namespace: 'default', host: null, cluster: null, revisions: new Set() }),
    intervalMs: 50,
    onReading: () => {},
    onSecond: (mean) => seconds.push(mean),
    onFailure: (cause) => failures.push(english(cause)),
  });
  cleanUps.push(() => sampler.stop());
  await until(() => seconds.length >= 1);
  expect(seconds[0]).toEqual({ active: 0, waiting: 0, byRevision: { 'hello-00001': 0 } });
  await close();
  const closedAfter = seconds.length;
  await until(() => failures.length >= 3);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  // The second under way when it went may still end; no further one is made up.
  expect(seconds.length - closedAfter).toBeLessThanOrEqual(1);
});

it('tells refused fields with their paths', async () => {
  vi.stubEnv('KUBECONFIG', '');
  const stateDir = stateDirectory();
  const lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir });
  cleanUps.push(() => lab.close());
  const config = loadKubeConfig(stateDir);
  const refused = await applyKnativeService(
    config,
    yaml('hello', 'autoscaling.knative.dev/max-scale: "many"'),
  ).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(ClusterError);
  expect((refused as ClusterError).errors.map(({ path }) => path)).toContain(
    'spec.template.metadata.annotations.autoscaling.knative.dev/max-scale',
  );
  const notYaml = await applyKnativeService(config, 'a: [').catch((error: unknown) => error);
  expect(notYaml).toBeInstanceOf(ClusterError);
  const noService = await applyKnativeService(config, 'apiVersion: v1\nkind: Pod\nmetadata: {name: x}').catch(
    (error: unknown) => error,
  );
  expect((noService as ClusterError).errors.map(({ path }) => path)).toEqual(['apiVersion', 'kind']);
});

/** A server that speaks list and watch, whose watches the test holds in its hand. */
async function scriptedServer(answer: {
  pods: () => object[] | null;
  onWatch: (version: string, response: ServerResponse) => void;
  onProbe?: (response: ServerResponse) => void;
  /** True if it answered. */
  onList?: (response: ServerResponse) => boolean;
}): Promise<{ config: KubeConfig; lists: () => number; probes: () => number }> {
  let lists = 0;
  let probes = 0;
  const server = createServer((request, response) => {
    const query = new URL(request.url ?? '/', 'http://server').searchParams;
    response.setHeader('content-type', 'application/json');
    if (query.get('watch') === 'true') return answer.onWatch(query.get('resourceVersion') ?? '', response);
    if (request.url?.startsWith('/version')) {
      probes++;
      return void (answer.onProbe ?? ((probed) => probed.end('{}')))(response);
    }
    if (answer.onList?.(response)) return;
    lists++;
    response.end(
      JSON.stringify({
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: { resourceVersion: `${lists * 100}` },
        items: answer.pods(),
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const config = new KubeConfig();
  config.loadFromClusterAndUser(
    {
      name: 'test',
      server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      skipTLSVerify: true,
    },
    { name: 'test' },
  );
  return { config, lists: () => lists, probes: () => probes };
}

const pod = (name: string, version: number, createdMs = Date.UTC(2026, 0, 1)): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name,
    uid: `uid-${name}`,
    resourceVersion: `${version}`,
    creationTimestamp: new Date(createdMs).toISOString(),
  },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'True', lastTransitionTime: new Date(createdMs + 3000).toISOString() },
    ],
  },
});
const line = (type: string, object: object): string => `${JSON.stringify({ type, object })}\n`;

it('lists again after 410 and tells what changed meanwhile, pods that vanished too', async () => {
  const versions: string[] = [];
  let pods = [pod('a', 1), pod('b', 2), pod('c', 3)];
  const server = await scriptedServer({
    pods: () => pods,
    onWatch: (version, response) => {
      versions.push(version);
      response.writeHead(200).flushHeaders();
      if (versions.length > 1) return;
      pods = [pod('a', 1), pod('c', 7), pod('d', 8)];
      response.end(
        line('ERROR', { kind: 'Status', code: 410, message: 'too old resource version: 100 (150)' }),
      );
    },
  });
  const { events, gaps } = watch(server.config);
  await until(() => gaps[0]?.toMs);
  await until(() => versions.length === 2);
  expect(versions).toEqual(['100', '200']);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]!.reason).toContain('too old resource version');
  expect(events.map(({ type, name, phase }) => [type, name, phase])).toEqual([
    ['LIST', 'a', 'ready'],
    ['LIST', 'b', 'ready'],
    ['LIST', 'c', 'ready'],
    ['LIST', 'b', 'gone'],
    ['LIST', 'c', 'ready'],
    // A pod that was made meanwhile: with the time at which it was.
    ['LIST', 'd', 'pending'],
    ['LIST', 'd', 'ready'],
  ]);
  expect(events[0]!.serverAtUnixMs).toBe(Date.UTC(2026, 0, 1, 0, 0, 3));
});

it('tells what changed since what was stored of pods, as new events', async () => {
  const server = await scriptedServer({
    pods: () => [pod('a', 1), pod('c', 7)],
    onWatch: (_version, response) => response.writeHead(200).flushHeaders(),
  });
  const stored = (id: number, name: string): PodEvent => ({
    id,
    atMs: 1000,
    serverAtMs: 900,
    type: 'ADDED',
    uid: `uid-${name}`,
    name,
    revision: 'hello-00001',
    phase: 'ready',
    reason: null,
    resourceVersion: `${id}`,
  });
  const before = { pods: [stored(1, 'a'), stored(2, 'b')], untilUnixMs: Date.UTC(2026, 0, 1) };
  const { events, listed } = watch(server.config, { before });
  await listed;
  expect(events.map(({ name, phase }) => [name, phase])).toEqual([
    ['b', 'gone'],
    ['c', 'pending'],
    ['c', 'ready'],
  ]);
  const { atUnixMs, ...gone } = events[0]!;
  expect(atUnixMs).toBeGreaterThan(before.untilUnixMs);
  expect(gone).toEqual({
    type: 'LIST',
    uid: 'uid-b',
    name: 'b',
    revision: 'hello-00001',
    phase: 'gone',
    reason: null,
    resourceVersion: '2',
    serverAtUnixMs: null,
  });
});

it('goes on from the last bookmark without a second list or a gap when the server ends a watch in time', async () => {
  const versions: string[] = [];
  const server = await scriptedServer({
    pods: () => [],
    onWatch: (version, response) => {
      versions.push(version);
      response.writeHead(200).flushHeaders();
      if (versions.length > 1) return;
      response.write(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '150' } }));
      setTimeout(() => response.end(), 400);
    },
  });
  const { gaps } = watch(server.config);
  await until(() => versions.length === 2);
  expect(versions).toEqual(['100', '150']);
  expect(server.lists()).toBe(1);
  expect(gaps).toEqual([]);
});

it('takes up a watch that was silent for long, which is no gap: nothing is missed', async () => {
  let watches = 0;
  const server = await scriptedServer({
    pods: () => [],
    onWatch: (_version, response) => {
      watches++;
      response.writeHead(200).flushHeaders();
      if (watches > 1)
        setInterval(
          () => response.write(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '160' } })),
          100,
        ).unref();
    },
  });
  const { gaps } = watch(server.config, { silenceMs: 400 });
  await until(() => watches === 2);
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(watches).toBe(2);
  expect(gaps).toEqual([]);
});

it('stays in one gap while the server refuses, and lists only once', async () => {
  let watches = 0;
  const server = await scriptedServer({
    pods: () => [],
    onWatch: (_version, response) => {
      if (++watches > 3)
        response
          .writeHead(200)
          .write(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '160' } }));
      else response.writeHead(503).end();
    },
  });
  const { gaps } = watch(server.config);
  await until(() => gaps[0]?.toMs);
  expect(watches).toBe(4);
  expect(server.lists()).toBe(1);
  expect(gaps).toHaveLength(1);
});

it('takes an event that cannot be read for a lost watch, not for nothing', async () => {
  let watches = 0;
  const server = await scriptedServer({
    pods: () => [],
    onWatch: (_version, response) => {
      response.writeHead(200).flushHeaders();
      if (++watches === 1) response.write(line('ADDED', { kind: 'Pod', metadata: { name: 'x' } }));
    },
  });
  const { gaps } = watch(server.config);
  await until(() => gaps[0]?.toMs);
  expect(gaps[0]!.reason).toContain('cannot be read');
});

it('ends a gap by a list where the watch that was taken up says nothing', async () => {
  const versions: string[] = [];
  const server = await scriptedServer({
    pods: () => [],
    onWatch: (version, response) => {
      versions.push(version);
      response.writeHead(200).flushHeaders();
      if (versions.length === 1) setTimeout(() => response.destroy(), 300);
    },
  });
  const { gaps } = watch(server.config);
  await until(() => gaps[0]?.toMs);
  expect(versions).toEqual(['100', '100', '200']);
  expect(server.lists()).toBe(2);
});

it('tells a gap from the last proof of life on where the API server answers no more', async () => {
  let dead = false;
  const held: ServerResponse[] = [];
  const server = await scriptedServer({
    pods: () => [],
    onWatch: (_version, response) => {
      response.writeHead(200).flushHeaders();
      response.write(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '150' } }));
    },
    onProbe: (response) => (dead ? held.push(response) : response.end('{}')),
  });
  const { gaps } = watch(server.config, { unprovenMs: 2500 });
  await until(() => server.probes() >= 1);
  const diedMs = Date.now();
  dead = true;
  await until(() => gaps.length === 1);
  expect(gaps[0]!.reason).toContain('said nothing');
  expect(gaps[0]!.fromMs).toBeLessThanOrEqual(diedMs);
  dead = false;
  for (const response of held) response.end('{}');
  await until(() => gaps[0]!.toMs);
  expect(gaps).toHaveLength(1);
});

it('tells what a held back watch tells late with the times at which it happened, and the gap', async () => {
  let tell: (pods: object[]) => void = () => {};
  const server = await scriptedServer({
    pods: () => [],
    onWatch: (_version, response) => {
      response.writeHead(200).flushHeaders();
      tell = (pods) => pods.forEach((one) => response.write(line('ADDED', one)));
    },
  });
  const { events, gaps, listed } = watch(server.config);
  await listed;
  const listedMs = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const createdMs = (Math.floor(listedMs / 1000) + 1) * 1000;
  tell(['a', 'b'].map((name, i) => pod(name, 201 + i, createdMs)));
  await until(() => events.length === 4);
  expect(events.map(({ phase, serverAtUnixMs }) => [phase, serverAtUnixMs])).toEqual([
    ['pending', createdMs],
    ['ready', createdMs + 3000],
    ['pending', createdMs],
    ['ready', createdMs + 3000],
  ]);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]!.fromMs).toBe(createdMs);
});

// Reports: knative/serving#14184 (min-scale 100), #3153 (hundreds of pods).
it('takes pods of one list for there before, however many', async () => {
  const server = await scriptedServer({
    pods: () => Array.from({ length: 400 }, (_, i) => pod(`shop-${i}`, i + 1)),
    onWatch: (_version, response) => response.writeHead(200).flushHeaders(),
  });
  const { events, listed } = watch(server.config);
  await listed;
  const originMs = events[0]!.atUnixMs - 120;
  const { lives } = podTimeline(
    events.map(({ atUnixMs, serverAtUnixMs, ...event }, id) => ({
      ...event,
      id,
      atMs: atUnixMs - originMs,
      serverAtMs: serverAtUnixMs! - originMs,
    })),
  );
  expect(lives.filter(({ preexisting }) => preexisting)).toHaveLength(400);
  expect(observedChanges(lives)).toEqual({ events: [], losses: [] });
});

// Reports: kubernetes-client/javascript#364, #596 (silent), #392 (410), #1496 (reset), #1933 (hammering).
const gone = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old resource version: 100 (999)' };
const breaks: Record<string, (response: ServerResponse) => void> = {
  'a 410 as its status': (response) => response.writeHead(410).end(JSON.stringify(gone)),
  'a 410 as an event': (response) => response.writeHead(200).end(line('ERROR', gone)),
  'a reset': (response) => {
    response.writeHead(200).write(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '150' } }));
    setTimeout(() => response.socket?.destroy(), 500);
  },
  silence: (response) =>
    response.writeHead(200).write(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '150' } })),
  'a 403': (response) => response.writeHead(403).end(JSON.stringify({ kind: 'Status', code: 403 })),
};
it.each(Object.keys(breaks))('takes up a watch that ends with %s', async (how) => {
  const versions: string[] = [];
  const server = await scriptedServer({
    pods: () => [pod('p1', 1), ...(server.lists() > 1 ? [pod('p2', 2)] : [])],
    onWatch: (version, response) => {
      if (versions.push(version) === 1) return breaks[how]!(response);
      response.writeHead(200).write(line('ADDED', pod('p3', 300)));
    },
  });
  const { events, gaps } = watch(server.config, { silenceMs: 1500 });
  const missed = how !== 'silence';
  await until(() => events.some(({ name }) => name === 'p3') && (!missed || gaps[0]?.toMs));
  const listedAgain = how.includes('410');
  expect(gaps).toHaveLength(missed ? 1 : 0);
  expect(server.lists()).toBe(listedAgain ? 2 : 1);
  expect(versions).toEqual(['100', listedAgain ? '200' : how === 'a 403' ? '100' : '150']);
  expect(events.some(({ name, type }) => name === 'p2' && type === 'LIST')).toBe(listedAgain);
  if (how === 'a 403') expect(gaps[0]!.reason).toMatch(/"watch" on "pods"/);
});

it('takes a list without items for no pods, and says in the server’s words why it refuses', async () => {
  let refused = 0;
  const server = await scriptedServer({
    pods: () => null,
    onList: (response) => {
      if (refused++ > 0) return false;
      response.writeHead(429).end(JSON.stringify({ kind: 'Status', code: 429, message: 'slow down' }));
      return true;
    },
    onWatch: (_version, response) => response.writeHead(200).flushHeaders(),
  });
  const { events, gaps, listed } = watch(server.config);
  await expect(listed).rejects.toThrow('slow down');
  await until(() => gaps[0]?.toMs);
  expect(gaps[0]!.reason).toBe('slow down');
  expect(events).toEqual([]);
});

it('says which server does not answer', async () => {
  const config = new KubeConfig();
  const server = await scriptedServer({ pods: () => [], onWatch: (_version, response) => response.end() });
  await cleanUps.pop()!();
  config.loadFromString(server.config.exportConfig());
  expect(textOf(await watch(config).listed.catch((error: unknown) => error))).toMatch(
    /127\.0\.0\.1:\d+ does not answer/,
  );
});
