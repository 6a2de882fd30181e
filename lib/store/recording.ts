import { z } from 'zod';
import { type Message } from '@/lib/model/message';
import { english } from '@/lib/words/english';
import { type NewClusterReport } from '@/lib/model/cluster-report';
import { decodeHistogram, encodeHistogram } from '@/lib/statistics/histogram/encode';
import {
  metricTypeSchema,
  podEventSchema,
  recordingGapSchema,
  type ConcurrencySample,
  type Decision,
  type LogLine,
  type MetricPoint,
  type MetricSeries,
  type PodEvent,
  type RecordedPast,
  type Recording,
  type RecordingGap,
} from '@/lib/model/recording';
import { type Service } from '@/lib/model/run';
import { type Store } from './client';
import { reportOf, reportRow } from './cluster-reports';
import { dialectOf } from './dialect';
import { columnRow, type ColumnData } from './overview';
import { concurrencyOf, concurrencyRow, decisionOfRow, decisionRow } from './recording-rows';
import { pastJson, pastOfJson } from './past-rows';
import { slicesOf } from './slices';

const placeSchema = z.looseObject({ namespace: z.string(), kubeContext: z.string().nullish() });
const tagsSchema = z.record(z.string(), z.string());

/** The id of a run's series with this metric and tags; made if new. */
export async function ensureSeries(
  store: Store,
  runId: string,
  series: Omit<MetricSeries, 'id'>,
): Promise<number> {
  const { tags, ...rest } = series;
  const tagsJson = JSON.stringify(
    Object.fromEntries(Object.entries(tags).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
  const key = { runId, metric: series.metric, tagsJson };
  const select = { id: true };
  const known = await store.metricSeries.findFirst({ where: key, select });
  return (known ?? (await store.metricSeries.create({ data: { ...rest, ...key }, select }))).id;
}

/**
 * Gives a run's metrics the names and kinds that they turned out to have. What was stored of a counter that is a gauge,
 * or the other way round, are not its values: those points go.
 */
export async function renameMetrics(
  store: Store,
  runId: string,
  renamed: readonly {
    from: Pick<MetricSeries, 'metric' | 'type'>;
    to: Pick<MetricSeries, 'metric' | 'type' | 'unit'>;
  }[],
): Promise<void> {
  for (const { from, to } of renamed) {
    const where = { runId, metric: from.metric };
    const isOther = (from.type === 'counter') !== (to.type === 'counter');
    await store.$transaction([
      ...(isOther ? [store.metricPoint.deleteMany({ where: { runId, series: where } })] : []),
      store.metricSeries.updateMany({ where, data: { metric: to.metric, type: to.type, unit: to.unit } }),
    ]);
  }
}

/** Stores points of a run that is not under way; its columns are made when they are read. */
export async function appendPoints(
  store: Store,
  runId: string,
  points: Omit<MetricPoint, 'id'>[],
): Promise<void> {
  if (points.length === 0) return;
  await store.metricPoint.createMany({ data: points.map((point) => pointRow(runId, point)) });
}

/** Stores one push of k6: its points and the column that they make together, both or none. */
export async function appendPush(
  store: Store,
  runId: string,
  points: Omit<MetricPoint, 'id'>[],
  column: ColumnData,
): Promise<void> {
  const rows = points.map((point) => pointRow(runId, point));
  // In Prisma's own words a push of 900 series takes the thread that takes pushes ten times as long.
  const { value: nth } = dialectOf(store);
  const values = (row: number): string => [1, 2, 3, 4, 5].map((n) => nth(5 * row + n)).join(',');
  const inserts = slicesOf(rows, rowsAtOnce).map((slice) =>
    store.$executeRawUnsafe(
      `INSERT INTO "MetricPoint" ("runId", "seriesId", "atMs", "value", "histogram") VALUES ${slice.map((_, row) => `(${values(row)})`).join(',')}`,
      ...slice.flatMap(({ seriesId, atMs, value, histogram }) => [runId, seriesId, atMs, value, histogram]),
    ),
  );
  await store.$transaction([
    ...inserts,
    store.requestColumn.create({ data: columnRow(runId, column), select: { id: true } }),
  ]);
}

/** SQLite takes at most 32,766 parameters. */
const rowsAtOnce = 1000;

function pointRow(runId: string, { histogram, ...point }: Omit<MetricPoint, 'id'>) {
  return {
    ...point,
    runId,
    histogram: histogram === null ? null : new Uint8Array(encodeHistogram(histogram)),
  };
}

/** Stores pod events in the order given. */
export async function appendPodEvents(
  store: Store,
  runId: string,
  events: Omit<PodEvent, 'id'>[],
): Promise<void> {
  if (events.length > 0)
    await store.podEvent.createMany({ data: events.map((event) => ({ ...event, runId })) });
}

/** Stores what the cluster said of itself. */
export async function appendReport(store: Store, runId: string, report: NewClusterReport): Promise<void> {
  await store.clusterReport.create({ data: reportRow(runId, report), select: { id: true } });
}

/** Stores a reading of the concurrency. */
export async function appendConcurrency(
  store: Store,
  runId: string,
  sample: Omit<ConcurrencySample, 'id'>,
): Promise<ConcurrencySample> {
  const { id } = await store.concurrencySample.create({
    data: concurrencyRow(runId, sample),
    select: { id: true },
  });
  return { ...sample, id };
}

/** Changes a second's requests in flight, of which more is known now. */
export async function changeConcurrency(store: Store, id: number, total: number): Promise<void> {
  await store.concurrencySample.update({ where: { id }, data: { total }, select: { id: true } });
}

/** Stores a tick's decision. */
export async function appendDecision(
  store: Store,
  runId: string,
  decision: Omit<Decision, 'id'>,
): Promise<void> {
  await store.decision.create({ data: decisionRow(runId, decision) });
}

/** Stores what was taken for the past of a run's load. */
export async function storePast(store: Store, runId: string, past: readonly RecordedPast[]): Promise<void> {
  await store.run.update({ where: { id: runId }, data: { pastJson: pastJson(past) }, select: { id: true } });
}

export type NewGap = Pick<RecordingGap, 'what' | 'fromMs' | 'toMs'> & { reason: Message };

/** Opens a gap (`toMs` null) or stores a whole one; the id closes it. */
export async function openGap(store: Store, runId: string, { reason, ...gap }: NewGap): Promise<number> {
  const data = {
    ...gap,
    runId,
    reason: english(reason),
    code: reason.code,
    dataJson: JSON.stringify(reason.data),
  };
  return (await store.recordingGap.create({ data, select: { id: true } })).id;
}

/** Closes a gap. */
export async function closeGap(store: Store, id: number, toMs: number): Promise<void> {
  await store.recordingGap.update({ where: { id }, data: { toMs } });
}

/** Closes all gaps of a run that has ended. */
export async function closeAllGaps(store: Store, runId: string, toMs: number): Promise<void> {
  await store.recordingGap.updateMany({ where: { runId, toMs: null }, data: { toMs } });
}

/** Stores lines of k6's log. */
export async function appendLog(store: Store, runId: string, lines: Omit<LogLine, 'id'>[]): Promise<void> {
  if (lines.length > 0) await store.logLine.createMany({ data: lines.map((line) => ({ ...line, runId })) });
}

/** The id of the last line of a run's log; 0: it has none. */
export async function lastLineOf(store: Store, runId: string): Promise<number> {
  const last = await store.logLine.findFirst({
    where: { runId },
    orderBy: { id: 'desc' },
    select: { id: true },
  });
  return last?.id ?? 0;
}

/** Lines of k6's log after the one with id `after`, at most `limit`. */
export async function readLog(store: Store, runId: string, after = 0, limit = 5000): Promise<LogLine[]> {
  return store.logLine.findMany({
    where: { runId, id: { gt: after } },
    orderBy: { id: 'asc' },
    take: limit,
    select: { id: true, atMs: true, level: true, text: true },
  });
}

/** Metrics that only the export needs: the parts of a request's time that no chart shows. */
const detailMetrics = [
  'http_req_blocked',
  'http_req_connecting',
  'http_req_tls_handshaking',
  'http_req_sending',
  'http_req_receiving',
  'data_sent',
  'data_received',
  'iteration_duration',
];

/**
 * All that a run recorded, in order. `detail` also gives the metrics that no chart shows; `since` (on the run's clock)
 * leaves out what concurrency and decisions were before.
 */
export async function readRecording(
  store: Store,
  runId: string,
  { detail = false, since }: { detail?: boolean; since?: number } = {},
): Promise<Recording> {
  const all = { where: { runId }, orderBy: { id: 'asc' as const }, omit: { runId: true as const } };
  const late = { ...all, where: { runId, ...(since === undefined ? {} : { atMs: { gte: since } }) } };
  // Points before series: a series that a point names is then always among those read.
  const pointRows = await store.metricPoint.findMany(all);
  const [seriesRows, podRows, concurrencyRows, decisionRows, gapRows, reportRows, run] = await Promise.all([
    store.metricSeries.findMany(all),
    store.podEvent.findMany(all),
    store.concurrencySample.findMany(late),
    store.decision.findMany(late),
    store.recordingGap.findMany(all),
    store.clusterReport.findMany(all),
    store.run.findUnique({ where: { id: runId }, select: { pastJson: true } }),
  ]);
  const past = run?.pastJson ? pastOfJson(run.pastJson) : null;
  const shown = seriesRows.filter((row) => detail || !detailMetrics.includes(row.metric));
  const shownIds = new Set(shown.map((row) => row.id));
  return {
    series: shown.map(({ tagsJson, type, unit, ...row }) => ({
      ...row,
      type: metricTypeSchema.parse(type),
      unit: unitOf(unit),
      tags: tagsSchema.parse(JSON.parse(tagsJson)),
    })),
    points: pointRows
      .filter((row) => shownIds.has(row.seriesId))
      .map((row) => ({ ...row, histogram: row.histogram === null ? null : decodeHistogram(row.histogram) })),
    podEvents: podRows.map((row) => podEventSchema.parse(row)),
    concurrency: concurrencyOf(concurrencyRows),
    decisions: decisionRows.map(decisionOfRow),
    ...(reportRows.length > 0
      ? {
          reports: reportRows.map(({ dataJson, ...row }) =>
            reportOf({ ...row, data: JSON.parse(dataJson) as object }),
          ),
        }
      : {}),
    gaps: gapRows.map(({ dataJson, ...row }) =>
      recordingGapSchema.parse({
        ...row,
        data: dataJson === null ? null : (JSON.parse(dataJson) as unknown),
      }),
    ),
    ...(past ? { past } : {}),
  };
}

/** What one series did in one second. */
export type SeriesPoint = Pick<MetricSeries, 'metric' | 'type' | 'unit' | 'tags'> &
  Pick<MetricPoint, 'atMs' | 'value' | 'histogram'>;

/** All points of a run in the order in which they were stored, in pieces of bounded size. */
export async function* pointsOf(store: Store, runId: string): AsyncGenerator<SeriesPoint[]> {
  const series = new Map<number, Pick<MetricSeries, 'metric' | 'type' | 'unit' | 'tags'>>();
  for (const { id, tagsJson, metric, type, unit } of await store.metricSeries.findMany({ where: { runId } }))
    series.set(id, {
      metric,
      type: metricTypeSchema.parse(type),
      unit: unitOf(unit),
      tags: tagsSchema.parse(JSON.parse(tagsJson)),
    });
  for (let after = 0; ;) {
    const rows = await store.metricPoint.findMany({
      where: { runId, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: pointsAtOnce,
    });
    const last = rows.at(-1);
    if (!last) return;
    after = last.id;
    yield rows.flatMap(({ seriesId, atMs, value, histogram }) => {
      const of = series.get(seriesId);
      return of ? [{ ...of, atMs, value, histogram: histogram && decodeHistogram(histogram) }] : [];
    });
  }
}

const pointsAtOnce = 5000;

function unitOf(unit: string): MetricSeries['unit'] {
  return unit === 'seconds' || unit === 'bytes' ? unit : 'none';
}

/** What was recorded of a service before a run; times on its own clock, whose zero is `originMs` (Unix ms). */
export type EarlierRecording = Pick<Recording, 'podEvents' | 'concurrency'> & { originMs: number };

/**
 * What the runs on the same service before this one, and the board that watches it, recorded of pods, and of the
 * concurrency from `samplesSinceUnixMs` on: those that ended after `sinceUnixMs`, the latest first.
 */
export async function readBefore(
  store: Store,
  options: {
    runId: string;
    service: Pick<Service, 'name' | 'namespace' | 'kubeContext'>;
    sinceUnixMs: number;
    samplesSinceUnixMs: number;
  },
): Promise<EarlierRecording[]> {
  const runs = await store.run.findMany({
    where: {
      id: { not: options.runId },
      serviceName: options.service.name,
      importedFrom: null,
      originMs: { not: null },
      // A board goes on while a run begins.
      OR: [{ endedAtMs: { gte: options.sinceUnixMs } }, { board: true, state: 'running' }],
    },
    select: { id: true, originMs: true, endedAtMs: true, serviceJson: true },
  });
  const { namespace, kubeContext } = options.service;
  const latest = runs
    .filter((run) => {
      // One of the same name may be in another cluster.
      const place = placeSchema.parse(JSON.parse(run.serviceJson));
      return place.namespace === namespace && (place.kubeContext ?? null) === kubeContext;
    })
    .sort((a, b) => (b.endedAtMs ?? Infinity) - (a.endedAtMs ?? Infinity));
  return Promise.all(
    latest.map(({ id, originMs }) => readRecordedOf(store, id, originMs ?? 0, options.samplesSinceUnixMs)),
  );
}

/** What a run whose zero is `originMs` has recorded of pods, and of the concurrency from `samplesSinceUnixMs` on. */
export async function readRecordedOf(
  store: Store,
  runId: string,
  originMs: number,
  samplesSinceUnixMs: number,
): Promise<EarlierRecording> {
  const all = { orderBy: { id: 'asc' as const }, omit: { runId: true as const } };
  const [podRows, concurrencyRows] = await Promise.all([
    store.podEvent.findMany({ ...all, where: { runId } }),
    store.concurrencySample.findMany({
      ...all,
      where: { runId, atMs: { gte: Math.floor(samplesSinceUnixMs - originMs) } },
    }),
  ]);
  return {
    originMs,
    podEvents: podRows.map((row) => podEventSchema.parse(row)),
    concurrency: concurrencyOf(concurrencyRows),
  };
}

/** The revision of the last pod of a run that is known to have one; null: none is. */
export async function newestRevision(store: Store, runId: string): Promise<string | null> {
  const row = await store.podEvent.findFirst({
    where: { runId, revision: { not: null } },
    orderBy: { id: 'desc' },
    select: { revision: true },
  });
  return row?.revision ?? null;
}
