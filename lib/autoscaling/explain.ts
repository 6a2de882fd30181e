import { type BoundBy } from '@/lib/model/bound-by';
import { type Figure, message, type Message, said } from '@/lib/model/message';
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
 * A decision in one sentence, such as "50 in flight over 6 s, target 5 a pod: 10 pods; panic, because
 * 10 ≥ 2 × 1 (none is ready, which counts as one)."
 */
export function explain(decision: Explained): Message {
  const parts = decision.reason.class === 'hpa' ? hpaParts(decision) : kpaParts(decision);
  return message('explain.decision', { parts: parts.filter((part) => part !== null) });
}

function kpaParts(decision: Explained): (Message | null)[] {
  const { reason, valid, replicas } = decision;
  if (!valid)
    return [
      message('explain.no-data', {
        load: loadName(reason),
        window: seconds(reason.stableWindowMs),
        replicas,
      }),
    ];
  const byPanic =
    reason.deciderBoundBy === 'panic' ||
    (decision.panicMode && (reason.desiredPanic ?? 0) >= (reason.desiredStable ?? 0));
  return [
    message('explain.load', {
      average: precise((byPanic ? decision.panicAverage : decision.stableAverage) ?? 0),
      load: loadWord(reason),
      window: seconds(byPanic ? reason.panicWindowMs : reason.stableWindowMs),
      target: precise(reason.target),
      wanted: (byPanic ? reason.wantedPanic : reason.wantedStable) ?? 0,
    }),
    panicReason(decision),
    decider(decision, reason.deciderBoundBy),
    decision.boundBy === reason.deciderBoundBy ? null : podAutoscaler(decision),
  ];
}

function panicReason({ reason, readyPods, panicMode }: Explained): Message | null {
  if (!panicMode) return null;
  const ready = Math.max(1, readyPods);
  const wanted = reason.wantedPanic ?? 0;
  const threshold = precise(reason.panicThreshold);
  if (wanted / ready >= reason.panicThreshold)
    return readyPods === 0
      ? message('explain.panic-none-ready', { wanted, threshold })
      : message('explain.panic', { wanted, threshold, ready });
  return message('explain.panic-lasts', { window: seconds(reason.stableWindowMs), threshold });
}

function decider({ reason, desiredPods, readyPods }: Explained, rule: BoundBy): Message | null {
  const ready = Math.max(1, readyPods);
  switch (rule) {
    case 'scale-up-rate':
      return message('explain.scale-up-rate', { limit: reason.upLimit ?? 0, ready });
    case 'scale-down-rate':
      return message('explain.scale-down-rate', { limit: reason.downLimit ?? 0, ready });
    case 'activation-scale':
      return message('explain.activation-scale', { pods: reason.activationScale });
    case 'panic-hold':
      return message('explain.panic-hold', { pods: desiredPods });
    case 'scale-down-delay':
      return message('explain.scale-down-delay', {
        pods: desiredPods,
        delay: seconds(reason.scaleDownDelayMs),
      });
    default:
      return null;
  }
}

function podAutoscaler({ reason, replicas, boundBy }: Explained): Message | null {
  const waiting = reason.waitMs === null ? '' : message('explain.waiting', { wait: seconds(reason.waitMs) });
  switch (boundBy) {
    case 'min-scale':
      return message('explain.min-scale', { replicas });
    case 'max-scale':
      return message('explain.max-scale', { replicas });
    case 'initial-scale':
      return message('explain.initial-scale', { replicas });
    case 'scale-to-zero-off':
      return message('explain.scale-to-zero-off');
    case 'scale-to-zero-idle':
      return message('explain.scale-to-zero-idle', { window: seconds(reason.stableWindowMs), waiting });
    case 'scale-to-zero-grace':
      return message('explain.scale-to-zero-grace', { waiting });
    case 'scale-to-zero-retention':
      return message('explain.scale-to-zero-retention', { waiting });
    case 'scale-to-zero':
      return message('explain.scale-to-zero');
    case 'activating':
      return message('explain.activating', { replicas });
    default:
      return null;
  }
}

function hpaParts({
  reason,
  valid,
  stableAverage,
  readyPods: ready,
  desiredPods: wanted,
  replicas,
  boundBy,
}: Explained): (Message | null)[] {
  if (!valid)
    return [
      reason.failure
        ? message('explain.hpa-failed', {
            metric: reason.metric === 'memory' ? 'memory' : 'cpu',
            why: said(reason.failure),
            replicas,
          })
        : message('explain.hpa-unread', { load: loadName(reason), replicas }),
    ];
  if (boundBy === 'scaling-disabled') return [message('explain.hpa-off')];
  const why: Partial<Record<BoundBy, Message>> = {
    tolerance: message('explain.tolerance'),
    stabilization: message('explain.stabilization', { replicas }),
    policy: message('explain.policy', { replicas }),
    'min-scale': message('explain.min-scale', { replicas }),
    'max-scale': message('explain.max-scale', { replicas }),
  };
  return [
    stableAverage === null
      ? message('explain.hpa-ready', { ready })
      : hpaLoad(reason, {
          average: precise(stableAverage),
          ready,
          target: precise(reason.target),
          wanted,
        }),
    why[boundBy] ?? null,
  ];
}

function hpaLoad(
  reason: DecisionReason,
  figures: { average: Figure; ready: number; target: Figure; wanted: number },
): Message {
  if (reason.metric === 'cpu') return message('explain.hpa-utilization', figures);
  if (reason.metric === 'memory') return message('explain.hpa-memory', figures);
  return message('explain.hpa-load', { ...figures, load: loadWord(reason) });
}

function loadWord(reason: DecisionReason): Message | string {
  if (isInFlight(reason)) return message('explain.in-flight');
  return reason.metric === 'rps' ? message('explain.rate') : reason.metric;
}

/** The measure itself, where there is no number before it. */
function loadName(reason: DecisionReason): Message | string {
  if (isInFlight(reason)) return message('explain.in-flight-name');
  return reason.metric === 'rps' ? message('explain.rate-name') : reason.metric;
}

function isInFlight({ class: of, metric }: DecisionReason): boolean {
  return metric === 'concurrency' || (of !== 'hpa' && metric !== 'rps');
}

const precise = (value: number): Figure => ({ figure: 'precise', value });
const seconds = (value: number): Figure => ({ figure: 'seconds', value });
