import { monitorEventLoopDelay } from 'node:perf_hooks';
import {
  AggregatorRegistry,
  collectDefaultMetrics,
  Counter,
  Gauge,
  Histogram,
  prometheusContentType,
  Registry,
} from 'prom-client';

/** What a thread tells of itself, for another that answers `/metrics`. */
export type ToldMetrics = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** How a thread of the dashboard fares. */
function threadMetrics(registry: Registry) {
  const registers = [registry];
  const delay = monitorEventLoopDelay({ resolution: 10 });
  delay.enable();
  new Gauge({
    name: 'scaletrace_event_loop_delay_seconds',
    help: 'How late the thread took what was due, since it was last asked for this: median, 99 in 100, most.',
    labelNames: ['quantile'],
    registers,
    collect() {
      for (const quantile of [50, 99, 100])
        this.set({ quantile: `${quantile / 100}` }, Math.max(0, delay.percentile(quantile) / 1e9 - 0.01));
      delay.reset();
    },
  });
  return {
    database: new Histogram({
      name: 'scaletrace_database_seconds',
      help: 'Time that a query of the database took, with its wait for its turn.',
      labelNames: ['kind'],
      buckets: seconds,
      registers,
    }),
  };
}

/** How recording fares. */
function recordingMetricsOf(registry: Registry) {
  const registers = [registry];
  return {
    runsActive: new Gauge({ name: 'scaletrace_runs_active', help: 'Runs under way.', registers }),
    runsQueued: new Gauge({
      name: 'scaletrace_runs_queued',
      help: 'Runs that wait for another of their service.',
      registers,
    }),
    runsEnded: new Counter({
      name: 'scaletrace_runs_ended_total',
      help: 'Runs that have ended since the dashboard began, by their state.',
      labelNames: ['state'],
      registers,
    }),
    ingest: new Histogram({
      name: 'scaletrace_ingest_seconds',
      help: 'Time from k6’s push until it was on disk.',
      buckets: seconds,
      registers,
    }),
    gaps: new Counter({
      name: 'scaletrace_gaps_total',
      help: 'Parts of recordings that are not known, by what is missing.',
      labelNames: ['what'],
      registers,
    }),
  };
}

interface Shared {
  registry: Registry;
  thread: ReturnType<typeof threadMetrics>;
  recording?: ReturnType<typeof recordingMetricsOf>;
}
// A server's bundles have a copy of this file each.
const global = globalThis as typeof globalThis & { scaletraceMetrics?: Shared };

function shared(): Shared {
  if (global.scaletraceMetrics) return global.scaletraceMetrics;
  const registry = new Registry();
  return (global.scaletraceMetrics = { registry, thread: threadMetrics(registry) });
}

/** Notes how long a query of this thread took, with its wait for its turn. */
export function noteQuery(kind: 'read' | 'write', seconds: number): void {
  shared().thread.database.observe({ kind }, seconds);
}

/** The metrics of the thread that records. */
export function recordingMetrics(): ReturnType<typeof recordingMetricsOf> {
  const all = shared();
  return (all.recording ??= recordingMetricsOf(all.registry));
}

/** Also tells of the whole process: memory, CPU, garbage collection. Once a process. */
export function meterProcess(): void {
  const { registry } = shared();
  if (!registry.getSingleMetric('process_cpu_seconds_total')) collectDefaultMetrics({ register: registry });
}

/** What this thread tells of itself, under its name. */
export async function tellMetrics(thread: string): Promise<ToldMetrics> {
  const { registry } = shared();
  registry.setDefaultLabels({ thread });
  return registry.getMetricsAsJSON();
}

export const metricsType = prometheusContentType;

/** What all threads told, as Prometheus reads it (text format 0.0.4). */
export async function metricsText(told: readonly ToldMetrics[]): Promise<string> {
  return AggregatorRegistry.aggregate([...told]).metrics();
}
