import { type PastSecond } from '@/lib/autoscaling';
import { configureWhatIf, type Demand, type Poke, type ReplayOptions, type WhatIfBase } from '@/lib/whatif';
import { knownMostLatency } from '@/lib/timeline/known-most';
import { podsAt, podTimeline, type PodTimeline } from '@/lib/timeline/pods';
import { type ConcurrencySample, type Recording } from '@/lib/model/recording';
import { recordedUsage } from './recorded-usage';
import { type RequestUnit, unitOf } from '@/lib/model/protocol';
import { pointsOf } from '@/lib/timeline/requests';
import { earliestReady } from '@/lib/model/probe';
import { type Run } from '@/lib/model/run';
import { limits } from '@/lib/model/limits';
import { message, type Message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { baseOf } from './recorded-base';
import { partOf, loadedRevisions } from './recorded-revision';
import { arrivals, answersBySecond, serviceTimesMs, meansBySecond } from './recorded-seconds';
import { pokedMs, leastSeen, firstTickMs, holdsStart, startsOf, newestProbes } from './recorded-pods';

/** A run as the replay needs it: what was asked of the service, and what was seen of it on the same seconds. */
export interface RecordedDemand {
  demand: Demand;
  base: WhatIfBase;
  options: ReplayOptions;
  /** What its requests are called. */
  unit: RequestUnit;
  /** At the end of each second of the demand and beyond; NaN: not known. */
  observed: { readyPods: number[]; waiting: number[]; longestWaitMs: number | null };
  /** The revision whose it is; null: all together. */
  revision: string | null;
  /** Those that it can be asked of; empty where there was one. */
  revisions: string[];
}

/** Executors in which each virtual user waits for its answer before it asks again. */
const closedExecutors = new Set([
  'shared-iterations',
  'per-vu-iterations',
  'constant-vus',
  'ramping-vus',
  'externally-controlled',
]);

/**
 * The demand of a run from its recording, or that of one of its revisions. Virtual users make a closed demand (requests in
 * flight), arrival rates an open one (arrivals a second: answers plus the growth of what is in flight). Throws a Problem
 * without any reading, and for a revision that had no load.
 */
export function recordedDemand(run: Run, whole: Recording, revision: string | null = null): RecordedDemand {
  const revisions = loadedRevisions(run, whole);
  if (revision !== null && !revisions.includes(revision))
    throw new Problem('problems.no-revision-to-replay', { revision }, { errors: [{ path: 'revision' }] });
  const own = revision === null ? null : partOf(run, whole, revision);
  const recording = own?.recording ?? whole;
  const samples = recording.concurrency.filter((sample) => !sample.instant);
  const loadStartMs = run.loadStartMs ?? 0;
  const first = samples.find((sample) => sample.atMs > loadStartMs && sample.total > 0);
  if (!first || run.originMs === null) throw new Problem('problems.no-concurrency-recorded', {});
  const executors = executorsOf(run);
  const users = executors.length === 0 || executors.some((executor) => closedExecutors.has(executor));
  const closed = users && !pausesBetween(whole);
  const fixedRequests =
    own === null &&
    closed &&
    executors.length > 0 &&
    executors.every((executor) => executor === 'shared-iterations' || executor === 'per-vu-iterations')
      ? run.figures.requests
      : null;

  const base = own?.base ?? baseOf(run, whole);
  const config = own ? configureWhatIf(base, {}).config : (run.autoscaling?.config ?? null);
  const pods = podTimeline(recording.podEvents, whole.podEvents[0]?.atMs);
  const instants = recording.concurrency.filter(
    ({ instant, total }) => instant && (own === null || total > 0),
  );
  const pokesOf = (zeroMs: number): Poke[] =>
    instants.map(({ atMs }) => {
      const burst = instants
        .filter((other) => other.atMs >= atMs && other.atMs < atMs + pokedMs)
        .map(({ total }) => total);
      return { atMs: atMs - zeroMs, inFlight: Math.max(leastSeen(pods, atMs, config), ...burst) };
    });
  const tickMs = config?.tickMs ?? 2000;
  const wholeMs = first.atMs - 1000;
  // Arrivals can be told of any second: of those that end when the cluster's ticks do, since so it was read there.
  const phaseMs = closed ? 0 : Math.round(firstTickMs(pods, pokesOf(wholeMs), wholeMs, tickMs)) % 1000;
  const zeroMs = phaseMs === 0 ? wholeMs : wholeMs + phaseMs - 1000;
  const pokes = pokesOf(zeroMs);

  // Clients of a fixed number of requests stay until the last is answered: what follows the load is not their wish.
  const untilMs = fixedRequests === null ? Infinity : (run.loadEndMs ?? Infinity);
  const known = samples.filter((sample) => sample.atMs >= first.atMs && sample.atMs <= untilMs);
  const seconds = Math.max(1, Math.ceil(((known.at(-1)?.atMs ?? first.atMs) - zeroMs) / 1000));
  if (seconds * 1000 > limits.demand.spanMs)
    throw new Problem('problems.run-too-long-to-replay', {
      days: Math.ceil((seconds * 1000) / 86_400_000),
      most: limits.demand.spanMs / 86_400_000,
    });
  const perSecond = meansBySecond(known, zeroMs, seconds, ({ total }) => total);
  // The mean of the second in which the load began is less than the load.
  if (closed && known[1]) perSecond[0] = Math.max(perSecond[0]!, known[1].total);

  const answers = answersBySecond(whole, zeroMs, own?.answeredPart);
  const serviceTimes = serviceTimesMs(
    whole,
    answers,
    meansBySecond(samples, zeroMs, seconds, ({ active, total }) => active ?? total),
  );
  const demand: Demand = {
    kind: closed ? 'closed' : 'open',
    startMs: run.originMs + zeroMs,
    perSecond: closed ? perSecond : arrivals(perSecond, answers, pokes),
    requests: fixedRequests,
  };
  // A revision may have come with pods of its own before it had any load.
  const startMs = own ? wholeMs : loadStartMs;
  const usage = recordedUsage(recording.reports ?? [], zeroMs, seconds);
  const past = pastOf(whole, { loadStartMs, zeroMs, revision }, samples, pods);
  const probes = newestProbes(whole.reports ?? [], revision);
  const seen = startsOf(pods, whole.reports ?? [], zeroMs);
  const probed = seen.length > 0 ? null : earliestReady(probes);
  return {
    demand,
    base: {
      ...base,
      isUsageKnown: usage !== null,
      assumptions: [
        ...(base.assumptions ?? []),
        ...(past && config ? [past.said] : []),
        ...(probed
          ? [
              message('assumptions.start-by-probe', {
                after: { figure: 'duration', value: probed.afterMs },
                by: probed.by,
              }),
            ]
          : []),
      ],
    },
    options: {
      serviceTimeMs: serviceTimes,
      podStarts: probed ? [{ atMs: 0, tookMs: probed.afterMs }] : seen,
      probes,
      startPods: podsAt(pods.steps, startMs).ready,
      holdsStart: !past?.known && holdsStart(pods.steps, startMs, config?.stableWindowMs ?? 0),
      ...(past && config ? { past: { metric: config.metric, seconds: past.seconds } } : {}),
      firstTickMs: firstTickMs(pods, pokes, zeroMs, tickMs),
      pokes,
      usage,
      seed: 1,
      burst: users && !closed,
      ...(own?.unreachableFromMs == null ? {} : { unreachableFromMs: own.unreachableFromMs - zeroMs }),
    },
    observed: {
      ...observedOf(recording, pods, zeroMs),
      // k6's maximum is of no revision.
      longestWaitMs: own ? null : longestWaitMs(run, serviceTimes),
    },
    unit: unitOf(run.protocols),
    revision,
    revisions,
  };
}

/** k6's maximum less the median time that a request takes in a pod. */
function longestWaitMs({ summary }: Run, serviceTimes: Float64Array): number | null {
  const most = knownMostLatency(summary);
  const typicalMs = serviceTimes.toSorted()[serviceTimes.length >> 1];
  return most === null || typicalMs === undefined ? null : Math.max(0, most * 1000 - typicalMs);
}

/** What the run's own windows held when its demand begins: its past, and what was read since of a load that had not begun. */
function pastOf(
  { past = [] }: Recording,
  { loadStartMs, zeroMs, revision }: { loadStartMs: number; zeroMs: number; revision: string | null },
  samples: readonly ConcurrencySample[],
  { steps }: PodTimeline,
): { known: boolean; seconds: PastSecond[]; said: Message } | null {
  const own = past.find((one) => one.revision === revision);
  if (!own) return null;
  const seconds = [
    ...own.seconds,
    ...samples
      .filter(({ atMs }) => atMs > loadStartMs)
      .map(({ atMs, total }) => ({ atMs, value: total, readyPods: podsAt(steps, atMs).ready, from: 'read' })),
  ].filter(({ atMs }) => atMs <= zeroMs);
  if (seconds.length === 0) return null;
  const idle = seconds.filter(({ from }) => from === 'idle').length;
  return {
    known: own.known,
    seconds: seconds.map(({ atMs, value, readyPods }) => ({ atMs: atMs - zeroMs, value, readyPods })),
    said: message('assumptions.replay-with-past', { seconds: seconds.length, idle }),
  };
}

function executorsOf(run: Run): string[] {
  const scenarios = run.options.scenarios;
  if (typeof scenarios !== 'object' || scenarios === null) return [];
  return Object.values(scenarios).flatMap((scenario: unknown) =>
    typeof scenario === 'object' &&
    scenario !== null &&
    'executor' in scenario &&
    typeof scenario.executor === 'string'
      ? [scenario.executor]
      : [],
  );
}

/**
 * Whether virtual users rest between their requests: then fewer than half of them are in flight on average, and what
 * they ask for hardly depends on how soon they are answered.
 */
function pausesBetween(recording: Recording): boolean {
  const samples = recording.concurrency.filter(({ instant }) => !instant);
  const users = pointsOf(recording, ['vus']).map(({ point }) => point);
  // Before and after the users' time nothing is in flight, however busy they are.
  const loaded = samples.filter(
    ({ atMs }) => atMs >= (users[0]?.atMs ?? Infinity) && atMs <= (users.at(-1)?.atMs ?? 0),
  );
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return (
    loaded.length > 0 &&
    mean(loaded.map(({ total }) => total)) < 0.5 * mean(users.map(({ value }) => value ?? 0))
  );
}

function observedOf(
  recording: Recording,
  pods: PodTimeline,
  zeroMs: number,
): Omit<RecordedDemand['observed'], 'longestWaitMs'> {
  const lastMs = Math.max(
    0,
    ...recording.concurrency.slice(-1).map((sample) => sample.atMs),
    ...recording.podEvents.slice(-1).map((event) => event.atMs),
  );
  const seconds = Math.min(limits.demand.spanMs / 1000, Math.max(1, Math.round((lastMs - zeroMs) / 1000)));
  const inGap = (atMs: number): boolean =>
    recording.gaps.some((gap) => gap.what === 'pods' && atMs > gap.fromMs && atMs <= (gap.toMs ?? Infinity));
  const readyPods = Array.from({ length: seconds }, (_, second) => {
    const atMs = zeroMs + (second + 1) * 1000;
    return recording.podEvents.length === 0 || inGap(atMs) ? NaN : podsAt(pods.steps, atMs).ready;
  });
  const readings = recording.concurrency.filter(({ instant, waiting }) => !instant && waiting !== null);
  return { readyPods, waiting: [...meansBySecond(readings, zeroMs, seconds, ({ waiting }) => waiting ?? 0)] };
}
