import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Store } from '@/lib/store/client';
import { closeAllGaps, readRecording } from '@/lib/store/recording';
import { listUnderWay, updateRun } from '@/lib/store/runs';
import { figuresOf, podsSparkOf } from './figures';

/**
 * Ends what an earlier process left under way: its k6, should one still live, and its runs as `interrupted`, with the
 * figures of all seconds that were stored.
 */
export async function recoverRuns(store: Store): Promise<void> {
  for (const { run, k6Pid } of await listUnderWay(store)) {
    if (k6Pid !== null && (await isK6(k6Pid))) process.kill(k6Pid, 'SIGKILL');
    const { recording } = await readRecording(store, run.id);
    const lastMs = lastRecordedMs(recording);
    await closeAllGaps(store, run.id, lastMs);
    await updateRun(store, run.id, {
      state: 'interrupted',
      stateReason: 'Scaletrace itself was ended during the run; everything up to then is here.',
      k6Pid: null,
      ...(run.loadStartMs !== null && run.loadEndMs === null ? { loadEndMs: lastMs } : {}),
      endedAtMs: (run.originMs ?? run.createdAtMs) + lastMs,
      podsSpark: podsSparkOf(recording, lastMs),
      ...figuresOf(recording, null, run.loadStartMs ?? 0, lastMs),
    });
  }
}

/** When the last row of any kind was recorded, on the run's clock. */
function lastRecordedMs(recording: Awaited<ReturnType<typeof readRecording>>['recording']): number {
  const last = (recorded: { atMs: number }[]): number => recorded.at(-1)?.atMs ?? 0;
  return Math.max(0, last(recording.points), last(recording.podEvents), last(recording.concurrency), last(recording.decisions));
}

// A process id may have been given to another program since: only a k6 is ended.
async function isK6(pid: number): Promise<boolean> {
  try {
    const { stdout } = await promisify(execFile)('ps', ['-p', `${pid}`, '-o', 'args=']);
    return /\bk6\b.*\brun\b/.test(stdout);
  } catch {
    return false;
  }
}
