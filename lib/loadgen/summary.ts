import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type IterationCounts } from './k6-output';
import { checkResultSchema, runSummarySchema, type RunSummary } from '@/lib/model/run';

type SummaryMetric = RunSummary['metrics'][number];

/** The percentiles and counts that every run's summary has, beside those that its script asks for. */
export const summaryTrendStats = [
  'avg',
  'min',
  'med',
  'max',
  'p(50)',
  'p(90)',
  'p(95)',
  'p(99)',
  'count',
] as const;

/** The summary with the iterations that k6 broke off, which its file does not tell. */
export function withIterations(summary: RunSummary, counts: IterationCounts | null): RunSummary {
  return counts === null ? summary : { ...summary, interruptedIterations: counts.interrupted };
}

const groupSchema = z.object({
  name: z.string(),
  path: z.string(),
  get groups() {
    return z.record(z.string(), groupSchema);
  },
  checks: z.record(z.string(), checkResultSchema),
});
const exportSchema = z.object({
  root_group: groupSchema,
  metrics: z.record(z.string(), z.looseObject({ thresholds: z.record(z.string(), z.boolean()).optional() })),
});
type Group = z.infer<typeof groupSchema>;

/**
 * The summary in what `k6 run --summary-export` writes. That form leaves out two things, which are worked out:
 * a metric's type, from the names of its values, and the test's duration, from a counter's count and rate.
 * Throws a ZodError or SyntaxError if it is not such a file.
 * @param unitOf what a metric's values are, where it is known otherwise (the ingest knows it of every trend)
 */
export function parseSummary(
  json: string,
  unitOf: (metric: string) => 'seconds' | 'bytes' | 'none' | null = () => null,
): RunSummary {
  const exported = exportSchema.parse(JSON.parse(json));
  const metrics = Object.entries(exported.metrics).map(
    ([metric, { thresholds = {}, ...rest }]): SummaryMetric => {
      const values = z.record(z.string(), z.number()).parse(rest);
      const type = typeOf(values);
      // k6 calls a rate's share `value` here and `rate` everywhere else.
      if (type === 'rate') Object.assign(values, { rate: values.value });
      if (type === 'rate') delete values.value;
      return {
        metric,
        type,
        contains: containsOf(metric, type, unitOf),
        values,
        // The file says whether a threshold was crossed, not whether it held.
        thresholds: Object.entries(thresholds).map(([source, crossed]) => ({ source, ok: !crossed })),
      };
    },
  );
  metrics.sort((a, b) => (a.metric < b.metric ? -1 : 1));
  const groups = groupsBelow(exported.root_group);
  return runSummarySchema.parse({
    metrics,
    checks: [exported.root_group, ...groups].flatMap((group) => Object.values(group.checks)),
    groups: groups.map(({ name, path }) => ({ name, path })),
    testRunDurationMs: durationOf(metrics),
  });
}

/** `parseSummary` of a file; null if k6 ended without writing it, as it does when it is killed. */
export async function readSummary(
  path: string,
  unitOf?: (metric: string) => 'seconds' | 'bytes' | 'none' | null,
): Promise<RunSummary | null> {
  let json: string;
  try {
    json = await readFile(/* turbopackIgnore: true */ path, 'utf8');
  } catch {
    return null;
  }
  return parseSummary(json, unitOf);
}

function groupsBelow(group: Group): Group[] {
  return Object.values(group.groups).flatMap((child) => [child, ...groupsBelow(child)]);
}

function typeOf(values: Record<string, number>): SummaryMetric['type'] {
  if ('passes' in values && 'fails' in values) return 'rate';
  if ('value' in values) return 'gauge';
  return 'rate' in values ? 'counter' : 'trend';
}

const timeTrends =
  /^(http_req_(duration|blocked|connecting|tls_handshaking|sending|waiting|receiving)|iteration_duration|group_duration|grpc_req_duration|ws_(connecting|session_duration|ping)|browser_(web_vital_(?!cls)\w+|http_req_duration))$/;

function containsOf(
  metric: string,
  type: SummaryMetric['type'],
  unitOf: (metric: string) => 'seconds' | 'bytes' | 'none' | null,
): string {
  const base = metric.replace(/\{.*$/, '');
  const unit = unitOf(base);
  if (unit === 'seconds' || (unit === null && type === 'trend' && timeTrends.test(base))) return 'time';
  return unit === 'bytes' || /^data_(sent|received)$/.test(base) ? 'data' : 'default';
}

function durationOf(metrics: readonly SummaryMetric[]): number {
  for (const { type, values } of metrics) {
    if (type === 'counter' && values.count && values.rate) return (values.count / values.rate) * 1000;
  }
  return 0;
}
