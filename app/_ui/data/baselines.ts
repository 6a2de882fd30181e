import { z } from 'zod';
import {
  regressionsSchema,
  runBaselineSchema,
  type RegressionVerdict,
  type RunBaseline,
} from '@/lib/model/trend';
import { getJson, sendJson } from './http';

/** The baseline of a run's script and service, and how the run stands against it. Throws ApiProblem. */
export async function getRunBaseline(id: string, signal?: AbortSignal): Promise<RunBaseline> {
  return getJson(`/api/runs/${id}/baseline`, runBaselineSchema, signal);
}

/** Makes a run the baseline of its script and service, or takes that back. Throws ApiProblem. */
export async function chooseBaseline(id: string, chosen: boolean): Promise<void> {
  if (chosen) await sendJson('PUT', `/api/runs/${id}/baseline`, undefined, runBaselineSchema);
  else await sendJson('DELETE', `/api/runs/${id}/baseline`, undefined, z.null());
}

/** How runs stand against their baselines, by id; runs without one are left out. Throws ApiProblem. */
export async function getRegressions(
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<Record<string, RegressionVerdict>> {
  return (
    await getJson(
      `/api/runs/regressions?ids=${ids.map(encodeURIComponent).join(',')}`,
      regressionsSchema,
      signal,
    )
  ).regressions;
}
