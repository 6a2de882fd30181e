/**
 * `npm run bench -- cluster`: what a busy cluster costs. An hour with thousands of pods and Events over two revisions,
 * recorded as any run is, on a clock that does not wait, and its page made; and what reading a gateway of 1,000 clusters
 * costs a real Envoy, where `npm run conformance` has got one.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { sampleGateway } from '@/lib/cluster/gateway-metrics';
import { stateDirectory } from '@/lib/environment/paths';
import { type PodEvent } from '@/lib/model/recording';
import { readRunPage } from '@/lib/runs/read';
import { type Recorder } from '@/lib/runs/recorder';
import { getStore } from '@/lib/store/client';
import { defaultColumns } from '@/lib/timeline/overview';
import { startEnvoy } from '@/scripts/conformance/envoy';
import { partPath } from '@/scripts/conformance/parts.mjs';
import { cpuOfTree } from './cpu';
import { median } from './k6-load';
import { recordRun } from './recorded-hour';

const optionsSchema = z.object({
  minutes: z.coerce.number().min(1).max(600).default(60),
  pods: z.coerce.number().int().min(1).max(20_000).default(2000),
  events: z.coerce.number().int().min(1).max(200_000).default(20_000),
  seconds: z.coerce.number().int().min(2).max(60).default(20),
});

/** Options: `--minutes N` (60), `--pods N` (2000), `--events N` (20000), `--seconds N` (20: how long the gateway is read). */
export async function runBench(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string' },
      pods: { type: 'string' },
      events: { type: 'string' },
      seconds: { type: 'string' },
    },
  });
  const options = optionsSchema.parse(values);
  await readGateway(options.seconds);
  const folder = mkdtempSync(join(tmpdir(), 'scaletrace-cluster-'));
  process.env.SCALETRACE_DIR = folder;
  try {
    await record(options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The load of our own reading on an Envoy of 1,000 clusters. */
async function readGateway(seconds: number): Promise<void> {
  if (partPath(stateDirectory(), 'envoy') === null) {
    console.log('No Envoy is here: `npm run conformance` gets one.\n');
    return;
  }
  const named = (revision: string) => ({
    host: `${revision}.example.com`,
    cluster: `prod/${revision}`,
    port: 9,
  });
  const others = Array.from({ length: 1000 }, (_, n) => named(`other-${n}-00001`));
  const envoy = await startEnvoy([named('shop-00001'), ...others]);
  try {
    let readings = 0;
    const before = cpuOfTree(envoy.pid).own;
    const sampler = sampleGateway({
      metricsUrl: envoy.metricsUrl,
      service: () => ({
        name: 'shop',
        namespace: 'prod',
        host: null,
        cluster: null,
        revisions: new Set(['shop-00001']),
      }),
      intervalMs: 100,
      onReading: () => readings++,
      onSecond: () => undefined,
      onFailure: () => undefined,
    });
    await pause(seconds * 1000);
    sampler.stop();
    const share = (cpuOfTree(envoy.pid).own - before) / seconds;
    console.log(
      '| reading an Envoy of 1,000 clusters | readings/s | share of a core |\n| --- | ---: | ---: |',
    );
    console.log(`| ${seconds} s | ${(readings / seconds).toFixed(2)} | ${(share * 100).toFixed(2)} % |\n`);
  } finally {
    await envoy.close();
  }
}

async function record({ minutes, pods, events }: z.infer<typeof optionsSchema>): Promise<void> {
  const seconds = Math.round(minutes * 60);
  const beganMs = performance.now();
  const cpuBefore = process.cpuUsage();
  let most = 0;
  const busy = new BusyCluster(pods / seconds, events / pods);
  const id = await recordRun(seconds, seconds * 100, (recorder, atMs) => {
    busy.second(recorder, atMs);
    most = Math.max(most, process.memoryUsage().rss);
  });
  const { user, system } = process.cpuUsage(cpuBefore);
  const recordedS = (performance.now() - beganMs) / 1000;
  const store = await getStore();
  const madeMs: number[] = [];
  let bytes = 0;
  for (let n = 0; n < 6; n++) {
    const askedMs = performance.now();
    const page = await readRunPage(store, id, { columns: defaultColumns, range: null });
    madeMs.push(performance.now() - askedMs);
    bytes = JSON.stringify(page).length;
    most = Math.max(most, process.memoryUsage().rss);
  }
  const rows: [string, string][] = [
    ['pods, Events told', `${busy.pods}, ${busy.events}`],
    ['recorded in (s)', recordedS.toFixed(1)],
    ['CPU seconds a recorded second', ((user + system) / 1e6 / seconds).toFixed(4)],
    ['page, first (ms)', madeMs[0]!.toFixed(0)],
    ['page, median of later (ms)', median(madeMs.slice(1)).toFixed(0)],
    ['page as JSON (kB)', (bytes / 1000).toFixed(0)],
    ['memory at most (MB)', (most / 2 ** 20).toFixed(0)],
  ];
  console.log(`| ${minutes} minutes | |\n| --- | ---: |`);
  for (const [name, value] of rows) console.log(`| ${name} | ${value} |`);
}

const livesMs = 90_000;
const way = [
  [0, 'ADDED', 'pending'],
  [200, 'MODIFIED', 'starting'],
  [1500, 'MODIFIED', 'ready'],
  [livesMs, 'MODIFIED', 'terminating'],
  [livesMs + 2000, 'DELETED', 'gone'],
] as const satisfies readonly [number, PodEvent['type'], PodEvent['phase']][];

/** Pods of two revisions that come and go, each with steps and Events of its own. */
class BusyCluster {
  pods = 0;
  events = 0;
  private due = 0;
  private later: { atMs: number; tell: () => void }[] = [];

  constructor(
    private readonly podsASecond: number,
    private readonly eventsAPod: number,
  ) {}

  second(recorder: Recorder, atMs: number): void {
    for (this.due += this.podsASecond; this.due >= 1; this.due--) this.make(recorder, atMs);
    this.later.sort((a, b) => a.atMs - b.atMs);
    while (this.later[0] && this.later[0].atMs <= atMs) this.later.shift()!.tell();
  }

  private make(recorder: Recorder, madeMs: number): void {
    const n = ++this.pods;
    const revision = n % 2 === 0 ? 'shop-00001' : 'shop-00002';
    const [uid, name] = [`busy-${n}`, `${revision}-deployment-${n}`];
    for (const [afterMs, type, phase] of way) {
      const atMs = madeMs + afterMs;
      const told = { atMs, serverAtMs: null, type, uid, name, revision, phase, reason: null };
      this.later.push({ atMs, tell: () => recorder.pod({ ...told, resourceVersion: `${atMs}` }) });
    }
    for (let i = 0; i < Math.round(n * this.eventsAPod) - Math.round((n - 1) * this.eventsAPod); i++) {
      this.events++;
      const atMs = madeMs + 100 * i;
      this.later.push({
        atMs,
        tell: () =>
          recorder.report({
            kind: 'event',
            object: 'Pod',
            uid,
            name,
            type: i % 5 === 4 ? 'Warning' : 'Normal',
            reason: ['Scheduled', 'Pulling', 'Pulled', 'Started', 'Unhealthy'][i % 5]!,
            message: `Readiness probe failed, or what else is said of ${name}`,
            count: 1,
            atMs,
            serverAtMs: null,
          }),
      });
    }
  }
}
