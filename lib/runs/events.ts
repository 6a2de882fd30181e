import { type LogLine } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { formatOverviewCursor, type OverviewCursor } from '@/lib/store/overview';
import { type PackedCorrelation } from '@/lib/timeline/correlation-encode';
import { type Overview } from '@/lib/timeline/overview';
import { packOverview, type PackedOverview } from '@/lib/timeline/overview-encode';
import { liveRun, type LiveRun, type Moment } from './live-run';

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

/** A run as one kind of reader may see it: what is secret to them is masked. */
export interface ShownRun {
  run: Run;
  log: (lines: LogLine[]) => LogLine[];
  /** Any other data of the run. */
  data: <T>(data: T) => T;
}
/** How a run is shown to one kind of reader. Readers with the same `key` see the same. */
export interface View {
  key: string;
  show: (run: Run) => ShownRun;
}

const heartbeatMs = 10_000;

/**
 * A run as it goes on, about once a second: `overview` increments after the cursor, `run` at each change of the run,
 * `log` lines, and `end` when the run has ended and all was told. Readers who know the same are given the same objects,
 * made once; one who asks seldom is told all that it missed at once. It ends with the run, when the run is no more, and
 * when `signal` aborts.
 */
export async function* runEvents(
  store: Store,
  id: string,
  cursor: OverviewCursor,
  { view, signal }: { view: View; signal: AbortSignal },
): AsyncGenerator<RunEvent> {
  const live = liveRun(store, id);
  const leave = live.enter();
  const reader: Reader = { seen: 0, cursor };
  try {
    while (!signal.aborted) {
      // No moment is held on to while its events wait to be taken.
      const events = await nextEvents(live, reader, view, signal);
      yield* events;
      if (events.length === 0 ? live.isOver : events.at(-1)?.type === 'end') return;
    }
  } finally {
    leave();
  }
}

interface Reader {
  /** The number of the moment that was told last. */
  seen: number;
  cursor: OverviewCursor;
}

async function nextEvents(
  live: LiveRun,
  reader: Reader,
  view: View,
  signal: AbortSignal,
): Promise<RunEvent[]> {
  const moment = await live.after(reader.seen, heartbeatMs, signal);
  if (!moment) return live.isOver ? [] : [{ type: 'heartbeat' }];
  const { since, once } = moment;
  const { seen } = reader;
  const shown = shownBy(view, moment.run);
  const events: RunEvent[] = [];
  if (since.run > seen)
    events.push(once(`${view.key} run`, () => ({ type: 'run', data: { run: shown.run } })));
  if (since.log > seen) {
    const { log: lastLine } = reader.cursor;
    const lines = await moment.linesAfter(lastLine);
    if (lines.length > 0)
      events.push(
        once(`${view.key} log ${lastLine}`, () => ({ type: 'log', data: { lines: shown.log(lines) } })),
      );
    reader.cursor = { ...reader.cursor, log: lines.at(-1)?.id ?? lastLine };
  }
  const fresh = since.correlation > seen;
  if (fresh || since.replaced > seen || isBefore(reader.cursor, moment.cursor))
    events.push(overviewEvent(moment, reader.cursor, fresh, view, shown));
  reader.cursor = { ...moment.cursor, log: reader.cursor.log };
  reader.seen = moment.number;
  if (moment.ended) events.push(once('end', () => ({ type: 'end', data: {} })));
  return events;
}

function overviewEvent(
  { once, overview, correlation, cursor: { log: _, ...position } }: Moment,
  from: OverviewCursor,
  withCorrelation: boolean,
  view: View,
  { data }: ShownRun,
): RunEvent {
  return once(`${view.key} overview ${formatOverviewCursor(from)} ${withCorrelation}`, () => {
    const id = formatOverviewCursor({ ...position, log: from.log });
    const news: OverviewNews = {
      overview: packOverview(rowsAfter(overview, from)),
      correlation: withCorrelation ? correlation : null,
      cursor: id,
    };
    return { type: 'overview', id, data: data(news) };
  });
}

const shownRuns = new WeakMap<Run, Map<string, ShownRun>>();

/** The run as a view shows it: masked once for all who see it so. */
export function shownBy({ key, show }: View, run: Run): ShownRun {
  const known = shownRuns.get(run) ?? new Map<string, ShownRun>();
  shownRuns.set(run, known);
  const shown = known.get(key) ?? show(run);
  known.set(key, shown);
  return shown;
}

function isBefore(cursor: OverviewCursor, newest: OverviewCursor): boolean {
  return (['columns', 'podEvents', 'concurrency', 'decisions'] as const).some(
    (kind) => cursor[kind] < newest[kind],
  );
}

function rowsAfter(overview: Overview, cursor: OverviewCursor): Overview {
  const decisions = after(overview.decisions, cursor.decisions);
  return {
    ...overview,
    columns: after(overview.columns, cursor.columns),
    podEvents: after(overview.podEvents, cursor.podEvents),
    concurrency: after(overview.concurrency, cursor.concurrency),
    decisions,
    decisionCount: decisions.length,
  };
}

// Ids grow: what is new stands at the end.
function after<T extends { id: number }>(rows: readonly T[], id: number): T[] {
  return rows.slice(rows.findLastIndex((row) => row.id <= id) + 1);
}
