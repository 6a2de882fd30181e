import { type AutoscalerConfig } from './config';
import { Decider, type DeciderResult, type DeciderRule } from './decider';
import { HpaOnMetric } from './hpa-on-metric';
import { type BoundRule, reconcile, type ReconcileState } from './reconcile';
import { MetricWindow } from './windows';

export type UnixMs = number;

/** The rule that set the number of replicas in the end. */
export type BoundBy = DeciderRule | Exclude<BoundRule, 'decider' | 'no-decision'> | 'stabilisation' | 'within-tolerance';

/** The numbers that went into a decision, as plain JSON. */
export interface DecisionReason {
  metric: string;
  target: number;
  panicThreshold: number;
  stableWindowMs: number;
  panicWindowMs: number;
  desiredStable: number;
  desiredPanic: number;
  upLimit: number;
  downLimit: number;
  activationScale: number;
  minScale: number;
  maxScale: number;
  initialScale: number;
  scaleDownDelayMs: number;
  scaleToZeroGraceMs: number;
}

export interface ScaleDecision {
  atMs: UnixMs;
  /** False: no data, so no decision. */
  valid: boolean;
  readyPods: number;
  /** The decider's answer, before bounds. */
  desiredPods: number;
  /** What spec.replicas should be after this tick: bounded, with the rules of scale to zero. */
  replicas: number;
  stableAverage: number | null;
  panicAverage: number | null;
  panicMode: boolean;
  excessBurstCapacity: number;
  boundBy: BoundBy;
  reason: DecisionReason;
}

export interface TickInput {
  atMs: UnixMs;
  readyPods: number;
  /** spec.replicas now. */
  replicas: number;
}

export interface Autoscaler {
  readonly config: AutoscalerConfig;
  /**
   * Takes what the class scales on, over the second that ends at `atMs`; values of one second add up. True: a tick is
   * due at once, since load met a service of which no pod is wanted (poke).
   */
  record(sample: { atMs: UnixMs; value: number }): boolean;
  /** One decision; due every `config.tickMs` and after a poke. */
  tick(input: TickInput): ScaleDecision;
  /** A changed configuration: in force from the next tick, windows resized, panic state kept. */
  reconfigure(config: AutoscalerConfig, atMs: UnixMs): void;
}

/** The autoscaler of the configuration's class, at its start beside what is there already. */
export function createAutoscaler(config: AutoscalerConfig, start: TickInput): Autoscaler {
  return config.class === 'hpa' ? new HpaOnMetric(config) : new PodAutoscaler(config, start);
}

/** Windows, decider and reconcile of KPA (and, by the design's assumption, of MPA) in one. */
class PodAutoscaler implements Autoscaler {
  private stable: MetricWindow;
  private panic: MetricWindow;
  private readonly decider: Decider;
  private state: ReconcileState;
  private desired = -1;
  private proxySinceMs: UnixMs | null = null;

  constructor(
    public config: AutoscalerConfig,
    start: TickInput,
  ) {
    this.stable = new MetricWindow(config.stableWindowMs, config.aggregation);
    this.panic = new MetricWindow(config.panicWindowMs, config.aggregation);
    this.decider = new Decider(config, start);
    const sinceMs = Math.floor(start.atMs / 1000) * 1000;
    const initialized = start.readyPods > 0 || start.replicas === 0;
    this.state = { active: start.readyPods > 0 ? 'True' : start.replicas > 0 ? 'Unknown' : 'False', activeSinceMs: sinceMs, initialized, desiredScale: start.replicas };
    if (start.replicas === 0) this.desired = 0;
  }

  record({ atMs, value }: { atMs: UnixMs; value: number }): boolean {
    this.stable.record(atMs, value);
    this.panic.record(atMs, value);
    return value > 0 && this.desired === 0;
  }

  tick({ atMs, readyPods, replicas }: TickInput): ScaleDecision {
    const config = this.config;
    const noData = config.scrape && this.stable.isEmpty(atMs);
    const averages = noData ? null : { stable: this.stable.average(atMs), panic: this.panic.average(atMs) };
    const decided = this.decider.decide(atMs, readyPods, averages);
    if (decided.valid) this.desired = decided.desiredPods;
    if (!decided.valid && this.desired < 0) return this.toDecision({ atMs, readyPods, replicas }, decided, averages, replicas, 'no-data');
    const proxyMode = this.proxySinceMs !== null;
    const result = reconcile(config, this.state, {
      atMs, readyPods, replicas, desiredPods: this.desired, excessBurstCapacity: decided.excessBurstCapacity,
      proxyMode, proxyForMs: this.proxySinceMs === null ? 0 : atMs - this.proxySinceMs,
      // Whether requests would reach an activator cannot be seen from a recording: they are taken to.
      probeOk: true,
    });
    this.state = result.state;
    if (result.mode === 'Serve') this.proxySinceMs = null;
    else this.proxySinceMs ??= atMs;
    return this.toDecision({ atMs, readyPods, replicas }, decided, averages, result.replicas, result.rule === 'decider' || result.rule === 'no-decision' ? decided.rule : result.rule);
  }

  reconfigure(config: AutoscalerConfig, atMs: UnixMs): void {
    this.stable.resize(atMs, config.stableWindowMs);
    this.panic.resize(atMs, config.panicWindowMs);
    this.decider.spec = config;
    this.config = config;
  }

  private toDecision(input: TickInput, decided: DeciderResult, averages: { stable: number; panic: number } | null, replicas: number, boundBy: BoundBy): ScaleDecision {
    return {
      atMs: input.atMs, valid: decided.valid, readyPods: input.readyPods, desiredPods: Math.max(0, this.desired), replicas,
      stableAverage: averages?.stable ?? null, panicAverage: averages?.panic ?? null, panicMode: decided.panicMode, excessBurstCapacity: decided.excessBurstCapacity,
      boundBy, reason: reasonOf(this.config, decided),
    };
  }
}

/** The numbers of a configuration and of a decision that an explanation needs. */
export function reasonOf(config: AutoscalerConfig, decided: Pick<DeciderResult, 'desiredStable' | 'desiredPanic' | 'upLimit' | 'downLimit'>): DecisionReason {
  return {
    metric: config.metric, target: config.targetValue, panicThreshold: config.panicThreshold, stableWindowMs: config.stableWindowMs, panicWindowMs: config.panicWindowMs,
    desiredStable: decided.desiredStable, desiredPanic: decided.desiredPanic, upLimit: decided.upLimit, downLimit: decided.downLimit,
    activationScale: config.activationScale, minScale: config.minScale, maxScale: config.maxScale, initialScale: config.initialScale,
    scaleDownDelayMs: config.scaleDownDelayMs, scaleToZeroGraceMs: config.scaleToZeroGraceMs,
  };
}
