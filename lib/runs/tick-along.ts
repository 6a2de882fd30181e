import { type Recorder } from './recorder';

/**
 * The next tick may move while it is waited for: pods that change show the cluster's own beat, and what it ticked on is not
 * what those pods make of it once they are ready.
 */
const lookAgainMs = 50;

/** Runs the calculation at each of its ticks, by the steady clock `nowMs`; the result ends it. */
export function tickAlong(recorder: Recorder, nowMs: () => number): () => void {
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    const leftMs = recorder.nextTickMs - recorder.toClock(nowMs());
    if (leftMs <= 0) recorder.tick(recorder.toClock(nowMs()));
    timer = setTimeout(wait, leftMs <= 0 ? 0 : Math.min(leftMs, lookAgainMs));
  };
  wait();
  return () => clearTimeout(timer);
}
