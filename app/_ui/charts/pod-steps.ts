import { type PodStep } from '@/lib/timeline/pods';

/** Into so many spans a chart's range is cut: each has up to two steps, so that a screen tells no more apart. */
export const mostSpans = 600;

/**
 * Of the steps in each span the one with most pods and the last: no peak is lost, and what holds on after the span is
 * what held on.
 */
export function thinSteps(steps: readonly PodStep[], spanMs: number): readonly PodStep[] {
  const podsOf = ({ pending, starting, ready, terminating }: PodStep): number =>
    pending + starting + ready + terminating;
  const kept: PodStep[] = [];
  for (let first = 0; first < steps.length;) {
    const span = Math.floor(steps[first]!.atMs / spanMs);
    let most = first;
    let last = first;
    for (let i = first + 1; i < steps.length && Math.floor(steps[i]!.atMs / spanMs) === span; i++) {
      if (podsOf(steps[i]!) > podsOf(steps[most]!)) most = i;
      last = i;
    }
    if (most !== last) kept.push(steps[most]!);
    kept.push(steps[last]!);
    first = last + 1;
  }
  return kept;
}
