import { costOfPods } from '@/lib/timeline/figures';
import { createAutoscaler, type PastSecond } from '@/lib/autoscaling/autoscaler';
import { type AutoscalerConfig, readsGateway } from '@/lib/model/autoscaler-config';
import { resourceOf } from '@/lib/autoscaling/hpa/hpa-autoscaler';
import { KpaAutoscaler } from '@/lib/autoscaling/kpa/kpa-autoscaler';
import { type Demand } from './demand';
import { type ReplayFigures, type ReplaySeries } from './figures';
import { type PodProbe } from '@/lib/model/probe';
import { type PodStart, PodStarts } from './pod-starts';
import { type ChangedProbe, startsWithProbes } from './probed-starts';
import { type WhatIfSettings } from './settings';
import { SimulatedPods } from './pods';
import { type RecordedUsage, usagePods } from './recorded-usage';
import { Waits } from './waits';

/** A reading of the gateway at zero pods: when, in ms from the demand's beginning, and how many requests it saw. */
export interface Poke {
  atMs: number;
  inFlight: number;
}

export interface ReplayOptions {
  /** Time that one request takes in a pod, without waiting: one for all, or one a second of the demand. */
  serviceTimeMs: number | Float64Array;
  /** Observed pod starts in order of time; each simulated one takes as long as one of them. Empty: at once. */
  podStarts: readonly PodStart[];
  /** What the run's pods were asked before they were ready; absent: not known. */
  probes?: readonly PodProbe[];
  /** Ready pods at the start; never fewer than the configuration keeps. */
  startPods: number;
  /** Whether the autoscaler holds the pods of the start for a stable window, as Knative's does after its own restart. Absent: yes. */
  holdsStart?: boolean;
  /**
   * What the autoscaler's windows hold at the start, in ms from the demand's beginning, and of which metric: one that scales
   * on another has nothing of it. Absent: nothing.
   */
  past?: { metric: string; seconds: readonly PastSecond[] };
  /** For the draw of start delays. */
  seed: number;
  /** Requests in one pod at once; 0: no limit. Absent: the configuration's containerConcurrency. */
  podLimit?: number;
  pricePerPodHour?: number;
  /**
   * How long after the first request at zero pods the load is read. Absent: KPA 0 (the activator reports the one
   * request at once), MPA 60 ms (the gateway's count).
   */
  pokeAfterMs?: number;
  /** Readings of load at zero pods that were decided on at once, in order: where in its second a load began, and how large. */
  pokes?: readonly Poke[];
  /**
   * Whether each growing reading is decided on at once while no pod is ready, as the lab and the annotator do, or only
   * the first, as Knative does. Absent: MPA yes, KPA no.
   */
  decidesWhileCold?: boolean;
  /** What the run's pods used; absent: nobody measured it. */
  usage?: RecordedUsage | null;
  /** Open: a second's requests come all at its beginning, as from users who wake together; absent: evenly over it. */
  burst?: boolean;
  /** When the first tick is, in ms from the demand's beginning; absent: a whole tick's length. */
  firstTickMs?: number;
  /** From when on no route refers to the revision, in ms from the demand's beginning: then no pod is kept for it. */
  unreachableFromMs?: number;
}

/** What of a what-if is no configuration of the autoscaler. */
type PlantSettings = ChangedProbe & Pick<WhatIfSettings, 'podStartMs' | 'pricePerPodHour'>;

/** How a revision is scaled that no route refers to (spec, section 3): it keeps no pods. */
function unreachable(config: AutoscalerConfig): AutoscalerConfig {
  const { hpa } = config;
  return { ...config, reachable: false, minScale: 0, hpa: hpa && { ...hpa, minReplicas: 1 } };
}

/** A closed demand may take this many times its recorded length to finish. */
const longestFactor = 4;
const someWaiting = 1e-6;
/** No load makes a replay simulate more. */
const mostSimulatedPods = 100_000;

/**
 * Plays a demand in a closed loop through a configuration: the calculation decides from the simulated load, simulated
 * pods follow, and what they cannot take waits at the gateway in order of arrival (spec, sections 2 to 5; the plant
 * is a fluid one in steps of a second, pods become ready in between). Holes hold the last known load and are left out
 * of the waiting figures. One replayer serves any number of configurations and keeps its memory.
 */
export class Replayer {
  private readonly pods = new SimulatedPods();
  private readonly waits: Waits;
  private readonly seconds: number;

  constructor(
    private readonly demand: Demand,
    private readonly options: ReplayOptions,
  ) {
    this.seconds = demand.perSecond.length * (demand.requests === null ? 1 : longestFactor);
    this.waits = new Waits(this.seconds);
  }

  /** The figures of one configuration; the start of pods and the price may differ a run. */
  figures(config: AutoscalerConfig, changed: PlantSettings = {}): ReplayFigures {
    return this.run(config, changed, null);
  }

  /** The figures with every second's values. */
  series(config: AutoscalerConfig, changed: PlantSettings = {}): ReplaySeries {
    const at = {
      readyPods: new Float64Array(this.seconds),
      replicas: new Float64Array(this.seconds),
      waiting: new Float64Array(this.seconds),
      inFlight: new Float64Array(this.seconds),
    };
    const figures = this.run(config, changed, at);
    const cut = (values: Float64Array) => values.slice(0, figures.seconds);
    return {
      startMs: this.demand.startMs,
      readyPods: cut(at.readyPods),
      replicas: cut(at.replicas),
      waiting: cut(at.waiting),
      inFlight: cut(at.inFlight),
      figures,
    };
  }

  private run(
    config: AutoscalerConfig,
    changed: PlantSettings,
    at: Omit<ReplaySeries, 'startMs' | 'figures'> | null,
  ): ReplayFigures {
    const { demand, options, pods, waits } = this;
    const { perSecond, startMs } = demand;
    const closed = demand.kind === 'closed';
    const podLimit = options.podLimit ?? config.containerConcurrency;
    const starts = new PodStarts(
      changed.podStartMs === undefined
        ? startsWithProbes(options.podStarts, options.probes ?? [], changed)
        : [{ atMs: 0, tookMs: changed.podStartMs }],
      options.seed,
    );
    const pokeAfterMs = options.pokeAfterMs ?? (readsGateway(config) || options.decidesWhileCold ? 60 : 0);
    const decidesWhileCold = options.decidesWhileCold ?? readsGateway(config);
    const tickMs = Math.max(1000, config.tickMs);
    let nextTickMs = startMs + ((options.firstTickMs ?? tickMs) % tickMs);
    // A tick before anything was read decides nothing.
    if (nextTickMs < startMs + 1000) nextTickMs += tickMs;
    const least = config.hpa ? config.hpa.minReplicas : config.minScale;
    waits.reset();
    pods.reset(Math.max(options.startPods, least));
    const autoscaler = createAutoscaler(config, {
      atMs: startMs,
      readyPods: options.holdsStart === false ? Math.min(1, pods.ready) : pods.ready,
      replicas: pods.replicas,
      ...(pods.ready > 0 ? { initialized: true } : {}),
      ...(options.past?.metric === config.metric
        ? { past: options.past.seconds.map((second) => ({ ...second, atMs: startMs + second.atMs })) }
        : {}),
    });
    const resource = resourceOf(config) ?? undefined;
    const kpa = autoscaler instanceof KpaAutoscaler ? autoscaler : null;
    let decidedMs = startMs;
    const decide = (atMs: number): void => {
      decidedMs = atMs;
      const readyPods = pods.readyAt(atMs);
      const replicas = kpa
        ? kpa.step(atMs, readyPods, pods.replicas)
        : autoscaler.tick({
            atMs,
            readyPods,
            replicas: pods.replicas,
            pods:
              resource &&
              usagePods(options.usage, resource.name, {
                second: Math.floor((atMs - startMs) / 1000),
                atMs,
                ready: readyPods,
                replicas: pods.replicas,
              }),
          }).replicas;
      if (replicas !== pods.replicas)
        pods.scaleTo(Math.min(replicas, mostSimulatedPods), atMs, startMs, starts);
    };

    const { unreachableFromMs = Infinity } = options;
    let isReachable = true;
    let second = 0;
    let load = 0;
    /** Closed: clients that are asking, and those of them inside a pod. */
    let clients = 0;
    let inService = 0;
    let completed = 0;
    let finished = false;
    let cold = false;
    /** While no pod is ready: what was in flight when it was last read. */
    let reading = 0;
    let nextPoke = 0;
    const sums = {
      requests: 0,
      holeSeconds: 0,
      underCapacitySeconds: 0,
      podSeconds: 0,
      readyPodSeconds: 0,
      coldStarts: 0,
      peakReadyPods: 0,
      peakWaiting: 0,
    };
    for (; second < this.seconds && !(finished && second >= perSecond.length); second++) {
      const recorded = second < perSecond.length ? perSecond[second]! : load;
      const hole = Number.isNaN(recorded);
      if (!hole) load = recorded;
      if (finished) load = 0;
      if (second >= perSecond.length && demand.requests === null) break;
      const fromMs = startMs + second * 1000;
      if (isReachable && second * 1000 >= unreachableFromMs) {
        isReachable = false;
        autoscaler.reconfigure(unreachable(config), fromMs);
      }
      const served =
        typeof options.serviceTimeMs === 'number'
          ? options.serviceTimeMs
          : options.serviceTimeMs[Math.min(second, options.serviceTimeMs.length - 1)]!;
      const serviceS = served / 1000;

      const none = load > 0 && pods.ready === 0;
      if (none && !cold) sums.coldStarts++;
      let already = 0;
      if (kpa && none && (kpa.decider.desiredPods === 0 || decidesWhileCold)) {
        while ((options.pokes?.[nextPoke]?.atMs ?? Infinity) < (second - 0.5) * 1000) nextPoke++;
        const seen = options.pokes?.[nextPoke];
        const known = !cold && seen !== undefined && seen.atMs < (second + 1) * 1000;
        const pokeMs = Math.max(decidedMs, fromMs, known ? startMs + seen.atMs : fromMs + pokeAfterMs);
        const came = waits.waiting + (options.burst ? load : Math.max(1, (load * pokeAfterMs) / 1000));
        const there = !decidesWhileCold ? 1 : Math.max(known ? seen.inFlight : 0, closed ? load : came);
        if (there > reading + someWaiting && pods.readyAt(pokeMs) === 0) {
          kpa.recordAt(pokeMs, there);
          decide(pokeMs);
          already = reading = there;
        }
      }

      if (closed && load > clients) {
        const free =
          podLimit > 0 ? Math.max(0, pods.ready * podLimit - inService) : pods.ready > 0 ? Infinity : 0;
        const atOnce = Math.min(load - clients, free);
        waits.pass(atOnce);
        inService += atOnce;
        if (load - clients > atOnce) waits.joinAtOnce(second, load - clients - atOnce);
      }
      clients = load;

      cold = none;
      const podTime = pods.replicas;
      const readyBefore = pods.ready;
      const readyTime = pods.pass(fromMs);
      const slots = podLimit > 0 ? readyTime * podLimit : readyTime > 0 ? Infinity : 0;
      let waiting: number;
      let inFlight: number;
      let done: number;
      if (closed) {
        const serving = podLimit > 0 ? Math.min(load, pods.ready * podLimit) : pods.ready > 0 ? load : 0;
        // Until pods became ready in this second, only the earlier ones served.
        const meanServing = podLimit > 0 ? Math.min(load, slots) : load * Math.min(1, readyTime);
        done = Math.min(
          meanServing / serviceS,
          demand.requests === null ? Infinity : demand.requests - completed,
        );
        waiting = load - serving;
        inFlight = load;
        const more = serving - inService;
        if (more > 0) waits.pass(more - waits.release(second + pods.readyAfter, more));
        const joined = done + waiting - waits.waiting;
        if (joined < 0) waits.drop(-joined);
        waits.step(second, Math.max(0, joined), done, done);
        inService = serving;
      } else {
        const possible = slots / serviceS;
        const before = waits.waiting;
        done = Math.min(before + load, possible);
        waits.step(second, load, done, possible);
        waiting = Math.max(0, before + load - done);
        // What is read is the second's mean, not its end. What waits turns where pods become ready in it.
        const atFirst = options.burst
          ? Math.max(0, before + load - pods.ready * (podLimit || Infinity))
          : before;
        const turn = options.burst ? 0 : pods.readyAfter;
        const atTurn = Math.max(0, before + turn * (load - (readyBefore * podLimit) / serviceS));
        inFlight =
          (turn > 0 ? turn * (before + atTurn) + (1 - turn) * (atTurn + waiting) : atFirst + waiting) / 2 +
          done * serviceS;
      }
      completed += done;
      sums.requests = completed;
      if (demand.requests !== null && completed >= demand.requests - someWaiting) finished = true;

      sums.podSeconds += podTime;
      sums.readyPodSeconds += readyTime;
      if (hole) sums.holeSeconds++;
      else if (waiting > someWaiting || (closed && load > slots + someWaiting)) sums.underCapacitySeconds++;
      if (pods.ready > sums.peakReadyPods) sums.peakReadyPods = pods.ready;
      if (waiting > sums.peakWaiting) sums.peakWaiting = waiting;
      if (at) {
        at.readyPods[second] = pods.ready;
        at.replicas[second] = pods.replicas;
        at.waiting[second] = waiting;
        at.inFlight[second] = inFlight;
      }

      const toMs = fromMs + 1000;
      const value = config.metric === 'rps' ? (closed ? done : load) : Math.max(inFlight - already, 0);
      if (kpa) kpa.recordAt(toMs, value);
      else autoscaler.record({ atMs: toMs, value });
      if (nextTickMs < toMs + 1000) {
        decide(nextTickMs);
        nextTickMs += tickMs;
      } else if (kpa && decidesWhileCold && pods.ready === 0 && inFlight > reading + someWaiting) {
        reading = inFlight;
        decide(toMs);
      }
      if (pods.ready > 0) reading = 0;
    }
    return this.toFigures(
      sums,
      second,
      pods.started,
      changed.pricePerPodHour ?? options.pricePerPodHour ?? 0,
      finished,
    );
  }

  private toFigures(
    sums: Pick<
      ReplayFigures,
      | 'requests'
      | 'holeSeconds'
      | 'underCapacitySeconds'
      | 'podSeconds'
      | 'readyPodSeconds'
      | 'coldStarts'
      | 'peakReadyPods'
      | 'peakWaiting'
    >,
    seconds: number,
    podStarts: number,
    pricePerPodHour: number,
    finished: boolean,
  ): ReplayFigures {
    const { waits } = this;
    return {
      ...sums,
      seconds,
      finished: this.demand.requests === null || finished,
      waitedRequests: waits.waited,
      stillWaiting: waits.waiting,
      meanWaitMs: waits.meanMs,
      maxWaitMs: waits.maxMs,
      waitMs: {
        p50: waits.quantileMs(0.5, 'all'),
        p95: waits.quantileMs(0.95, 'all'),
        p99: waits.quantileMs(0.99, 'all'),
      },
      waitOfWaitingMs: {
        p50: waits.quantileMs(0.5, 'waited'),
        p95: waits.quantileMs(0.95, 'waited'),
        p99: waits.quantileMs(0.99, 'waited'),
      },
      podStarts,
      cost: costOfPods(sums.podSeconds, pricePerPodHour),
    };
  }
}
