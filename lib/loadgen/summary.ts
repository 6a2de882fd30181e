import { z } from 'zod';
import { type RunSummary } from '@/lib/timeline/run';

const groupSchema = z.object({
  name: z.string(),
  path: z.string(),
  get groups() {
    return z.record(z.string(), groupSchema);
  },
  checks: z.record(z.string(), z.object({ name: z.string(), path: z.string(), passes: z.number(), fails: z.number() })),
});
type Group = z.infer<typeof groupSchema>;
const exportSchema = z.object({
  metrics: z.record(z.string(), z.record(z.string(), z.union([z.number(), z.record(z.string(), z.boolean())]))),
  root_group: groupSchema,
});

/** k6's `--summary-export` file as data: exact totals, thresholds with verdicts, checks and groups. Times in ms. */
export function parseSummary(text: string, testRunDurationMs: number): RunSummary {
  const { metrics, root_group: root } = exportSchema.parse(JSON.parse(text));
  return {
    testRunDurationMs,
    metrics: Object.entries(metrics).map(([metric, fields]) => {
      const values = Object.fromEntries(Object.entries(fields).flatMap(([key, value]) => (typeof value === 'number' ? [[key, value]] : [])));
      const verdicts = fields.thresholds;
      return {
        metric,
        type: typeOf(values),
        contains: /^(http_req_|iteration_duration|group_duration)/.test(metric) && 'p(95)' in values ? 'time' : /^data_/.test(metric) ? 'data' : 'default',
        values,
        // The file says whether a threshold was crossed: true is the failure.
        thresholds: typeof verdicts === 'object' ? Object.entries(verdicts).map(([source, crossed]) => ({ source, ok: !crossed })) : [],
      };
    }),
    checks: checksOf(root),
    groups: groupsOf(root),
  };
}

function typeOf(values: Record<string, number>): 'counter' | 'gauge' | 'rate' | 'trend' {
  if ('passes' in values) return 'rate';
  if ('avg' in values) return 'trend';
  return 'count' in values ? 'counter' : 'gauge';
}

function checksOf(group: Group): RunSummary['checks'] {
  return [...Object.values(group.checks).map(({ name, path, passes, fails }) => ({ name, path, passes, fails })), ...Object.values(group.groups).flatMap(checksOf)];
}

function groupsOf(group: Group): RunSummary['groups'] {
  return Object.values(group.groups).flatMap((child) => [{ name: child.name, path: child.path }, ...groupsOf(child)]);
}
