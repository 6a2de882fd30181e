import { happenedMs, type Recording } from '@/lib/model/recording';
import { type Correlation } from './correlate';

/** A scale-up's lag: as its parts tell it, and as its pods alone do, counted one by one; ms. For tests. */
export interface CountedLag {
  partsMs: number;
  countedMs: number;
  /** The part that took the most. */
  most: string;
}

/** Each scale-up whose lag was split. */
export function countedLags(recording: Recording, { matched, lagParts }: Correlation): CountedLag[] {
  return matched.flatMap(({ expected, reached }) => {
    const parts = Object.entries(lagParts[expected.id]?.parts ?? {});
    if (parts.length === 0) return [];
    const sum = parts.reduce((total, [, ms]) => total + (ms ?? 0), 0);
    const [most] = parts.reduce((a, b) => ((b[1] ?? 0) > (a[1] ?? 0) ? b : a));
    return [{ partsMs: sum, countedMs: readyAtOnceMs(recording, reached) - expected.atMs, most }];
  });
}

/** When so many pods were ready at once for the first time, by single pods' events. */
export function readyAtOnceMs({ podEvents }: Recording, count: number): number {
  const ready = new Set<string>();
  const inOrder = podEvents
    .map((event) => ({ ...event, atMs: happenedMs(event) }))
    .sort((a, b) => a.atMs - b.atMs);
  for (const { uid, phase, atMs } of inOrder) {
    if (phase === 'ready') ready.add(uid);
    else ready.delete(uid);
    if (ready.size >= count) return atMs;
  }
  return NaN;
}
