import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import { type Role } from '@/lib/model/role';
import { shownTo } from '@/lib/masking/shown-to';
import { followChanges, type Change } from '@/lib/runs/changes';
import { NewsReader } from '@/lib/runs/news';
import { readRunPage } from '@/lib/runs/read';
import { getStore } from '@/lib/store/client';
import { formatOverviewCursor, parseOverviewCursor, startOfOverview } from '@/lib/store/overview';
import { readLog } from '@/lib/store/recording';
import { hasEnded } from '@/lib/model/life';
import { findRun } from '@/lib/store/runs';
import { defaultColumns } from '@/lib/timeline/overview';
import { type Run } from '@/lib/model/run';
import { notFound, Problem } from './problem';
import { json, readQuery } from './route';

/**
 * The three answers that a run's page is made from, for the routes under `/api/runs/ID` and for those of a share link,
 * which masks them itself. `role`: who reads; a viewer sees the run's secrets masked.
 */
export interface RunAnswerOptions {
  role?: Role | null;
}

export const overviewQuerySchema = z
  .object({
    columns: z.coerce.number().int().min(10).max(5000).default(defaultColumns),
    fromMs: z.coerce.number().optional(),
    toMs: z.coerce.number().optional(),
  })
  .refine(
    ({ fromMs, toMs }) =>
      (fromMs === undefined) === (toMs === undefined) &&
      (fromMs === undefined || toMs === undefined || fromMs < toMs),
    { path: ['fromMs'], message: 'Give both fromMs and toMs, the earlier first, or none.' },
  );

/** A run with its overview, of all or of (fromMs, toMs]. */
export async function overviewAnswer(
  request: Request,
  id: string,
  { role = 'runner' }: RunAnswerOptions = {},
): Promise<Response> {
  const { columns, fromMs, toMs } = readQuery(request, overviewQuerySchema);
  const range = fromMs === undefined || toMs === undefined ? null : { fromMs, toMs };
  const page = await readRunPage(await getStore(), id, { columns, range });
  if (!page) throw notFound('run');
  return json({ ...page, run: shownTo(role, page.run).run });
}

export const logQuerySchema = z.object({ after: z.coerce.number().int().min(0).default(0) });

/** k6's log, in pages of 5,000 lines. */
export async function logAnswer(
  request: Request,
  id: string,
  { role = 'runner' }: RunAnswerOptions = {},
): Promise<Response> {
  const { after } = readQuery(request, logQuerySchema);
  const store = await getStore();
  const run = await findRun(store, id);
  if (!run) throw notFound('run');
  return json(shownTo(role, run).value({ lines: await readLog(store, id, after) }));
}

const heartbeatMs = 10_000;
/** One second's rows are stored within a few milliseconds of each other: sent as one event. */
const settleMs = 200;
/** Rows of several kinds come at their own moments of a second: a page is told of them once. */
const spacingMs = 900;

/**
 * Server-Sent Events of a run: `overview` increments (the event's id is the cursor that a lost connection resumes
 * from), `run` at each change of the run, `log` lines, and `end` when the run has ended and all was sent.
 */
export async function eventsAnswer(
  request: Request,
  id: string,
  { role = 'runner' }: RunAnswerOptions = {},
): Promise<Response> {
  const store = await getStore();
  const found = await findRun(store, id);
  if (!found) throw notFound('run');
  const asked = request.headers.get('last-event-id') ?? new URL(request.url).searchParams.get('cursor');
  const cursor = asked === null ? startOfOverview : parseOverviewCursor(asked);
  if (!cursor)
    throw new Problem(
      400,
      'Invalid input',
      'cursor: not a cursor of this route; leave it out to start from the beginning.',
    );

  const gone = new AbortController();
  request.signal.addEventListener('abort', () => gone.abort(), { once: true });
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (text: string): void => {
        if (!gone.signal.aborted) controller.enqueue(encoder.encode(text));
      };
      const reader = new NewsReader(store, id, cursor);
      let lastLine = cursor.log;
      let run: Run | null = null;
      let shown = shownTo(role, found);
      let lastRun = '';
      let lastOther = '';
      let ended = false;
      // Listening begins before reading, so that nothing stored in between is missed.
      const follower = followChanges(id, gone.signal);
      let changes: ReadonlySet<Change> = new Set(['run', 'rows', 'log']);
      try {
        send('retry: 1000\n\n');
        while (!gone.signal.aborted) {
          const beganMs = performance.now();
          const quiet = changes.size === 0;
          // The run first: once it has ended, what is read after it is all there is.
          if (quiet || changes.has('run')) {
            run = await findRun(store, id);
            if (!run) break;
            ended = hasEnded(run.state);
            shown = shownTo(role, run);
            const text = JSON.stringify({ run: shown.run });
            if (text !== lastRun) send(`event: run\ndata: ${text}\n\n`);
            lastRun = text;
          }
          if (ended || quiet || changes.has('log')) {
            const lines = await readLog(store, id, lastLine);
            lastLine = lines.at(-1)?.id ?? lastLine;
            if (lines.length > 0) send(`event: log\ndata: ${JSON.stringify(shown.value({ lines }))}\n\n`);
          }
          if (run && (ended || quiet || changes.has('rows'))) {
            const { overview, correlation, cursor: position, rows } = await reader.next(run);
            const other = JSON.stringify([overview.gaps, overview.checks]);
            const eventId = formatOverviewCursor({ ...position, log: lastLine });
            if (rows > 0 || correlation || other !== lastOther)
              send(
                `id: ${eventId}\nevent: overview\ndata: ${JSON.stringify({ overview, correlation, cursor: eventId })}\n\n`,
              );
            lastOther = other;
          }
          if (ended) {
            send('event: end\ndata: {}\n\n');
            break;
          }
          if (quiet) send(': still here\n\n');
          const [, next] = await Promise.all([
            pause(Math.max(settleMs, spacingMs - (performance.now() - beganMs)), gone.signal),
            follower.next(heartbeatMs),
          ]);
          await pause(settleMs, gone.signal);
          changes = new Set([...next, ...(await follower.next(0))]);
        }
      } catch (error) {
        console.error(`events of run ${id}`, error);
      } finally {
        gone.abort();
        try {
          controller.close();
        } catch {
          // The reader has closed it already.
        }
      }
    },
    cancel() {
      gone.abort();
    },
  });
  return new Response(stream, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}

/** Resolves after this time, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
