import {
  ActivatorReports,
  createAutoscaler,
  estimateTickPhase,
  type MeasuredPods,
  nextTick,
  ReadingTally,
  resourceOf,
  type Autoscaler,
  type AutoscalerConfig,
  type HpaPod,
  type PastSecond,
  type ScaleDecision,
} from '@/lib/autoscaling';
import { readsGateway } from '@/lib/model/autoscaler-config';
import {
  isLate,
  type ConcurrencySample,
  type Decision,
  type PodEvent,
  type PodPhase,
  type RecordedPast,
} from '@/lib/model/recording';

type Reading = Pick<ConcurrencySample, 'atMs' | 'total'>;
export type NewDecision = Omit<Decision, 'id'>;

/** A second that came before, Unix ms, and by whom it was recorded. */
export interface TakenSecond extends PastSecond {
  from: RecordedPast['seconds'][number]['from'];
}

/** What came before a run's load. */
export interface Past {
  seconds: readonly TakenSecond[];
  /** Whether the load before was recorded, so that no pod is held for want of knowing what it was made for. */
  known: boolean;
}

export const noPast: Past = { seconds: [], known: false };

/** An HPA counts from the replicas that there are: it is calculated this long before the cluster's own changes them. */
const leadMs = 500;

/** Pods made this soon after load met zero pods were asked for by that, not by a tick. */
const pokedMs = 1000;

/**
 * Runs the autoscaling calculation over a recording while it grows: what the autoscaler should decide from what was
 * recorded. It knows concurrency samples, pod phases and what came before. How the cluster scales tells it one thing:
 * when the cluster's autoscaler ticks.
 */
export class Annotator {
  private autoscaler: Autoscaler;
  private readonly phases = new Map<string, PodPhase>();
  private readonly revisions = new Map<string, string>();
  /** How many revisions the calculation counts its bounds for. */
  private counted: number;
  private lastReplicas: number;
  private lastTickMs: number;
  private hasTicked = false;
  /** The cluster's first one, until what pods used by then has been read. */
  private firstSync: { atUnixMs: number; replicas: number; pods: HpaPod[] } | null = null;
  private readonly tally = new ReadingTally();
  private readonly reports = new ActivatorReports();
  /** Readings since the first request that the activator told of, until its next report. */
  private sinceFirst: number[] | null = null;
  private lastPokeMs = -Infinity;
  private readonly changesMs: number[] = [];
  private protection: {
    pods: number;
    sinceMs: number;
    recorded: { atMs: number; value: number }[];
  } | null;

  /** `originMs` is the run clock's zero in Unix ms: the windows' buckets are Unix seconds. */
  constructor(
    public config: AutoscalerConfig,
    private readonly originMs: number,
    atMs: number,
    pods: { uid: string; phase: PodPhase; revision?: string | null }[],
    private readonly past: Past = noPast,
    /** What pods use; absent: nobody measured it. */
    private readonly measured: MeasuredPods | null = null,
    /** Whose pods these are; null: the service's. */
    private revision: string | null = null,
  ) {
    for (const { uid, phase, revision } of pods) {
      this.phases.set(uid, phase);
      if (revision) this.revisions.set(uid, revision);
    }
    this.counted = this.readyRevisions;
    // More pods than the configuration keeps were made for a load that nobody recorded.
    const holds =
      config.class !== 'hpa' && !past.known && this.readyPods > Math.max(1, config.minScale * this.counted);
    this.autoscaler = createAutoscaler(forRevisions(config, this.counted), {
      atMs: originMs + atMs,
      readyPods: holds ? this.readyPods : Math.min(1, this.readyPods),
      initialized: this.isServing,
      replicas: this.replicas,
      past: past.seconds,
    });
    this.lastReplicas = this.replicas;
    this.lastTickMs = atMs;
    this.protection = holds ? { pods: this.replicas, sinceMs: originMs + atMs, recorded: [] } : null;
  }

  /** Whether the gateway's count is decided on: no activator reports. */
  private get onGateway(): boolean {
    return readsGateway(this.config);
  }

  get readyPods(): number {
    return this.count(['ready']);
  }

  /** A revision is given requests once it has had its initial scale: one with a ready pod was, however few they are now. */
  private get isServing(): boolean {
    return this.readyPods > 0;
  }

  /** Pods that are meant to stay: what `spec.replicas` asks for, as far as pods show it. */
  get replicas(): number {
    return this.count(['pending', 'starting', 'ready']);
  }

  /** When the next tick is due: the cluster's own ticks' phase is kept to once its pods have shown it. */
  get nextTickMs(): number {
    const { tickMs } = this.config;
    const phaseMs = estimateTickPhase(this.changesMs, tickMs);
    return phaseMs === null
      ? this.lastTickMs + tickMs
      : nextTick(this.lastTickMs + tickMs / 2, tickMs, phaseMs - (this.config.class === 'hpa' ? leadMs : 0));
  }

  onPod(event: Pick<PodEvent, 'uid' | 'phase'> & Partial<PodEvent>): void {
    const before = this.phases.get(event.uid);
    if (event.phase === 'gone') this.phases.delete(event.uid);
    else this.phases.set(event.uid, event.phase);
    if (event.revision) this.revisions.set(event.uid, event.revision);
    this.noteChange(event, before);
  }

  /**
   * Takes one reading of what is in flight; a decision where load met no pod that is wanted. Under KPA the activator
   * tells of the first request at once, as 1; where the gateway is read its count is decided on, and again while it grows.
   */
  onReading({ atMs, total }: Reading): NewDecision | null {
    const unixMs = this.originMs + atMs;
    if (this.config.class === 'kpa' && !this.onGateway) {
      const told = total > 0 && this.autoscaler.behindActivator ? this.reports.arrival() : null;
      if (told === null) {
        this.sinceFirst?.push(total);
        return null;
      }
      this.sinceFirst = [total];
      return this.record(unixMs, told) ? this.poke(atMs) : null;
    }
    if (!this.onGateway || this.readyPods > 0 || !this.tally.isNews(unixMs, total)) return null;
    if (this.lastReplicas === 0 && total === 0) return null;
    this.record(unixMs, this.tally.instant(unixMs, total));
    return this.poke(atMs);
  }

  /** Takes the mean of a second of what the autoscaler scales on; a decision where load met no pod that is wanted. */
  onSample({ atMs, total }: Reading): NewDecision | null {
    const unixMs = this.originMs + atMs;
    if (this.config.class !== 'kpa' || this.onGateway) {
      // With no pod and no request nobody reports: the window begins with the first request (spec, section 2.1).
      if (this.lastReplicas === 0 && total === 0) return null;
      return this.record(unixMs, this.tally.mean(unixMs, total)) ? this.poke(atMs) : null;
    }
    // Where nobody reads the gateway between, the second itself tells of the first request.
    const told = total > 0 && this.autoscaler.behindActivator ? this.reports.arrival() : null;
    const decision = told !== null && this.record(unixMs, told) ? this.poke(atMs) : null;
    const since = this.sinceFirst;
    this.sinceFirst = null;
    const value = this.reports.second(since && this.config.metric === 'concurrency' ? meanOf(since) : total);
    if (this.lastReplicas > 0 || value > 0) this.record(unixMs, value);
    return decision;
  }

  /** More (or less) was in flight in a second that was told of before. */
  onCorrection({ atMs, total }: Reading): void {
    if (this.config.class !== 'hpa' && this.config.metric === 'concurrency')
      this.record(this.originMs + atMs, total);
  }

  /** Goes on with other settings of the cluster's; a class that has changed holds for revisions that are made later. */
  reconfigure(config: AutoscalerConfig): void {
    if (config.class !== this.config.class) return;
    this.config = config;
    this.autoscaler.reconfigure(forRevisions(config, this.counted), this.originMs + this.lastTickMs);
  }

  /**
   * The cluster's HPA has been seen to calculate, over so many replicas: when its controller's syncs fall. The first of
   * them comes before anybody knows when, and what it saw of its pods is read later: `onUsage` decides on it. A decision
   * where nothing has been read of them yet, lest none says so.
   */
  onSync(atMs: number, replicas: number | null): NewDecision | null {
    if (this.config.class !== 'hpa') return null;
    this.changesMs.push(atMs);
    if (this.changesMs.length > mostChanges) this.changesMs.shift();
    if (this.hasTicked || replicas === null) return null;
    this.hasTicked = true;
    this.lastTickMs = Math.max(this.lastTickMs, atMs - leadMs);
    const pods = this.measuredPods ?? [];
    this.firstSync = { atUnixMs: this.originMs + atMs, replicas, pods };
    return pods.some(({ samples }) => Object.keys(samples).length > 0)
      ? null
      : this.decide(this.lastTickMs, { replicas, pods });
  }

  /** What pods use has been read again: a decision on the first sync, by what had been sampled by then. */
  onUsage(): NewDecision | null {
    const { firstSync } = this;
    this.firstSync = null;
    if (!firstSync) return null;
    const { atUnixMs, replicas } = firstSync;
    const sampled = new Map((this.measuredPods ?? []).map((pod) => [pod.name, pod]));
    const pods = firstSync.pods
      .filter(({ phase, ready }) => phase !== 'Pending' || (ready?.changedAtMs ?? 0) < atUnixMs - leadMs)
      .map((pod) => {
        const now = sampled.get(pod.name);
        return now && now.sampledAtMs <= atUnixMs
          ? { ...now, phase: pod.phase, ready: pod.ready, deleting: pod.deleting }
          : pod;
      });
    return this.decide(this.lastTickMs, { replicas, pods });
  }

  /** It goes on for one revision: other annotators have these pods from now on. */
  keepTo(revision: string, uids: Iterable<string>): void {
    this.revision = revision;
    for (const uid of uids) {
      this.phases.delete(uid);
      this.revisions.delete(uid);
    }
  }

  /** One tick of the calculation. */
  tick(atMs: number): NewDecision {
    this.hasTicked = true;
    this.firstSync = null;
    this.lastTickMs = atMs;
    return this.decide(atMs);
  }

  private get measuredPods(): HpaPod[] | undefined {
    const resource = resourceOf(this.config);
    return resource
      ? this.measured?.seen(resource.name, this.originMs, this.revision ?? undefined)
      : undefined;
  }

  private poke(atMs: number): NewDecision {
    this.lastPokeMs = atMs;
    return this.decide(atMs);
  }

  private decide(
    atMs: number,
    { replicas, pods }: { replicas: number; pods: HpaPod[] | undefined } = {
      replicas: this.replicas,
      pods: this.measuredPods,
    },
  ): NewDecision {
    this.endProtection(this.originMs + atMs);
    this.countRevisions(this.originMs + atMs);
    const decision = this.autoscaler.tick({
      atMs: this.originMs + atMs,
      readyPods: this.readyPods,
      replicas,
      pods,
    });
    if (this.protection && decision.reason.panicSinceMs !== this.protection.sinceMs) this.protection = null;
    this.lastReplicas = decision.replicas;
    return toDecision(decision, atMs, this.past.known);
  }

  private record(atMs: number, value: number): boolean {
    this.protection?.recorded.push({ atMs, value });
    return this.autoscaler.record({ atMs, value });
  }

  /** A pod that was made, or told to end, shows when the cluster's autoscaler had ticked. */
  private noteChange(
    { atMs, serverAtMs = null, type, phase }: Partial<PodEvent>,
    before: PodPhase | undefined,
  ): void {
    if (atMs === undefined || type === 'LIST' || isLate({ atMs, serverAtMs })) return;
    const made = before === undefined && phase === 'pending' && atMs > this.lastPokeMs + pokedMs;
    const ended = before !== undefined && before !== 'terminating' && phase === 'terminating';
    if (made || ended) this.changesMs.push(atMs);
    if (this.changesMs.length > mostChanges) this.changesMs.shift();
  }

  /**
   * A calculation that begins over several pods holds them for a stable window, as Knative's does after a restart
   * (kpa/decider.ts): it does not know what they were made for. The cluster's own has not restarted, and once it takes
   * one away it shows that it does not hold them. Then the calculation goes on as one that never did.
   */
  private endProtection(nowMs: number): void {
    const { protection } = this;
    if (!protection || this.replicas >= protection.pods) return;
    this.protection = null;
    this.autoscaler = createAutoscaler(forRevisions(this.config, this.counted), {
      atMs: nowMs,
      readyPods: Math.min(1, this.readyPods),
      initialized: true,
      replicas: this.replicas,
      activeSinceMs: protection.sinceMs,
      past: this.past.seconds,
    });
    for (const sample of protection.recorded) this.autoscaler.record(sample);
  }

  /** Each revision with a ready pod has bounds of its own, since each is scaled by itself. */
  private countRevisions(nowMs: number): void {
    const count = this.readyRevisions;
    if (count === this.counted) return;
    this.counted = count;
    this.autoscaler.reconfigure(forRevisions(this.config, count), nowMs);
  }

  private get readyRevisions(): number {
    const ready = new Set<string>();
    for (const [uid, revision] of this.revisions) if (this.phases.get(uid) === 'ready') ready.add(revision);
    return Math.max(1, ready.size);
  }

  private count(phases: PodPhase[]): number {
    let n = 0;
    for (const phase of this.phases.values()) if (phases.includes(phase)) n++;
    return n;
  }
}

/** The bounds of so many revisions together; an HPA's are left, as its controller knows one Deployment. */
function forRevisions(config: AutoscalerConfig, count: number): AutoscalerConfig {
  if (count === 1 || config.class === 'hpa') return config;
  return { ...config, minScale: config.minScale * count, maxScale: config.maxScale * count };
}

/** The phase is told by what was seen lately: two clocks drift apart. */
const mostChanges = 40;

const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** `pastKnown`: the load before was recorded, and is in the averages. */
function toDecision(decision: ScaleDecision, atMs: number, pastKnown: boolean): NewDecision {
  const { excessBurstCapacity: _inReason, reason, ...told } = decision;
  return { ...told, atMs, reason: { ...reason, ...(pastKnown ? { pastKnown } : {}) } };
}
