import { parentPort, workerData } from 'node:worker_threads';
import { sweep, type SweepJob, type ReplayedPoint } from '@/lib/whatif';

/** A worker thread: replays its range of a sweep and sends the points in small lots, so that progress is seen. */
const { job, from, to } = workerData as { job: SweepJob; from: number; to: number };
const lotMs = 100;
let lot: ReplayedPoint[] = [];
let sentMs = performance.now();
for (const point of sweep(job, from, to)) {
  lot.push(point);
  if (performance.now() - sentMs < lotMs) continue;
  parentPort?.postMessage(lot);
  lot = [];
  sentMs = performance.now();
}
parentPort?.postMessage(lot);
