import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { type GatewayReading, sampleGateway } from '@/lib/cluster/gateway-metrics';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { knativeServiceSchema, protocolOf, type KnativeService } from '@/lib/lab/knative-service';
import { freePort, PodProcess } from '@/lib/lab/pod-process';
import { createIngest, type Ingest } from '@/lib/loadgen/ingest';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { startK6, type K6Exit, type K6Start } from '@/lib/loadgen/k6-process';
import { type Target, targetUrlOf } from '@/lib/model/target';
import { textOf } from '@/lib/words/english';
import { Authority } from './certificates';
import { haveParts } from './control-plane';
import { type Envoy, startEnvoy } from './envoy';

/** What a pod takes at once. */
const concurrency = 5;
const hostOf = (name: string): string => `${name}.default.example.com`;
const clusterOf = (name: string): string => `default/${name}-00001`;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** The lab's pods of a service that ships: as many of its container's processes. */
async function startPods(name: string, count: number): Promise<{ ports: number[]; http2: boolean }> {
  const yaml = readFileSync(join(projectRoot(), `deploy/${name}.yaml`), 'utf8');
  const service = knativeServiceSchema.parse(parse(yaml)) as KnativeService;
  const ports: number[] = [];
  for (let n = 0; n < count; n++) {
    const port = await freePort();
    const pod = new PodProcess(service, port, 0, { onRunning: () => {}, onExit: () => {} });
    pod.start();
    cleanUps.push(() => pod.kill());
    ports.push(port);
  }
  for (const port of ports) await vi.waitUntil(() => answers(port), { timeout: 20_000, interval: 30 });
  return { ports, http2: protocolOf(service) === 'h2c' };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

interface Loaded {
  exit: K6Exit;
  /** What the pushes told. */
  ingest: Ingest;
  /** The gateway's, while k6 went on. */
  readings: GatewayReading[];
  /** The most that any one pod had at once. */
  mostInPod: number;
  said: string;
}

describe.skipIf(!haveParts('envoy', 'openssl'))('a real k6 through a real Envoy to the lab’s pods', () => {
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-protocols-'));
  let authority: Authority;
  let ca: string;
  let k6Path: string;
  beforeAll(async () => {
    authority = new Authority(folder, 'openssl');
    ca = readFileSync(authority.certificate, 'utf8');
    k6Path = (await findK6({ stateDir: stateDirectory() })).path;
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Pods of a service behind an Envoy that speaks TLS only with who asks for the service by its name. */
  async function gatewayOf(name: string, podCount: number, clientCa?: string): Promise<Envoy> {
    const { ports, http2 } = await startPods(name, podCount);
    const perPod = http2
      ? { maxStreams: concurrency, maxConnectionsOfPod: 1 }
      : { maxConnectionsOfPod: concurrency };
    const envoy = await startEnvoy(
      [{ host: hostOf(name), cluster: clusterOf(name), port: ports, http2, ...perPod }],
      {
        tls: {
          ...authority.sign(name, `/CN=${name}`, [`DNS:${hostOf(name)}`]),
          ...(clientCa ? { clientCa } : {}),
        },
      },
    );
    cleanUps.push(envoy.close);
    return envoy;
  }

  /** Loads a service by a script that ships, as a run does. */
  async function load(
    envoy: Envoy,
    name: string,
    script: string,
    env: Record<string, string>,
    { clientCertificate = null, ...more }: Partial<Target> & Pick<K6Start, 'clientCertificate'> = {},
  ): Promise<Loaded> {
    const target: Target = {
      gatewayUrl: `https://127.0.0.1:${envoy.tlsPort}`,
      host: hostOf(name),
      gatewayCa: ca,
      ...more,
    };
    const ingest = createIngest();
    const receiver = createServer((request, response) => {
      void buffer(request).then((body) => {
        ingest.push(body, Date.now());
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    cleanUps.push(() => receiver.close());
    const readings: GatewayReading[] = [];
    const sampler = sampleGateway({
      metricsUrl: envoy.metricsUrl,
      service: () => ({
        name,
        namespace: 'default',
        host: target.host,
        cluster: null,
        revisions: new Set([`${name}-00001`]),
      }),
      intervalMs: 50,
      onReading: (reading) => readings.push(reading),
      onSecond: () => {},
      onFailure: () => {},
    });
    const said: string[] = [];
    const k6 = await startK6({
      k6Path,
      target,
      clientCertificate,
      scriptName: script,
      scriptText: readFileSync(join(projectRoot(), `loadtests/${script}.ts`), 'utf8'),
      env: { TARGET_URL: targetUrlOf(target), HOST: target.host, ...env },
      uncagedAllowed: true,
      ingestUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/ingest`,
      ingestSecret: 'secret',
      workDir: mkdtempSync(join(folder, 'run-')),
      onLog: ({ text }) => said.push(typeof text === 'string' ? text : textOf(text)),
    });
    let ended = false;
    let mostInPod = 0;
    const exited = k6.exited.finally(() => (ended = true));
    while (!ended) {
      mostInPod = Math.max(mostInPod, ...(await envoy.inEachPod(clusterOf(name))));
      await pause(40);
    }
    sampler.stop();
    return { exit: await exited, ingest, readings, mostInPod, said: said.join('\n') };
  }

  const most = (readings: readonly GatewayReading[], of: (reading: GatewayReading) => number): number =>
    Math.max(...readings.map(of));
  const inFlight = ({ active, waiting }: GatewayReading): number => active + waiting;

  it('HTTP/2 by ALPN: each pod has its limit, the rest waits, and each request is counted once', async () => {
    const envoy = await gatewayOf('helloworld-go', 2);
    const { exit, ingest, readings, mostInPod, said } = await load(envoy, 'helloworld-go', 'tutorial', {
      VUS: '14',
      REQUESTS: '600',
    });
    expect([exit.outcome, said]).toEqual(['finished', expect.any(String)]);
    expect(ingest.totals.get('http_reqs')).toBe(600);
    expect(await envoy.stat(`cluster.${clusterOf('helloworld-go')}.upstream_rq_2xx`)).toBe(600);
    expect(await envoy.stat('http.gateway.downstream_rq_http2_total')).toBeGreaterThanOrEqual(600);
    expect([most(readings, inFlight), mostInPod]).toEqual([14, concurrency]);
    expect(most(readings, ({ waiting }) => waiting)).toBeGreaterThanOrEqual(4);
  });

  it('gRPC by reflection: calls and streams that stay open, in flight as Envoy tells it', async () => {
    const envoy = await gatewayOf('grpc-ping', 2);
    const { exit, ingest, readings, mostInPod, said } = await load(envoy, 'grpc-ping', 'grpc', {
      VUS: '8',
      STREAMS: '4',
      DURATION: '2s',
      STREAM_MESSAGE: '{"msg":"hi","count":8,"intervalMs":100}',
    });
    expect([exit.outcome, said]).toEqual(['finished', expect.any(String)]);
    const calls = ingest.totals.get('grpc_req_duration')!;
    // Each virtual user asks once by reflection what the service has.
    expect(await envoy.stat(`cluster.${clusterOf('grpc-ping')}.upstream_rq_total`)).toBe(calls + 12);
    expect([most(readings, inFlight), mostInPod]).toEqual([12, concurrency]);
    expect(most(readings, ({ active }) => active)).toBeLessThanOrEqual(2 * concurrency);
  });

  it('WebSockets: a session is one request in flight for as long as it is open, and waits where pods are full', async () => {
    const envoy = await gatewayOf('websocket-echo', 1);
    const { exit, ingest, readings, mostInPod, said } = await load(envoy, 'websocket-echo', 'websocket', {
      VUS: '7',
      DURATION: '2s',
      SESSION: '0.8s',
    });
    expect([exit.outcome, said]).toEqual(['finished', expect.any(String)]);
    expect(await envoy.stat(`cluster.${clusterOf('websocket-echo')}.upstream_rq_1xx`)).toBe(
      ingest.totals.get('ws_connecting'),
    );
    expect([most(readings, inFlight), most(readings, ({ active }) => active), mostInPod]).toEqual([
      7,
      concurrency,
      concurrency,
    ]);
  });

  it('server-sent events of a model server, in flight until the last token', async () => {
    const envoy = await gatewayOf('llm', 1);
    const { exit, ingest, readings, said } = await load(envoy, 'llm', 'llm', {
      VUS: '3',
      DURATION: '2s',
      ANSWER_TOKENS: '16',
      PROMPT_TOKENS: '16',
    });
    expect([exit.outcome, said]).toEqual(['finished', expect.any(String)]);
    expect(ingest.totals.get('time_per_output_token')).toBeGreaterThan(0);
    expect(most(readings, ({ active }) => active)).toBe(3);
  });

  it.each([
    ['helloworld-go', 'tutorial', { VUS: '2', REQUESTS: '20' }],
    ['grpc-ping', 'grpc', { VUS: '2', STREAMS: '1', DURATION: '1s' }],
    ['websocket-echo', 'websocket', { VUS: '2', DURATION: '1s', SESSION: '0.3s' }],
  ])('shows the service’s certificate to a gateway that asks for one: %s', async (name, script, env) => {
    const clients = new Authority(folder, 'openssl', `clients-of-${name}`);
    const envoy = await gatewayOf(name, 1, clients.certificate);
    const { certificate, key } = clients.sign(`client-of-${name}`, '/CN=load test');
    const clientCertificate = { cert: readFileSync(certificate, 'utf8'), key: readFileSync(key, 'utf8') };
    const { exit, said } = await load(envoy, name, script, env, { clientCertificate });
    expect([exit.outcome, said]).toEqual(['finished', expect.any(String)]);
    const came = await envoy.stat(`cluster.${clusterOf(name)}.upstream_rq_total`);
    expect(came).toBeGreaterThan(0);
    // gRPC tries again until its timeout, and says nothing meanwhile.
    if (script !== 'tutorial') return;
    const withNone = await load(envoy, name, script, env);
    expect(withNone.said).toMatch(/certificate required/);
    expect(await envoy.stat(`cluster.${clusterOf(name)}.upstream_rq_total`)).toBe(came);
  });

  it('is refused where it does not trust the gateway, or asks for a name that the gateway does not have', async () => {
    const envoy = await gatewayOf('helloworld-go', 1);
    const one = { VUS: '1', REQUESTS: '1' };
    const distrusts = await load(envoy, 'helloworld-go', 'tutorial', one, { gatewayCa: null });
    expect(distrusts.said).toMatch(/certificate signed by unknown authority/);
    const asksForAnother = await load(envoy, 'helloworld-go', 'tutorial', one, { host: 'other.example.com' });
    expect(asksForAnother.exit.outcome).toBe('thresholds-failed');
    expect(await envoy.stat(`cluster.${clusterOf('helloworld-go')}.upstream_rq_total`)).toBe(0);
  });
});
