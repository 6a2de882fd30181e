import { boundColumns } from '@/lib/timeline/known-most';
import { type Store } from '@/lib/store/client';
import {
  countColumns,
  findKeptPage,
  formatOverviewCursor,
  keepPage,
  makeColumns,
  readExtremes,
  readOverview,
} from '@/lib/store/overview';
import { readRecording } from '@/lib/store/recording';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { hasEnded } from '@/lib/model/life';
import { readingInput } from '@/lib/store/client';
import { notFound } from '@/lib/model/problem';
import { findRun } from '@/lib/store/runs';
import { lanes } from '@/lib/threads/lanes';
import { runInThread } from '@/lib/threads/run-in-thread';
import { packCorrelation, type PackedCorrelation } from '@/lib/timeline/correlation-encode';
import {
  correlateOverview,
  defaultColumns,
  rangeOverview,
  thinOverview,
  type OverviewRange,
} from '@/lib/timeline/overview';
import { packOverview, type PackedOverview } from '@/lib/timeline/overview-encode';
import { type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { recordedDemand, type RecordedDemand } from '@/lib/whatif/recorded-demand';
import { type PageWork } from './page-thread';
import { withUnstored } from './unstored';

export interface RunRecording {
  run: Run;
  recording: Recording;
}

/** A run with every point that it recorded; null if there is no such run. `detail`: also the metrics that no chart shows. */
export async function readRun(
  store: Store,
  id: string,
  options: { detail?: boolean } = {},
): Promise<RunRecording | null> {
  const run = await findJudgedRun(store, id);
  if (!run) return null;
  return { run, recording: await readRecording(store, id, options) };
}

export interface RunPage {
  run: Run;
  overview: PackedOverview;
  /** Of every second, however few columns there are; null for a part of the run. */
  correlation: PackedCorrelation | null;
  /** Where `/api/runs/:id/events` goes on. */
  cursor: string;
}

/** A run of more seconds takes longer to make a page of than a thread takes to begin. */
const mostColumnsHere = 600;
const pageBounds = { seconds: 120, heapMebibytes: 1024 };

/** To be raised with each change of what `RunPage` holds: pages kept in another form are made again. */
const pageVersion = 17;

/** What a run's page shows, in about `columns` columns: live, reloaded or shared alike; null if there is no such run. */
export async function readRunPage(
  store: Store,
  id: string,
  { columns, range }: { columns: number; range: OverviewRange | null },
): Promise<RunPage | null> {
  const run = await findJudgedRun(store, id);
  if (!run) return null;
  // The whole of an ended run is asked for most, and takes longest to make.
  const keeps = hasEnded(run.state) && range === null && columns === defaultColumns;
  const kept = keeps ? await findKeptPage(store, id, pageVersion) : null;
  if (kept !== null) return { run, ...(JSON.parse(kept) as Omit<RunPage, 'run'>) };
  if (hasEnded(run.state) && (await countColumns(store, id)) === 0)
    await makeColumns(store, id, run.loadStartMs);
  if (!keeps) return { run, ...(await makePage(store, run, { columns, range })) };
  const isLong = (await countColumns(store, id)) > mostColumnsHere;
  const json = isLong
    ? await makePageApart(store, id)
    : JSON.stringify(await makePage(store, run, { columns, range }));
  await keepPage(store, id, pageVersion, json);
  return { run, ...(JSON.parse(json) as Omit<RunPage, 'run'>) };
}

/** What `readRunPage` gives, made anew. */
export async function makePage(
  store: Store,
  run: Run,
  { columns, range }: { columns: number; range: OverviewRange | null },
): Promise<Omit<RunPage, 'run'>> {
  const { id } = run;
  const read = await readOverview(store, id);
  const cursor = formatOverviewCursor(read.cursor);
  if (range)
    return {
      overview: packOverview(rangeOverview(read.overview, range, columns)),
      correlation: null,
      cursor,
    };
  const overview = withUnstored(id, read.overview);
  const full = {
    ...overview,
    columns: boundColumns(overview.columns, run.summary),
    ...(await readExtremes(store, id, crossedMetrics(run))),
  };
  return {
    overview: packOverview(thinOverview(full, columns)),
    correlation: packCorrelation(correlateOverview(full, run.loadStartMs, run.loadEndMs)),
    cursor,
  };
}

/** The page of an ended run, as JSON, made in a thread of its own: neither readers nor what records wait for it meanwhile. */
async function makePageApart(store: Store, runId: string): Promise<string> {
  const values = runInThread<string>({
    file: 'lib/runs/page-thread.ts',
    input: () => readingInput(store, { runId } satisfies PageWork),
    slots: lanes().short,
    signal: new AbortController().signal,
    bounds: pageBounds,
  });
  for await (const json of values) return json;
  throw notFound('run');
}

/** The metrics, without their tags, whose thresholds were crossed. */
function crossedMetrics({ summary }: Run): string[] {
  return (
    summary?.metrics.flatMap(({ metric, thresholds }) =>
      thresholds.some(({ ok }) => ok === false) ? [metric.replace(/\{.*$/, '')] : [],
    ) ?? []
  );
}

/** A stored run as a replay takes it; null if there is no such run. Throws NoDemand. */
export async function demandOfRun(
  store: Store,
  id: string,
  revision: string | null = null,
): Promise<RecordedDemand | null> {
  const run = await findRun(store, id);
  if (!run) return null;
  return recordedDemand(run, await readRecording(store, id), revision);
}
