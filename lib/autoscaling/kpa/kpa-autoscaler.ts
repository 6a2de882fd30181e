import { type Autoscaler, type AutoscalerStart, type PastSecond } from '@/lib/autoscaling/autoscaler';
import { type BoundBy } from '@/lib/model/bound-by';
import { type AutoscalerConfig, readsGateway, type UnixMs } from '@/lib/model/autoscaler-config';
import { type DecisionReason, type ScaleDecision } from '@/lib/model/scale-decision';
import { type BucketWindow } from '@/lib/autoscaling/windows/bucket-window';
import { LinearWindow } from '@/lib/autoscaling/windows/linear-window';
import { WeightedWindow } from '@/lib/autoscaling/windows/weighted-window';
import { Decider } from './decider';
import { newResult, type PodAutoscalerStatus, reconcile, type ReconcileInput } from './pod-autoscaler';

/** A bucket window of the configuration's aggregation. */
export function newWindow(aggregation: AutoscalerConfig['aggregation'], windowMs: number): BucketWindow {
  return aggregation === 'linear' ? new LinearWindow(windowMs) : new WeightedWindow(windowMs);
}

/**
 * KPA, and MPA by the design's assumption: two windows, the decider and the PodAutoscaler behind one face. A reconcile
 * happens with each tick (in a cluster also in between, when pods change or a wait is over), and again while it
 * changes the status, as a status change triggers one there.
 */
export class KpaAutoscaler implements Autoscaler {
  readonly decider: Decider;
  readonly status: PodAutoscalerStatus;
  private stable: BucketWindow;
  private panic: BucketWindow;
  private readonly result = newResult();
  private readonly input: ReconcileInput;
  /** Since when requests go through the activator (MPA: the gateway, always); null: they do not. */
  private proxySinceMs: UnixMs | null;
  valid = false;
  stableAverage = 0;
  panicAverage = 0;
  boundBy: BoundBy = 'no-data';
  replicas: number;

  constructor(
    public config: AutoscalerConfig,
    start: AutoscalerStart,
  ) {
    this.stable = newWindow(config.aggregation, config.stableWindowMs);
    this.panic = newWindow(config.aggregation, config.panicWindowMs);
    this.decider = new Decider(config, start.atMs, start.readyPods);
    // A revision that stands at 0 was there before and went idle: its decider wants 0, and load must poke it.
    const idle = start.replicas === 0;
    if (idle) this.decider.desiredPods = 0;
    const initialized =
      idle || (start.initialized ?? start.readyPods >= Math.max(config.minScale, config.initialScale, 1));
    this.status = {
      active: idle ? 'False' : initialized ? 'True' : 'Unknown',
      activeSinceMs: Math.floor((start.activeSinceMs ?? start.atMs) / 1000) * 1000,
      initialized,
      desiredScale: -1,
    };
    this.replicas = start.replicas;
    this.proxySinceMs = start.readyPods === 0 ? start.atMs : null;
    this.input = {
      atMs: start.atMs,
      readyPods: 0,
      replicas: 0,
      desiredPods: -1,
      excessBurstCapacity: 0,
      proxying: true,
      proxyForMs: 0,
      activatorAnswers: true,
    };
    this.remember(start.past ?? []);
  }

  get behindActivator(): boolean {
    return !readsGateway(this.config) && (this.proxySinceMs !== null || this.decider.excessBurstCapacity < 0);
  }

  record(sample: { atMs: UnixMs; value: number }): boolean {
    return this.recordAt(sample.atMs, sample.value);
  }

  /** `record` without an object. */
  recordAt(atMs: UnixMs, value: number): boolean {
    this.stable.record(atMs, value);
    this.panic.record(atMs, value);
    return value !== 0 && this.decider.desiredPods === 0;
  }

  tick(input: { atMs: UnixMs; readyPods: number; replicas: number }): ScaleDecision {
    this.step(input.atMs, input.readyPods, input.replicas);
    const { decider, valid } = this;
    return {
      atMs: input.atMs,
      valid,
      readyPods: input.readyPods,
      desiredPods: decider.desiredPods,
      replicas: this.replicas,
      stableAverage: valid ? this.stableAverage : null,
      panicAverage: valid ? this.panicAverage : null,
      panicMode: decider.panicSinceMs !== null,
      excessBurstCapacity: decider.excessBurstCapacity,
      boundBy: this.boundBy,
      reason: this.reason(),
    };
  }

  /** Takes the past into the windows and lets the decider see it as it would have, tick by tick. */
  private remember(past: readonly PastSecond[]): void {
    let nextTickMs = past[0]?.atMs ?? 0;
    for (const { atMs, value, readyPods } of past) {
      this.recordAt(atMs, value);
      // Load that met no pods asked for a tick at once.
      const poked = value > 0 && readyPods === 0;
      if (atMs < nextTickMs && !poked) continue;
      if (atMs >= nextTickMs) nextTickMs = atMs + this.config.tickMs;
      this.decider.decide(atMs, readyPods, this.stable.average(atMs), this.panic.average(atMs));
    }
  }

  /** `tick` with its results left in the fields: allocates nothing. Returns the replicas wanted. */
  step(atMs: UnixMs, readyPods: number, replicas: number): number {
    const { config, decider } = this;
    // Without scraping (burst capacity -1) an empty window is a true 0: the activator would have reported.
    this.valid = config.targetBurstCapacity === -1 || !this.stable.isEmpty(atMs);
    if (this.valid) {
      this.stableAverage = this.stable.average(atMs);
      this.panicAverage = this.panic.average(atMs);
      decider.decide(atMs, readyPods, this.stableAverage, this.panicAverage);
    }
    this.reconcile(atMs, readyPods, replicas);
    return this.replicas;
  }

  reconfigure(config: AutoscalerConfig, atMs: UnixMs): void {
    if (config.aggregation !== this.config.aggregation) {
      this.stable = newWindow(config.aggregation, config.stableWindowMs);
      this.panic = newWindow(config.aggregation, config.panicWindowMs);
    } else {
      this.stable.resize(config.stableWindowMs, atMs);
      this.panic.resize(config.panicWindowMs, atMs);
    }
    this.config = config;
    this.decider.spec = config;
  }

  private reconcile(atMs: UnixMs, readyPods: number, replicas: number): void {
    const { config, decider, status, input, result } = this;
    if (readyPods === 0 && this.proxySinceMs === null) this.proxySinceMs = atMs;
    input.atMs = atMs;
    input.readyPods = readyPods;
    input.desiredPods = decider.desiredPods;
    input.excessBurstCapacity = decider.excessBurstCapacity;
    for (let followUp = 0; followUp < 3; followUp++) {
      input.replicas = replicas;
      input.proxying = this.proxySinceMs !== null;
      input.proxyForMs = readsGateway(config)
        ? Infinity
        : this.proxySinceMs === null
          ? 0
          : atMs - this.proxySinceMs;
      input.activatorAnswers = input.proxying || readsGateway(config);
      const before = status.active;
      reconcile(config, status, input, result);
      if (result.mode === 'Proxy' || readyPods === 0) this.proxySinceMs ??= atMs;
      else this.proxySinceMs = null;
      replicas = result.patch ?? replicas;
      if (status.active === before) break;
    }
    this.replicas = replicas;
    this.boundBy = !this.valid ? 'no-data' : (result.boundBy ?? decider.boundBy);
  }

  private reason(): DecisionReason {
    const { config, decider, valid } = this;
    return {
      class: config.class,
      metric: config.metric,
      target: config.targetValue,
      stableWindowMs: config.stableWindowMs,
      panicWindowMs: config.panicWindowMs,
      panicThreshold: config.panicThreshold,
      wantedStable: valid ? decider.wantedStable : null,
      wantedPanic: valid ? decider.wantedPanic : null,
      desiredStable: valid ? decider.desiredStable : null,
      desiredPanic: valid ? decider.desiredPanic : null,
      upLimit: valid ? decider.upLimit : null,
      downLimit: valid ? decider.downLimit : null,
      maxPanicPods: decider.panicSinceMs === null ? null : decider.maxPanicPods,
      panicSinceMs: decider.panicSinceMs,
      minScale: config.minScale,
      maxScale: config.maxScale,
      initialScale: config.initialScale,
      activationScale: config.activationScale,
      scaleDownDelayMs: config.scaleDownDelayMs,
      deciderBoundBy: valid ? decider.boundBy : 'no-data',
      active: this.status.active,
      activeSinceMs: this.status.activeSinceMs,
      waitMs: this.result.requeueMs,
      mode: readsGateway(config) ? null : this.result.mode,
      excessBurstCapacity: readsGateway(config) ? null : decider.excessBurstCapacity,
      failure: null,
    };
  }
}
