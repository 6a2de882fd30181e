import { credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { startLab, type Lab } from './lab';

const folder = mkdtempSync(join(tmpdir(), 'scaletrace-samples-'));
let lab: Lab;
let ca: string;
let dispatcher: Agent;
const hostOf = (name: string): string => `${name}.default.example.com`;
const services = (): string => `${lab.apiUrl}/apis/serving.knative.dev/v1/namespaces/default/services`;

/** Applies a YAML that ships, with so many pods from the beginning. */
async function apply(name: string, pods: number): Promise<void> {
  const serviceSchema = z.looseObject({
    spec: z.looseObject({
      template: z.looseObject({
        metadata: z.looseObject({ annotations: z.record(z.string(), z.string()) }),
        spec: z.looseObject({}),
      }),
    }),
  });
  const service = serviceSchema.parse(
    parse(readFileSync(join(projectRoot(), `deploy/${name}.yaml`), 'utf8')),
  );
  const { metadata, spec } = service.spec.template;
  metadata.annotations['autoscaling.knative.dev/min-scale'] = `${pods}`;
  metadata.annotations['autoscaling.knative.dev/max-scale'] = `${pods}`;
  spec.timeoutSeconds = 1;
  const answer = await fetch(services(), { method: 'POST', body: JSON.stringify(service) });
  expect(answer.status, await answer.clone().text()).toBe(201);
}

const podsOf = async (name: string): Promise<string> =>
  (
    await fetch(
      `${lab.apiUrl}/api/v1/namespaces/default/pods?labelSelector=serving.knative.dev/service=${name}`,
    )
  ).text();

async function metric(name: string, kind: string): Promise<number> {
  const text = await (await fetch(lab.metricsUrl)).text();
  return Number(
    new RegExp(
      `^envoy_cluster_upstream_${kind}\\{envoy_cluster_name="default/${name}-00001"\\} (\\d+)`,
      'm',
    ).exec(text)?.[1],
  );
}

beforeAll(async () => {
  lab = await startLab({ gatewayPort: 0, apiPort: 0, metricsPort: 0, stateDir: folder });
  ca = readFileSync(lab.caFile, 'utf8');
  dispatcher = new Agent({ connect: { ca } });
  await Promise.all([apply('grpc-ping', 2), apply('websocket-echo', 1), apply('llm', 1)]);
  for (const name of ['grpc-ping', 'websocket-echo', 'llm'])
    await vi.waitUntil(
      async () => /"type":"Ready","status":"True"/.test(await (await fetch(`${services()}/${name}`)).text()),
      { timeout: 30_000, interval: 50 },
    );
  await vi.waitUntil(
    async () => (await podsOf('grpc-ping')).split('"type":"Ready","status":"True"').length === 3,
    {
      timeout: 30_000,
      interval: 50,
    },
  );
});
afterAll(async () => {
  await dispatcher.destroy();
  await lab.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Pong {
  msg: string;
  inFlight: number;
}
type Unary = (asked: object, answer: (error: ServiceError | null, response: Pong) => void) => void;
interface Stream extends NodeJS.ReadWriteStream {
  cancel(): void;
  on(event: string, listener: (...args: never[]) => void): this;
}
interface PingClient {
  Ping: Unary;
  PingTimes: (asked: object) => Stream;
  PingStream: () => Stream;
  close(): void;
}

/** A gRPC client over TLS; `root`: the CA that it trusts. */
function pingClient(root: string | null): PingClient {
  const definition = loadSync(join(projectRoot(), 'loadtests/grpc-proto/ping.proto'));
  const loaded = loadPackageDefinition(definition) as unknown as {
    ping: { PingService: new (...args: unknown[]) => PingClient };
  };
  return new loaded.ping.PingService(
    new URL(lab.gatewayTlsUrl).host,
    credentials.createSsl(root === null ? null : Buffer.from(root)),
    {
      'grpc.ssl_target_name_override': hostOf('grpc-ping'),
      'grpc.default_authority': hostOf('grpc-ping'),
    },
  );
}

describe('grpc-ping', () => {
  const ask = (client: PingClient, msg: string): Promise<Pong> =>
    new Promise((resolve, reject) =>
      client.Ping({ msg }, (error, response) => (error ? reject(error) : resolve(response))),
    );

  it('answers many at once, never more of them in a pod than its container concurrency', async () => {
    const client = pingClient(ca);
    const before = await metric('grpc-ping', 'rq_completed');
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => ask(client, `${i}`)));
    expect(answers.map(({ msg }) => msg)).toEqual(Array.from({ length: 40 }, (_, i) => `pong: ${i}`));
    expect(Math.max(...answers.map(({ inFlight }) => inFlight))).toBe(5);
    expect((await metric('grpc-ping', 'rq_completed')) - before).toBe(40);
    client.close();
  });

  it('streams both ways, counted while they are open, and cancelled ones give their place back', async () => {
    const client = pingClient(ca);
    const times = client.PingTimes({ msg: 'hi', count: 3, intervalMs: 5 });
    const heard: Pong[] = [];
    times.on('data', (pong: Pong) => heard.push(pong));
    await once(times, 'end');
    expect(heard.map(({ msg }) => msg)).toEqual(['pong: hi', 'pong: hi', 'pong: hi']);
    // Two pods of five: the eleventh waits.
    const streams = Array.from({ length: 11 }, () => client.PingStream());
    let pongs = 0;
    for (const stream of streams) {
      stream.on('data', () => pongs++);
      stream.on('error', () => {});
      (stream as unknown as { write(message: object): void }).write({ msg: 'a' });
    }
    await vi.waitUntil(async () => (await metric('grpc-ping', 'rq_pending_active')) === 1 && pongs === 10, {
      timeout: 5000,
      interval: 20,
    });
    expect(await metric('grpc-ping', 'rq_active')).toBe(10);
    streams[0]!.cancel();
    await vi.waitUntil(() => pongs === 11, { timeout: 5000 });
    for (const stream of streams.slice(1)) stream.end();
    await vi.waitUntil(async () => (await metric('grpc-ping', 'rq_active')) === 0, {
      timeout: 5000,
      interval: 20,
    });
    client.close();
  });

  it('is refused by a client that does not trust the lab’s authority', async () => {
    const client = pingClient(null);
    await expect(ask(client, 'a')).rejects.toThrow(/UNAVAILABLE.*certificate/);
    client.close();
  });
});

it('k6 loads gRPC by reflection, with TLS and without, and WebSockets', async () => {
  const [plain, tls] = [new URL(lab.gatewayUrl), new URL(lab.gatewayTlsUrl)];
  const script = join(folder, 'protocols.js');
  writeFileSync(
    script,
    `import { check } from 'k6';
import grpc from 'k6/net/grpc';
import { WebSocket } from 'k6/websockets';
export const options = { iterations: 2, vus: 1, thresholds: { checks: ['rate==1'] } };
const ca = open(${JSON.stringify(lab.caFile)});
const authority = ${JSON.stringify(hostOf('grpc-ping'))};
const clients = [new grpc.Client(), new grpc.Client()];
export default function () {
  for (const [client, address, how] of [
    [clients[0], ${JSON.stringify(plain.host)}, { plaintext: true }],
    [clients[1], ${JSON.stringify(tls.host)}, { tls: { cacerts: ca } }],
  ]) {
    if (__ITER === 0) client.connect(address, { ...how, authority, reflect: true, timeout: '10s' });
    const answer = client.invoke('ping.PingService/Ping', { msg: 'k6' });
    check(answer, { pong: (r) => r.status === grpc.StatusOK && r.message.msg === 'pong: k6' });
    const health = client.invoke('grpc.health.v1.Health/Check', {});
    check(health, { healthy: (r) => r.message.status === 'SERVING' });
  }
  const socket = new WebSocket(${JSON.stringify(`wss://${tls.host}/`)}, null, { headers: { Host: ${JSON.stringify(hostOf('websocket-echo'))} } });
  socket.onopen = () => socket.send('hello');
  socket.onmessage = ({ data }) => {
    check(data, { echo: (text) => text === 'hello' });
    socket.close();
  };
  socket.onerror = (e) => check(null, { ['no error: ' + e.error]: () => false });
}
`,
  );
  const { path } = await findK6({ stateDir: stateDirectory() });
  const ran = await promisify(execFile)(path, ['run', '--quiet', '--no-usage-report', script], {
    env: { ...process.env, SSL_CERT_FILE: lab.caFile },
    timeout: 60_000,
  }).catch((error: unknown) => error as { stdout: string; stderr: string });
  expect(`${ran.stdout}${ran.stderr}`).toMatch(/checks_succeeded[^\n]* 100\.00% 10 out of 10/);
});

describe('llm', () => {
  const ask = (body: object): ReturnType<typeof request> =>
    request(`${lab.gatewayTlsUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { host: hostOf('llm'), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      dispatcher,
    });
  const messages = [
    { role: 'system', content: 'be brief' },
    { role: 'user', content: [{ type: 'text', text: 'how do pods scale' }] },
  ];
  const usage = { prompt_tokens: 6, completion_tokens: 5, total_tokens: 11 };

  it('answers with as many tokens as asked for, and tells them', async () => {
    const { statusCode, body } = await ask({ messages, max_tokens: 5 });
    const answer = await body.json();
    expect(statusCode).toBe(200);
    expect(answer).toMatchObject({
      object: 'chat.completion',
      choices: [
        { message: { role: 'assistant', content: 'the pods scale with the' }, finish_reason: 'length' },
      ],
      usage,
    });
  });

  it('streams a token at a time, slower the more are in flight', async () => {
    const stream = async (): Promise<{ events: string[]; tookMs: number }> => {
      const fromMs = performance.now();
      const { headers, body } = await ask({
        messages,
        max_tokens: 5,
        stream: true,
        stream_options: { include_usage: true },
      });
      expect(headers['content-type']).toBe('text/event-stream');
      const text = await body.text();
      return { events: text.trim().split('\n\n'), tookMs: performance.now() - fromMs };
    };
    const alone = await stream();
    expect(alone.events).toHaveLength(8);
    expect(alone.events.at(-1)).toBe('data: [DONE]');
    const chunks = alone.events
      .slice(0, -1)
      .map((event): unknown => JSON.parse(event.slice('data: '.length)));
    expect(chunks[0]).toMatchObject({
      choices: [{ delta: { role: 'assistant', content: 'the' }, finish_reason: null }],
    });
    expect(chunks[5]).toMatchObject({ choices: [{ delta: {}, finish_reason: 'length' }] });
    expect(chunks[6]).toMatchObject({ choices: [], usage });
    const together = await Promise.all([stream(), stream(), stream(), stream()]);
    // Four in flight: each time is 1.3 of what it is alone, 283 ms at its least.
    expect(Math.min(...together.map(({ tookMs }) => tookMs))).toBeGreaterThan((200 + 6 * 0.5 + 4 * 20) * 1.1);
  });

  it('says what is wrong with a request', async () => {
    for (const [asked, words] of [
      [{ messages: [] }, 'must be a list'],
      [{ messages, max_tokens: 0 }, 'max_tokens'],
    ] as const) {
      const { statusCode, body } = await ask(asked);
      expect(statusCode).toBe(400);
      expect(await body.text()).toContain(words);
    }
  });
});

it('a stream that never ends holds a deleted service’s pods for its grace period only', async () => {
  const socket = new WebSocket(lab.gatewayUrl.replace('http', 'ws'), {
    headers: { host: hostOf('websocket-echo') },
  });
  await once(socket, 'open');
  const closed = once(socket, 'close');
  await fetch(`${services()}/websocket-echo`, { method: 'DELETE' });
  await closed;
  await vi.waitUntil(
    async () =>
      !(await podsOf('websocket-echo')).includes('"kind":"Pod"') &&
      !(await podsOf('websocket-echo')).includes('"name":"websocket'),
    {
      timeout: 5000,
      interval: 50,
    },
  );
});

describe('a DomainMapping', () => {
  const mappings = (namespace = 'default'): string =>
    `${lab.apiUrl}/apis/serving.knative.dev/v1beta1/namespaces/${namespace}/domainmappings`;
  const mapping = (name: string, ref: object): string =>
    JSON.stringify({
      apiVersion: 'serving.knative.dev/v1beta1',
      kind: 'DomainMapping',
      metadata: { name },
      spec: { ref: { kind: 'Service', apiVersion: 'serving.knative.dev/v1', ...ref } },
    });
  const told = async (name: string, namespace?: string): Promise<string> =>
    (await fetch(`${mappings(namespace)}/${name}`)).text();
  const asked = async (domain: string): Promise<number> => {
    const own = new Agent({ connect: { ca, servername: domain } });
    const { statusCode, body } = await request(`${lab.gatewayTlsUrl}/healthz`, {
      headers: { host: domain },
      dispatcher: own,
    });
    await body.dump();
    await own.destroy();
    return statusCode;
  };

  it('is its service’s host and in the certificate, until it is deleted', async () => {
    const created = await fetch(mappings(), {
      method: 'POST',
      body: mapping('models.example.org', { name: 'llm' }),
    });
    expect(created.status, await created.clone().text()).toBe(201);
    await vi.waitUntil(async () => /"type":"Ready","status":"True"/.test(await told('models.example.org')), {
      timeout: 5000,
      interval: 20,
    });
    expect(await told('models.example.org')).toContain('"url":"http://models.example.org"');
    expect(await asked('models.example.org')).toBe(200);
    const groups = await (await fetch(`${lab.apiUrl}/apis/serving.knative.dev`)).text();
    expect(groups).toMatch(/serving\.knative\.dev\/v1".*serving\.knative\.dev\/v1beta1"/);
    await fetch(`${mappings()}/models.example.org`, { method: 'DELETE' });
    const gone = await request(lab.gatewayUrl, { headers: { host: 'models.example.org' } });
    expect([gone.statusCode, await gone.body.text()]).toEqual([
      404,
      'No service has the host "models.example.org".\n',
    ]);
  });

  it('says what keeps it from being ready, and is refused as Knative’s webhook refuses it', async () => {
    await fetch(mappings(), { method: 'POST', body: mapping('nobody.example.org', { name: 'nobody' }) });
    await vi.waitUntil(async () => (await told('nobody.example.org')).includes('"reason":"ResolveFailed"'), {
      timeout: 5000,
      interval: 20,
    });
    await fetch(mappings('knative-serving'), {
      method: 'POST',
      body: mapping('nobody.example.org', { name: 'a' }),
    });
    await vi.waitUntil(
      async () =>
        (await told('nobody.example.org', 'knative-serving')).includes('"reason":"DomainAlreadyClaimed"'),
      { timeout: 5000, interval: 20 },
    );
    for (const [body, words] of [
      [mapping('local', { name: 'llm' }), 'should be a domain with at least two segments'],
      [
        mapping('a.example.org', { name: 'llm', namespace: 'other' }),
        'mismatched namespaces: spec.ref.namespace',
      ],
      [mapping('a.example.org', {}), 'missing field(s): spec.ref.name'],
    ] as const) {
      const refused = await fetch(mappings(), { method: 'POST', body });
      expect(refused.status).toBe(400);
      expect(await refused.text()).toContain(words);
    }
  });
});
