import { z } from 'zod';
import { decodeHistogram } from '@/lib/statistics/histogram/encode';
import { metricTypeSchema, type Decision, type MetricPoint, type MetricSeries } from '@/lib/model/recording';
import { type Store } from './client';
import { decisionOfRow } from './recording-rows';

const tagsSchema = z.record(z.string(), z.string());

/** All series of a run. */
export async function readSeries(store: Store, runId: string): Promise<MetricSeries[]> {
  const rows = await store.metricSeries.findMany({
    where: { runId },
    orderBy: { id: 'asc' },
    omit: { runId: true },
  });
  return rows.map(({ tagsJson, type, unit, ...row }) => ({
    ...row,
    type: metricTypeSchema.parse(type),
    unit: unit === 'seconds' || unit === 'bytes' ? unit : 'none',
    tags: tagsSchema.parse(JSON.parse(tagsJson)),
  }));
}

/** The points of some series whose time is in (fromMs, toMs]. */
export async function readPointsBetween(
  store: Store,
  seriesIds: number[],
  fromMs: number,
  toMs: number,
): Promise<Omit<MetricPoint, 'id'>[]> {
  const rows = await store.metricPoint.findMany({
    where: { seriesId: { in: seriesIds }, atMs: { gt: fromMs, lte: toMs } },
    select: { seriesId: true, atMs: true, value: true, histogram: true },
    orderBy: { id: 'asc' },
  });
  return rows.map((row) => ({
    ...row,
    histogram: row.histogram === null ? null : decodeHistogram(row.histogram),
  }));
}

/** Every tick's decision of a run, in order. */
export async function readDecisions(store: Store, runId: string): Promise<Decision[]> {
  const rows = await store.decision.findMany({
    where: { runId },
    orderBy: { id: 'asc' },
    omit: { runId: true },
  });
  return rows.map(decisionOfRow);
}
