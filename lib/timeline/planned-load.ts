import { z } from 'zod';
import { durationMs } from './scenarios';

const durationSchema = z.string().transform((text, context) => {
  const ms = durationMs(text);
  if (ms === null) context.addIssue({ code: 'custom' });
  return ms ?? 0;
});
const stagesSchema = z.array(
  z.looseObject({
    duration: durationSchema.nullish().transform((ms) => ms ?? 0),
    target: z
      .number()
      .nullish()
      .transform((target) => target ?? 0),
  }),
);
const optional = <T>(schema: z.ZodType<T>, byDefault: T) =>
  schema.nullish().transform((value) => value ?? byDefault);
const common = {
  startTime: optional(durationSchema, 0),
  gracefulStop: optional(durationSchema, 30_000),
};
const iterations = {
  ...common,
  vus: optional(z.number(), 1),
  iterations: optional(z.number(), 1),
  maxDuration: optional(durationSchema, 600_000),
};
const arrivals = {
  ...common,
  timeUnit: optional(durationSchema, 1000),
  preAllocatedVUs: optional(z.number(), 0),
  maxVUs: z.number().nullish(),
};

/** k6's executors with their settings and defaults (k6's documentation, Scenarios, Executors). */
const scenarioSchema = z.discriminatedUnion('executor', [
  z.looseObject({ executor: z.literal('shared-iterations'), ...iterations }),
  z.looseObject({ executor: z.literal('per-vu-iterations'), ...iterations }),
  z.looseObject({
    executor: z.literal('constant-vus'),
    ...common,
    vus: optional(z.number(), 1),
    duration: durationSchema,
  }),
  z.looseObject({
    executor: z.literal('ramping-vus'),
    ...common,
    startVUs: optional(z.number(), 1),
    stages: optional(stagesSchema, []),
    gracefulRampDown: optional(durationSchema, 30_000),
  }),
  z.looseObject({
    executor: z.literal('constant-arrival-rate'),
    ...arrivals,
    rate: z.number(),
    duration: durationSchema,
  }),
  z.looseObject({
    executor: z.literal('ramping-arrival-rate'),
    ...arrivals,
    startRate: optional(z.number(), 0),
    stages: optional(stagesSchema, []),
  }),
  z.looseObject({
    executor: z.literal('externally-controlled'),
    ...common,
    vus: optional(z.number(), 1),
    maxVUs: z.number().nullish(),
    duration: optional(durationSchema, 0),
  }),
]);
type Scenario = z.infer<typeof scenarioSchema>;
const optionsSchema = z.looseObject({ scenarios: z.record(z.string(), scenarioSchema) });

/** A corner of a line, from the test's start. */
export interface LoadCorner {
  atMs: number;
  value: number;
}

/** What one scenario will ask for. */
export interface PlannedScenario {
  name: string;
  executor: Scenario['executor'];
  /** Users who each wait for their answer, or iterations that begin at a rate whatever becomes of those before. */
  drives: 'users' | 'arrivals';
  /** Users, or iterations a second: straight lines between corners, a jump where two are at one time, 0 outside. */
  corners: LoadCorner[];
  /** When it has ended at the latest, what may be under way then included; null: when somebody ends it. */
  latestEndMs: number | null;
  /** Users that it may have at most. */
  mostUsers: number;
  /** Whether its end is reckoned from how long a request takes, and not written in the script. */
  endsByIterations: boolean;
}

/** The load that a script's scenarios will make. */
export interface PlannedLoad {
  /** In the order in which they begin. */
  scenarios: PlannedScenario[];
  /** The end of the last scenario, without what may still be under way. */
  endMs: number;
  /** Null: when somebody ends it. */
  latestEndMs: number | null;
}

/** What is drawn of a scenario that nothing but somebody ends. */
const endlessMs = 60_000;

/**
 * The load that a script will make, by the options as `k6 inspect` gives them. `requestMs`, how long a request takes where
 * pods suffice, tells when iterations are done; null: not known, so they are drawn to their `maxDuration`. Null where k6
 * tells of an executor or a setting that is not known here.
 */
export function plannedLoad(
  options: Readonly<Record<string, unknown>>,
  requestMs: number | null,
): PlannedLoad | null {
  const parsed = optionsSchema.safeParse(options);
  if (!parsed.success) return null;
  const known = Object.entries(parsed.data.scenarios).map(([name, scenario]) => ({
    name,
    scenario,
    lengthMs: lengthOf(scenario, requestMs),
  }));
  const endMs = known.reduce(
    (last, { scenario, lengthMs }) => Math.max(last, scenario.startTime + (lengthMs ?? endlessMs)),
    0,
  );
  const scenarios = known
    .map(({ name, scenario, lengthMs }): PlannedScenario => {
      const { executor, startTime } = scenario;
      const toMs = lengthMs === null ? endMs : startTime + lengthMs;
      return {
        name,
        executor,
        drives: executor.endsWith('arrival-rate') ? 'arrivals' : 'users',
        corners: cornersOf(scenario, toMs),
        latestEndMs: latestEndOf(scenario),
        mostUsers: mostUsersOf(scenario),
        endsByIterations: 'iterations' in scenario,
      };
    })
    .sort((a, b) => (a.corners[0]?.atMs ?? 0) - (b.corners[0]?.atMs ?? 0));
  const latest = scenarios.map(({ latestEndMs }) => latestEndMs);
  return {
    scenarios,
    endMs,
    latestEndMs: latest.includes(null) ? null : Math.max(0, ...latest.map((ms) => ms ?? 0)),
  };
}

/** Null: until somebody ends it. */
function lengthOf(scenario: Scenario, requestMs: number | null): number | null {
  switch (scenario.executor) {
    case 'shared-iterations':
    case 'per-vu-iterations': {
      if (requestMs === null) return scenario.maxDuration;
      const each =
        scenario.executor === 'shared-iterations'
          ? Math.ceil(scenario.iterations / Math.max(1, scenario.vus))
          : scenario.iterations;
      return Math.min(scenario.maxDuration, each * requestMs);
    }
    case 'ramping-vus':
    case 'ramping-arrival-rate':
      return scenario.stages.reduce((sum, { duration }) => sum + duration, 0);
    case 'externally-controlled':
      return scenario.duration === 0 ? null : scenario.duration;
    default:
      return scenario.duration;
  }
}

function latestEndOf(scenario: Scenario): number | null {
  const longest = lengthOf(scenario, null);
  if (longest === null) return null;
  // k6 grants an externally controlled scenario no graceful stop.
  const grace = scenario.executor === 'externally-controlled' ? 0 : scenario.gracefulStop;
  return scenario.startTime + longest + grace;
}

function mostUsersOf(scenario: Scenario): number {
  switch (scenario.executor) {
    case 'ramping-vus':
      return Math.max(scenario.startVUs, ...scenario.stages.map(({ target }) => target));
    case 'constant-arrival-rate':
    case 'ramping-arrival-rate':
      return scenario.maxVUs ?? scenario.preAllocatedVUs;
    case 'externally-controlled':
      return scenario.maxVUs ?? scenario.vus;
    default:
      return scenario.vus;
  }
}

function cornersOf(scenario: Scenario, toMs: number): LoadCorner[] {
  const { startTime } = scenario;
  const level = (value: number): LoadCorner[] => [
    { atMs: startTime, value },
    { atMs: toMs, value },
  ];
  switch (scenario.executor) {
    case 'ramping-vus':
      return ramp(startTime, scenario.startVUs, scenario.stages);
    case 'constant-arrival-rate':
      return level((scenario.rate * 1000) / scenario.timeUnit);
    case 'ramping-arrival-rate': {
      const perSecond = 1000 / scenario.timeUnit;
      const stages = scenario.stages.map(({ duration, target }) => ({
        duration,
        target: target * perSecond,
      }));
      return ramp(startTime, scenario.startRate * perSecond, stages);
    }
    default:
      return level(scenario.vus);
  }
}

function ramp(
  startMs: number,
  first: number,
  stages: readonly { duration: number; target: number }[],
): LoadCorner[] {
  const corners = [{ atMs: startMs, value: first }];
  for (const { duration, target } of stages)
    corners.push({ atMs: corners.at(-1)!.atMs + duration, value: target });
  return corners;
}

/** What a line has just before and just after a moment; 0 outside. */
export function sidesAt(corners: readonly LoadCorner[], atMs: number): { before: number; after: number } {
  const next = corners.findIndex((corner) => corner.atMs >= atMs);
  const last = corners.findLastIndex((corner) => corner.atMs <= atMs);
  const a = corners[last];
  const b = corners[next];
  if (!a || !b) return { before: 0, after: 0 };
  if (next > last) {
    const value = a.value + ((b.value - a.value) * (atMs - a.atMs)) / (b.atMs - a.atMs);
    return { before: value, after: value };
  }
  return { before: next === 0 ? 0 : b.value, after: last === corners.length - 1 ? 0 : a.value };
}
