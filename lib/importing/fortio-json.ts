import { z } from 'zod';
import {
  countSchema,
  fortioHistogramSchema,
  type FortioHistogram,
  type ImportNote,
} from '@/lib/model/import-facts';
import { type FileReader, type ImportedFile } from './reader';
import { messageOfIssue } from '@/lib/model/message';
import { limits } from '@/lib/model/limits';
import { importRefused, tooMany } from './refused';

const nsPerMs = 1e6;

const resultSchema = z.object({
  Labels: z.string().default(''),
  StartTime: z.string().optional(),
  RequestedQPS: z.union([z.string(), z.number().transform(String)]).default(''),
  RequestedDuration: z.union([z.string(), z.number().transform(String)]).default(''),
  ActualQPS: z.number(),
  /** Nanoseconds. */
  ActualDuration: countSchema,
  NumThreads: z.number().optional(),
  Version: z.string().optional(),
  DurationHistogram: fortioHistogramSchema,
  RetCodes: z.record(z.string(), countSchema).nullish(),
  URL: z.string().optional(),
  Destination: z.string().optional(),
});

/** Whether a text begins as a Fortio result does. */
export function isFortioStart(text: string): boolean {
  return text.startsWith('{') && /"(RunType|DurationHistogram)"/.test(text);
}

/** `fortio load -json FILE`: one result with a histogram of buckets and some percentiles, without times. */
export class FortioReader implements FileReader {
  private text = '';

  async read(pieces: AsyncIterable<string>): Promise<ImportedFile> {
    for await (const piece of pieces) {
      this.text += piece;
      if (this.text.length > limits.file.fortioCharacters)
        throw importRefused('problems.fortio-too-large', {}, 1);
    }
    return this.imported();
  }

  private imported(): ImportedFile {
    const result = this.parse();
    const histogram = result.DurationHistogram;
    if (result.ActualDuration > limits.file.spanMs * nsPerMs)
      throw importRefused('problems.import-span', {
        days: Math.ceil(result.ActualDuration / nsPerMs / 86_400_000),
        most: limits.file.spanMs / 86_400_000,
      });
    if (histogram.Count === 0) throw importRefused('problems.fortio-without-requests', {});
    const statuses = Object.entries(result.RetCodes ?? {}).map(([status, count]) => ({ status, count }));
    if (statuses.length > limits.file.statuses) throw tooMany('statuses');
    const failures = statuses.reduce((sum, { status, count }) => (isSuccess(status) ? sum : sum + count), 0);
    const notes: ImportNote[] = ['no-pods', 'no-times'];
    const percentile = (p: 50 | 90 | 95 | 99): number => {
      const own = histogram.Percentiles.find(({ Percentile }) => Percentile === p);
      if (!own) notes.push(`p${p}-from-buckets`);
      return (own?.Value ?? percentileOfBuckets(histogram, p)) * 1000;
    };
    const percentiles = {
      p50Ms: percentile(50),
      p90Ms: percentile(90),
      p95Ms: percentile(95),
      p99Ms: percentile(99),
    };
    const startedAtMs = Date.parse(result.StartTime ?? '');
    if (startedAtMs < 0 || startedAtMs > limits.file.latestMs)
      throw importRefused('problems.import-time', {});
    const spanMs = result.ActualDuration / nsPerMs;
    const durations = {
      count: histogram.Count,
      min: histogram.Min * 1000,
      avg: histogram.Avg * 1000,
      'p(50)': percentiles.p50Ms,
      'p(90)': percentiles.p90Ms,
      'p(95)': percentiles.p95Ms,
      'p(99)': percentiles.p99Ms,
      max: histogram.Max * 1000,
    };
    for (const { Percentile, Value } of histogram.Percentiles)
      Object.assign(durations, { [`p(${Percentile})`]: Value * 1000 });
    const settings = {
      Labels: result.Labels,
      RequestedQPS: result.RequestedQPS,
      RequestedDuration: result.RequestedDuration,
      NumThreads: result.NumThreads === undefined ? '' : `${result.NumThreads}`,
      URL: result.URL ?? result.Destination ?? '',
    };
    return {
      format: 'fortio-json',
      engine: 'fortio',
      toolVersion: result.Version ?? null,
      figures: {
        requests: histogram.Count,
        failures,
        requestsPerSecond: result.ActualQPS,
        ...percentiles,
        thresholdsMet: null,
      },
      minMs: durations.min,
      meanMs: durations.avg,
      maxMs: durations.max,
      startedAtMs: Number.isNaN(startedAtMs) ? null : startedAtMs,
      spanMs,
      statuses,
      target: result.URL ?? result.Destination ?? null,
      summary: {
        metrics: [
          { metric: 'http_req_duration', type: 'trend', contains: 'time', values: durations, thresholds: [] },
          {
            metric: 'http_req_failed',
            type: 'rate',
            contains: 'default',
            values: { rate: failures / histogram.Count, passes: failures, fails: histogram.Count - failures },
            thresholds: [],
          },
          {
            metric: 'http_reqs',
            type: 'counter',
            contains: 'default',
            values: { count: histogram.Count, rate: result.ActualQPS },
            thresholds: [],
          },
        ],
        checks: [],
        groups: [],
        testRunDurationMs: spanMs,
      },
      collected: null,
      withoutTimes: null,
      notes,
      settings: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== '')),
      histogram,
    };
  }

  private parse(): z.infer<typeof resultSchema> {
    let value: unknown;
    try {
      value = JSON.parse(this.text);
    } catch (error) {
      throw importRefused(
        'problems.fortio-not-json',
        { cause: error instanceof Error ? error.message : 'unreadable' },
        lineOfError(error, this.text),
      );
    }
    const result = resultSchema.safeParse(value);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw importRefused(
      'problems.fortio-wrong',
      { path: issue?.path.join('.') ?? '', error: messageOfIssue(issue) },
      lineOfKey(this.text, issue?.path),
    );
  }
}

/** Fortio's return codes: HTTP statuses, or gRPC health words; -1 is no answer. */
function isSuccess(status: string): boolean {
  const code = Number(status);
  return Number.isNaN(code) ? status === 'SERVING' || status === 'OK' : code >= 200 && code < 400;
}

/** A percentile (0 to 100) in seconds by Fortio's own rule: a straight line through the bucket in which it lies. */
export function percentileOfBuckets({ Data, Min, Max }: FortioHistogram, percentile: number): number {
  let before = 0;
  for (const [i, { Start, End, Percent }] of Data.entries()) {
    if (percentile > Percent && i < Data.length - 1) {
      before = Percent;
      continue;
    }
    const from = i === 0 ? Min : Start;
    const to = i === Data.length - 1 ? Max : End;
    const share = Percent > before ? (Math.min(percentile, Percent) - before) / (Percent - before) : 1;
    return from + share * (to - from);
  }
  return Max;
}

/** The line that JSON.parse stopped at, of its message's position. */
function lineOfError(error: unknown, text: string): number | null {
  const position = /position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  return position === undefined ? null : text.slice(0, Number(position)).split('\n').length;
}

function lineOfKey(text: string, path: readonly PropertyKey[] | undefined): number | null {
  const key = path?.findLast((part) => typeof part === 'string');
  const at = typeof key === 'string' ? text.indexOf(`"${key}"`) : -1;
  return at < 0 ? null : text.slice(0, at).split('\n').length;
}
