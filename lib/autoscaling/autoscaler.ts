import { type AutoscalerConfig, type UnixMs } from '@/lib/model/autoscaler-config';
import { type ScaleDecision } from '@/lib/model/scale-decision';
import { HpaAutoscaler } from './hpa/hpa-autoscaler';
import { type HpaPod } from './hpa/pods';
import { KpaAutoscaler } from './kpa/kpa-autoscaler';

/** One second of what came before: the load that ended at `atMs`, as it is recorded, and the pods that were ready then. */
export interface PastSecond {
  atMs: UnixMs;
  value: number;
  readyPods: number;
}

/** Where an autoscaler begins: what the cluster looks like at that moment. */
export interface AutoscalerStart {
  atMs: UnixMs;
  readyPods: number;
  /** `spec.replicas`. */
  replicas: number;
  /** Since when the revision has been serving, if that is known; otherwise since `atMs`. */
  activeSinceMs?: UnixMs;
  /**
   * Whether the revision has had its initial scale once, as its PodAutoscaler keeps it (ScaleTargetInitialized): one that
   * was serving before has, however few of its pods are ready now. Absent: as many ready pods tell it.
   */
  initialized?: boolean;
  /** What the windows hold and the decider has seen already, in order of time. Absent: nothing. */
  past?: readonly PastSecond[];
}

/** One revision's autoscaler, fed from outside and without a clock. */
export interface Autoscaler {
  readonly config: AutoscalerConfig;
  /** Whether requests go through the activator now, so that it reports their load. */
  readonly behindActivator: boolean;
  /**
   * The load over the second that ends at `atMs`: concurrency, or requests a second when `config.metric` is `rps`; for
   * HPA the metric's sum over all pods (for `Utilization` in percent of one pod's request). Several in one second add
   * up. True: this asks for a tick at once, because there is load and no pod is wanted.
   */
  record(sample: { atMs: UnixMs; value: number }): boolean;
  /**
   * One calculation; due every `config.tickMs` and when `record` asks for it. `pods`: as an HPA on CPU or memory sees
   * them; without them it has no metric.
   */
  tick(input: {
    atMs: UnixMs;
    readyPods: number;
    replicas: number;
    pods?: readonly HpaPod[] | undefined;
  }): ScaleDecision;
  /** Goes on with another configuration, keeping state as Knative does: windows are resized, panic survives. */
  reconfigure(config: AutoscalerConfig, atMs: UnixMs): void;
}

/** The autoscaler of `config.class`; a change of class by `reconfigure` starts anew. */
export function createAutoscaler(config: AutoscalerConfig, start: AutoscalerStart): Autoscaler {
  return config.class === 'hpa' ? new HpaAutoscaler(config) : new KpaAutoscaler(config, start);
}
