import { createAutoscaler, ReadingTally, type Autoscaler, type AutoscalerConfig, type ScaleDecision } from '@/lib/autoscaling';
import { type ConcurrencySample, type Decision, type PodPhase } from '@/lib/timeline/recording';

/**
 * Runs the autoscaling calculation over a recording while it grows: what the autoscaler should decide from what was
 * recorded. It knows concurrency samples and pod phases only, never how the cluster scales in fact.
 */
export class Annotator {
  private readonly autoscaler: Autoscaler;
  private readonly phases = new Map<string, PodPhase>();
  private lastReplicas: number;
  private readonly tally = new ReadingTally();

  /** `originMs` is the run clock's zero in Unix ms: the windows' buckets are Unix seconds. */
  constructor(
    readonly config: AutoscalerConfig,
    private readonly originMs: number,
    atMs: number,
    pods: { uid: string; phase: PodPhase }[],
  ) {
    for (const pod of pods) this.phases.set(pod.uid, pod.phase);
    this.autoscaler = createAutoscaler(config, { atMs: originMs + atMs, readyPods: this.readyPods, replicas: this.replicas });
    this.lastReplicas = this.replicas;
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
    const value = sample.instant ? this.tally.instant(atMs, sample.total) : this.tally.mean(atMs, sample.total);
    return this.autoscaler.record({ atMs, value }) || sample.instant;
  }

  /** One tick of the calculation. */
  tick(atMs: number): Omit<Decision, 'id'> {
    const decision = this.autoscaler.tick({ atMs: this.originMs + atMs, readyPods: this.readyPods, replicas: this.replicas });
    this.lastReplicas = decision.replicas;
    return toDecision(decision, atMs);
  }

  private count(phases: PodPhase[]): number {
    let n = 0;
    for (const phase of this.phases.values()) if (phases.includes(phase)) n++;
    return n;
  }
}

function toDecision(decision: ScaleDecision, atMs: number): Omit<Decision, 'id'> {
  const { valid, readyPods, desiredPods, replicas, stableAverage, panicAverage, panicMode, boundBy, reason } = decision;
  return { atMs, valid, readyPods, desiredPods, replicas, stableAverage, panicAverage, panicMode, boundBy, reason: { ...reason } };
}
