import { podsAt, type PodStep } from './pods';

export interface PodTime {
  /** From a pod's making until it is gone: what is paid. */
  podSeconds: number;
  readyPodSeconds: number;
}

/** The time of all pods between two moments. */
export function podTime(steps: readonly PodStep[], fromMs: number, toMs: number): PodTime {
  let podMs = 0;
  let readyMs = 0;
  for (const [i, step] of steps.entries()) {
    if (step.atMs >= toMs) break;
    const from = Math.max(fromMs, step.atMs);
    const lengthMs = Math.min(toMs, steps[i + 1]?.atMs ?? toMs) - from;
    if (lengthMs <= 0) continue;
    podMs += lengthMs * (step.pending + step.starting + step.ready + step.terminating);
    readyMs += lengthMs * step.ready;
  }
  return { podSeconds: podMs / 1000, readyPodSeconds: readyMs / 1000 };
}

/** The most pods that were ready at one moment of a span. */
export function mostReady(steps: readonly PodStep[], fromMs: number, toMs: number): number {
  let most = podsAt(steps, fromMs).ready;
  for (const { atMs, ready } of steps) {
    if (atMs >= toMs) break;
    if (atMs > fromMs) most = Math.max(most, ready);
  }
  return most;
}
