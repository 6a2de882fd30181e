import { log } from '@/lib/telemetry/log.mjs';
import { type SweepJob, sweepSize } from '@/lib/whatif';
import { readDemand, runWhatIf } from '@/lib/whatif/run-what-if';
import { runSweep, wrongValue } from '@/lib/whatif/run-sweep';
import {
  sweepFileRequestSchema,
  type SweepLine,
  sweepLineSchema,
  sweepRequestSchema,
  whatIfFileRequestSchema,
  whatIfRequestSchema,
  whatIfResultSchema,
} from '@/lib/whatif/shapes';
import { demandOfRun } from '@/lib/runs/read';
import { getStore } from '@/lib/store/client';
import { type SweepPoint } from '@/lib/whatif';
import { found } from './problem';
import { lines, route } from './route';
import { limits } from '@/lib/model/limits';
import { message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { english } from '@/lib/words/english';

const sweepLines = lines(
  sweepLineSchema,
  'Lines: {"size"}, lots of {"points"} as they are replayed, {"done":true} or {"error"}. Closing the connection ends the sweep.',
);

export const whatIfs = [
  route(
    'POST /api/what-if',
    {
      summary: 'Replay a demand from a CSV or a Prometheus range query through a configuration',
      access: 'viewer',
      audit: false,
      body: whatIfFileRequestSchema,
      maxCharacters: 2 * limits.demand.characters,
      answers: { 200: whatIfResultSchema },
    },
    ({ body, signal }) => runWhatIf({ file: body }, signal),
  ),
  route(
    'POST /api/what-if/sweep',
    {
      summary: 'Replay a demand of one’s own through a grid of up to three settings',
      access: 'viewer',
      audit: false,
      body: sweepFileRequestSchema,
      maxCharacters: 2 * limits.demand.characters,
      answers: { 200: sweepLines },
    },
    async ({ body: { grid, ...body }, signal }) => {
      const { demand, base, options } = await readDemand(body, signal);
      return sweep({ demand, base, options, settings: body.settings, grid }, signal);
    },
  ),
  route(
    'POST /api/runs/{id}/what-if',
    {
      summary: 'Replay the run’s demand through another autoscaling configuration',
      access: 'viewer',
      audit: false,
      body: whatIfRequestSchema,
      answers: { 200: whatIfResultSchema },
    },
    async ({ params, body: { settings, revision }, signal }) => {
      const recorded = found('run', await demandOfRun(await getStore(), params.id, revision));
      return runWhatIf({ recorded, settings }, signal);
    },
  ),
  route(
    'POST /api/runs/{id}/sweep',
    {
      summary: 'Replay the run’s demand through a grid of up to three settings',
      access: 'viewer',
      audit: false,
      body: sweepRequestSchema,
      answers: { 200: sweepLines },
    },
    async ({ params, body: { settings, grid, revision }, signal }) => {
      const { demand, base, options } = found(
        'run',
        await demandOfRun(await getStore(), params.id, revision),
      );
      return sweep({ demand, base, options, settings, grid }, signal);
    },
  ),
] as const;

/** A sweep as it goes; `signal` ends its threads. Throws a Problem for a value that no service can have. */
function sweep(job: SweepJob, signal: AbortSignal): AsyncIterable<SweepLine> {
  const wrong = wrongValue(job.grid, job.settings);
  if (wrong) throw wrong;
  return replayed(job, signal);
}

async function* replayed(job: SweepJob, signal: AbortSignal): AsyncGenerator<SweepLine> {
  yield { size: sweepSize(job.grid) };
  try {
    const lots = new ReadableStream<SweepPoint[]>({
      async start(controller) {
        await runSweep(job, (points) => controller.enqueue(points), signal);
        controller.close();
      },
    });
    for await (const points of lots) yield { points };
    yield { done: true };
  } catch (error) {
    if (signal.aborted) return;
    if (!(error instanceof Problem)) log.error(error, 'sweep');
    const failed = error instanceof Problem ? error.said : message('problems.sweep-failed');
    yield { error: english(failed), ...failed };
  }
}
