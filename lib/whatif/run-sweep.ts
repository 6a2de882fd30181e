import { availableParallelism } from 'node:os';
import {
  settingsAt,
  type SweepGrid,
  type SweepJob,
  type ReplayedPoint,
  type SweepPoint,
  sweepSize,
  whatIfSettingsSchema,
} from '@/lib/whatif';
import { messageOfIssue } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { lanes } from '@/lib/threads/lanes';
import { runInThread } from '@/lib/threads/run-in-thread';
import { withWords } from '@/lib/words/english';
import { type SweepPart } from './sweep-thread';

const mostThreads = 8;
/** A day's sweep is none: who left it running has forgotten it. */
const bounds = { seconds: 86_400, heapMebibytes: 1024 };

/**
 * Replays every point of a sweep in worker threads, handing over lots of points as they come. Resolves when all are done;
 * rejects when a thread fails, takes more memory than it may, or `signal` is aborted, which ends them all.
 */
export async function runSweep(
  job: SweepJob,
  onPoints: (points: SweepPoint[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const size = sweepSize(job.grid);
  const threads = Math.max(1, Math.min(availableParallelism(), mostThreads, size));
  const failed = new AbortController();
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const input: SweepPart = {
        job,
        from: Math.floor((size * thread) / threads),
        to: Math.floor((size * (thread + 1)) / threads),
      };
      const lots = runInThread<ReplayedPoint[]>({
        file: 'lib/whatif/sweep-thread.ts',
        input: () => ({ data: input }),
        slots: lanes().sweep,
        signal: AbortSignal.any([signal, failed.signal]),
        bounds,
      });
      try {
        for await (const points of lots) if (points.length > 0) onPoints(points.map(pointWithWords));
      } catch (error) {
        failed.abort(error);
        throw error;
      }
    }),
  );
}

/** The first setting of a grid that no service can have; null if all can. */
export function wrongValue(grid: SweepGrid, settings: object): Problem | null {
  for (const [axis, { field, values }] of grid.entries()) {
    for (const [index, value] of values.entries()) {
      const parsed = whatIfSettingsSchema.safeParse({ ...settings, ...settingsAt(grid, 0), [field]: value });
      const issue = parsed.error?.issues.find((found) => found.path[0] === field && found.code !== 'custom');
      if (issue)
        return new Problem(
          'problems.wrong-setting',
          { field, error: messageOfIssue(issue) },
          { errors: [{ path: `grid.${axis}.values.${index}` }] },
        );
    }
  }
  return null;
}

/** A point as it is sent: what is refused with its English. */
export function pointWithWords(point: ReplayedPoint): SweepPoint {
  return 'problems' in point ? { ...point, problems: withWords(point.problems) } : point;
}
