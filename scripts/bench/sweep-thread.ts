import { parentPort, workerData } from 'node:worker_threads';
import { sweep, type SweepJob } from '@/lib/whatif';

const { job, from, to } = workerData as { job: SweepJob; from: number; to: number };
parentPort?.postMessage([...sweep(job, from, to)]);
