import { z } from 'zod';
import { type Run } from '@/lib/model/run';
import { durationMs } from '@/lib/timeline/scenarios';

const scenarioSchema = z.looseObject({
  executor: z.string(),
  iterations: z.number().nullish(),
  vus: z.number().nullish(),
  startTime: z.string().nullish(),
  duration: z.string().nullish(),
  stages: z.array(z.looseObject({ duration: z.string() })).nullish(),
});
const optionsSchema = z.looseObject({
  scenarios: z.record(z.string(), scenarioSchema).nullish(),
  iterations: z.number().nullish(),
  duration: z.string().nullish(),
  stages: z.array(z.looseObject({ duration: z.string() })).nullish(),
});

export interface RunProgress {
  /** From 0 to 1. */
  share: number;
  /** Iterations, where the script runs a fixed number of them. */
  iterations: { done: number; total: number } | null;
}

/** How far a run is, by its iterations where their number is fixed, else by time; null where neither is known. */
export function progressOf(
  run: Pick<Run, 'options' | 'loadStartMs' | 'loadEndMs' | 'state'>,
  iterationsDone: number,
  nowMs: number,
): RunProgress | null {
  const parsed = optionsSchema.safeParse(run.options);
  if (!parsed.success || run.loadStartMs === null) return null;
  const scenarios = Object.values(parsed.data.scenarios ?? {});
  const fixed =
    fixedIterations(scenarios) ?? (scenarios.length === 0 ? (parsed.data.iterations ?? null) : null);
  if (fixed !== null && fixed > 0)
    return { share: Math.min(1, iterationsDone / fixed), iterations: { done: iterationsDone, total: fixed } };
  const lengths =
    scenarios.length > 0
      ? scenarios.map((scenario) => addStart(scenario.startTime, lengthOf(scenario)))
      : [lengthOf(parsed.data)];
  if (lengths.some((length) => length === null)) return null;
  const totalMs = Math.max(...lengths.map(Number));
  return totalMs > 0
    ? {
        share: Math.min(1, Math.max(0, ((run.loadEndMs ?? nowMs) - run.loadStartMs) / totalMs)),
        iterations: null,
      }
    : null;
}

function fixedIterations(scenarios: readonly z.infer<typeof scenarioSchema>[]): number | null {
  if (scenarios.length === 0) return null;
  let total = 0;
  for (const { executor, iterations, vus } of scenarios) {
    if (executor === 'shared-iterations') total += iterations ?? 1;
    else if (executor === 'per-vu-iterations') total += (iterations ?? 1) * (vus ?? 1);
    else return null;
  }
  return total;
}

function lengthOf({
  duration,
  stages,
}: {
  duration?: string | null | undefined;
  stages?: { duration: string }[] | null | undefined;
}): number | null {
  if (stages && stages.length > 0) {
    const lengths = stages.map((stage) => durationMs(stage.duration));
    return lengths.includes(null) ? null : lengths.reduce<number>((sum, ms) => sum + ms!, 0);
  }
  return duration ? durationMs(duration) : null;
}

function addStart(startTime: string | null | undefined, lengthMs: number | null): number | null {
  return lengthMs === null ? null : lengthMs + (startTime ? (durationMs(startTime) ?? 0) : 0);
}
