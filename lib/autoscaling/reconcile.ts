import { type AutoscalerConfig } from './config';

export type ActiveStatus = 'Unknown' | 'True' | 'False';

export interface ReconcileState {
  active: ActiveStatus;
  /** Unix ms; whole seconds, as the status is stored. */
  activeSinceMs: number;
  initialized: boolean;
  /** Status.DesiredScale; −1: none yet. */
  desiredScale: number;
}

export interface ReconcileInput {
  atMs: number;
  readyPods: number;
  /** spec.replicas now. */
  replicas: number;
  /** The decider's desired pods; −1: no decision yet; null: the service object is not there, nothing is scaled. */
  desiredPods: number | null;
  excessBurstCapacity: number;
  /** Whether the activator backs the service already, and for how long. */
  proxyMode: boolean;
  proxyForMs: number;
  /** The activator probe's answer. */
  probeOk: boolean;
}

export type BoundRule = 'decider' | 'min-scale' | 'initial-scale' | 'max-scale' | 'scale-to-zero-off' | 'scale-to-zero-wait' | 'scale-to-zero-grace' | 'scale-to-zero' | 'no-decision';

export interface ReconcileResult {
  state: ReconcileState;
  /** spec.replicas to write, or null. */
  patch: number | null;
  /** What the replicas should be: after the patch, or as they are. */
  replicas: number;
  mode: 'Serve' | 'Proxy';
  numActivators: number;
  requeueMs: number[];
  /** The activator has to be probed before the last pod goes. */
  probe: boolean;
  rule: BoundRule;
}

const activationSlackMs = 30_000;
const proxyRequeueMs = 3000;
const minActivators = 2;

/**
 * One reconcile of a PodAutoscaler: bounds, scale to zero with grace and retention, activation, serve or proxy mode
 * (spec, section 4; Knative pkg/reconciler/autoscaling/kpa/{kpa,scaler}.go).
 */
export function reconcile(config: AutoscalerConfig, before: ReconcileState, input: ReconcileInput): ReconcileResult {
  const requeueMs: number[] = [];
  const result: ReconcileResult = { state: { ...before }, patch: null, replicas: input.replicas, mode: 'Proxy', numActivators: input.desiredPods === null ? minActivators : activatorsOf(config, input.readyPods), requeueMs, probe: false, rule: 'no-decision' };
  if (input.desiredPods === null) {
    activate(config, before, { ...input, readyPods: 0 }, -1, result.state);
    result.state.initialized = before.initialized;
    return result;
  }
  const { want, apply, rule } = scale(config, before, input, result);
  if (apply !== null && apply !== input.replicas) result.patch = apply;
  if (apply !== null) result.replicas = apply;
  result.rule = rule;
  result.mode = want > 0 && input.excessBurstCapacity >= 0 ? 'Serve' : 'Proxy';
  if (!(want === -1 && before.desiredScale >= 0)) result.state.desiredScale = want;
  activate(config, before, input, want, result.state);
  return result;
}

interface Scaled {
  want: number;
  /** The replicas to apply; null: nothing is written. */
  apply: number | null;
  rule: BoundRule;
}

function scale(config: AutoscalerConfig, before: ReconcileState, input: ReconcileInput, result: ReconcileResult): Scaled {
  const desired = input.desiredPods!;
  if (desired < 0 && before.active !== 'Unknown') return { want: desired, apply: null, rule: 'no-decision' };
  const starting = config.initialScale > 1 && !before.initialized && config.reachable;
  const min = starting ? Math.max(config.initialScale, config.minScale) : config.minScale;
  let want = desired;
  let rule: BoundRule = 'decider';
  if (desired < min) [want, rule] = [min, starting && config.initialScale > config.minScale ? 'initial-scale' : 'min-scale'];
  else if (config.maxScale !== 0 && desired > config.maxScale) [want, rule] = [config.maxScale, 'max-scale'];
  if (want !== 0) return { want, apply: want, rule };
  return toZero(config, before, input, result);
}

function toZero(config: AutoscalerConfig, before: ReconcileState, input: ReconcileInput, result: ReconcileResult): Scaled {
  if (!config.scaleToZero) return { want: 1, apply: 1, rule: 'scale-to-zero-off' };
  const inStateMs = input.atMs - before.activeSinceMs;
  if (before.active === 'Unknown') {
    const limitMs = config.progressDeadlineMs + activationSlackMs;
    if (inStateMs > limitMs) return { want: 0, apply: 0, rule: 'scale-to-zero' };
    result.requeueMs.push(limitMs);
    return { want: -1, apply: null, rule: 'scale-to-zero-wait' };
  }
  if (before.active === 'True') {
    if (inStateMs >= config.stableWindowMs) {
      if (input.proxyMode) result.requeueMs.push(proxyRequeueMs);
      return { want: 0, apply: null, rule: 'scale-to-zero-grace' };
    }
    result.requeueMs.push(config.stableWindowMs - inStateMs);
    return { want: 1, apply: 1, rule: 'scale-to-zero-wait' };
  }
  if (config.targetBurstCapacity !== -1 && !input.probeOk) {
    result.probe = true;
    return { want: 0, apply: null, rule: 'scale-to-zero-grace' };
  }
  const retentionMs = config.podRetentionMs;
  if (inStateMs >= Math.max(config.scaleToZeroGraceMs, retentionMs)) return { want: 0, apply: 0, rule: 'scale-to-zero' };
  if (retentionMs > 0 && inStateMs < retentionMs) {
    result.requeueMs.push(retentionMs - inStateMs);
    return { want: 0, apply: null, rule: 'scale-to-zero-grace' };
  }
  const restMs = config.scaleToZeroGraceMs - input.proxyForMs;
  if (restMs <= 0) return { want: 0, apply: 0, rule: 'scale-to-zero' };
  result.requeueMs.push(restMs);
  return { want: 0, apply: null, rule: 'scale-to-zero-grace' };
}

function activatorsOf(config: AutoscalerConfig, readyPods: number): number {
  if (config.targetBurstCapacity === 0) return minActivators;
  return Math.max(minActivators, Math.ceil((readyPods * config.totalValue + Math.max(config.targetBurstCapacity, 0)) / config.activatorCapacity));
}

function activate(config: AutoscalerConfig, before: ReconcileState, input: ReconcileInput, want: number, state: ReconcileState): void {
  const threshold = Math.max(config.minScale, before.initialized ? 1 : config.initialScale);
  if (input.readyPods >= threshold) state.initialized = true;
  let active: ActiveStatus;
  if (want === 0 || threshold === 0) active = 'False';
  else if (input.readyPods < threshold) active = want > 0 || before.active !== 'False' ? 'Unknown' : 'False';
  else active = want > 0 || before.active !== 'False' ? 'True' : 'False';
  if (active !== before.active) {
    state.active = active;
    state.activeSinceMs = Math.floor(input.atMs / 1000) * 1000;
  }
}
