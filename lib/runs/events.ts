import { setTimeout } from 'node:timers/promises';
import { hasEnded } from '@/lib/model/life';
import { type LogLine } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { formatOverviewCursor, type OverviewCursor } from '@/lib/store/overview';
import { readLog } from '@/lib/store/recording';
import { findRun } from '@/lib/store/runs';
import { type PackedCorrelation } from '@/lib/timeline/correlation-encode';
import { type PackedOverview } from '@/lib/timeline/overview-encode';
import { followChanges, type Change } from './changes';
import { NewsReader } from './news';

/** What is told of a run that goes on. An overview's `id` is the cursor that a lost connection resumes from. */
export type RunEvent =
  | { type: 'run'; data: { run: Run } }
  | { type: 'log'; data: { lines: LogLine[] } }
  | { type: 'overview'; id: string; data: OverviewNews }
  | { type: 'end'; data: Record<string, never> }
  | { type: 'heartbeat' };
export interface OverviewNews {
  overview: PackedOverview;
  /** Null where the one before still holds. */
  correlation: PackedCorrelation | null;
  cursor: string;
}

/** A run as one reader may see it: what is secret to them is masked. */
export interface ShownRun {
  run: Run;
  log: (lines: LogLine[]) => LogLine[];
  /** Any other data of the run. */
  data: <T>(data: T) => T;
}

const heartbeatMs = 10_000;
/** One second's rows are stored within a few milliseconds of each other: sent as one event. */
const settleMs = 200;
/** Rows of several kinds come at their own moments of a second: a page is told of them once. */
const spacingMs = 900;

/**
 * A run as it goes on, about once a second: `overview` increments after the cursor, `run` at each change of the run,
 * `log` lines, and `end` when the run has ended and all was told. It ends with the run, when the run is no more, and when
 * `signal` aborts.
 */
export async function* runEvents(
  store: Store,
  id: string,
  cursor: OverviewCursor,
  { show, signal }: { show: (run: Run) => ShownRun; signal: AbortSignal },
): AsyncGenerator<RunEvent> {
  const reader = new NewsReader(store, id, cursor);
  let lastLine = cursor.log;
  let run: Run | null = null;
  let shown: ShownRun | null = null;
  let lastRun = '';
  let lastOther = '';
  let ended = false;
  // Listening begins before reading, so that nothing stored in between is missed.
  const left = new AbortController();
  const follower = followChanges(id, AbortSignal.any([signal, left.signal]));
  let changes: ReadonlySet<Change> = new Set(['run', 'rows', 'log']);
  try {
    while (!signal.aborted) {
      const beganMs = performance.now();
      const quiet = changes.size === 0;
      // The run first: once it has ended, what is read after it is all there is.
      if (quiet || changes.has('run') || !run || !shown) {
        run = await findRun(store, id);
        if (!run) return;
        ended = hasEnded(run.state);
        shown = show(run);
        const text = JSON.stringify(shown.run);
        if (text !== lastRun) yield { type: 'run', data: { run: shown.run } };
        lastRun = text;
      }
      if (ended || quiet || changes.has('log')) {
        const lines = await readLog(store, id, lastLine);
        lastLine = lines.at(-1)?.id ?? lastLine;
        if (lines.length > 0) yield { type: 'log', data: { lines: shown.log(lines) } };
      }
      if (ended || quiet || changes.has('rows')) {
        const { overview, correlation, cursor: position, rows } = await reader.next(run);
        const other = JSON.stringify([overview.gaps, overview.checks]);
        const eventId = formatOverviewCursor({ ...position, log: lastLine });
        if (rows > 0 || correlation || other !== lastOther)
          yield {
            type: 'overview',
            id: eventId,
            data: shown.data({ overview, correlation, cursor: eventId }),
          };
        lastOther = other;
      }
      if (ended) {
        yield { type: 'end', data: {} };
        return;
      }
      if (quiet) yield { type: 'heartbeat' };
      const [, next] = await Promise.all([
        pause(Math.max(settleMs, spacingMs - (performance.now() - beganMs)), signal),
        follower.next(heartbeatMs),
      ]);
      await pause(settleMs, signal);
      changes = new Set([...next, ...(await follower.next(0))]);
    }
  } finally {
    left.abort();
  }
}

/** Resolves after this time, or at once when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
