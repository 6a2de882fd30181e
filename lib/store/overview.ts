import { z } from 'zod';
import { decodeHistogram, encodeHistogram } from '@/lib/statistics/histogram/encode';
import { columnMetrics, columnOfPush, startOfColumn, type RequestColumn } from '@/lib/timeline/columns';
import { type Overview } from '@/lib/timeline/overview';
import {
  protocolColumns,
  protocolMetrics,
  protocolSeries,
  type ProtocolColumn,
} from '@/lib/timeline/protocol-columns';
import {
  type Cell,
  flagCell,
  numberCell,
  oneOf,
  orNull,
  packedRows,
  textCell,
} from '@/lib/timeline/packed-rows';
import {
  concurrencySourceSchema,
  decisionOf,
  decisionPartSchema,
  happenedMs,
  metricTypeSchema,
  podEventSchema,
  recordingGapSchema,
} from '@/lib/model/recording';
import { runningThresholdSchema } from '@/lib/model/running-threshold';
import { type Store } from './client';
import { reportOf } from './cluster-reports';
import { dialectOf, type Dialect } from './dialect';

const cursorKeys = ['columns', 'podEvents', 'concurrency', 'decisions', 'log', 'protocol'] as const;
/**
 * The last row of each kind that a page has seen; it resumes from it. A page is sent no reports of the cluster, only what
 * is made of them: its text says nothing of them.
 */
export type OverviewCursor = Record<(typeof cursorKeys)[number] | 'reports', number>;

export const startOfOverview: OverviewCursor = {
  columns: 0,
  podEvents: 0,
  concurrency: 0,
  decisions: 0,
  reports: 0,
  log: 0,
  protocol: 0,
};

/** A cursor as a short text for an event's id. */
export function formatOverviewCursor(cursor: OverviewCursor): string {
  return cursorKeys.map((key) => cursor[key]).join('.');
}

/** The cursor in a text, or null if it is none. */
export function parseOverviewCursor(text: string): OverviewCursor | null {
  const numbers = text.split('.').map(Number);
  if (numbers.length !== cursorKeys.length || !numbers.every((n) => Number.isSafeInteger(n) && n >= 0))
    return null;
  const given = Object.fromEntries(cursorKeys.map((key, i) => [key, numbers[i]]));
  return { ...startOfOverview, ...given };
}

export type ColumnData = Omit<RequestColumn, 'id' | 'pushes' | 'requests'>;

/** A column as its row. */
export function columnRow(
  runId: string,
  { fromMs, toMs, counts, failures, iterations, durations }: ColumnData,
) {
  return {
    runId,
    fromMs,
    toMs,
    ok: counts['2xx'],
    redirected: counts['3xx'],
    refused: counts['4xx'],
    failed: counts['5xx'],
    unanswered: counts.none,
    unknown: counts.unknown,
    failures,
    iterations,
    durations: durations === null ? null : new Uint8Array(encodeHistogram(durations)),
  };
}

/** A run's columns and the page made of them go; they are made again when they are next read. For whoever changes the points of a run that has ended. */
export async function dropColumns(store: Store, runId: string): Promise<void> {
  await store.$transaction([
    store.requestColumn.deleteMany({ where: { runId } }),
    store.runPageRecord.deleteMany({ where: { runId } }),
  ]);
}

/** The page of an ended run that was kept in this version's form, as JSON; null if there is none. */
export async function findKeptPage(store: Store, runId: string, version: number): Promise<string | null> {
  return (
    (await store.runPageRecord.findFirst({ where: { runId, version }, select: { json: true } }))?.json ?? null
  );
}

/** Keeps the page of an ended run. */
export async function keepPage(store: Store, runId: string, version: number, json: string): Promise<void> {
  await store.runPageRecord.upsert({
    where: { runId },
    create: { runId, version, json },
    update: { version, json },
  });
}

/** How many columns a run has: one a push. */
export function countColumns(store: Store, runId: string): Promise<number> {
  return store.requestColumn.count({ where: { runId } });
}

/** Makes the columns of a run that has none from its points: one that was imported, thinned, or recorded before there were columns. False: it has no points. */
export async function makeColumns(store: Store, runId: string, loadStartMs: number | null): Promise<boolean> {
  const series = await store.metricSeries.findMany({
    where: { runId, metric: { in: [...columnMetrics] } },
    select: { id: true, metric: true, tagsJson: true },
  });
  const bySeries = new Map(
    series.map(({ id, metric, tagsJson }) => [id, { metric, tags: tagsSchema.parse(JSON.parse(tagsJson)) }]),
  );
  const pushes = new Map<number, Parameters<typeof columnOfPush>[0][number][]>();
  const moments = await store.metricPoint.findMany({
    where: { runId },
    distinct: ['atMs'],
    orderBy: { atMs: 'asc' },
    select: { atMs: true },
  });
  for (const { atMs } of moments) pushes.set(atMs, []);
  const points = await store.metricPoint.findMany({
    where: { runId, seriesId: { in: [...bySeries.keys()] } },
    orderBy: { id: 'asc' },
    select: { seriesId: true, atMs: true, value: true, histogram: true },
  });
  for (const { seriesId, atMs, value, histogram } of points)
    pushes.get(atMs)?.push({
      ...bySeries.get(seriesId)!,
      value,
      histogram: histogram === null ? null : decodeHistogram(histogram),
    });
  let beforeMs: number | null = null;
  const rows = [...pushes].map(([toMs, push]) => {
    const column = columnOfPush(push, startOfColumn(toMs, beforeMs, loadStartMs), toMs);
    beforeMs = toMs;
    return columnRow(runId, column);
  });
  if (rows.length === 0) return false;
  await store.$transaction([
    store.requestColumn.deleteMany({ where: { runId } }),
    store.requestColumn.createMany({ data: rows }),
  ]);
  return true;
}

const tagsSchema = z.record(z.string(), z.string());
const n = numberCell;
const t = textCell;
const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
const objectCell: Cell<object> = { is: isObject, json: { type: 'object' } };
const shares: Cell<Record<string, number>> = {
  is: (value): value is Record<string, number> =>
    isObject(value) && Object.values(value).every((one) => typeof one === 'number'),
  json: { type: 'object' },
};
const flagSchema = z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1);
const nullable = z.number().nullable();
/** A large run has some ten thousand of pod events and reports: `packedRows` looks at them by plain loops. */
const rowsSchema = z.object({
  columns: packedRows([n, n, n, n, n, n, n, n, n, n, n, t]),
  podEvents: packedRows([
    n,
    n,
    orNull(n),
    oneOf(podEventSchema.shape.type.options),
    t,
    t,
    oneOf(podEventSchema.shape.phase.options),
    orNull(t),
    orNull(t),
  ]),
  concurrency: packedRows([
    n,
    n,
    oneOf(concurrencySourceSchema.options),
    orNull(n),
    orNull(n),
    n,
    flagCell,
    orNull(shares),
  ]),
  decisions: z.array(
    z.tuple([
      z.number().int(),
      z.number(),
      flagSchema,
      z.number(),
      z.number(),
      z.number(),
      nullable,
      nullable,
      flagSchema,
      z.string(),
      z.record(z.string(), z.unknown()),
      decisionPartSchema.nullable(),
    ]),
  ),
  gaps: z.array(
    z.tuple([
      z.number().int(),
      recordingGapSchema.shape.what,
      z.number(),
      nullable,
      z.string(),
      z.string().nullable(),
      z.string().nullable(),
    ]),
  ),
  checks: z.array(z.tuple([tagsSchema, nullable])),
  thresholds: z.array(runningThresholdSchema),
  reports: packedRows([n, n, orNull(n), t, objectCell]),
});

export interface OverviewRead {
  /** With every second, none merged. */
  overview: Overview;
  cursor: OverviewCursor;
}

/** A second's reading covers this long (ms). */
const sampleMs = 1000;

/** When the last row of a run's requests, pods, concurrency and decisions is: `endOfOverview`, without the overview. */
export async function endOfRecorded(store: Store, runId: string): Promise<number> {
  const last = { where: { runId }, orderBy: { id: 'desc' } } as const;
  const atMs = { atMs: true } as const;
  const [column, pod, sample, decision] = await Promise.all([
    store.requestColumn.findFirst({ ...last, select: { toMs: true } }),
    store.podEvent.findFirst({ ...last, select: { ...atMs, serverAtMs: true } }),
    store.concurrencySample.findFirst({ ...last, select: atMs }),
    store.decision.findFirst({ ...last, select: atMs }),
  ]);
  return Math.max(0, column?.toMs ?? 0, pod ? happenedMs(pod) : 0, sample?.atMs ?? 0, decision?.atMs ?? 0);
}

/**
 * What a run recorded after a cursor as its page draws it (gaps, checks and thresholds: all, since they change later). One
 * statement reads everything, so that it is of one moment.
 */
export async function readOverview(
  store: Store,
  runId: string,
  since: OverviewCursor = startOfOverview,
): Promise<OverviewRead> {
  const [row] = await store.$queryRawUnsafe<Record<keyof z.input<typeof rowsSchema>, string>[]>(
    overviewSql(dialectOf(store)),
    runId,
    since.columns,
    since.podEvents,
    since.concurrency,
    since.decisions,
    since.reports,
  );
  const read = rowsSchema.parse(
    Object.fromEntries(Object.entries(row ?? {}).map(([name, json]) => [name, JSON.parse(json) as unknown])),
  );
  const protocol = await readProtocol(store, runId, since.protocol);
  const columns = read.columns.map(
    ([
      columnId,
      fromMs,
      toMs,
      ok,
      redirected,
      refused,
      failed,
      none,
      unknown,
      failures,
      iterations,
      hex,
    ]): RequestColumn => ({
      id: columnId,
      fromMs,
      toMs,
      pushes: 1,
      counts: { '2xx': ok, '3xx': redirected, '4xx': refused, '5xx': failed, none, unknown },
      requests: ok + redirected + refused + failed + none + unknown,
      failures,
      iterations,
      durations: hex === '' ? null : decodeHistogram(Buffer.from(hex, 'hex')),
    }),
  );
  return {
    overview: {
      columns,
      podEvents: read.podEvents.map(
        ([eventId, atMs, serverAtMs, type, uid, name, phase, reason, revision]) => ({
          id: eventId,
          atMs: happenedMs({ atMs, serverAtMs }),
          type,
          uid,
          name,
          phase,
          reason,
          revision,
        }),
      ),
      concurrency: read.concurrency.map(
        ([sampleId, atMs, source, active, waiting, total, instant, byRevision]) => ({
          id: sampleId,
          atMs,
          fromMs: instant === 1 ? atMs : atMs - sampleMs,
          source,
          active,
          waiting,
          total,
          instant: instant === 1,
          ...(byRevision ? { byRevision } : {}),
        }),
      ),
      decisions: read.decisions.map((row) => decisionOf(...row)),
      decisionCount: read.decisions.length,
      gaps: read.gaps.map(([gapId, what, fromMs, toMs, reason, code, dataJson]) => ({
        id: gapId,
        what,
        fromMs,
        toMs,
        reason,
        code,
        data: dataJson === null ? null : recordingGapSchema.shape.data.parse(JSON.parse(dataJson)),
      })),
      checks: read.checks.flatMap(([tags, share]) =>
        tags.check ? [{ name: tags.check, path: `${tags.group ?? ''}::${tags.check}`, share }] : [],
      ),
      ...(read.thresholds.length > 0 ? { thresholds: read.thresholds } : {}),
      ...(protocol.length > 0 ? { protocol } : {}),
      series: [],
      points: [],
      ...(read.reports.length > 0
        ? {
            reports: read.reports.map(([reportId, atMs, serverAtMs, kind, data]) =>
              reportOf({ id: reportId, atMs, serverAtMs, kind, data }),
            ),
          }
        : {}),
    },
    cursor: {
      columns: columns.at(-1)?.id ?? since.columns,
      podEvents: read.podEvents.at(-1)?.[0] ?? since.podEvents,
      concurrency: read.concurrency.at(-1)?.[0] ?? since.concurrency,
      decisions: read.decisions.at(-1)?.[0] ?? since.decisions,
      reports: read.reports.at(-1)?.[0] ?? since.reports,
      log: since.log,
      protocol: protocol.at(-1)?.id ?? since.protocol,
    },
  };
}

/** What a run's protocols did after a point's id. A push is stored whole or not at all, so no column is a part of one. */
async function readProtocol(store: Store, runId: string, afterId: number): Promise<ProtocolColumn[]> {
  const rows = await store.metricSeries.findMany({
    where: { runId, metric: { in: [...protocolMetrics] } },
    select: { id: true, metric: true, tagsJson: true },
  });
  const series = rows.map(({ id, metric, tagsJson }) => ({
    id,
    metric,
    tags: tagsSchema.parse(JSON.parse(tagsJson)),
  }));
  const ids = protocolSeries(series);
  if (ids.length === 0) return [];
  const points = await store.metricPoint.findMany({
    where: { seriesId: { in: ids }, id: { gt: afterId } },
    orderBy: { id: 'asc' },
    select: { id: true, seriesId: true, atMs: true, value: true, histogram: true },
  });
  return protocolColumns(
    series,
    points.map(({ histogram, ...point }) => ({
      ...point,
      histogram: histogram === null ? null : decodeHistogram(histogram),
    })),
  );
}

/** The first and last point of each series of these metrics: when they were recorded. */
export async function readExtremes(
  store: Store,
  runId: string,
  metrics: readonly string[],
): Promise<Pick<Overview, 'series' | 'points'>> {
  const rows = await store.metricSeries.findMany({
    where: { runId, metric: { in: [...metrics] } },
    orderBy: { id: 'asc' },
    omit: { runId: true },
  });
  const points = await Promise.all(
    rows.flatMap(({ id: seriesId }) =>
      (['asc', 'desc'] as const).map((atMs) =>
        store.metricPoint.findFirst({
          where: { seriesId },
          orderBy: { atMs },
          select: { id: true, seriesId: true, atMs: true, value: true },
        }),
      ),
    ),
  );
  return {
    series: rows.map(({ tagsJson, type, unit, ...row }) => ({
      ...row,
      type: metricTypeSchema.parse(type),
      unit: unit === 'seconds' || unit === 'bytes' ? unit : 'none',
      tags: tagsSchema.parse(JSON.parse(tagsJson)),
    })),
    points: points.flatMap((point) => (point ? [{ ...point, histogram: null }] : [])),
  };
}

/** Everything by one statement; its values are the run and the ids of the last rows that are known. */
const overviewSql = ({ cell, value, jsonRows }: Dialect): string => {
  const rowsOf = (name: string, fields: string[], table: string, since?: number): string =>
    `${jsonRows(
      fields.map((field) => (/^\w+$/.test(field) ? `"${field}"` : field)),
      `"${table}"`,
      `"runId" = ${value(1)}${since === undefined ? '' : ` AND "id" > ${value(since)}`}`,
    )} AS "${name}"`;
  const { number, bytes, json, flag } = cell;
  const share = `(SELECT "id", "tagsJson", (SELECT "value" FROM "MetricPoint" WHERE "seriesId" = "MetricSeries"."id" AND "value" IS NOT NULL ORDER BY "atMs" DESC LIMIT 1) AS "share"
    FROM "MetricSeries" WHERE "runId" = ${value(1)} AND "metric" = 'checks') AS checked`;
  return `SELECT
  ${rowsOf('columns', ['id', 'fromMs', 'toMs', 'ok', 'redirected', 'refused', 'failed', 'unanswered', 'unknown', 'failures', 'iterations', bytes('durations')], 'RequestColumn', 2)},
  ${rowsOf('podEvents', ['id', 'atMs', 'serverAtMs', 'type', 'uid', 'name', 'phase', 'reason', 'revision'], 'PodEvent', 3)},
  ${rowsOf('concurrency', ['id', 'atMs', 'source', number('active'), number('waiting'), number('total'), flag('instant'), json('byRevisionJson')], 'ConcurrencySample', 4)},
  ${rowsOf('decisions', ['id', 'atMs', flag('valid'), 'readyPods', 'desiredPods', 'replicas', number('stableAverage'), number('panicAverage'), flag('panicMode'), 'boundBy', json('reasonJson'), json('partJson')], 'Decision', 5)},
  ${rowsOf('gaps', ['id', 'what', 'fromMs', 'toMs', 'reason', 'code', 'dataJson'], 'RecordingGap')},
  ${rowsOf('reports', ['id', 'atMs', 'serverAtMs', 'kind', json('dataJson')], 'ClusterReport', 6)},
  ${jsonRows([json('tagsJson'), number('share')], share, 'TRUE')} AS "checks",
  COALESCE((SELECT "thresholdsNowJson" FROM "Run" WHERE "id" = ${value(1)} AND "endedAtMs" IS NULL), '[]') AS "thresholds"`;
};
