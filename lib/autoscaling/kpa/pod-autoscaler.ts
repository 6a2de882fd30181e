import { type BoundBy } from '@/lib/model/bound-by';
import { type AutoscalerConfig } from '@/lib/model/autoscaler-config';

/** Condition Active: Unknown while pods are being made ready, False when the revision takes no traffic. */
export type Active = 'True' | 'Unknown' | 'False';

/** The state that a PodAutoscaler keeps in its status (spec, section 4). */
export interface PodAutoscalerStatus {
  active: Active;
  /** When `active` last changed, in whole seconds as Kubernetes stores it. */
  activeSinceMs: number;
  /** The initial scale was reached once. */
  initialized: boolean;
  /** -1: none yet. */
  desiredScale: number;
}

export type PodAutoscalerSpec = Pick<
  AutoscalerConfig,
  | 'minScale'
  | 'maxScale'
  | 'initialScale'
  | 'reachable'
  | 'enableScaleToZero'
  | 'progressDeadlineMs'
  | 'stableWindowMs'
  | 'targetBurstCapacity'
  | 'activatorCapacity'
  | 'totalValue'
  | 'scaleToZeroGraceMs'
  | 'scaleToZeroRetentionMs'
>;

export interface ReconcileInput {
  atMs: number;
  readyPods: number;
  /** `spec.replicas` now. */
  replicas: number;
  /** The decider's answer; -1 before its first. */
  desiredPods: number;
  excessBurstCapacity: number;
  /** Whether the revision's endpoints are set to the activator. */
  proxying: boolean;
  /** How long the activator has stood behind the revision's address; 0: it does not. */
  proxyForMs: number;
  /** Whether a probe through the revision's address meets the activator. */
  activatorAnswers: boolean;
}

/** What one reconcile asks for; an object is filled in anew by each, so that a replay allocates none. */
export interface ReconcileResult {
  /** -1: unknown. */
  want: number;
  /** `spec.replicas` to write; null: no write. */
  patch: number | null;
  mode: 'Serve' | 'Proxy';
  activators: number;
  /** Reconcile again after this long; null: when something changes. */
  requeueMs: number | null;
  /** The rule of this stage that had a say; null: the decider's answer stands. */
  boundBy: BoundBy | null;
}

const activationBufferMs = 30_000;
const proxyRequeueMs = 3_000;
const leastActivators = 2;

export function newResult(): ReconcileResult {
  return {
    want: -1,
    patch: null,
    mode: 'Proxy',
    activators: leastActivators,
    requeueMs: null,
    boundBy: null,
  };
}

/** One reconcile of a PodAutoscaler (spec, section 4): changes `status`, fills `result`. */
export function reconcile(
  spec: PodAutoscalerSpec,
  status: PodAutoscalerStatus,
  input: ReconcileInput,
  result: ReconcileResult,
): void {
  result.patch = null;
  result.requeueMs = null;
  result.boundBy = null;
  scale(spec, status, input, result);
  result.mode = result.want > 0 && input.excessBurstCapacity >= 0 ? 'Serve' : 'Proxy';
  result.activators = activatorsFor(spec, input.readyPods);
  updateStatus(spec, status, input, result.want);
}

/** The reconcile before the revision has a network address: nothing is scaled yet. */
export function reconcileUnaddressed(
  spec: PodAutoscalerSpec,
  status: PodAutoscalerStatus,
  input: Pick<ReconcileInput, 'atMs'>,
): ReconcileResult {
  // Readiness of pods is not looked at yet: neither is the scale known, nor can it be reached.
  const initialized = status.initialized;
  updateStatus(spec, status, { atMs: input.atMs, readyPods: 0 }, -1);
  status.initialized = initialized;
  return newResult();
}

function scale(
  spec: PodAutoscalerSpec,
  status: PodAutoscalerStatus,
  input: ReconcileInput,
  result: ReconcileResult,
): void {
  let want = input.desiredPods;
  if (want < 0 && status.active !== 'Unknown') {
    result.want = want;
    return;
  }
  const initial =
    spec.initialScale > 1 && !status.initialized && spec.reachable && spec.initialScale > spec.minScale;
  const least = initial ? spec.initialScale : spec.minScale;
  if (want < least) {
    want = least;
    result.boundBy = initial ? 'initial-scale' : 'min-scale';
  } else if (spec.maxScale !== 0 && want > spec.maxScale) {
    want = spec.maxScale;
    result.boundBy = 'max-scale';
  }
  // From "unknown" to the least of 0 is no bound that a reader would look for.
  if (want <= 0) {
    scaleToZero(spec, status, input, result);
    return;
  }
  apply(want, input, result);
}

function apply(want: number, input: ReconcileInput, result: ReconcileResult): void {
  result.want = want;
  result.patch = want === input.replicas ? null : want;
}

function scaleToZero(
  spec: PodAutoscalerSpec,
  status: PodAutoscalerStatus,
  input: ReconcileInput,
  result: ReconcileResult,
): void {
  if (!spec.enableScaleToZero) {
    result.boundBy = 'scale-to-zero-off';
    apply(1, input, result);
    return;
  }
  const inStateMs = input.atMs - status.activeSinceMs;
  if (status.active === 'Unknown') {
    const timeoutMs = spec.progressDeadlineMs + activationBufferMs;
    if (inStateMs > timeoutMs) {
      result.boundBy = 'scale-to-zero';
      apply(0, input, result);
    } else {
      result.boundBy = 'activating';
      result.requeueMs = timeoutMs;
      result.want = -1;
    }
    return;
  }
  if (status.active === 'True') {
    if (inStateMs >= spec.stableWindowMs) {
      result.boundBy = 'scale-to-zero-grace';
      if (input.proxying) result.requeueMs = proxyRequeueMs;
      result.want = 0;
    } else {
      result.boundBy = 'scale-to-zero-idle';
      result.requeueMs = spec.stableWindowMs - inStateMs;
      apply(1, input, result);
    }
    return;
  }
  lastPod(spec, input, inStateMs, result);
}

/** The revision is inactive: the last pod goes once the activator is known to take its requests. */
function lastPod(
  spec: PodAutoscalerSpec,
  input: ReconcileInput,
  inactiveForMs: number,
  result: ReconcileResult,
): void {
  result.want = 0;
  result.boundBy = 'scale-to-zero-grace';
  if (spec.targetBurstCapacity !== -1 && !input.activatorAnswers) return;
  const retentionMs = spec.reachable ? spec.scaleToZeroRetentionMs : 0;
  const graceLeftMs = spec.scaleToZeroGraceMs - input.proxyForMs;
  const longEnough = inactiveForMs >= Math.max(spec.scaleToZeroGraceMs, retentionMs);
  if (!longEnough && retentionMs > 0 && inactiveForMs < retentionMs) {
    result.boundBy = 'scale-to-zero-retention';
    result.requeueMs = retentionMs - inactiveForMs;
  } else if (longEnough || graceLeftMs <= 0) {
    result.boundBy = 'scale-to-zero';
    apply(0, input, result);
  } else {
    result.requeueMs = graceLeftMs;
  }
}

function activatorsFor(spec: PodAutoscalerSpec, readyPods: number): number {
  if (spec.targetBurstCapacity === 0) return leastActivators;
  const capacity = readyPods * spec.totalValue + Math.max(spec.targetBurstCapacity, 0);
  return Math.max(leastActivators, Math.ceil(capacity / spec.activatorCapacity));
}

function updateStatus(
  spec: PodAutoscalerSpec,
  status: PodAutoscalerStatus,
  input: Pick<ReconcileInput, 'atMs' | 'readyPods'>,
  want: number,
): void {
  if (want !== -1 || status.desiredScale < 0) status.desiredScale = want;
  const threshold = Math.max(spec.minScale, status.initialized ? 1 : spec.initialScale);
  const enough = input.readyPods >= threshold;
  if (enough) status.initialized = true;
  let active = status.active;
  if (want === 0 || threshold === 0) active = 'False';
  else if (want > 0 || status.active !== 'False') active = enough ? 'True' : 'Unknown';
  if (active !== status.active) {
    status.active = active;
    status.activeSinceMs = Math.floor(input.atMs / 1000) * 1000;
  }
}
