import { z } from 'zod';
import { pastSchema, type PastSecond, type RecordedPast } from '@/lib/model/recording';

const sources = pastSchema.shape.seconds.element.shape.from.options;
const rowSchema = z.object({
  revision: z.string().nullable(),
  known: z.boolean(),
  /** `[atMs, value, readyPods, from]`, the last by its place in `sources`: a window of an hour is thousands of them. */
  seconds: z.array(z.tuple([z.number(), z.number(), z.number(), z.number().int()])),
});

/** What was taken for the past of a load, as it is stored: each second a few numbers. */
export function pastJson(past: readonly RecordedPast[]): string {
  return JSON.stringify(
    past.map(({ seconds, ...rest }) => ({
      ...rest,
      seconds: seconds.map(({ atMs, value, readyPods, from }) => [
        atMs,
        value,
        readyPods,
        sources.indexOf(from),
      ]),
    })),
  );
}

/** The same, read again. */
export function pastOfJson(json: string): RecordedPast[] {
  return z
    .array(rowSchema)
    .parse(JSON.parse(json))
    .map(({ seconds, ...rest }) => ({
      ...rest,
      seconds: seconds.map(([atMs, value, readyPods, from]): PastSecond => ({
        atMs,
        value,
        readyPods,
        from: sources[from] ?? 'idle',
      })),
    }));
}
