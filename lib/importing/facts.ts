import { z } from 'zod';
import { code } from '@/lib/model/message';
import { runSchema } from '@/lib/model/run';

export const importFormatSchema = z.enum(['hey-csv', 'k6-json', 'k6-csv', 'fortio-json']);
export type ImportFormat = z.infer<typeof importFormatSchema>;

/** What a reader of an imported run has to know: what its file lacks, and what was worked out. */
export const importNoteSchema = z.enum([
  'no-pods',
  'no-times',
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

/** Kept in an imported run's options as `import`. */
export const importFactsSchema = z.object({
  format: importFormatSchema,
  file: z.string(),
  notes: z.array(importNoteSchema),
  /** What the tool itself says of its run, such as its threads; for the page, as it is. */
  settings: z.record(z.string(), z.string()),
  histogram: fortioHistogramSchema.nullable(),
});
export type ImportFacts = z.infer<typeof importFactsSchema>;

/** The facts of an imported run; null for a run that was made here. */
export function importFactsOf(options: Record<string, unknown>): ImportFacts | null {
  const facts = importFactsSchema.safeParse(options.import);
  return facts.success ? facts.data : null;
}

/** What was recognised in a file, before it is saved. Durations in ms. */
export const importPreviewSchema = z.object({
  format: importFormatSchema,
  tool: z.string(),
  toolVersion: z.string().nullable(),
  lines: z.number(),
  bytes: z.number(),
  requests: z.number(),
  failures: z.number(),
  requestsPerSecond: z.number().nullable(),
  /** Unix ms; null where the file does not say. */
  startedAtMs: z.number().nullable(),
  spanMs: z.number(),
  minMs: z.number().nullable(),
  meanMs: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p90Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  maxMs: z.number().nullable(),
  statuses: z.array(z.object({ status: z.string(), count: z.number() })),
  /** The address that was loaded, where the file says. */
  target: z.string().nullable(),
  /** Seconds with their own histogram. */
  seconds: z.number(),
  series: z.number(),
  thresholds: z.array(z.object({ metric: z.string(), source: z.string(), ok: z.boolean() })),
  notes: z.array(importNoteSchema),
});
export type ImportPreview = z.infer<typeof importPreviewSchema>;

/** What the user says of a file, beside what it says itself. */
export const importRequestSchema = z.strictObject({
  /** `1` keeps it as a run; `0` only says what is in it. */
  save: z.enum(['0', '1']).default('0'),
  /** The file's name. */
  file: z.string().trim().min(1).max(300).default('upload'),
  name: z.string().trim().max(200).default(''),
  /** A registered service that was loaded, so that the run joins its trend. */
  service: z.string().max(100).default(''),
  /** The name of the script whose runs it joins; the tool's name unless given. */
  script: z.string().trim().max(200).default(''),
  /** Separated by commas. */
  tags: z
    .string()
    .max(1000)
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    )
    .pipe(
      z.array(z.string().max(50, code('validation.tag-too-long'))).max(20, code('validation.too-many-tags')),
    ),
  /** When the load began, Unix ms: for a file that does not say. */
  startedAtMs: z.coerce.number().min(0).max(8.64e15).optional(),
});
export type ImportRequest = z.infer<typeof importRequestSchema>;

/** The answer of an import: `run` is null until it is kept. */
export const importAnswerSchema = z.object({ preview: importPreviewSchema, run: runSchema.nullable() });
