import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { afterEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { startLab, type Lab } from './lab';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

function newStateDir(): string {
  const stateDir = mkdtempSync(join(tmpdir(), 'scaletrace-lab-'));
  cleanUps.push(() => rmSync(stateDir, { recursive: true, force: true }));
  return stateDir;
}

async function newLab(options: { stateDir?: string; maxPending?: number } = {}): Promise<Lab> {
  const lab = await startLab({
    gatewayPort: 0,
    apiPort: 0,
    metricsPort: 0,
    stateDir: options.stateDir ?? newStateDir(),
    maxPending: options.maxPending,
  });
  cleanUps.push(() => lab.close());
  return lab;
}

const services = (lab: Lab): string =>
  `${lab.apiUrl}/apis/serving.knative.dev/v1/namespaces/default/services`;

function serviceObject({
  name = 'hello',
  concurrency = 3,
  scale = {},
  env = {},
  readinessProbe,
}: {
  name?: string;
  concurrency?: number;
  scale?: Record<string, string>;
  env?: Record<string, string>;
  readinessProbe?: object;
}): object {
  const annotations = {
    'autoscaling.knative.dev/class': 'mpa.autoscaling.knative.dev',
    ...Object.fromEntries(
      Object.entries(scale).map(([key, value]) => [`autoscaling.knative.dev/${key}`, value]),
    ),
  };
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: {
      template: {
        metadata: { annotations },
        spec: {
          containerConcurrency: concurrency,
          containers: [
            {
              image: 'helloworld-go',
              readinessProbe,
              env: Object.entries({ TARGET: 'Knative', SERVICE_TIME_MS: '30', ...env }).map(
                ([key, value]) => ({ name: key, value }),
              ),
            },
          ],
        },
      },
    },
  };
}

async function create(lab: Lab, object: object): Promise<void> {
  const answer = await fetch(services(lab), { method: 'POST', body: JSON.stringify(object) });
  expect(answer.status, await answer.clone().text()).toBe(201);
  const { name } = z.looseObject({ metadata: z.looseObject({ name: z.string() }) }).parse(object).metadata;
  await vi.waitUntil(
    async () => /"type":"Ready","status":"True"/.test(await (await fetch(`${services(lab)}/${name}`)).text()),
    { timeout: 20_000, interval: 20 },
  );
}

const podSchema = z.looseObject({
  metadata: z.looseObject({ name: z.string() }),
  status: z.looseObject({
    podPort: z.number().optional(),
    conditions: z.array(z.looseObject({ type: z.string(), status: z.string() })).default([]),
  }),
});

async function allPods(lab: Lab): Promise<z.infer<typeof podSchema>[]> {
  return z
    .looseObject({ items: z.array(podSchema) })
    .parse(await (await fetch(`${lab.apiUrl}/api/v1/namespaces/default/pods`)).json()).items;
}

async function readyPods(lab: Lab): Promise<{ name: string; port: number }[]> {
  return (await allPods(lab))
    .filter((pod) => pod.status.conditions.some((c) => c.type === 'Ready' && c.status === 'True'))
    .map((pod) => ({ name: pod.metadata.name, port: pod.status.podPort! }));
}

async function call(
  lab: Lab,
  host = 'hello.default.example.com',
): Promise<{ status: number; text: string; pod: string | undefined }> {
  const { statusCode, body, headers } = await request(lab.gatewayUrl, { headers: { host } });
  return { status: statusCode, text: await body.text(), pod: headers['x-pod'] as string | undefined };
}

const many = <T>(n: number, make: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: n }, make));

async function setFaults(lab: Lab, data: Record<string, string>): Promise<Response> {
  return fetch(`${lab.apiUrl}/api/v1/namespaces/knative-serving/configmaps/scaletrace-lab-faults`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ data }),
  });
}

it('never lets more than the container concurrency into a pod, as the pods themselves count', async () => {
  const lab = await newLab();
  await create(lab, serviceObject({ scale: { 'min-scale': '2', 'max-scale': '2' } }));
  await vi.waitUntil(async () => (await readyPods(lab)).length === 2, { timeout: 20_000 });
  const answers = await many(60, () => call(lab));
  expect(answers.every((answer) => answer.status === 200 && answer.text === 'Hello Knative!\n')).toBe(true);
  const counts = await Promise.all(
    (await readyPods(lab)).map(async ({ port }) =>
      z
        .object({ active: z.number(), most: z.number(), served: z.number() })
        .parse(await (await fetch(`http://127.0.0.1:${port}/lab/counts`)).json()),
    ),
  );
  expect(counts.map((c) => c.most)).toEqual([3, 3]);
  expect(counts.reduce((sum, c) => sum + c.served, 0)).toBe(60);
  expect(counts.every((c) => c.active === 0)).toBe(true);
});

it('holds the first requests while no pod is ready, and scales from zero for them', async () => {
  const lab = await newLab();
  await create(lab, serviceObject({ scale: { 'max-scale': '20' } }));
  expect(await readyPods(lab)).toEqual([]);
  const answers = await many(9, () => call(lab));
  expect(answers.map((answer) => answer.status)).toEqual(Array(9).fill(200));
  const pods = new Set((await readyPods(lab)).map((pod) => pod.name));
  expect(pods.size).toBeGreaterThanOrEqual(1);
  for (const { pod } of answers) expect(pods).toContain(pod);
});

it('under KPA makes one pod for the first request, and the others at a later tick', async () => {
  const lab = await newLab();
  await create(
    lab,
    serviceObject({
      scale: { class: 'kpa.autoscaling.knative.dev', 'max-scale': '20' },
      env: { SERVICE_TIME_MS: '300' },
    }),
  );
  let under = true;
  const load = Promise.all(
    Array.from({ length: 12 }, async () => {
      while (under) await call(lab);
    }),
  );
  try {
    const counts: number[] = [];
    const count = async (): Promise<number> => counts[counts.push((await allPods(lab)).length) - 1]!;
    await vi.waitUntil(async () => (await count()) > 1, { timeout: 20_000, interval: 5 });
    expect(counts.find((pods) => pods > 0)).toBe(1);
  } finally {
    under = false;
    await load;
  }
});

it('answers 404 for an unknown host and 503 when its queue is full', async () => {
  const lab = await newLab({ maxPending: 4 });
  expect((await call(lab, 'nobody.example.com')).status).toBe(404);
  await create(
    lab,
    serviceObject({
      concurrency: 1,
      scale: { 'min-scale': '1', 'max-scale': '1' },
      env: { SERVICE_TIME_MS: '200' },
    }),
  );
  await vi.waitUntil(async () => (await readyPods(lab)).length === 1, { timeout: 20_000 });
  const statuses = (await many(8, () => call(lab))).map((answer) => answer.status).sort();
  expect(statuses).toEqual([200, 200, 200, 200, 200, 503, 503, 503]);
});

it('ends no answer in the middle when a pod drains, and shows it terminating before it is gone', async () => {
  const lab = await newLab();
  await create(
    lab,
    serviceObject({
      concurrency: 5,
      scale: { 'min-scale': '2', 'max-scale': '2' },
      env: { SERVICE_TIME_MS: '150' },
    }),
  );
  await vi.waitUntil(async () => (await readyPods(lab)).length === 2, { timeout: 20_000 });
  const [first] = await readyPods(lab);
  const watching = new AbortController();
  const seen: string[] = [];
  const watch = fetch(
    `${lab.apiUrl}/api/v1/namespaces/default/pods?watch=1&fieldSelector=metadata.name=${first!.name}`,
    { signal: watching.signal },
  )
    .then(async (answer) => {
      for await (const chunk of answer.body!)
        seen.push(
          ...Buffer.from(chunk as Uint8Array)
            .toString()
            .split('\n')
            .filter((line) => line !== ''),
        );
    })
    .catch(() => {});
  const load = many(40, () => call(lab));
  await new Promise((resolve) => setTimeout(resolve, 60));
  await fetch(`${lab.apiUrl}/api/v1/namespaces/default/pods/${first!.name}`, { method: 'DELETE' });
  const answers = await load;
  expect(answers.every((answer) => answer.status === 200 && answer.text === 'Hello Knative!\n')).toBe(true);
  await vi.waitUntil(() => seen.some((line) => line.startsWith('{"type":"DELETED"')), { timeout: 20_000 });
  watching.abort();
  await watch;
  const terminating = seen.findIndex(
    (line) => line.startsWith('{"type":"MODIFIED"') && line.includes('deletionTimestamp'),
  );
  expect(terminating).toBeGreaterThan(0);
  expect(terminating).toBeLessThan(seen.findIndex((line) => line.startsWith('{"type":"DELETED"')));
});

it('refuses a wrong Service with a Status that names the field', async () => {
  const lab = await newLab();
  const wrong = serviceObject({ scale: { 'max-scale': 'many' } });
  const answer = await fetch(services(lab), { method: 'POST', body: JSON.stringify(wrong) });
  expect(answer.status).toBe(400);
  const status = z
    .looseObject({ kind: z.literal('Status'), reason: z.literal('BadRequest'), message: z.string() })
    .parse(await answer.json());
  expect(status.message).toContain('denied the request: validation failed: ');
  expect(status.message).toContain('spec.template.metadata.annotations.autoscaling.knative.dev/max-scale');
});

it('scales a service with metric rps on its requests a second', async () => {
  const lab = await newLab();
  await create(
    lab,
    serviceObject({
      concurrency: 0,
      scale: { class: 'kpa.autoscaling.knative.dev', metric: 'rps', target: '1', 'max-scale': '4' },
      env: { SERVICE_TIME_MS: '1' },
    }),
  );
  const metrics = await fetch(
    `${lab.apiUrl}/api/v1/namespaces/knative-serving/pods/autoscaler-lab:9090/proxy/metrics`,
  );
  expect(await metrics.text()).toMatch(
    /^kn_revision_pods_requested\{.*kn_revision_name="hello-00001".*\} \d+$/m,
  );
  // Never more than one at once: its concurrency would ask for one pod.
  await vi.waitUntil(
    async () => {
      await call(lab);
      return (await readyPods(lab)).length === 4;
    },
    { timeout: 20_000, interval: 20 },
  );
  // From zero its requests came by the activator, whose pod tells of them.
  const atActivator = await fetch(
    `${lab.apiUrl}/api/v1/namespaces/knative-serving/pods/activator-lab:9090/proxy/metrics`,
  );
  expect(await atActivator.text()).toMatch(
    /^kn_revision_request_concurrency\{.*kn_revision_name="hello-00001".*\} [\d.]+$/m,
  );
});

it('lets a pod go that is found ready while it drains', async () => {
  const lab = await newLab();
  await create(
    lab,
    serviceObject({
      scale: { 'min-scale': '1' },
      env: { SERVICE_TIME_MS: '3000' },
      readinessProbe: { tcpSocket: {}, periodSeconds: 1 },
    }),
  );
  const [drained] = await readyPods(lab);
  const answer = call(lab);
  await new Promise((resolve) => setTimeout(resolve, 60));
  await fetch(`${lab.apiUrl}/api/v1/namespaces/default/pods/${drained!.name}`, { method: 'DELETE' });
  expect((await answer).status).toBe(200);
  await vi.waitUntil(
    async () => (await allPods(lab)).every(({ metadata }) => metadata.name !== drained!.name),
    { timeout: 20_000 },
  );
});

it('starts a container anew whose liveness probe fails, and tells of it as a kubelet does', async () => {
  const lab = await newLab();
  const program =
    "require('http').createServer((q, r) => { r.statusCode = q.url === '/live' ? 500 : 200; r.end(); }).listen(process.env.PORT)";
  await create(lab, {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name: 'hello', namespace: 'default' },
    spec: {
      template: {
        metadata: { annotations: { 'autoscaling.knative.dev/min-scale': '1' } },
        spec: {
          containers: [
            {
              image: 'mine',
              command: [process.execPath, '-e', program],
              readinessProbe: { httpGet: { path: '/' } },
              livenessProbe: { httpGet: { path: '/live' }, periodSeconds: 1, failureThreshold: 2 },
            },
          ],
        },
      },
    },
  });
  const eventSchema = z.looseObject({
    items: z.array(z.looseObject({ reason: z.string(), message: z.string() })),
  });
  const told = async (): Promise<string[]> =>
    eventSchema
      .parse(await (await fetch(`${lab.apiUrl}/api/v1/namespaces/default/events`)).json())
      .items.map(({ reason, message }) => `${reason}: ${message}`);
  await vi.waitUntil(
    async () =>
      (await told()).includes('Killing: Container user-container failed liveness probe, will be restarted'),
    { timeout: 20_000, interval: 50 },
  );
  expect(await told()).toContain('Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 500');
  await vi.waitUntil(async () => JSON.stringify(await allPods(lab)).includes('"restartCount":1'), {
    timeout: 20_000,
  });
});

it('delays a pod, crashes one, and refuses a fault that it does not know', async () => {
  const lab = await newLab();
  expect((await setFaults(lab, { podStartsLate: '1' })).status).toBe(422);
  expect((await setFaults(lab, { crashPodEveryMs: '300' })).status).toBe(200);
  await create(lab, serviceObject({ scale: { 'min-scale': '1', 'max-scale': '1' } }));
  await vi.waitUntil(async () => (await readyPods(lab)).length === 1, { timeout: 20_000, interval: 10 });
  const [before] = await readyPods(lab);
  const served = async (): Promise<number | null> =>
    fetch(`http://127.0.0.1:${before!.port}/lab/counts`).then(
      (answer) => answer.status,
      () => null,
    );
  await vi.waitUntil(async () => (await served()) === null, { timeout: 20_000, interval: 20 });
  expect((await setFaults(lab, { crashPodEveryMs: '0' })).status).toBe(200);
  await vi.waitUntil(async () => (await readyPods(lab)).length === 1, { timeout: 20_000, interval: 20 });
  expect((await call(lab)).status).toBe(200);
});

it('makes objects in namespaces that are there, as an API server does, and lists them', async () => {
  const stateDir = newStateDir();
  const lab = await newLab({ stateDir });
  const all = `${lab.apiUrl}/api/v1/namespaces`;
  const names = async (): Promise<string[]> =>
    z
      .object({ items: z.array(z.looseObject({ metadata: z.looseObject({ name: z.string() }) })) })
      .parse(await (await fetch(all)).json())
      .items.map(({ metadata }) => metadata.name);
  const post = (url: string, object: object) => fetch(url, { method: 'POST', body: JSON.stringify(object) });
  const there = `${lab.apiUrl}/apis/serving.knative.dev/v1/namespaces/shop/services`;
  const service = { ...serviceObject({}), metadata: { name: 'hello', namespace: 'shop' } };
  expect(await names()).toEqual(['default', 'knative-serving']);
  const refused = await post(there, service);
  expect(refused.status).toBe(404);
  expect(await refused.json()).toMatchObject({
    reason: 'NotFound',
    message: 'namespaces "shop" not found',
    details: { name: 'shop', kind: 'namespaces' },
  });
  expect((await post(services(lab), service)).status).toBe(400);
  const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
  expect((await post(all, { ...shop, metadata: { name: 'Shop!' } })).status).toBe(422);
  expect((await post(all, shop)).status).toBe(201);
  expect((await post(all, shop)).status).toBe(409);
  expect((await post(there, service)).status).toBe(201);
  await lab.close();
  // A namespace of what was kept comes back with it.
  const again = await newLab({ stateDir });
  const url = `${again.apiUrl}/api/v1/namespaces`;
  expect((await fetch(`${url}/shop`)).status).toBe(200);
  expect((await fetch(`${url}/default`, { method: 'DELETE' })).status).toBe(403);
  expect((await fetch(`${url}/shop`, { method: 'DELETE' })).status).toBe(200);
  expect((await fetch(`${url}/shop`)).status).toBe(404);
  expect((await fetch(there.replace(lab.apiUrl, again.apiUrl))).status).toBe(200);
  expect(await (await fetch(there.replace(lab.apiUrl, again.apiUrl))).json()).toMatchObject({ items: [] });
});

it('keeps the applied services over a restart, and serves again', async () => {
  const stateDir = newStateDir();
  const first = await newLab({ stateDir });
  await create(first, serviceObject({ scale: { 'max-scale': '3' } }));
  await first.close();
  const second = await newLab({ stateDir });
  await vi.waitUntil(async () => (await call(second)).status === 200, { timeout: 20_000, interval: 100 });
});

it('brings back all revisions of a service over a restart, by their names and templates, and divides requests as before', async () => {
  const stateDir = newStateDir();
  const first = await newLab({ stateDir });
  const object = serviceObject({ scale: { 'initial-scale': '1' } });
  await create(first, object);
  await vi.waitUntil(async () => (await call(first)).status === 200, { timeout: 20_000, interval: 100 });
  const name = 'hello';
  const path = `/apis/serving.knative.dev/v1/namespaces/default/services/${name}`;
  const patch = (body: object): Promise<Response> =>
    fetch(`${first.apiUrl}${path}`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify(body),
    });
  const [older, newer] = [`${name}-00001`, `${name}-00002`];
  await patch({ spec: { template: { spec: { containerConcurrency: 7 } } } });
  const traffic = [
    { revisionName: older, percent: 70 },
    { revisionName: newer, percent: 30 },
  ];
  await patch({ spec: { traffic } });
  const revisionsOf = async (lab: Lab): Promise<[string, number | undefined][]> => {
    const list = await fetch(`${lab.apiUrl}/apis/serving.knative.dev/v1/namespaces/default/revisions`);
    const { items } = (await list.json()) as {
      items: { metadata: { name: string }; spec: { containerConcurrency?: number } }[];
    };
    return items.map(({ metadata, spec }): [string, number | undefined] => [
      metadata.name,
      spec.containerConcurrency,
    ]);
  };
  const before = await revisionsOf(first);
  expect(before.map(([revision]) => revision)).toEqual([older, newer]);
  await first.close();
  const second = await newLab({ stateDir });
  expect(await revisionsOf(second)).toEqual(before);
  await vi.waitUntil(async () => (await call(second)).status === 200, { timeout: 20_000, interval: 100 });
  const service = await (await fetch(`${second.apiUrl}${path}`)).text();
  expect(service).toContain(`"latestCreatedRevisionName":"${newer}"`);
  expect(service).toContain(`"percent":70`);
});
