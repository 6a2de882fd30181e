import {
  createAutoscaler,
  ReadingTally,
  type Autoscaler,
  type AutoscalerConfig,
  type ScaleDecision,
} from '@/lib/autoscaling';
import { type ConcurrencySample, type Decision, type PodPhase } from '@/lib/model/recording';

/**
 * Runs the autoscaling calculation over a recording while it grows: what the autoscaler should decide from what was
 * recorded. It knows concurrency samples and pod phases only, never how the cluster scales in fact.
 */
export class Annotator {
  private autoscaler: Autoscaler;
  private readonly phases = new Map<string, PodPhase>();
  private lastReplicas: number;
  private readonly tally = new ReadingTally();
  private protection: { pods: number; sinceMs: number; recorded: { atMs: number; value: number }[] } | null;

  /** `originMs` is the run clock's zero in Unix ms: the windows' buckets are Unix seconds. */
  constructor(
    readonly config: AutoscalerConfig,
    private readonly originMs: number,
    atMs: number,
    pods: { uid: string; phase: PodPhase }[],
  ) {
    for (const pod of pods) this.phases.set(pod.uid, pod.phase);
    this.autoscaler = createAutoscaler(config, {
      atMs: originMs + atMs,
      readyPods: this.readyPods,
      replicas: this.replicas,
    });
    this.lastReplicas = this.replicas;
    this.protection =
      config.class !== 'hpa' && this.readyPods > 1
        ? { pods: this.replicas, sinceMs: originMs + atMs, recorded: [] }
        : null;
  }

  /** Whether the last decision wants no pod. */
  get wantsNone(): boolean {
    return this.lastReplicas === 0;
  }

  /**
   * Whether this reading of the gateway should be decided on at once: no pod is ready, and more is in flight than this
   * second has been told of.
   */
  awaits(reading: Pick<ConcurrencySample, 'atMs' | 'total'>): boolean {
    return this.readyPods === 0 && this.tally.isNews(this.originMs + reading.atMs, reading.total);
  }

  get readyPods(): number {
    return this.count(['ready']);
  }

  /** Pods that are meant to stay: what `spec.replicas` asks for, as far as pods show it. */
  get replicas(): number {
    return this.count(['pending', 'starting', 'ready']);
  }

  onPod(event: { uid: string; phase: PodPhase }): void {
    if (event.phase === 'gone') this.phases.delete(event.uid);
    else this.phases.set(event.uid, event.phase);
  }

  /** Takes a sample of what the autoscaler scales on; true if it asks for a tick at once. */
  onSample(sample: Pick<ConcurrencySample, 'atMs' | 'total' | 'instant'>): boolean {
    // With no pod and no request nobody reports: the window begins with the first request (spec, section 2.1).
    if (this.wantsNone && sample.total === 0) return false;
    const atMs = this.originMs + sample.atMs;
    const value = sample.instant
      ? this.tally.instant(atMs, sample.total)
      : this.tally.mean(atMs, sample.total);
    this.protection?.recorded.push({ atMs, value });
    return this.autoscaler.record({ atMs, value }) || sample.instant;
  }

  /** One tick of the calculation. */
  tick(atMs: number): Omit<Decision, 'id'> {
    this.endProtection(this.originMs + atMs);
    const decision = this.autoscaler.tick({
      atMs: this.originMs + atMs,
      readyPods: this.readyPods,
      replicas: this.replicas,
    });
    if (this.protection && decision.reason.panicSinceMs !== this.protection.sinceMs) this.protection = null;
    this.lastReplicas = decision.replicas;
    return toDecision(decision, atMs);
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
    this.autoscaler = createAutoscaler(this.config, {
      atMs: nowMs,
      readyPods: Math.min(1, this.readyPods),
      replicas: this.replicas,
      activeSinceMs: protection.sinceMs,
    });
    for (const sample of protection.recorded) this.autoscaler.record(sample);
  }

  private count(phases: PodPhase[]): number {
    let n = 0;
    for (const phase of this.phases.values()) if (phases.includes(phase)) n++;
    return n;
  }
}

function toDecision(decision: ScaleDecision, atMs: number): Omit<Decision, 'id'> {
  const { valid, readyPods, desiredPods, replicas, stableAverage, panicAverage, panicMode, boundBy, reason } =
    decision;
  return {
    atMs,
    valid,
    readyPods,
    desiredPods,
    replicas,
    stableAverage,
    panicAverage,
    panicMode,
    boundBy,
    reason: { ...reason },
  };
}
