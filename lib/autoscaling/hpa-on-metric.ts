import { reasonOf, type Autoscaler, type BoundBy, type ScaleDecision, type TickInput, type UnixMs } from './autoscaler';
import { type AutoscalerConfig } from './config';

const tolerance = 0.1;
const stabilisationMs = 300_000;

/**
 * The HPA class on a metric per pod (concurrency or requests/s): average value, tolerance, and the largest
 * recommendation of the stabilisation window on the way down (spec, section 5). CPU and memory are not in a recording:
 * on those it decides nothing.
 */
export class HpaOnMetric implements Autoscaler {
  private last: { atMs: UnixMs; value: number } | null = null;
  private recommendations: { atMs: UnixMs; replicas: number }[] = [];

  constructor(public config: AutoscalerConfig) {}

  record(sample: { atMs: UnixMs; value: number }): boolean {
    this.last = sample;
    return false;
  }

  tick({ atMs, readyPods, replicas }: TickInput): ScaleDecision {
    const config = this.config;
    const target = config.hpa.target ?? config.targetValue;
    const max = config.maxScale === 0 ? 2147483647 : config.maxScale;
    const min = Math.max(1, config.minScale);
    const usable = (config.metric === 'concurrency' || config.metric === 'rps') && this.last !== null && replicas > 0;
    let want = replicas;
    let boundBy: BoundBy = 'no-data';
    let desired = replicas;
    if (usable) {
      const ratio = this.last!.value / (target * replicas);
      const inside = ratio >= 1 - tolerance && ratio <= 1 + tolerance;
      desired = inside ? replicas : Math.ceil(this.last!.value / target);
      boundBy = inside ? 'within-tolerance' : 'stable';
      if (this.recommendations.length === 0) this.recommendations.push({ atMs, replicas });
      const windowMs = config.hpa.stabilisationWindowMs ?? stabilisationMs;
      this.recommendations = this.recommendations.filter((r) => r.atMs >= atMs - windowMs);
      this.recommendations.push({ atMs, replicas: desired });
      want = Math.max(...this.recommendations.map((r) => r.replicas));
      if (want > desired) boundBy = 'stabilisation';
      const upLimit = Math.max(2 * replicas, 4);
      if (want > upLimit) [want, boundBy] = [upLimit, 'scale-up-rate'];
    }
    if (want > max) [want, boundBy] = [max, 'max-scale'];
    if (replicas > 0 && want < min) [want, boundBy] = [min, 'min-scale'];
    return {
      atMs, valid: usable, readyPods, desiredPods: desired, replicas: want, stableAverage: this.last?.value ?? null, panicAverage: null, panicMode: false, excessBurstCapacity: 0,
      boundBy, reason: { ...reasonOf(config, { desiredStable: desired, desiredPanic: 0, upLimit: Math.max(2 * replicas, 4), downLimit: min }), target },
    };
  }

  reconfigure(config: AutoscalerConfig): void {
    this.config = config;
  }
}
