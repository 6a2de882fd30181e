import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import {
  settingsAt,
  type SweepGrid,
  type SweepJob,
  type ReplayedPoint,
  type SweepPoint,
  sweepSize,
  whatIfSettingsSchema,
} from '@/lib/whatif';
import { projectRoot } from '@/lib/environment/paths';
import { messageOfIssue } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { withWords } from '@/lib/words/english';

const mostThreads = 8;
let bundle: Promise<string> | null = null;

/** The thread's code as one text: a worker knows neither TypeScript nor the server's own bundle. */
function threadCode(): Promise<string> {
  bundle ??= import('esbuild')
    .then(async ({ build }) => {
      const root = projectRoot();
      const { outputFiles } = await build({
        entryPoints: [join(root, 'lib/whatif/sweep-thread.ts')],
        bundle: true,
        write: false,
        platform: 'node',
        format: 'cjs',
        target: 'node20',
        alias: { '@': root },
        logLevel: 'silent',
      });
      return outputFiles[0]!.text;
    })
    .catch((error: unknown) => {
      bundle = null;
      throw error;
    });
  return bundle;
}

/**
 * Replays every point of a sweep in worker threads, handing over lots of points as they come. Resolves when all are done,
 * or early when `signal` is aborted; rejects when a thread fails.
 */
export async function runSweep(
  job: SweepJob,
  onPoints: (points: SweepPoint[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const code = await threadCode();
  const size = sweepSize(job.grid);
  const threads = Math.max(1, Math.min(availableParallelism(), mostThreads, size));
  const workers: Worker[] = [];
  const stop = (): void => workers.forEach((worker) => void worker.terminate());
  signal.addEventListener('abort', stop, { once: true });
  try {
    await Promise.all(
      Array.from(
        { length: threads },
        (_, thread) =>
          new Promise<void>((resolve, reject) => {
            if (signal.aborted) return resolve();
            const worker = new Worker(code, {
              eval: true,
              workerData: {
                job,
                from: Math.floor((size * thread) / threads),
                to: Math.floor((size * (thread + 1)) / threads),
              },
            });
            workers.push(worker);
            worker.on(
              'message',
              (points: ReplayedPoint[]) =>
                points.length > 0 && !signal.aborted && onPoints(points.map(pointWithWords)),
            );
            worker.once('error', reject);
            worker.once('exit', () => resolve());
          }),
      ),
    );
  } finally {
    signal.removeEventListener('abort', stop);
    stop();
  }
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
