import { z } from 'zod';
import { configProblemSchema, type ConfigRefusal } from '@/lib/model/config-problem';
import { code, messageOfIssue } from '@/lib/model/message';
import { type Demand } from './demand';
import { type ReplayFigures, replayFiguresSchema } from './figures';
import { type ReplayOptions, Replayer } from './replay';
import {
  configureWhatIf,
  type WhatIfBase,
  type WhatIfField,
  whatIfFields,
  type WhatIfSettings,
  whatIfSettingsSchema,
} from './settings';

export const mostSweepPoints = 20_000;

/** A grid over one to three settings, every combination of their values. */
export const sweepGridSchema = z
  .array(
    z.object({
      field: z.enum(whatIfFields),
      values: z.array(z.union([z.number(), z.string()])).min(1, code('validation.axis-empty')),
    }),
  )
  .min(1, code('validation.no-axis'))
  .max(3, code('validation.too-many-axes'))
  .refine(
    (axes) => new Set(axes.map(({ field }) => field)).size === axes.length,
    code('validation.axis-twice'),
  )
  .refine((axes) => axes.reduce((points, { values }) => points * values.length, 1) <= mostSweepPoints, {
    error: code('validation.too-many-combinations'),
    params: { most: mostSweepPoints },
  });
export type SweepGrid = z.infer<typeof sweepGridSchema>;

/** One configuration of a sweep: its figures, or why Knative would refuse it. */
export const sweepPointSchema = z.union([
  z.object({ index: z.number().int(), settings: whatIfSettingsSchema, figures: replayFiguresSchema }),
  z.object({
    index: z.number().int(),
    settings: whatIfSettingsSchema,
    problems: z.array(configProblemSchema),
  }),
]);
export type SweepPoint = z.infer<typeof sweepPointSchema>;
/** A point as it is replayed: what is refused has its code, and no words yet. */
export type ReplayedPoint =
  | Exclude<SweepPoint, { problems: unknown }>
  | (Pick<SweepPoint, 'index' | 'settings'> & { problems: ConfigRefusal[] });

/** Everything that a sweep needs: plain data, so that a worker thread can be handed it. */
export interface SweepJob {
  demand: Demand;
  base: WhatIfBase;
  options: ReplayOptions;
  /** Settings that hold for every point. */
  settings: WhatIfSettings;
  grid: SweepGrid;
}

export function sweepSize(grid: SweepGrid): number {
  return grid.reduce((points, { values }) => points * values.length, 1);
}

/** The settings of point `index` of a grid; the last axis turns fastest. */
export function settingsAt(grid: SweepGrid, index: number): Record<string, number | string> {
  const settings: Record<string, number | string> = {};
  let rest = index;
  for (const { field, values } of [...grid].reverse()) {
    settings[field] = values[rest % values.length]!;
    rest = Math.floor(rest / values.length);
  }
  return settings;
}

/**
 * Replays points `from` (included) to `to` (excluded) of a sweep, one a step, so that the caller can show progress,
 * stop, or share the range among threads. Every point is replayed with the same drawn pod starts.
 */
export function* sweep(
  job: SweepJob,
  from = 0,
  to = sweepSize(job.grid),
): Generator<ReplayedPoint, void, undefined> {
  const replayer = new Replayer(job.demand, job.options);
  for (let index = from; index < to; index++) {
    const merged = { ...job.settings, ...settingsAt(job.grid, index) };
    const parsed = whatIfSettingsSchema.safeParse(merged);
    if (!parsed.success) {
      const problems = parsed.error.issues.map((issue) => ({
        annotation: issue.path.join('.'),
        value: String(merged[issue.path[0] as WhatIfField] ?? ''),
        ...messageOfIssue(issue),
      }));
      yield { index, settings: merged, problems };
      continue;
    }
    const settings = parsed.data;
    const { config, problems } = configureWhatIf(job.base, settings);
    if (problems.length > 0) yield { index, settings, problems };
    else yield { index, settings, figures: replayer.figures(config, settings) };
  }
}

export type Objective = 'podSeconds' | 'underCapacitySeconds' | 'p99WaitMs' | 'cost';

export function objectiveOf(figures: ReplayFigures, objective: Objective): number {
  return objective === 'p99WaitMs' ? figures.waitMs.p99 : figures[objective];
}

/**
 * The points that no other beats on both objectives (less is better), in rising order of the first. Of points equal
 * on both the earliest is kept.
 */
export function paretoFront<P extends { index: number; figures: ReplayFigures }>(
  points: readonly P[],
  first: Objective,
  second: Objective,
): P[] {
  const sorted = [...points].sort(
    (a, b) =>
      objectiveOf(a.figures, first) - objectiveOf(b.figures, first) ||
      objectiveOf(a.figures, second) - objectiveOf(b.figures, second) ||
      a.index - b.index,
  );
  const front: P[] = [];
  let least = Infinity;
  for (const point of sorted) {
    const value = objectiveOf(point.figures, second);
    if (value >= least) continue;
    least = value;
    front.push(point);
  }
  return front;
}
