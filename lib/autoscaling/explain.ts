import { type BoundBy } from '@/lib/model/bound-by';
import { type DecisionReason, type ScaleDecision } from '@/lib/model/scale-decision';

type Explained = Pick<
  ScaleDecision,
  | 'readyPods'
  | 'desiredPods'
  | 'replicas'
  | 'stableAverage'
  | 'panicAverage'
  | 'panicMode'
  | 'boundBy'
  | 'reason'
  | 'valid'
>;

/**
 * A decision in one English sentence, such as "50 in flight over 6 s, target 5 a pod: 10 pods; panic, because
 * 10 ≥ 2 × 1 ready".
 */
export function explain(decision: Explained): string {
  const { reason, valid } = decision;
  if (reason.class === 'hpa') return explainHpa(decision);
  if (!valid)
    return `No ${loadName(reason)} was reported in the last ${seconds(reason.stableWindowMs)}, so nothing is decided: ${pods(decision.replicas)} as before`;
  const byPanic =
    reason.deciderBoundBy === 'panic' ||
    (decision.panicMode && (reason.desiredPanic ?? 0) >= (reason.desiredStable ?? 0));
  const average = byPanic ? decision.panicAverage : decision.stableAverage;
  const windowMs = byPanic ? reason.panicWindowMs : reason.stableWindowMs;
  const wanted = byPanic ? reason.wantedPanic : reason.wantedStable;
  const load = `${number(average ?? 0)} ${loadWord(reason)} over ${seconds(windowMs)}, target ${number(reason.target)} a pod: ${pods(wanted ?? 0)}`;
  const parts = [load];
  const panicWord = panicReason(decision);
  if (panicWord) parts.push(panicWord);
  const limit = decider(decision, reason.deciderBoundBy);
  if (limit) parts.push(limit);
  const bound = decision.boundBy === reason.deciderBoundBy ? null : podAutoscaler(decision);
  if (bound) parts.push(bound);
  return parts.join('; ');
}

function panicReason({ reason, readyPods, panicMode }: Explained): string | null {
  if (!panicMode) return null;
  const ready = Math.max(1, readyPods);
  const wanted = reason.wantedPanic ?? 0;
  if (wanted / ready >= reason.panicThreshold)
    return `panic, because ${wanted} ≥ ${number(reason.panicThreshold)} × ${ready} ready`;
  return `panic until ${seconds(reason.stableWindowMs)} have passed without ${number(reason.panicThreshold)} times the ready pods being wanted`;
}

function decider({ reason, desiredPods, readyPods }: Explained, rule: BoundBy): string | null {
  const ready = Math.max(1, readyPods);
  switch (rule) {
    case 'scale-up-rate':
      return `no more than ${pods(reason.upLimit ?? 0)} at once from ${ready} ready (max scale-up rate)`;
    case 'scale-down-rate':
      return `no fewer than ${pods(reason.downLimit ?? 0)} at once from ${ready} ready (max scale-down rate)`;
    case 'activation-scale':
      return `any load asks for at least ${reason.activationScale} (activation scale)`;
    case 'panic-hold':
      return `${desiredPods} kept, since panic never scales down`;
    case 'scale-down-delay':
      return `${desiredPods} kept, the most wanted in the last ${seconds(reason.scaleDownDelayMs)} (scale-down delay)`;
    default:
      return null;
  }
}

function podAutoscaler({ reason, replicas, boundBy }: Explained): string | null {
  switch (boundBy) {
    case 'min-scale':
      return `raised to ${replicas} (min scale)`;
    case 'max-scale':
      return `capped at ${replicas} (max scale)`;
    case 'initial-scale':
      return `raised to ${replicas} until the revision has had its initial scale`;
    case 'scale-to-zero-off':
      return '1 kept, since scale to zero is switched off';
    case 'scale-to-zero-idle':
      return `1 kept until the revision has been active for ${seconds(reason.stableWindowMs)}${waiting(reason)}`;
    case 'scale-to-zero-grace':
      return `scale to zero waits until the activator is in the path${waiting(reason)}`;
    case 'scale-to-zero-retention':
      return `the last pod is retained${waiting(reason)}`;
    case 'scale-to-zero':
      return 'scaled to zero';
    case 'activating':
      return `${pods(replicas)} kept while the first ones become ready`;
    default:
      return null;
  }
}

function explainHpa({
  reason,
  valid,
  stableAverage,
  readyPods,
  desiredPods,
  replicas,
  boundBy,
}: Explained): string {
  if (!valid)
    return `No ${loadName(reason)} could be read, so nothing is decided: ${pods(replicas)} as before`;
  if (boundBy === 'scaling-disabled') return 'At 0 pods a HorizontalPodAutoscaler is switched off';
  const load =
    stableAverage === null
      ? `${pods(readyPods)} ready`
      : `${number(stableAverage)} ${loadWord(reason)} a pod over ${pods(readyPods)}, target ${number(reason.target)}: ${pods(desiredPods)}`;
  const why: Partial<Record<BoundBy, string>> = {
    tolerance: 'within tolerance, so no change',
    stabilization: `${replicas} kept by the stabilisation window`,
    policy: `${replicas} is what the scaling policies allow now`,
    'min-scale': `raised to ${replicas} (min scale)`,
    'max-scale': `capped at ${replicas} (max scale)`,
  };
  const word = why[boundBy];
  return word ? `${load}; ${word}` : load;
}

function loadWord(reason: DecisionReason): string {
  if (reason.metric === 'concurrency' || (reason.class !== 'hpa' && reason.metric !== 'rps'))
    return 'in flight';
  return reason.metric === 'rps' ? 'requests/s' : reason.metric;
}

/** The measure itself, where there is no number before it. */
function loadName(reason: DecisionReason): string {
  const word = loadWord(reason);
  return word === 'in flight' ? 'concurrency' : word === 'requests/s' ? 'request rate' : word;
}

function waiting(reason: DecisionReason): string {
  return reason.waitMs === null ? '' : `, ${seconds(reason.waitMs)} more`;
}

const pods = (n: number): string => (n === 1 ? '1 pod' : `${n} pods`);

const number = (value: number): string => String(Number(value.toPrecision(Math.abs(value) >= 100 ? 4 : 3)));

const seconds = (ms: number): string => `${number(ms / 1000)} s`;
