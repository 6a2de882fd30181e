import { type AutoscalerConfig } from './config';
import { DelayWindow } from './delay-window';

/** The rule that set the decider's answer. */
export type DeciderRule = 'stable' | 'panic' | 'scale-up-rate' | 'scale-down-rate' | 'activation-scale' | 'panic-hold' | 'scale-down-delay' | 'no-data';

export interface DeciderResult {
  valid: boolean;
  desiredPods: number;
  excessBurstCapacity: number;
  panicMode: boolean;
  rule: DeciderRule;
  /** Pods by each average alone, before any rule. */
  desiredStable: number;
  desiredPanic: number;
  upLimit: number;
  downLimit: number;
}

type DeciderSpec = Pick<AutoscalerConfig,
  'targetValue' | 'totalValue' | 'targetBurstCapacity' | 'panicThreshold' | 'stableWindowMs' | 'maxScaleUpRate' | 'maxScaleDownRate' | 'scaleDownDelayMs' | 'activationScale' | 'reachable'>;

/** KPA's decision with panic mode and its memory (spec, section 3; Knative pkg/autoscaler/scaling/autoscaler.go). */
export class Decider {
  panicSinceMs: number | null = null;
  maxPanicPods: number;
  private readonly delay: DelayWindow | null;

  constructor(
    public spec: DeciderSpec,
    start: { atMs: number; readyPods: number },
  ) {
    this.maxPanicPods = start.readyPods;
    // A restarted autoscaler knows no history: it holds what is there until it does.
    if (start.readyPods > 1) this.panicSinceMs = start.atMs;
    this.delay = spec.scaleDownDelayMs > 0 ? new DelayWindow(spec.scaleDownDelayMs) : null;
  }

  /** One decision from both averages; null averages mean no data, and leave the state untouched. */
  decide(atMs: number, readyPods: number, averages: { stable: number; panic: number } | null): DeciderResult {
    const spec = this.spec;
    if (averages === null) {
      return { valid: false, desiredPods: 0, excessBurstCapacity: 0, panicMode: this.panicSinceMs !== null, rule: 'no-data', desiredStable: 0, desiredPanic: 0, upLimit: 0, downLimit: 0 };
    }
    const ready = Math.max(1, readyPods);
    const upLimit = Math.ceil(spec.maxScaleUpRate * ready);
    const downLimit = spec.reachable ? Math.floor(ready / spec.maxScaleDownRate) : 0;
    const desiredStable = Math.ceil(averages.stable / spec.targetValue);
    const desiredPanic = Math.ceil(averages.panic / spec.targetValue);
    let stable = Math.trunc(Math.min(Math.max(desiredStable, downLimit), upLimit));
    let panic = Math.trunc(Math.min(Math.max(desiredPanic, downLimit), upLimit));
    let stableRule: DeciderRule = desiredStable > upLimit ? 'scale-up-rate' : desiredStable < downLimit ? 'scale-down-rate' : 'stable';
    let panicRule: DeciderRule = desiredPanic > upLimit ? 'scale-up-rate' : desiredPanic < downLimit ? 'scale-down-rate' : 'panic';
    if (spec.activationScale > 1) {
      if (desiredStable > 0 && spec.activationScale > stable) [stable, stableRule] = [spec.activationScale, 'activation-scale'];
      if (desiredPanic > 0 && spec.activationScale > panic) [panic, panicRule] = [spec.activationScale, 'activation-scale'];
    }

    if (desiredPanic / ready >= spec.panicThreshold) {
      this.panicSinceMs = atMs;
    } else if (this.panicSinceMs !== null && this.panicSinceMs + spec.stableWindowMs < atMs) {
      this.panicSinceMs = null;
      this.maxPanicPods = 0;
    }
    let desired = stable;
    let rule: DeciderRule = stableRule;
    if (this.panicSinceMs !== null) {
      if (panic > stable || (panic === stable && stableRule === 'stable')) [desired, rule] = [panic, panicRule];
      if (this.maxPanicPods > desired) [desired, rule] = [this.maxPanicPods, 'panic-hold'];
      this.maxPanicPods = desired;
    }
    if (spec.reachable && this.delay) {
      const held = this.delay.recordAndMax(atMs, desired);
      if (held > desired) rule = 'scale-down-delay';
      desired = held;
    }
    return { valid: true, desiredPods: desired, excessBurstCapacity: this.burst(readyPods, averages.panic), panicMode: this.panicSinceMs !== null, rule, desiredStable, desiredPanic, upLimit, downLimit };
  }

  private burst(readyPods: number, panicAverage: number): number {
    const { targetBurstCapacity: tbc, totalValue } = this.spec;
    if (tbc === 0) return 0;
    return tbc > 0 ? Math.floor(readyPods * totalValue - tbc - panicAverage) : -1;
  }
}
