import { type PastSecond } from '@/lib/autoscaling';
import { type ConcurrencySample } from '@/lib/model/recording';
import { type Past, type TakenSecond } from './annotator';

/** When a pod could take requests, Unix ms; `untilMs` null: it still can. */
export interface PastPod {
  readySinceMs: number;
  untilMs: number | null;
}

export interface PastInput {
  /** When the load begins, Unix ms. */
  nowMs: number;
  windowMs: number;
  pods: readonly PastPod[];
  /** Means of seconds that were recorded before the load; Unix ms. */
  observed: readonly Pick<ConcurrencySample, 'atMs' | 'total' | 'byRevision'>[];
  /** The seconds of the last run on the same service; empty where there was none lately. */
  previous: readonly PastSecond[];
}

/**
 * What an autoscaler's windows hold when a run's load begins: what was recorded before it, by this run or the one
 * before, and zeros for every other second in which a pod was ready, since idle pods report zeros (spec, section 2.1).
 * Where no pod was, nobody reported.
 */
export function pastOf({ nowMs, windowMs, pods, observed, previous }: PastInput): Past & {
  /** Whether any second is a zero that nobody recorded. */
  idle: boolean;
} {
  const bySecond = new Map<number, TakenSecond>();
  const readyAt = (atMs: number): number =>
    pods.filter(({ readySinceMs, untilMs }) => readySinceMs <= atMs && (untilMs === null || untilMs > atMs))
      .length;
  const put = (second: TakenSecond): boolean => {
    const key = Math.floor(second.atMs / 1000);
    if (second.atMs > nowMs || (second.readyPods === 0 && second.value === 0) || bySecond.has(key))
      return false;
    bySecond.set(key, second);
    return true;
  };
  for (const { atMs, total } of observed) put({ atMs, value: total, readyPods: readyAt(atMs), from: 'read' });
  for (const second of previous) put({ ...second, from: 'before' });
  let idle = false;
  for (let atMs = nowMs - windowMs; atMs < nowMs; atMs += 1000)
    if (put({ atMs, value: 0, readyPods: readyAt(atMs), from: 'idle' })) idle = true;
  return {
    seconds: [...bySecond.values()].sort((a, b) => a.atMs - b.atMs),
    known: previous.length > 0,
    idle,
  };
}
