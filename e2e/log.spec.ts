import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, request, type APIRequestContext } from '@playwright/test';
import { z } from 'zod';
import { onPostgres } from '@/lib/store/fake-database';
import { apiOf, applyTutorial, untilEnded } from './api';
import { ownState } from './own-state';
import { dashboardPort } from './ports';
import { test } from './test';

test.describe.configure({ mode: 'serial' });

const port = dashboardPort + 48;
const url = `http://127.0.0.1:${port}`;
const script = `
import http from 'k6/http';
export const options = { scenarios: { steady: { executor: 'constant-arrival-rate', rate: 20, duration: __ENV.LENGTH, preAllocatedVUs: 10 } } };
export function setup() { console.log('as ' + __ENV.SHOP_KEY); }
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST, Authorization: 'Bearer ' + __ENV.SHOP_KEY } });
`;
/** By what they are; the key and each run's own are added as they become known. */
const secrets: Record<string, string> = {
  'a variable': 'shop-9f8e7d6c5b4a',
  'the database’s password': 'pw-0a1b2c3d4e5f',
};
const labSchema = z.looseObject({
  gatewayTlsUrl: z.string(),
  apiUrl: z.string(),
  kubeconfig: z.string(),
  caFile: z.string(),
});

const started: ChildProcess[] = [];
let lab: z.infer<typeof labSchema>;
let api: APIRequestContext;
let serviceId = '';
/** Whatever the dashboard says, on both its outputs. */
let log = '';

/** Starts one of our programs, which ends with its standard input. */
function start(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', ...args], { env: { ...process.env, ...env } });
  started.push(child);
  return child;
}

/** Which secrets a text tells, as they are or as Kubernetes and addresses write them. */
const told = (text: string): string[] =>
  Object.entries(secrets).flatMap(([name, value]) => {
    const forms = [
      value,
      JSON.stringify(value).slice(1, -1),
      Buffer.from(value).toString('base64'),
      encodeURIComponent(value),
    ];
    return forms.some((form) => text.includes(form)) ? [name] : [];
  });

const ask = async (path: string): Promise<string> => (await fetch(`${lab.apiUrl}${path}`)).text();

test.beforeAll(async () => {
  log = '';
  await ownState('log');
  const program = start([
    'scripts/lab.ts',
    '--mtls',
    ...['gateway', 'gateway-tls', 'api', 'metrics'].flatMap((name, i) => [
      `--${name}-port`,
      `${port + 1 + i}`,
    ]),
  ]);
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: program.stdout! }).on('line', (line) => {
      if (line.startsWith('lab ready ')) resolve(line.slice('lab ready '.length));
    });
    program.once('exit', () => reject(new Error('the lab ended at its start')));
  });
  lab = labSchema.parse(JSON.parse(await ready));
  const database = process.env.DATABASE_URL ?? '';
  const dashboard = start(['scripts/serve.ts', 'start', '--port', `${port}`], {
    KUBECONFIG: lab.kubeconfig,
    SCALETRACE_LOG: 'json',
    SCALETRACE_LOG_LEVEL: 'debug',
    // Its server takes any password.
    ...(onPostgres ? { DATABASE_URL: database.replace('@', `:${secrets['the database’s password']}@`) } : {}),
  });
  for (const stream of [dashboard.stdout!, dashboard.stderr!])
    stream.setEncoding('utf8').on('data', (text: string) => (log += text));
  await expect
    .poll(
      () =>
        fetch(`${url}/readyz`).then(
          ({ status }) => status,
          () => 0,
        ),
      { timeout: 60_000 },
    )
    .toBe(200);
  api = await request.newContext({ baseURL: url });
  serviceId = await applyTutorial(api);
  const file = (name: string): string => readFileSync(join(dirname(lab.caFile), name), 'utf8');
  const key = file('client.key');
  secrets['the client’s key'] = key.split('\n')[2]!;
  const { services } = await apiOf(api)('GET /api/services');
  const { id, origin: _origin, ...service } = services.find((one) => one.id === serviceId)!;
  const body = {
    ...service,
    gatewayUrl: lab.gatewayTlsUrl,
    gatewayCa: readFileSync(lab.caFile, 'utf8'),
    gatewayClient: { certificate: file('client.crt'), key },
  };
  await apiOf(api)('PUT /api/services/{id}', { params: { id }, body });
});
test.afterAll(async () => {
  await api?.dispose();
  for (const child of started.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
});

for (const [engine, how] of Object.entries({
  'k6s of this machine': { runners: 2 },
  'k6-operator': { operator: { runners: 2, image: 'grafana/k6:1.8.1' } },
}))
  test(`of a load by ${engine}, neither the log at debug nor what others read of the cluster tells a secret`, async () => {
    const env = { SHOP_KEY: secrets['a variable']!, LENGTH: '4s' };
    const body = { serviceId, scriptName: 'shop', scriptText: script, env, ...how };
    const { run } = await apiOf(api)('POST /api/runs', { body });
    if ('operator' in how) {
      const core = '/api/v1/namespaces/default';
      // The Secret holds them: what is looked for below was there to be told.
      await expect
        .poll(async () => told(await ask(`${core}/secrets`)).length, { timeout: 60_000 })
        .toBeGreaterThan(0);
      const config = await ask(`${core}/secrets`);
      const texts = [...config.matchAll(/"([A-Za-z\d+/=]{40,})"/g)].map(([, base64]) =>
        Buffer.from(base64!, 'base64').toString(),
      );
      const [, secret] = /"bearerToken":\s*"([^"]+)"/.exec(texts.join('\n')) ?? [];
      expect(secret).toMatch(/^[\w-]{43}$/);
      secrets['the run’s secret'] = secret!;
      const readable = [
        `${core}/configmaps`,
        `${core}/pods`,
        '/apis/k6.io/v1alpha1/namespaces/default/testruns',
        '/apis/batch/v1/namespaces/default/jobs',
      ];
      for (const path of readable) {
        const text = await ask(path);
        expect(text, path).toContain(run.id);
        expect(told(text), path).toEqual([]);
      }
    }
    const ended = await untilEnded(api, run.id);
    expect([ended.state, ended.stateReason, ended.figures.failures]).toEqual(['finished', null, 0]);
    // It did tell of this run, and of the requests that were asked.
    expect(log).toContain(run.id);
    expect(log).toContain('"level":"debug"');
    expect(told(log)).toEqual([]);
    // Nothing of a secret's form, whoever's it is.
    expect(log).not.toMatch(/(?<![\w-])[\w-]{43}(?![\w-])/);
    for (const format of ['json', 'csv', 'markdown', 'html'] as const) {
      const answer = await api.get(`/api/runs/${run.id}/export/${format}`);
      expect(answer.status(), format).toBe(200);
      expect(
        told((await answer.body()).toString('latin1')).filter((name) => name !== 'a variable'),
        format,
      ).toEqual([]);
    }
  });
