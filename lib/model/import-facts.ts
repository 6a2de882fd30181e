import { z } from 'zod';
import { code } from './message';
import { metricPointSchema, metricSeriesSchema } from './recording';

export const importFormatSchema = z.enum(['hey-csv', 'k6-json', 'k6-csv', 'fortio-json']);
export type ImportFormat = z.infer<typeof importFormatSchema>;

/** What a reader of an imported run has to know: what its file lacks, and what was worked out. */
export const importNoteSchema = z.enum([
  'no-pods',
  'no-times',
  'no-offsets',
  'no-statuses',
  'no-start',
  'seconds-only',
  'no-types',
  'no-errors',
  'most-rows',
  'p50-from-buckets',
  'p90-from-buckets',
  'p95-from-buckets',
  'p99-from-buckets',
  'thresholds-judged',
  'thresholds-unknown',
  'cut-off',
  'series-overflow',
  'percentiles-from-histogram',
]);
export type ImportNote = z.infer<typeof importNoteSchema>;

/** A whole number; Nighthawk writes those of 64 bits as text, as protobuf's JSON does. */
export const countSchema = z.union([
  z.number(),
  z.string().regex(/^\d+$/, code('validation.no-whole-number')).transform(Number),
]);

/** Fortio's own buckets and percentiles, in seconds, as its result has them; Nighthawk gives a percentile as a share of one. */
export const fortioHistogramSchema = z.object({
  Count: countSchema,
  Min: z.number(),
  Max: z.number(),
  Sum: z.number(),
  Avg: z.number(),
  StdDev: z.number(),
  Data: z
    .array(z.object({ Start: z.number(), End: z.number(), Percent: z.number(), Count: countSchema }))
    .min(1),
  Percentiles: z
    .array(z.object({ Percentile: z.number(), Value: z.number() }))
    .nullish()
    .transform((list) => {
      const share = (list ?? []).every(({ Percentile }) => Percentile <= 1);
      return (list ?? []).map(({ Percentile, Value }) => ({
        Percentile: share ? Percentile * 100 : Percentile,
        Value,
      }));
    }),
});
export type FortioHistogram = z.infer<typeof fortioHistogramSchema>;

/**
 * The requests of a file that does not say when each began: whole, by status and by part of the time. They are kept
 * beside the recording, since a row in it would be in some second.
 */
export const withoutTimesSchema = z.object({
  series: z.array(metricSeriesSchema),
  points: z.array(metricPointSchema.pick({ seriesId: true, value: true, histogram: true })),
});
export type WithoutTimes = z.infer<typeof withoutTimesSchema>;

/** Kept in an imported run's options as `import`. */
export const importFactsSchema = z.object({
  format: importFormatSchema,
  file: z.string(),
  notes: z.array(importNoteSchema),
  /** What the tool itself says of its run, such as its threads; for the page, as it is. */
  settings: z.record(z.string(), z.string()),
  histogram: fortioHistogramSchema.nullable(),
  /** Null for a file with times, and for one that has nothing but `histogram`; none in runs of an older Scaletrace. */
  withoutTimes: withoutTimesSchema.nullish(),
});
export type ImportFacts = z.infer<typeof importFactsSchema>;

/** The facts of an imported run; null for a run that was made here. */
export function importFactsOf(options: Record<string, unknown>): ImportFacts | null {
  const facts = importFactsSchema.safeParse(options.import);
  return facts.success ? facts.data : null;
}

/** A run's options as they are shown: of an imported run what its tool says of itself, and not all that its file holds. */
export function shownOptions(options: Record<string, unknown>): Record<string, unknown> {
  const facts = importFactsOf(options);
  return facts ? { format: facts.format, ...facts.settings } : options;
}

/** Whether a run comes from a file without times: nothing of it can be drawn over time. */
export function hasNoTimes(options: Record<string, unknown>): boolean {
  const notes = importFactsOf(options)?.notes ?? [];
  return notes.includes('no-times') || notes.includes('no-offsets');
}
