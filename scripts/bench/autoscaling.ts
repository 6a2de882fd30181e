import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import { createAutoscaler, resolveConfig, type ScaleDecision } from '@/lib/autoscaling';
import { paretoFront, type Demand, sweep, type SweepJob, type SweepPoint, sweepSize } from '@/lib/whatif';

const ticks = 100_000;
const rounds = 7;

/** What the real Go code does, one thread of a 2-vCPU EPYC: quoted from docs/autoscaler-spec.md, not measured here. */
const quotedGo: Record<string, string> = {
  'linear 60 s': '1.1–1.4 M',
  'weighted-exponential 60 s': '0.9–1.2 M',
  'weighted-exponential 600 s': '0.48–0.51 M',
};

/**
 * Ticks a second of the calculation (two records and one decision a tick, one thread), and a sweep of 1,000
 * configurations over an hour of seconds. `sweep` or `ticks` as argument runs one of them.
 */
export async function runBench(args: string[]): Promise<void> {
  const both = args.length === 0;
  if (both || args.includes('ticks')) benchTicks();
  if (both || args.includes('sweep')) await benchSweep();
}

function benchTicks(): void {
  const cases = (['linear', 'weighted-exponential'] as const).flatMap((aggregation) =>
    [60, 600].map((windowS) => ({ aggregation, windowS })),
  );
  const best = new Map<string, number[]>(
    cases.map(({ aggregation, windowS }) => [`${aggregation} ${windowS} s`, []]),
  );
  // Rounds go through all cases in turn, so that a slow moment of the machine falls on each alike.
  for (let round = 0; round < rounds; round++)
    for (const { aggregation, windowS } of cases)
      best.get(`${aggregation} ${windowS} s`)?.push(ticksPerSecond(aggregation, windowS));
  console.log(`\n${ticks.toLocaleString('en')} ticks, ${rounds} rounds, one thread\n`);
  console.log(
    '| window | ticks/s, median | least | most | real Go code, as the specification quotes it |\n| --- | ---: | ---: | ---: | ---: |',
  );
  for (const [name, rates] of best) {
    const sorted = rates.sort((a, b) => a - b);
    console.log(
      `| ${name} | ${millions(sorted[Math.floor(rounds / 2)])} | ${millions(sorted[0])} | ${millions(sorted.at(-1))} | ${quotedGo[name] ?? '—'} |`,
    );
  }
}

function ticksPerSecond(aggregation: 'linear' | 'weighted-exponential', windowS: number): number {
  const { config } = resolveConfig({
    annotations: {
      'autoscaling.knative.dev/window': `${windowS}s`,
      'autoscaling.knative.dev/metric-aggregation-algorithm': aggregation,
    },
    containerConcurrency: 10,
  });
  const t0 = 1_700_000_000_000;
  const autoscaler = createAutoscaler(config, { atMs: t0, readyPods: 1, replicas: 1 });
  let pods = 1;
  // Kept, so that no optimizer can do without making them.
  const kept: ScaleDecision[] = [];
  const began = performance.now();
  for (let tick = 1; tick <= ticks; tick++) {
    const atMs = t0 + tick * 2000;
    const load = 60 + ((tick * 7919) % 101);
    autoscaler.record({ atMs: atMs - 1000, value: load });
    autoscaler.record({ atMs, value: load + 1 });
    const decision = autoscaler.tick({ atMs, readyPods: pods, replicas: pods });
    pods = decision.replicas;
    kept[tick % 1000] = decision;
  }
  const seconds = (performance.now() - began) / 1000;
  if (!kept.every((decision) => decision.desiredPods > 0)) throw new Error('a tick decided nothing');
  return ticks / seconds;
}

/** An hour of load with a daily shape in small, noise, silence and a spike. */
export function hourOfDemand(): Demand {
  const perSecond = new Float64Array(3600);
  let noise = 1;
  for (let s = 0; s < 3600; s++) {
    noise = (noise * 48271) % 2147483647;
    const wave = 400 + 350 * Math.sin((s / 3600) * 4 * Math.PI);
    perSecond[s] =
      s > 2400 && s < 2700 ? 0 : s > 3000 && s < 3060 ? 3000 : wave * (0.8 + (0.4 * noise) / 2147483647);
  }
  return { kind: 'open', startMs: 1_700_000_000_000, perSecond, requests: null };
}

async function benchSweep(): Promise<void> {
  const job: SweepJob = {
    demand: hourOfDemand(),
    base: {
      annotations: { 'autoscaling.knative.dev/class': 'kpa.autoscaling.knative.dev' },
      containerConcurrency: 10,
    },
    options: {
      serviceTimeMs: 100,
      podStarts: [800, 1200, 1500, 2500].map((tookMs) => ({ atMs: 0, tookMs })),
      startPods: 1,
      seed: 1,
    },
    settings: {},
    grid: [
      { field: 'targetUtilizationPercent', values: [30, 40, 50, 55, 60, 65, 70, 75, 80, 90] },
      { field: 'stableWindowSeconds', values: [6, 12, 20, 30, 45, 60, 90, 120, 300, 600] },
      { field: 'minScale', values: [0, 1, 2, 3, 4, 5, 6, 8, 10, 12] },
    ],
  };
  const size = sweepSize(job.grid);
  const threads = Math.min(2, cpus().length);
  // A thread does not inherit the loader that reads TypeScript here.
  const bootstrap = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(new URL('./sweep-thread.ts', import.meta.url).href)}); })`;
  const began = performance.now();
  const parts = await Promise.all(
    Array.from(
      { length: threads },
      (_, thread) =>
        new Promise<SweepPoint[]>((resolve, reject) => {
          const worker = new Worker(bootstrap, {
            eval: true,
            workerData: {
              job,
              from: Math.floor((size * thread) / threads),
              to: Math.floor((size * (thread + 1)) / threads),
            },
          });
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  const seconds = (performance.now() - began) / 1000;
  const points = parts.flat();
  const counted = points.flatMap((point) => ('figures' in point ? [point] : []));
  const one = performance.now();
  const replayed = [...sweep(job, 0, 100)].length;
  const alone = performance.now() - one;
  console.log(
    `\n${size.toLocaleString('en')} configurations × ${job.demand.perSecond.length.toLocaleString('en')} s of demand, ${counted.length} replayed, ${points.length - counted.length} refused, ${paretoFront(counted, 'podSeconds', 'underCapacitySeconds').length} on the Pareto front\n`,
  );
  console.log('| | value | aim |\n| --- | ---: | ---: |');
  console.log(`| ${threads} threads, their start included | ${seconds.toFixed(2)} s | 3 s |`);
  console.log(`| one replay, one thread | ${(alone / replayed).toFixed(2)} ms | 6 ms |`);
}

function millions(rate: number | undefined): string {
  return rate === undefined ? '—' : `${(rate / 1e6).toFixed(2)} M`;
}
