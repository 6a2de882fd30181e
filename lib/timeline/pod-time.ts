import { type Span } from './cost';
import { type PodStep } from './pods';

export interface PodTime {
  /** From a pod's making until it is gone: what is paid. */
  podSeconds: number;
  readyPodSeconds: number;
  /** The most pods that were ready at one moment of the span; its last moment belongs to the next one. */
  mostReady: number;
}

/** The time of all pods between two moments. */
export function podTime(steps: readonly PodStep[], fromMs: number, toMs: number): PodTime {
  return podTimes(steps, [{ fromMs, toMs }])[0]!;
}

/** The same of many spans, in one pass where they are in the order of time. */
export function podTimes(steps: readonly PodStep[], spans: readonly Span[]): PodTime[] {
  let first = 0;
  return spans.map(({ fromMs, toMs }) => {
    while (first > 0 && steps[first]!.atMs > fromMs) first--;
    while (first + 1 < steps.length && steps[first + 1]!.atMs <= fromMs) first++;
    let podMs = 0;
    let readyMs = 0;
    let mostReady = 0;
    for (let i = first; i < steps.length; i++) {
      const { atMs, pending, starting, ready, terminating } = steps[i]!;
      const holdsAtFrom = atMs <= fromMs;
      if (atMs >= toMs && !holdsAtFrom) break;
      mostReady = Math.max(mostReady, ready);
      const lengthMs = Math.min(toMs, steps[i + 1]?.atMs ?? toMs) - Math.max(fromMs, atMs);
      if (lengthMs <= 0) continue;
      podMs += lengthMs * (pending + starting + ready + terminating);
      readyMs += lengthMs * ready;
    }
    return { podSeconds: podMs / 1000, readyPodSeconds: readyMs / 1000, mostReady };
  });
}
