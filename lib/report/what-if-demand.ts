import { type AutoscalerConfig } from '@/lib/autoscaling';
import { type Demand, type ReplayOptions, type WhatIfBase } from '@/lib/autoscaling/whatif';
import { podsAt, podTimeline, type PodTimeline } from '@/lib/timeline/pods';
import { type Recording } from '@/lib/timeline/recording';
import { histogramBetween, pointsOf, quantileMs } from '@/lib/timeline/requests';
import { type Run } from '@/lib/timeline/run';

/** A run as the replay needs it: what was asked of the service, and what was seen of it on the same seconds. */
export interface RecordedDemand {
  demand: Demand;
  base: WhatIfBase;
  options: ReplayOptions;
  /** At the end of each second of the demand and beyond; NaN: not known. */
  observed: { readyPods: number[]; waiting: number[] };
}

/** A run without what a replay needs: the message says what is missing. */
export class NoDemand extends Error {}

/** Executors in which each virtual user waits for its answer before it asks again. */
const closedExecutors = new Set(['shared-iterations', 'per-vu-iterations', 'constant-vus', 'ramping-vus', 'externally-controlled']);
const fallbackServiceMs = 100;

/**
 * The demand of a run from its recording. Virtual users make a closed demand (requests in flight), arrival rates an open
 * one (arrivals a second: answers plus the growth of what is in flight). Throws NoDemand without any reading.
 */
export function recordedDemand(run: Run, recording: Recording): RecordedDemand {
  const samples = recording.concurrency.filter((sample) => !sample.instant);
  const loadStartMs = run.loadStartMs ?? 0;
  const first = samples.find((sample) => sample.atMs > loadStartMs && sample.total > 0);
  if (!first || run.originMs === null) throw new NoDemand('This run recorded no concurrency, so there is nothing to replay: the service’s gateway metrics could not be read, and k6 sent no durations.');
  const zeroMs = first.atMs - 1000;
  const secondOf = (atMs: number): number => Math.round((atMs - zeroMs) / 1000) - 1;
  const executors = executorsOf(run);
  const closed = executors.length === 0 || executors.some((executor) => closedExecutors.has(executor));
  const fixedRequests = executors.length > 0 && executors.every((executor) => executor === 'shared-iterations' || executor === 'per-vu-iterations') ? run.figures.requests : null;
  // Clients of a fixed number of requests stay until the last is answered: what follows the load is not their wish.
  const untilMs = fixedRequests === null ? Infinity : (run.loadEndMs ?? Infinity);
  const known = samples.filter((sample) => sample.atMs >= first.atMs && sample.atMs <= untilMs);
  const perSecond = new Float64Array(Math.max(1, secondOf(known.at(-1)?.atMs ?? first.atMs) + 1)).fill(NaN);
  for (const sample of known) perSecond[secondOf(sample.atMs)] = sample.total;
  // The mean of the second in which the load began is less than the load.
  if (closed && known[1]) perSecond[0] = Math.max(perSecond[0]!, known[1].total);

  const answers = new Map<number, number>();
  for (const { point } of pointsOf(recording, 'http_reqs')) answers.set(secondOf(point.atMs), (answers.get(secondOf(point.atMs)) ?? 0) + (point.value ?? 0));
  const pods = podTimeline(recording.podEvents);
  const demand: Demand = { kind: closed ? 'closed' : 'open', startMs: run.originMs + zeroMs, perSecond: closed ? perSecond : arrivals(perSecond, answers), requests: fixedRequests };
  return {
    demand,
    base: { annotations: run.service.annotations, containerConcurrency: run.service.containerConcurrency, configMap: run.autoscaling ? clusterSettings(run.autoscaling.config, run.service.annotations) : {} },
    options: {
      serviceTimeMs: serviceTimeMs(recording, answers, secondOf),
      podStartMs: pods.lives.flatMap((life) => (life.preexisting || life.readyMs === null ? [] : [life.readyMs - life.createdMs])),
      startPods: podsAt(pods.steps, loadStartMs).ready,
      seed: 1,
    },
    observed: observedOf(recording, pods, zeroMs, secondOf),
  };
}

function executorsOf(run: Run): string[] {
  const scenarios = run.options.scenarios;
  if (typeof scenarios !== 'object' || scenarios === null) return [];
  return Object.values(scenarios).flatMap((scenario: unknown) => (typeof scenario === 'object' && scenario !== null && 'executor' in scenario && typeof scenario.executor === 'string' ? [scenario.executor] : []));
}

function arrivals(inFlight: Float64Array, answers: ReadonlyMap<number, number>): Float64Array {
  return inFlight.map((now, second) => {
    const before = second === 0 ? 0 : inFlight[second - 1]!;
    return Math.max(0, (answers.get(second) ?? 0) + (Number.isNaN(now - before) ? 0 : now - before));
  });
}

/** By Little's law over the seconds in which nobody waited: in flight ÷ answers a second; the median of them. */
function serviceTimeMs(recording: Recording, answers: ReadonlyMap<number, number>, secondOf: (atMs: number) => number): number {
  const times = recording.concurrency.flatMap((sample) => {
    const answered = answers.get(secondOf(sample.atMs)) ?? 0;
    const inside = sample.active ?? sample.total;
    return sample.instant || answered < 5 || inside <= 0 || (sample.waiting ?? 0) > 0.05 * sample.total ? [] : [(inside / answered) * 1000];
  }).sort((a, b) => a - b);
  return times[times.length >> 1] ?? quantileMs(histogramBetween(recording, 'http_req_duration', -Infinity, Infinity), 0.5) ?? fallbackServiceMs;
}

function observedOf(recording: Recording, pods: PodTimeline, zeroMs: number, secondOf: (atMs: number) => number): RecordedDemand['observed'] {
  const lastMs = Math.max(0, ...recording.concurrency.slice(-1).map((sample) => sample.atMs), ...recording.podEvents.slice(-1).map((event) => event.atMs));
  const seconds = Math.max(1, secondOf(lastMs) + 1);
  const inGap = (atMs: number): boolean => recording.gaps.some((gap) => gap.what === 'pods' && atMs > gap.fromMs && atMs <= (gap.toMs ?? Infinity));
  const readyPods = Array.from({ length: seconds }, (_, second) => {
    const atMs = zeroMs + (second + 1) * 1000;
    return recording.podEvents.length === 0 || inGap(atMs) ? NaN : podsAt(pods.steps, atMs).ready;
  });
  const waiting = new Array<number>(seconds).fill(NaN);
  for (const sample of recording.concurrency) {
    const second = secondOf(sample.atMs);
    if (!sample.instant && sample.waiting !== null && second >= 0 && second < seconds) waiting[second] = sample.waiting;
  }
  return { readyPods, waiting };
}

/** What the cluster's ConfigMap said, as far as the run's configuration shows it and no annotation did. */
function clusterSettings(config: AutoscalerConfig, annotations: Readonly<Record<string, string>>): Record<string, string> {
  const settings: Record<string, string> = {
    'max-scale-up-rate': `${config.maxScaleUpRate}`,
    'max-scale-down-rate': `${config.maxScaleDownRate}`,
    'enable-scale-to-zero': `${config.enableScaleToZero}`,
    'scale-to-zero-grace-period': `${config.scaleToZeroGraceMs}ms`,
    'allow-zero-initial-scale': `${config.initialScale === 0}`,
    'initial-scale': `${config.initialScale}`,
  };
  const said = (name: string): boolean => Object.keys(annotations).some((key) => key.endsWith(`/${name}`));
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !said(name)));
}
