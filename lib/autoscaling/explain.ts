import { type ScaleDecision } from './autoscaler';

type Explained = Pick<ScaleDecision, 'valid' | 'readyPods' | 'desiredPods' | 'replicas' | 'stableAverage' | 'panicAverage' | 'panicMode' | 'boundBy' | 'reason'>;

/** A decision in one sentence, made from its data alone. */
export function explain(d: Explained): string {
  const r = d.reason;
  if (!d.valid) return `No data in the last ${seconds(r.stableWindowMs)}: nothing is decided, ${pods(d.replicas)} stay.`;
  const what = r.metric === 'rps' ? 'requests/s' : 'in flight';
  const byPanic = d.panicMode && r.desiredPanic > r.desiredStable;
  const average = byPanic ? d.panicAverage : d.stableAverage;
  const windowMs = byPanic ? r.panicWindowMs : r.stableWindowMs;
  const counted = byPanic ? r.desiredPanic : r.desiredStable;
  const load = `${number(average ?? 0)} ${what} over ${seconds(windowMs)}, target ${number(r.target)} a pod: ${pods(counted)}`;
  const ready = Math.max(1, d.readyPods);
  const panic = d.panicMode
    ? r.desiredPanic / ready >= r.panicThreshold
      ? `; panic, because ${r.desiredPanic} ≥ ${number(r.panicThreshold)} × ${ready} ready`
      : '; panic mode still holds'
    : '';
  return `${load}${panic}${bound(d)}`;
}

function bound(d: Explained): string {
  const r = d.reason;
  switch (d.boundBy) {
    case 'scale-up-rate': return `; the scale-up rate allows ${pods(r.upLimit)} at most`;
    case 'scale-down-rate': return `; the scale-down rate keeps ${pods(r.downLimit)} at least`;
    case 'activation-scale': return `; activation scale asks for ${pods(r.activationScale)} at least`;
    case 'panic-hold': return `; in panic mode the number never falls: ${pods(d.desiredPods)}`;
    case 'scale-down-delay': return `; ${pods(d.desiredPods)} kept for the scale-down delay of ${seconds(r.scaleDownDelayMs)}`;
    case 'min-scale': return `; min scale keeps ${pods(d.replicas)}`;
    case 'initial-scale': return `; initial scale asks for ${pods(d.replicas)}`;
    case 'max-scale': return `; max scale allows ${pods(d.replicas)}`;
    case 'scale-to-zero-off': return '; scale to zero is off: 1 pod stays';
    case 'scale-to-zero-wait': return `; the last pod stays until it has been active for ${seconds(r.stableWindowMs)}`;
    case 'scale-to-zero-grace': return `; the last pod stays for the grace period of ${seconds(r.scaleToZeroGraceMs)}`;
    case 'scale-to-zero': return '; scaled to zero';
    case 'stabilisation': return `; ${pods(d.replicas)} kept by the stabilisation window`;
    case 'within-tolerance': return '; within the tolerance, no change';
    default: return '.';
  }
}

function number(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}

function pods(count: number): string {
  return `${count} ${count === 1 ? 'pod' : 'pods'}`;
}
