import { z } from 'zod';
import { packedCorrelationSchema, unpackCorrelation } from '@/lib/timeline/correlation-encode';
import { distributionSchema, type Distribution, type DistributionQuery } from '@/lib/timeline/distribution';
import { k6MetricsSchema, type K6Metrics } from '@/lib/timeline/k6-metrics';
import { packedOverviewSchema, unpackOverview } from '@/lib/timeline/overview-encode';
import { type OverviewRange } from '@/lib/timeline/overview';
import { decisionSchema, type Decision } from '@/lib/model/recording';
import { runListItemSchema, runSchema, type Run, type RunListItem, type StartRun } from '@/lib/model/run';
import { getJson, sendJson } from './http';

export const logLineSchema = z.object({
  id: z.number(),
  atMs: z.number(),
  level: z.string(),
  text: z.string(),
});
export type LogLine = z.infer<typeof logLineSchema>;

const runAnswer = z.object({ run: runSchema });
export const overviewEventSchema = z.object({
  overview: packedOverviewSchema.transform(unpackOverview),
  correlation: packedCorrelationSchema.transform(unpackCorrelation).nullable(),
  cursor: z.string(),
});
export const runEventSchema = runAnswer;
export const logEventSchema = z.object({ lines: z.array(logLineSchema) });
export const overviewAnswer = overviewEventSchema.extend({ run: runSchema });

export async function startRun(body: StartRun): Promise<Run> {
  return (await sendJson('POST', '/api/runs', body, runAnswer)).run;
}

export async function stopRun(id: string, mode: 'graceful' | 'kill'): Promise<Run> {
  return (await sendJson('POST', `/api/runs/${id}/stop`, { mode }, runAnswer)).run;
}

export async function editRun(
  id: string,
  edit: { name?: string; notes?: string; tags?: string[]; pinned?: boolean },
): Promise<Run> {
  return (await sendJson('PATCH', `/api/runs/${id}`, edit, runAnswer)).run;
}

const idsAnswer = z.object({ ids: z.array(z.string()) });

/** Deletes runs that have ended; for an hour they can be restored. Returns those that were deleted. */
export async function deleteRuns(ids: readonly string[]): Promise<string[]> {
  return (await sendJson('POST', '/api/runs/delete', { ids }, idsAnswer)).ids;
}

/** Takes a deletion back. Returns the runs that are back. */
export async function restoreRuns(ids: readonly string[]): Promise<string[]> {
  return (await sendJson('POST', '/api/runs/restore', { ids }, idsAnswer)).ids;
}

/** Adds tags to runs and takes others off. */
export async function tagRuns(
  ids: readonly string[],
  change: { add?: string[]; remove?: string[] },
): Promise<void> {
  await sendJson('POST', '/api/runs/tags', { ids, ...change }, idsAnswer);
}

/** The tags in use, most used first. */
export async function getTags(): Promise<string[]> {
  return (await getJson('/api/runs/tags', z.object({ tags: z.array(z.string()) }))).tags;
}

export async function getOverview(
  basePath: string,
  range: OverviewRange | null,
  signal?: AbortSignal,
): Promise<z.infer<typeof overviewAnswer>> {
  return getJson(
    `${basePath}/overview${range ? `?fromMs=${range.fromMs}&toMs=${range.toMs}` : ''}`,
    overviewAnswer,
    signal,
  );
}

export async function getLog(basePath: string, after: number, signal?: AbortSignal): Promise<LogLine[]> {
  return (await getJson(`${basePath}/log?after=${after}`, logEventSchema, signal)).lines;
}

export async function getDistribution(
  basePath: string,
  query: DistributionQuery,
  signal?: AbortSignal,
): Promise<Distribution> {
  const params = new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
  return getJson(`${basePath}/range?${params.toString()}`, distributionSchema, signal);
}

const decisionsAnswer = z.object({ decisions: z.array(decisionSchema) });

export async function getDecisions(basePath: string, signal?: AbortSignal): Promise<Decision[]> {
  return (await getJson(`${basePath}/decisions`, decisionsAnswer, signal)).decisions;
}

export async function getK6Metrics(basePath: string, signal?: AbortSignal): Promise<K6Metrics> {
  return getJson(`${basePath}/metrics`, k6MetricsSchema, signal);
}

export async function getRecentRuns(pageSize: number): Promise<RunListItem[]> {
  return (await getJson(`/api/runs?pageSize=${pageSize}`, z.object({ runs: z.array(runListItemSchema) })))
    .runs;
}

/** Runs whose words match, the newest first. */
export async function findRuns(text: string, pageSize: number, signal?: AbortSignal): Promise<RunListItem[]> {
  return (
    await getJson(
      `/api/runs?${new URLSearchParams({ q: text, pageSize: String(pageSize) }).toString()}`,
      z.object({ runs: z.array(runListItemSchema) }),
      signal,
    )
  ).runs;
}
