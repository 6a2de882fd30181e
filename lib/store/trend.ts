import { requestMetrics } from '@/lib/timeline/protocols';
import { decodeHistogram } from '@/lib/statistics/histogram/encode';
import { protocolSchema, type Protocol } from '@/lib/model/protocol';
import { metricTypeSchema, type Recording } from '@/lib/model/recording';
import { type VerdictShown } from '@/lib/model/verdict';
import { serviceSchema, type RunFigures, type RunState } from '@/lib/model/run';
import { z } from 'zod';
import { type BaselineScope } from './baselines';
import { type Store } from './client';
import { type RunModel } from './generated/models';
import { toFigures } from './runs';
import { toVerdictShown } from './verdicts';

/** A script and a service that runs were made of, and how many. */
export interface TrendPair {
  serviceName: string;
  scriptName: string;
  runs: number;
}

/** Each script and service that has runs, the one with the newest run first. */
export async function listTrendPairs(store: Store): Promise<TrendPair[]> {
  const groups = await store.run.groupBy({
    by: ['serviceName', 'scriptName'],
    where: { deletedAtMs: null, board: false, originMs: { not: null } },
    _count: true,
    _max: { createdAtMs: true },
    orderBy: { _max: { createdAtMs: 'desc' } },
  });
  return groups.map(({ serviceName, scriptName, _count }) => ({ serviceName, scriptName, runs: _count }));
}

export interface TrendRow extends BaselineScope {
  id: string;
  name: string;
  state: RunState;
  startedAtMs: number;
  ended: boolean;
  thinnedStepMs: number | null;
  figures: RunFigures;
  protocols: Protocol[];
  verdict: VerdictShown | null;
}

const namespaceSchema = serviceSchema.pick({ namespace: true });

// Figures only: what is large in a run's row is not read.
const omit = {
  scriptText: true,
  summaryJson: true,
  autoscalingJson: true,
  optionsJson: true,
  envJson: true,
  notes: true,
  verdictJson: true,
} as const;

/** The newest runs of a script and service that have begun, at most `limit`, in the order of time. */
export async function listTrendRuns(
  store: Store,
  { serviceName, scriptName }: Pick<BaselineScope, 'serviceName' | 'scriptName'>,
  limit: number,
): Promise<TrendRow[]> {
  const rows = await store.run.findMany({
    where: { serviceName, scriptName, deletedAtMs: null, board: false, originMs: { not: null } },
    orderBy: [{ createdAtMs: 'desc' }, { id: 'asc' }],
    take: limit,
    omit,
  });
  return rows.reverse().map(toTrendRow);
}

/** Runs by their ids, those that have begun. */
export async function listTrendRunsById(store: Store, ids: readonly string[]): Promise<TrendRow[]> {
  return (
    await store.run.findMany({
      where: { id: { in: [...ids] }, deletedAtMs: null, originMs: { not: null } },
      omit,
    })
  ).map(toTrendRow);
}

function toTrendRow(row: Omit<RunModel, keyof typeof omit>): TrendRow {
  return {
    id: row.id,
    name: row.name,
    state: row.state as RunState,
    startedAtMs: row.originMs ?? row.createdAtMs,
    ended: row.endedAtMs !== null,
    namespace: namespaceSchema.parse(JSON.parse(row.serviceJson)).namespace,
    serviceName: row.serviceName,
    scriptName: row.scriptName,
    thinnedStepMs: row.thinnedStepMs,
    figures: toFigures(row),
    protocols: z.array(protocolSchema).parse(JSON.parse(row.protocolsJson)),
    verdict: toVerdictShown(row.verdictShownJson),
  };
}

const tagsSchema = z.record(z.string(), z.string());

/** Only a run's requests and their durations, second by second. */
export async function readLoad(store: Store, runId: string): Promise<Pick<Recording, 'series' | 'points'>> {
  const series = await store.metricSeries.findMany({
    where: { runId, metric: { in: [...requestMetrics] } },
  });
  const points = await store.metricPoint.findMany({
    where: { seriesId: { in: series.map(({ id }) => id) } },
    orderBy: { id: 'asc' },
  });
  return {
    series: series.map(({ id, metric, type, unit, tagsJson }) => ({
      id,
      metric,
      type: metricTypeSchema.parse(type),
      unit: unit === 'seconds' ? 'seconds' : 'none',
      tags: tagsSchema.parse(JSON.parse(tagsJson)),
    })),
    points: points.map(({ runId: _run, histogram, ...row }) => ({
      ...row,
      histogram: histogram === null ? null : decodeHistogram(histogram),
    })),
  };
}
