import { z } from 'zod';
import { type Run } from '@/lib/model/run';

const stagesSchema = z.array(z.looseObject({ duration: z.string(), target: z.number() })).nullish();
const scenarioSchema = z.looseObject({
  executor: z.string(),
  startTime: z.string().nullish(),
  vus: z.number().nullish(),
  startVUs: z.number().nullish(),
  iterations: z.number().nullish(),
  rate: z.number().nullish(),
  startRate: z.number().nullish(),
  timeUnit: z.string().nullish(),
  duration: z.string().nullish(),
  stages: stagesSchema,
});
const optionsSchema = z.looseObject({ scenarios: z.record(z.string(), scenarioSchema).nullish() });

/** What one scenario of a run was to do; a figure that its executor does not have is null. */
export interface ScenarioAsked {
  name: string;
  executor: string;
  /** When it begins, from the load's start. */
  startMs: number;
  /** Virtual users; of a ramp the most. */
  vus: number | null;
  /** Iterations in all (of `per-vu-iterations`: of each user). */
  iterations: number | null;
  /** Iterations begun a second; of a ramp the most. */
  perSecond: number | null;
  durationMs: number | null;
}

/** k6's duration (`1m30s`, `500ms`) in ms; null if it is none. */
export function durationMs(text: string): number | null {
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join('') !== text) return null;
  return parts.reduce((sum, [, value, unit]) => sum + Number(value) * units[unit!]!, 0);
}

/** The scenarios in a run's options as k6 consolidated them, in the order in which they start; none where they cannot be read. */
export function scenariosAsked(options: Run['options']): ScenarioAsked[] {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) return [];
  const startMs = ({ startTime }: z.infer<typeof scenarioSchema>): number =>
    startTime ? (durationMs(startTime) ?? 0) : 0;
  const inOrder = Object.entries(parsed.data.scenarios ?? {}).sort(([, a], [, b]) => startMs(a) - startMs(b));
  return inOrder.map(([name, scenario]) => {
    const targets = scenario.stages?.map((stage) => stage.target) ?? [];
    const arrivals = scenario.executor.endsWith('arrival-rate');
    const unitMs = (scenario.timeUnit ? durationMs(scenario.timeUnit) : null) ?? 1000;
    const rate = scenario.rate ?? (targets.length > 0 ? Math.max(scenario.startRate ?? 0, ...targets) : null);
    const lengths =
      scenario.stages?.map((stage) => durationMs(stage.duration)) ??
      (scenario.duration ? [durationMs(scenario.duration)] : []);
    return {
      name,
      executor: scenario.executor,
      startMs: startMs(scenario),
      vus: arrivals
        ? null
        : (scenario.vus ?? (targets.length > 0 ? Math.max(scenario.startVUs ?? 0, ...targets) : null)),
      iterations: scenario.iterations ?? null,
      perSecond: arrivals && rate !== null ? rate / (unitMs / 1000) : null,
      durationMs:
        lengths.length === 0 || lengths.includes(null)
          ? null
          : lengths.reduce<number>((sum, ms) => sum + ms!, 0),
    };
  });
}
