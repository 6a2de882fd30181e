import { z } from 'zod';
import { code } from './message';
import { runFiguresSchema, runStateSchema } from './run';

/** What the test of a regression looks at: two places of the histograms, and the failures. */
export const testedFigures = ['p50', 'p95', 'failures'] as const;
export type TestedFigure = (typeof testedFigures)[number];

const name = z.string().trim().min(1).max(200);
/** Query of `GET /api/trends`; without them the script and service with the newest run. */
export const trendQuerySchema = z.object({ service: name.optional(), script: name.optional() });
export type TrendQuery = z.infer<typeof trendQuerySchema>;

const verdictSchema = z.object({
  /** False: one of the runs is too short. */
  tested: z.boolean(),
  worse: z.array(z.enum(testedFigures)),
});
export type RegressionVerdict = z.infer<typeof verdictSchema>;

export const trendRunSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: runStateSchema,
  startedAtMs: z.number(),
  namespace: z.string(),
  figures: runFiguresSchema,
  isBaseline: z.boolean(),
  /** Against the baseline; null: there is none, it is this run, or this run has not ended. */
  regression: verdictSchema.nullable(),
});
export type TrendRun = z.infer<typeof trendRunSchema>;

export const trendSchema = z.object({
  pairs: z.array(z.object({ serviceName: z.string(), scriptName: z.string(), runs: z.number() })),
  /** The script and service shown; null: there is no run at all. */
  serviceName: z.string().nullable(),
  scriptName: z.string().nullable(),
  /** In the order of time; only the newest of many. */
  runs: z.array(trendRunSchema),
});
export type Trend = z.infer<typeof trendSchema>;

export const runBaselineSchema = z.object({
  /** The run that this one is held against; null: none is chosen for its script and service. */
  baseline: z.object({ runId: z.string(), name: z.string() }).nullable(),
  regression: verdictSchema.nullable(),
});
export type RunBaseline = z.infer<typeof runBaselineSchema>;

/** The runs that are asked for, as ids with commas between. */
export const regressionsQuerySchema = z.object({
  ids: z
    .string()
    .transform((text) => text.split(',').filter((id) => id !== ''))
    .pipe(
      z
        .array(z.string().max(100))
        .min(1, code('validation.no-runs'))
        .max(100, code('validation.too-many-runs')),
    ),
});

/** By run id: only runs that have a baseline and are not one themselves. */
export const regressionsSchema = z.object({ regressions: z.record(z.string(), verdictSchema) });
