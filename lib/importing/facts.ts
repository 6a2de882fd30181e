import { z } from 'zod';
import { importFormatSchema, importNoteSchema } from '@/lib/model/import-facts';
import { code } from '@/lib/model/message';
import { protocolSchema } from '@/lib/model/protocol';
import { metricThresholdSchema, runSchema } from '@/lib/model/run';

/** What was recognised in a file, before it is saved. Durations in ms. */
export const importPreviewSchema = z.object({
  format: importFormatSchema,
  tool: z.string(),
  toolVersion: z.string().nullable(),
  lines: z.number(),
  bytes: z.number(),
  /** What its requests are. */
  protocols: z.array(protocolSchema),
  requests: z.number(),
  /** Null where the file does not say which requests failed. */
  failures: z.number().nullable(),
  requestsPerSecond: z.number().nullable(),
  /** Unix ms; null where the file does not say. */
  startedAtMs: z.number().nullable(),
  /** Null where the file does not say how long the load was. */
  spanMs: z.number().nullable(),
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
  thresholds: z.array(metricThresholdSchema),
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
