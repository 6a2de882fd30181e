import { requestMetrics, requestsIn } from '@/lib/timeline/protocols';
import { type AnnotationName, Annotations } from '@/lib/autoscaling/config/annotations';
import { percentOf } from '@/lib/autoscaling/config/percent';
import { type AutoscalerConfig, estimateTickPhase, type PastSecond } from '@/lib/autoscaling';
import { configureWhatIf, type Demand, type Poke, type ReplayOptions, type WhatIfBase } from '@/lib/whatif';
import { knownMostLatency } from '@/lib/timeline/known-most';
import { podsAt, podTimeline, type PodTimeline, type PodStep } from '@/lib/timeline/pods';
import { type ClusterReport, type RevisionReport } from '@/lib/model/cluster-report';
import { type ConcurrencySample, type Recording } from '@/lib/model/recording';
import { podWaits } from '@/lib/timeline/pod-waits';
import { type PodStart } from './pod-starts';
import { recordedUsage } from './recorded-usage';
import { type RequestUnit, unitOf } from '@/lib/model/protocol';
import { latencyBetween, pointsOf, quantileMs } from '@/lib/timeline/requests';
import { earliestReady, type PodProbe } from '@/lib/model/probe';
import { type Run } from '@/lib/model/run';
import { limits } from '@/lib/model/limits';
import { message, type Message } from '@/lib/model/message';
import { podsByRevision } from '@/lib/timeline/correlate-revisions';
import { reportsOf, samplesOf, shareAt } from '@/lib/timeline/one-revision';
import { type Traffic, trafficOf } from '@/lib/timeline/traffic';
import { Problem } from '@/lib/model/problem';

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
const fallbackServiceMs = 100;

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

/** All of a run by the settings of its service; several revisions are then replayed as one. */
function baseOf(run: Run, { podEvents }: Recording): WhatIfBase {
  const { annotations, containerConcurrency, concurrencyFrom } = run.service;
  const names = [...podsByRevision(podEvents).keys()];
  return {
    assumptions:
      names.length < 2 ? [] : [message('assumptions.revisions-replayed-as-one', { names: names.join(', ') })],
    annotations,
    containerConcurrency,
    concurrencyFrom,
    configMap: run.autoscaling ? clusterSettings(run.autoscaling.config, annotations) : {},
  };
}

/** What of a run is one revision's. */
interface RevisionPart {
  recording: Recording;
  base: WhatIfBase;
  /** Its part, of 1, of the answers in the second that ends at a time. */
  answeredPart: (atMs: number) => number;
  /** From when on no route referred to it; null: to the end one did. */
  unreachableFromMs: number | null;
}

function partOf(run: Run, whole: Recording, revision: string): RevisionPart {
  const { reports = [], podEvents, concurrency } = whole;
  const traffic = trafficOf(reports, concurrency);
  const names = [...podsByRevision(podEvents).keys()];
  const settings = reports.flatMap((report) =>
    report.kind === 'revision' && report.revision === revision ? [report] : [],
  );
  const last = settings.at(-1);
  const service = baseOf(run, whole);
  const own = samplesOf(revision, names[0] === revision, concurrency, traffic);
  const isTold = concurrency.some(({ byRevision }) => byRevision);
  const divided = answeredPart(revision, traffic, concurrency, own);
  const counted = countedPart(revision, reports);
  const load = concurrency.filter(
    ({ instant, total, atMs }) => !instant && total > 0 && atMs > (run.loadStartMs ?? 0),
  );
  const uncounted = load.filter(({ atMs }) => counted(atMs) === null).length;
  const by = traffic?.by === 'route' || !isTold ? 'route' : 'inFlight';
  return {
    recording: {
      ...whole,
      podEvents: podEvents.filter((event) => event.revision === revision),
      concurrency: own,
      reports: reportsOf(revision, reports),
    },
    base: {
      ...service,
      assumptions: [
        uncounted < load.length
          ? message('assumptions.one-revision-by-rates', {
              revision,
              // The first rate is of the time between two readings.
              rest: uncounted <= fewUncounted ? 'none' : by,
              seconds: uncounted,
            })
          : message(
              by === 'route' ? 'assumptions.one-revision-by-route' : 'assumptions.one-revision-by-in-flight',
              { revision },
            ),
      ],
      annotations: last?.annotations ?? service.annotations,
      containerConcurrency: last?.containerConcurrency ?? service.containerConcurrency,
    },
    answeredPart: (atMs) => counted(atMs) ?? divided(atMs),
    unreachableFromMs: unreachableFrom(settings),
  };
}

/** From when on no route referred to a revision, to the end. */
function unreachableFrom(settings: readonly RevisionReport[]): number | null {
  const since = settings.findLastIndex(({ reachable }) => reachable !== false) + 1;
  return settings[since]?.atMs ?? null;
}

/** By the Route, which divides requests; else by what was in flight, which is more where a revision takes longer. */
function answeredPart(
  revision: string,
  traffic: Traffic | null,
  all: readonly ConcurrencySample[],
  own: readonly ConcurrencySample[],
): (atMs: number) => number {
  if (traffic?.by === 'route') return (atMs) => shareAt(traffic, revision, atMs) ?? 0;
  const parts = all.flatMap(({ atMs, total, instant }, i) =>
    instant || total <= 0 ? [] : [{ atMs, part: own[i]!.total / total }],
  );
  return (atMs) => (parts.find((one) => one.atMs >= atMs) ?? parts.at(-1))?.part ?? 0;
}

/** A rate is of about this long (ms), and counts for as long. */
const ratedMs = 1500;
/** So many seconds without a rate are a run's beginning and end. */
const fewUncounted = 2;

/** Its part of what the gateway counted of all revisions about a time; null: it counted none then. */
function countedPart(revision: string, reports: readonly ClusterReport[]): (atMs: number) => number | null {
  const rates = reports.flatMap((report) => (report.kind === 'rates' ? [report] : []));
  let next = 0;
  return (atMs) => {
    if ((rates[next - 1]?.atMs ?? -Infinity) >= atMs) next = 0;
    while (next < rates.length && rates[next]!.atMs < atMs) next++;
    const rate = rates[next];
    if (!rate || rate.atMs - atMs > ratedMs) return null;
    const all = Object.values(rate.byRevision).reduce((sum, value) => sum + value, 0);
    return all > 0 ? (rate.byRevision[revision] ?? 0) / all : null;
  };
}

/** The revisions that had load and can be told from others, in the order in which they came; none where there was one. */
function loadedRevisions(run: Run, { podEvents, concurrency, reports = [] }: Recording): string[] {
  const names = [...podsByRevision(podEvents).keys()];
  const traffic = trafficOf(reports, concurrency);
  if (names.length < 2 || traffic === null) return [];
  return names.filter((name, i) =>
    samplesOf(name, i === 0, concurrency, traffic).some(
      ({ atMs, total, instant }) => !instant && total > 0 && atMs > (run.loadStartMs ?? 0),
    ),
  );
}

/** k6's maximum less the median time that a request takes in a pod. */
function longestWaitMs({ summary }: Run, serviceTimes: Float64Array): number | null {
  const most = knownMostLatency(summary);
  const typicalMs = serviceTimes.toSorted()[serviceTimes.length >> 1];
  return most === null || typicalMs === undefined ? null : Math.max(0, most * 1000 - typicalMs);
}

/** False: the cluster's first act in a stable window took a pod of the start away, so its autoscaler held none. */
function holdsStart(steps: readonly PodStep[], startMs: number, stableWindowMs: number): boolean {
  const meant = ({ pending, starting, ready }: PodStep): number => pending + starting + ready;
  const before = meant(podsAt(steps, startMs));
  const first = steps.find(
    (step) => step.atMs > startMs && step.atMs <= startMs + stableWindowMs && meant(step) !== before,
  );
  return first === undefined || meant(first) > before;
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

/**
 * What came is what was answered and what is in flight; what came until a second is at most what came until any later one,
 * which keeps the two sources' slightly different seconds from counting a request twice.
 */
function arrivals(
  inFlight: Float64Array,
  answers: ReadonlyMap<number, number>,
  pokes: readonly Poke[],
): Float64Array {
  let answered = 0;
  const until = inFlight.map((now, second) => {
    answered += answers.get(second) ?? 0;
    return answered + now;
  });
  let least = Infinity;
  for (let second = until.length - 1; second >= 0; second--) {
    if (!Number.isNaN(until[second])) least = Math.min(least, until[second]!);
    until[second] = Number.isNaN(until[second]) ? NaN : least;
  }
  let before = 0;
  const came = until.map((now, second) => {
    const came = now - before;
    // What was answered meanwhile came while nothing was known, not at once when it is known again.
    before = Number.isNaN(now) ? before + (answers.get(second) ?? 0) : now;
    return Math.max(came, 0);
  });
  // Load that began with the last moments of a second began with the next, unless it is known when it began.
  for (let second = 0; second + 1 < came.length; second++) {
    if (pokes.some(({ atMs }) => Math.floor(atMs / 1000) === second)) continue;
    const idle = second === 0 || (came[second - 1] === 0 && inFlight[second - 1] === 0);
    if (!idle || came[second] === 0 || !(came[second]! < 0.5 * came[second + 1]!)) continue;
    came[second + 1]! += came[second]!;
    came[second] = 0;
  }
  return came;
}

/**
 * Answers a second. k6's pushes come about, not exactly, each second and at moments of their own: what a push brought is
 * spread evenly over the time since the one before.
 */
function answersBySecond(
  recording: Recording,
  zeroMs: number,
  partAt: (atMs: number) => number = () => 1,
): Map<number, number> {
  const pushes = new Map<number, number>();
  for (const { point, metric } of pointsOf(recording, requestMetrics)) {
    const requests = requestsIn(metric, point);
    if (requests !== null) pushes.set(point.atMs, (pushes.get(point.atMs) ?? 0) + requests);
  }
  const answers = new Map<number, number>();
  let beforeMs = -Infinity;
  for (const [atMs, all] of [...pushes].sort(([a], [b]) => a - b)) {
    const count = all * partAt(atMs);
    // A push after a pause brings what came in its last second.
    const fromMs = Math.max(beforeMs, atMs - longestPushMs);
    for (
      let second = Math.floor((fromMs - zeroMs) / 1000);
      second <= Math.floor((atMs - zeroMs) / 1000);
      second++
    ) {
      const share =
        Math.max(0, Math.min(atMs, zeroMs + (second + 1) * 1000) - Math.max(fromMs, zeroMs + second * 1000)) /
        (atMs - fromMs);
      if (share > 0) answers.set(second, (answers.get(second) ?? 0) + count * share);
    }
    beforeMs = atMs;
  }
  return answers;
}

/**
 * The cluster reads its gateway at other moments than we do: the pods that it made at once, where there was none, tell
 * that it saw at least as many requests as it takes for the last of them.
 */
function leastSeen({ lives }: PodTimeline, atMs: number, config: AutoscalerConfig | null): number {
  if (!config || config.metric !== 'concurrency' || config.targetValue <= 0) return 0;
  const made = lives.filter(
    ({ preexisting, createdMs }) => !preexisting && Math.abs(createdMs - atMs) < pokedMs,
  ).length;
  const least = Math.max(config.initialScale, config.minScale, config.activationScale);
  return made > least ? Math.floor((made - 1) * config.targetValue) + 1 : 0;
}

const longestPushMs = 1100;
/** Pods made so soon after load met zero pods were made for it, at no tick. */
const pokedMs = 500;

/**
 * When the cluster's own ticks fell, in ms from the demand's beginning (less than a tick's length): most of its pods
 * were made or ended then. A tick's whole length where nothing was scaled.
 */
function firstTickMs({ lives }: PodTimeline, pokes: readonly Poke[], zeroMs: number, tickMs: number): number {
  const changes = lives
    .flatMap(({ preexisting, createdMs, terminatingMs }) => [preexisting ? null : createdMs, terminatingMs])
    .flatMap((atMs) => (atMs === null ? [] : [atMs - zeroMs]))
    .filter((atMs) => !pokes.some((poke) => Math.abs(atMs - poke.atMs) < pokedMs));
  return estimateTickPhase(changes, tickMs) ?? tickMs;
}

/** Answers that a service time is taken from: fewer say more of their own moment than of the service. */
const leastAnswers = 20;
const widestSeconds = 15;

/**
 * How long a request took in a pod, second by second, by Little's law: in flight in pods ÷ answers a second, over as many
 * seconds around as it takes for enough answers. What slows the service down, such as a busy node, is so part of the
 * demand.
 */
function serviceTimesMs(
  recording: Recording,
  answers: ReadonlyMap<number, number>,
  inside: Float64Array,
): Float64Array {
  const typicalMs = quantileMs(latencyBetween(recording, -Infinity, Infinity), 0.5) ?? fallbackServiceMs;
  return inside.map((_, second) => {
    let busy = 0;
    let answered = 0;
    for (let reach = 0; reach <= widestSeconds; reach++) {
      for (const at of reach === 0 ? [second] : [second - reach, second + reach]) {
        if (Number.isNaN(inside[at] ?? NaN) || !answers.has(at)) continue;
        busy += inside[at]!;
        answered += answers.get(at)!;
      }
      if (reach > 0 && answered >= leastAnswers) break;
    }
    return answered > 0 && busy > 0 ? (busy / answered) * 1000 : typicalMs;
  });
}

/** Samples, each the mean of the whole second before it, as means of seconds that begin elsewhere; NaN where half of one is unknown. */
function meansBySecond(
  samples: readonly ConcurrencySample[],
  zeroMs: number,
  seconds: number,
  pick: (sample: ConcurrencySample) => number,
): Float64Array {
  const sums = new Float64Array(seconds);
  const known = new Float64Array(seconds);
  for (const sample of samples) {
    const fromMs = sample.atMs - 1000 - zeroMs;
    const first = Math.floor(fromMs / 1000);
    const late = fromMs / 1000 - first;
    for (const [second, share] of [
      [first, 1 - late],
      [first + 1, late],
    ] as const) {
      if (second < 0 || second >= seconds || share === 0) continue;
      sums[second]! += pick(sample) * share;
      known[second]! += share;
    }
  }
  // Before the first sample there was no load.
  if (known[0]! > 0 && known[0]! < 1) known[0] = 1;
  return sums.map((sum, second) => (known[second]! < 0.5 ? NaN : sum / known[second]!));
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

/** What the cluster's ConfigMap said, as far as the run's configuration shows it and no annotation did. */
function clusterSettings(
  config: AutoscalerConfig,
  annotations: Readonly<Record<string, string>>,
): Record<string, string> {
  const said = new Annotations(annotations);
  const settings: [key: string, value: string | number | boolean, annotation?: AnnotationName][] = [
    ['stable-window', `${config.stableWindowMs}ms`, 'window'],
    ['panic-threshold-percentage', percentOf(config.panicThreshold), 'panic-threshold-percentage'],
    ['scale-down-delay', `${config.scaleDownDelayMs}ms`, 'scale-down-delay'],
    [
      'scale-to-zero-pod-retention-period',
      `${config.scaleToZeroRetentionMs}ms`,
      'scale-to-zero-pod-retention-period',
    ],
    ['max-scale-up-rate', config.maxScaleUpRate],
    ['max-scale-down-rate', config.maxScaleDownRate],
    ['enable-scale-to-zero', config.enableScaleToZero],
    ['scale-to-zero-grace-period', `${config.scaleToZeroGraceMs}ms`],
    ['allow-zero-initial-scale', config.initialScale === 0],
    ['initial-scale', config.initialScale, 'initial-scale'],
  ];
  return Object.fromEntries(
    settings
      .filter(([, , annotation]) => annotation === undefined || said.get(annotation) === null)
      .map(([key, value]) => [key, String(value)]),
  );
}

/** How long the pods took that became ready, in order, and for how much of it probes decided. */
function startsOf({ lives }: PodTimeline, reports: readonly ClusterReport[], zeroMs: number): PodStart[] {
  const waits = new Map(podWaits(lives, reports, Infinity).map(({ uid, spans }) => [uid, spans]));
  return lives
    .flatMap(({ uid, preexisting, createdMs, readyMs }): PodStart[] => {
      if (preexisting || readyMs === null) return [];
      const probed = waits.get(uid)?.findLast(({ part }) => part === 'probe');
      return [
        {
          atMs: createdMs - zeroMs,
          tookMs: readyMs - createdMs,
          ...(probed ? { probedMs: probed.toMs - probed.fromMs } : {}),
        },
      ];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** What pods are asked before they are ready, as it was told last of the revision, or of any; none: it is not known. */
function newestProbes(reports: readonly ClusterReport[], revision: string | null): readonly PodProbe[] {
  const told = reports.findLast(
    (report) =>
      report.kind === 'revision' &&
      report.probes !== undefined &&
      (revision === null || report.revision === revision),
  );
  return told?.kind === 'revision' ? (told.probes ?? []) : [];
}
