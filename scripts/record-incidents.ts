/**
 * `npx tsx scripts/record-incidents.ts [NAME…]`: the recordings in testdata/incidents, made anew by the real lab, the real
 * k6 and a dashboard's API; those named, or all. Needs `npm run build`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { stringify } from 'yaml';
import { type ApiClient } from '@/lib/api/client';
import { projectRoot, stateDirectory } from '@/lib/environment/paths';
import { UserError } from '@/lib/environment/user-error';
import { noFaults } from '@/lib/lab/faults';
import { findK6 } from '@/lib/loadgen/k6-binary';
import { hasEnded } from '@/lib/model/life';
import { type Objective } from '@/lib/model/objective';
import { apiOf } from './api';
import { freePort } from './bench/free-port';
import { descendantsOf } from './process-table';
import { type LabAddresses, Processes, runProgram } from './processes';

interface Kind {
  /** Below `autoscaling.knative.dev/`; without a class the gateway's, `mpa`. */
  annotations?: Record<string, string>;
  container?: { env?: Record<string, string>; cpu?: string };
  containerConcurrency?: number;
  /** Pods that are ready before the load. */
  readyBefore?: number;
  /** k6's options. */
  load: object;
  faults?: Record<string, string>;
  objective?: Partial<Objective>;
  /** Done once the load has gone on for so many seconds. */
  during?: [seconds: number, what: (site: Site, name: string, kind: Kind) => Promise<void>];
}

interface Site {
  lab: LabAddresses;
  url: string;
  api: ApiClient;
  restart(): Promise<void>;
}

const users = (...stages: [users: number, seconds: number][]): object => ({
  scenarios: {
    users: {
      executor: 'ramping-vus',
      startVUs: stages[0]![0],
      gracefulRampDown: '0s',
      stages: stages.flatMap(([target, seconds]) => [
        { target, duration: '0s' },
        { target, duration: `${seconds}s` },
      ]),
    },
  },
});
const ramp = (from: number, to: number, seconds: number, holdS: number): object => ({
  scenarios: {
    users: {
      executor: 'ramping-vus',
      startVUs: from,
      stages: [
        { target: to, duration: `${seconds}s` },
        { target: to, duration: `${holdS}s` },
      ],
    },
  },
});
const rates = (timeline: [perSecond: number, seconds: number][]): object => ({
  scenarios: {
    rate: {
      executor: 'ramping-arrival-rate',
      startRate: timeline[0]![0],
      timeUnit: '1s',
      preAllocatedVUs: 40,
      stages: timeline.flatMap(([target, seconds]) => [
        { target, duration: '0s' },
        { target, duration: `${seconds}s` },
      ]),
    },
  },
});

const oneWarm = { annotations: { 'min-scale': '1', 'max-scale': '10' }, readyBefore: 1 };
/** Under each fault: one pod is ready, and the load jumps from 4 to 14 in flight, which is three pods of five. */
const jump = (faults: Record<string, string>, seconds = 14): Kind => ({
  ...oneWarm,
  load: users([4, 6], [14, seconds]),
  faults,
});
const hpa = {
  annotations: { class: 'hpa.autoscaling.knative.dev', metric: 'cpu', target: '50', 'max-scale': '10' },
  containerConcurrency: 0,
  container: { env: { CPU_MS: '10', SERVICE_TIME_MS: '20' }, cpu: '100m' },
  readyBefore: 1,
};
const rollout = {
  annotations: { class: 'kpa.autoscaling.knative.dev', target: '10', 'min-scale': '2' },
  containerConcurrency: 0,
  readyBefore: 2,
};

const kinds: Record<string, Kind> = {
  cold: { load: users([9, 10]) },
  warm: { ...oneWarm, annotations: { 'min-scale': '3' }, readyBefore: 3, load: users([8, 14]) },
  ramp: { ...oneWarm, load: ramp(3, 30, 20, 8) },
  spike: { ...oneWarm, load: users([4, 8], [30, 16]) },
  stepped: { ...oneWarm, load: users([4, 8], [13, 12], [23, 12]) },
  rps: {
    annotations: { class: 'kpa.autoscaling.knative.dev', metric: 'rps', target: '20', 'min-scale': '1' },
    containerConcurrency: 0,
    readyBefore: 1,
    load: rates([
      [10, 8],
      [65, 18],
    ]),
  },
  hpa: {
    ...hpa,
    load: rates([
      [2, 20],
      [25, 45],
    ]),
  },
  rollout: {
    ...rollout,
    load: users([12, 22]),
    during: [8, (site, name, kind) => apply(site, name, { ...kind, container: { env: { TARGET: 'v2' } } })],
  },
  interrupted: { ...oneWarm, load: users([4, 6], [30, 30]), during: [11, (site) => site.restart()] },
  'slow-start': jump({ podStartDelayMs: '5000' }),
  'image-pull': jump({ imagePullMs: '5000' }),
  'new-node': jump({ podsPerNode: '1', newNodeMs: '5000' }),
  'failing-probe': jump({ failReadinessMs: '5000' }),
  'crash-at-start': jump({ crashStarts: '2' }, 20),
  'out-of-memory': jump({ oomStarts: '1' }),
  'no-scrapes': jump({ dropScrapes: 'true' }),
  'no-pod-metrics': { ...hpa, load: rates([[4, 20]]), faults: { noPodMetrics: 'true' } },
  'frozen-autoscaler': jump({ freezeAutoscaler: 'true' }),
  'late-autoscaler': jump({ autoscalerDelayMs: '5000' }, 18),
  'wrong-target': jump({ targetFactor: '4' }),
  'crashing-pods': { ...oneWarm, load: users([4, 24]), faults: { crashPodEveryMs: '7000' } },
  'stalled-watch': jump({}),
};
// The watch is held back once, from the fault on: just as the pods come.
kinds['stalled-watch']!.during = [6, (site) => setFaults(site, { stallWatchMs: '5000' })];

/** What a file of another tool is recorded by: k6's own, of a load that Scaletrace did not make. */
const imported = 'imported';
const names = [...Object.keys(kinds), imported];

const asked = process.argv.slice(2);
const folder = join(projectRoot(), 'testdata', 'incidents');
const processes = new Processes();

async function main(): Promise<number> {
  const unknown = asked.find((name) => !names.includes(name));
  if (unknown) throw new UserError(`There is no "${unknown}": ${names.join(', ')}.`, 2);
  const state = mkdtempSync(join(tmpdir(), 'scaletrace-incidents-'));
  process.env.SCALETRACE_DIR = state;
  try {
    const lab = await processes.startLab({ gateway: 0, api: 0, metrics: 0 });
    const port = await freePort();
    const start = (): Promise<string> =>
      processes.startDashboard({
        mode: 'start',
        host: '127.0.0.1',
        port,
        env: { KUBECONFIG: lab.kubeconfig },
      });
    const url = await start();
    const site: Site = {
      lab,
      url,
      api: apiOf(url),
      async restart() {
        // Next gives its process a name of its own. Its guards end their k6 by themselves.
        const found = descendantsOf(process.pid).find(({ words }) => words.startsWith('next-server'));
        if (!found) throw new UserError('The dashboard’s process was not found.');
        process.kill(found.pid, 'SIGKILL');
        await sleep(1000);
        await start();
      },
    };
    mkdirSync(folder, { recursive: true });
    for (const name of asked.length === 0 ? names : asked) {
      const id = name === imported ? await importOf(site) : await runOf(site, name, kinds[name]!);
      keep(name, await readRecorded(site, id));
    }
    return 0;
  } finally {
    await processes.stopAll();
    rmSync(state, { recursive: true, force: true });
  }
}

async function apply(
  { api }: Site,
  name: string,
  { annotations = {}, container = {}, containerConcurrency = 5 }: Kind,
): Promise<void> {
  const yaml = stringify({
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: { name, namespace: 'default' },
    spec: {
      template: {
        metadata: {
          annotations: Object.fromEntries(
            Object.entries({ class: 'mpa.autoscaling.knative.dev', ...annotations }).map(([key, value]) => [
              `autoscaling.knative.dev/${key}`,
              value,
            ]),
          ),
        },
        spec: {
          containerConcurrency,
          containers: [
            {
              image: 'ghcr.io/knative/helloworld-go:latest',
              env: Object.entries({ SERVICE_TIME_MS: '200', ...container.env }).map(([key, value]) => ({
                name: key,
                value,
              })),
              ...(container.cpu ? { resources: { requests: { cpu: container.cpu } } } : {}),
            },
          ],
        },
      },
    },
  });
  await api('POST /api/services/apply', { body: { yaml } });
}

async function runOf(site: Site, name: string, kind: Kind): Promise<string> {
  const { api, lab } = site;
  await apply(site, name, kind);
  await until(`${name}'s pods`, 60_000, async () => {
    const list = await fetch(
      `${lab.apiUrl}/api/v1/namespaces/default/pods?labelSelector=serving.knative.dev/service=${name}`,
    );
    const conditions = (await list.text()).match(/\{[^{}]*"type":"Ready"[^{}]*\}/g) ?? [];
    return conditions.filter((one) => one.includes('"True"')).length >= (kind.readyBefore ?? 0);
  });
  await setFaults(site, kind.faults ?? {});
  const { services } = await api('GET /api/services');
  const service = services.find((one) => one.name === name)!;
  const { run } = await api('POST /api/runs', {
    body: {
      serviceId: service.id,
      scriptName: name,
      scriptText: `import http from 'k6/http';
export const options = ${JSON.stringify(kind.load)};
export default () => http.get(__ENV.TARGET_URL, { headers: { Host: __ENV.HOST }, timeout: '20s' });
`,
      name,
      tags: [],
      ...(kind.objective ? { objective: kind.objective } : {}),
    },
  });
  const read = async () => (await api('GET /api/runs/{id}', { params: { id: run.id } })).run;
  if (kind.during) {
    await until('the load', 30_000, async () => (await read()).loadStartMs !== null);
    await sleep(kind.during[0] * 1000);
    await kind.during[1](site, name, kind);
  }
  await until(`the end of ${name}`, 120_000, async () => hasEnded((await read()).state));
  await setFaults(site, {});
  await api('DELETE /api/services/{id}', { params: { id: service.id } });
  await fetch(`${lab.apiUrl}/apis/serving.knative.dev/v1/namespaces/default/services/${name}`, {
    method: 'DELETE',
  });
  return run.id;
}

/** A load that k6 makes by itself, and what it wrote of it. */
async function importOf(site: Site): Promise<string> {
  const { lab, url } = site;
  const kind: Kind = { ...oneWarm, load: {} };
  await apply(site, imported, kind);
  await sleep(3000);
  const work = mkdtempSync(join(tmpdir(), 'scaletrace-imported-'));
  try {
    const script = join(work, 'load.js');
    writeFileSync(
      script,
      `import http from 'k6/http';
export const options = { vus: 5, duration: '6s', thresholds: { http_req_duration: ['p(95)<1000'] } };
export default () => http.get('${lab.gatewayUrl}', { headers: { Host: '${imported}.default.example.com' } });
`,
    );
    const { path: k6 } = await findK6({ stateDir: stateDirectory() });
    const out = join(work, 'load.json');
    const { status, stderr } = spawnSync(k6, ['run', '--quiet', '--out', `json=${out}`, script], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new UserError(stderr);
    const query = new URLSearchParams({ save: '1', file: 'load.json', name: imported });
    const answer = await fetch(`${url}/api/import?${query.toString()}`, {
      method: 'POST',
      body: readFileSync(out),
    });
    const { run } = (await answer.json()) as { run: { id: string } };
    return run.id;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What was recorded, as the API gives it, without what is made of it: figures and verdict. */
async function readRecorded({ api }: Site, id: string): Promise<object> {
  const { run, recording } = await api('GET /api/runs/{id}/recording', { params: { id }, query: {} });
  return { run: { ...run, verdict: null }, recording };
}

function keep(name: string, recorded: object): void {
  const bytes = gzipSync(JSON.stringify(recorded), { level: 9 });
  writeFileSync(join(folder, `${name}.json.gz`), bytes);
  console.log(`${name}: ${Math.ceil(bytes.length / 1024)} kB`);
}

async function setFaults({ lab }: Site, faults: Record<string, string>): Promise<void> {
  const off = Object.fromEntries(Object.entries(noFaults).map(([key, value]) => [key, `${value}`]));
  const path = '/api/v1/namespaces/knative-serving/configmaps/scaletrace-lab-faults';
  const answer = await fetch(`${lab.apiUrl}${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ data: { ...off, ...faults } }),
  });
  if (!answer.ok) throw new UserError(await answer.text());
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, ms: number, ask: () => Promise<boolean>): Promise<void> {
  for (const lastMs = Date.now() + ms; !(await ask().catch(() => false)); await sleep(200))
    if (Date.now() > lastMs) throw new UserError(`Waited ${ms / 1000} s for ${what}.`);
}

await runProgram(
  () => processes.stopAll(),
  main,
  () => 130,
);
