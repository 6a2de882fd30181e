import { type BoundBy } from '@/lib/model/bound-by';
import { type AutoscalerConfig } from '@/lib/model/autoscaler-config';
import { DelayWindow } from '@/lib/autoscaling/windows/delay-window';

/** What the decider reads of a configuration. */
export type DeciderSpec = Pick<
  AutoscalerConfig,
  | 'targetValue'
  | 'totalValue'
  | 'targetBurstCapacity'
  | 'panicThreshold'
  | 'stableWindowMs'
  | 'scaleDownDelayMs'
  | 'initialScale'
  | 'reachable'
  | 'activationScale'
  | 'maxScaleUpRate'
  | 'maxScaleDownRate'
>;

/**
 * The KPA's decision (spec, section 3): from the two averages and the ready pods to desired pods. The results are
 * fields, so that a replay of many configurations allocates nothing a tick.
 */
export class Decider {
  /** -1: nothing decided yet. */
  desiredPods = -1;
  /** Spare capacity beyond the burst to be held; negative: the activator belongs in the path. */
  excessBurstCapacity: number;
  /** Null: not panicking. */
  panicSinceMs: number | null;
  maxPanicPods: number;
  boundBy: BoundBy = 'no-data';
  /** Pods the averages ask for, before any limit. */
  wantedStable = 0;
  wantedPanic = 0;
  /** The same within the rates and the activation scale. */
  desiredStable = 0;
  desiredPanic = 0;
  upLimit = 0;
  downLimit = 0;
  private readonly delay: DelayWindow | null;

  /** A decider that begins with more than one ready pod begins in panic: it knows no history and must not drop them. */
  constructor(
    public spec: DeciderSpec,
    atMs: number,
    readyPods: number,
  ) {
    this.panicSinceMs = readyPods > 1 ? atMs : null;
    this.maxPanicPods = readyPods;
    // Exists or not for the decider's whole life; a later change of the delay neither makes nor resizes it.
    this.delay = spec.scaleDownDelayMs > 0 ? new DelayWindow(spec.scaleDownDelayMs) : null;
    const burst = spec.targetBurstCapacity;
    this.excessBurstCapacity =
      burst === -1 || burst === 0 ? burst : Math.trunc(spec.initialScale * spec.totalValue - burst);
  }

  /** One tick with data; without data nothing is decided and nothing changes. */
  decide(atMs: number, readyPods: number, stableAverage: number, panicAverage: number): void {
    const { spec } = this;
    const ready = readyPods > 1 ? readyPods : 1;
    const up = Math.ceil(spec.maxScaleUpRate * ready);
    const down = spec.reachable ? Math.floor(ready / spec.maxScaleDownRate) : 0;
    const wantedStable = Math.ceil(stableAverage / spec.targetValue) + 0;
    const wantedPanic = Math.ceil(panicAverage / spec.targetValue) + 0;
    let stable = Math.trunc(Math.min(Math.max(wantedStable, down), up));
    let panic = Math.trunc(Math.min(Math.max(wantedPanic, down), up));
    let stableActivated = false;
    let panicActivated = false;
    if (spec.activationScale > 1) {
      if (wantedStable > 0 && spec.activationScale > stable) {
        stable = spec.activationScale;
        stableActivated = true;
      }
      if (wantedPanic > 0 && spec.activationScale > panic) {
        panic = spec.activationScale;
        panicActivated = true;
      }
    }
    this.upLimit = up;
    this.downLimit = down;
    this.wantedStable = wantedStable;
    this.wantedPanic = wantedPanic;
    this.desiredStable = stable;
    this.desiredPanic = panic;

    if (wantedPanic / ready >= spec.panicThreshold) {
      this.panicSinceMs = atMs;
    } else if (this.panicSinceMs !== null && this.panicSinceMs + spec.stableWindowMs < atMs) {
      this.panicSinceMs = null;
      this.maxPanicPods = 0;
    }

    let desired = stable;
    let boundBy = limitedBy('stable', wantedStable, up, down, stableActivated);
    if (this.panicSinceMs !== null) {
      if (panic >= desired) {
        desired = panic;
        boundBy = limitedBy('panic', wantedPanic, up, down, panicActivated);
      }
      if (desired > this.maxPanicPods) this.maxPanicPods = desired;
      else if (desired < this.maxPanicPods) {
        desired = this.maxPanicPods;
        boundBy = 'panic-hold';
      }
    }
    if (spec.reachable && this.delay !== null) {
      this.delay.record(atMs, desired);
      const delayed = this.delay.largest;
      if (delayed !== desired) {
        desired = delayed;
        boundBy = 'scale-down-delay';
      }
    }
    this.desiredPods = desired;
    this.boundBy = boundBy;

    const burst = spec.targetBurstCapacity;
    // The real ready count here, zero included, unlike above.
    this.excessBurstCapacity =
      burst === 0 ? 0 : burst > 0 ? Math.floor(readyPods * spec.totalValue - burst - panicAverage) : -1;
  }
}

function limitedBy(
  window: 'stable' | 'panic',
  wanted: number,
  up: number,
  down: number,
  activated: boolean,
): BoundBy {
  if (activated) return 'activation-scale';
  if (wanted < down) return 'scale-down-rate';
  return wanted > up ? 'scale-up-rate' : window;
}
