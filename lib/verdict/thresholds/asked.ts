import { z } from 'zod';
import { durationMs } from '@/lib/timeline/scenarios';

/** One rule of a script's `thresholds`. */
export interface AskedThreshold {
  /** As the script writes it: a metric, with tags in braces where it is about a part of it. */
  name: string;
  source: string;
  /** Whether the load ends where it is crossed. */
  abortOnFail: boolean;
  /** The load does not end before it has lasted longer than this; null: from its beginning on. */
  delayAbortMs: number | null;
}

const ruleSchema = z.union([
  z.string(),
  z.object({
    threshold: z.string(),
    abortOnFail: z.boolean().nullish(),
    delayAbortEval: z.string().nullish(),
  }),
]);
const optionsSchema = z.object({
  thresholds: z.record(z.string(), z.array(ruleSchema)).nullish(),
  systemTags: z.array(z.string()).nullish(),
});

/** The thresholds of a script's options as `k6 inspect` gives them; none where they have another shape. */
export function askedThresholds(options: Record<string, unknown>): AskedThreshold[] {
  const { data } = optionsSchema.safeParse(options);
  return Object.entries(data?.thresholds ?? {}).flatMap(([name, rules]) =>
    rules.map((rule) => {
      const { threshold, abortOnFail, delayAbortEval } =
        typeof rule === 'string' ? { threshold: rule, abortOnFail: false, delayAbortEval: null } : rule;
      return {
        name,
        source: threshold,
        abortOnFail: abortOnFail ?? false,
        delayAbortMs: delayAbortEval ? durationMs(delayAbortEval) : null,
      };
    }),
  );
}

/** k6's own tags that a script can leave out, and those that no series ever has (metrics/system_tag.go). */
const systemTags = [
  'proto',
  'subproto',
  'status',
  'method',
  'url',
  'name',
  'group',
  'check',
  'error',
  'error_code',
  'tls_version',
  'scenario',
  'service',
  'expected_response',
  'ocsp_status',
  'ip',
];
const neverInSeries = ['iter', 'vu'];

/** Which of k6's own tags the samples of a script's run do not have, by its options. */
export function tagsLeftOut(options: Record<string, unknown>): string[] {
  const kept = optionsSchema.safeParse(options).data?.systemTags;
  return [...neverInSeries, ...(kept ? systemTags.filter((tag) => !kept.includes(tag)) : [])];
}
