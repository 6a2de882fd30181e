import { inThread } from '@/lib/threads/in-thread';
import { sweep, type SweepJob, type ReplayedPoint } from '@/lib/whatif';

/** A thread's range of a sweep. */
export interface SweepPart {
  job: SweepJob;
  from: number;
  to: number;
}

const lotMs = 100;

/** A worker thread: replays its range of a sweep and gives the points in small lots, so that progress is seen. */
inThread(async function* ({ job, from, to }: SweepPart): AsyncGenerator<ReplayedPoint[]> {
  let lot: ReplayedPoint[] = [];
  let sentMs = performance.now();
  for (const point of sweep(job, from, to)) {
    lot.push(point);
    if (performance.now() - sentMs < lotMs) continue;
    yield lot;
    lot = [];
    sentMs = performance.now();
  }
  yield lot;
});
