import { type RunSummary } from '@/lib/model/run';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type SeriesValues } from './ingest';

type SummaryMetric = RunSummary['metrics'][number];

/**
 * The summary of a load by those of its runners: counts add up, `min` and `max` are exact, and so is `avg`; percentiles are
 * those of all values as they were recorded, to a bucket's width, and left out where these are not all. No runner has judged
 * a threshold. A gauge's value is the last runner's, but for users, which add up.
 */
export function mergeSummaries(
  summaries: readonly RunSummary[],
  values: readonly SeriesValues[],
): RunSummary {
  const testRunDurationMs = Math.max(...summaries.map((one) => one.testRunDurationMs));
  const names = new Set(summaries.flatMap(({ metrics }) => metrics.map(({ metric }) => metric)));
  const interrupted = summaries.map(({ interruptedIterations }) => interruptedIterations ?? 0);
  return {
    metrics: [...names].sort().map((name) =>
      mergeMetric(
        summaries.flatMap(({ metrics }) => metrics.filter(({ metric }) => metric === name)),
        values,
        testRunDurationMs / 1000,
      ),
    ),
    checks: mergeChecks(summaries.flatMap(({ checks }) => checks)),
    groups: [
      ...new Map(summaries.flatMap(({ groups }) => groups).map((group) => [group.path, group])).values(),
    ],
    testRunDurationMs,
    interruptedIterations: interrupted.reduce((sum, count) => sum + count, 0),
    runners: summaries.length,
  };
}

function mergeMetric(
  parts: readonly SummaryMetric[],
  recorded: readonly SeriesValues[],
  seconds: number,
): SummaryMetric {
  const { metric, type, contains } = parts[0]!;
  const of = (name: string): number[] =>
    parts.flatMap(({ values }) => (values[name] === undefined ? [] : [values[name]]));
  const sum = (name: string): number => of(name).reduce((total, value) => total + value, 0);
  const merged = (): Record<string, number> => {
    switch (type) {
      case 'counter':
        return { count: sum('count'), rate: seconds > 0 ? sum('count') / seconds : 0 };
      case 'rate': {
        const [passes, fails] = [sum('passes'), sum('fails')];
        return { rate: passes + fails > 0 ? passes / (passes + fails) : 0, passes, fails };
      }
      case 'gauge':
        return /^vus(_max)?$/.test(metric)
          ? { value: sum('value'), min: sum('min'), max: sum('max') }
          : { value: of('value').at(-1) ?? 0, min: Math.min(...of('min')), max: Math.max(...of('max')) };
      case 'trend':
        return trendOf(parts, recorded);
    }
  };
  return { metric, type, contains, values: merged(), thresholds: [] };
}

function trendOf(parts: readonly SummaryMetric[], recorded: readonly SeriesValues[]): Record<string, number> {
  const told = parts.filter(({ values }) => (values.count ?? 0) > 0);
  const { metric, contains, values: known } = parts[0]!;
  const count = told.reduce((sum, { values }) => sum + values.count!, 0);
  if (count === 0) return known;
  const all = mergeHistograms(recorded.filter(isOf(metric)).map(({ histogram }) => histogram));
  const [min, max] = [
    Math.min(...told.map(({ values }) => values.min!)),
    Math.max(...told.map(({ values }) => values.max!)),
  ];
  const scale = contains === 'time' ? 1000 : 1;
  const figure = (name: string): number | null => {
    if (name === 'count') return count;
    if (name === 'min') return min;
    if (name === 'max') return max;
    if (name === 'avg') return told.reduce((sum, { values }) => sum + values.avg! * values.count!, 0) / count;
    const share = name === 'med' ? 0.5 : Number(/^p\((.+)\)$/.exec(name)?.[1]) / 100;
    if (Number.isNaN(share) || all.count !== count) return null;
    return Math.min(max, Math.max(min, quantile(all, share) * scale));
  };
  return Object.fromEntries(
    Object.keys(known).flatMap((name) => {
      const value = figure(name);
      return value === null ? [] : [[name, value]];
    }),
  );
}

/** Whether values are a metric's, or a sub-metric's: `http_req_duration{status:200,name:x}` has those with these tags. */
function isOf(name: string): (values: SeriesValues) => boolean {
  const [, metric = name, tags = ''] = /^([^{]+)\{(.*)\}$/.exec(name) ?? [];
  const asked = tags.split(',').flatMap((tag) => {
    const at = tag.indexOf(':');
    const bare = (text: string): string => text.trim().replace(/^(["'])(.*)\1$/, '$2');
    return tag.trim() === ''
      ? []
      : [[bare(at < 0 ? tag : tag.slice(0, at)), bare(at < 0 ? '' : tag.slice(at + 1))]];
  });
  return (values) =>
    values.metric === metric && asked.every(([tag, value]) => (values.tags[tag!] ?? '') === value);
}

function mergeChecks(checks: RunSummary['checks']): RunSummary['checks'] {
  const merged = new Map<string, RunSummary['checks'][number]>();
  for (const check of checks) {
    const known = merged.get(check.path);
    merged.set(
      check.path,
      known ? { ...known, passes: known.passes + check.passes, fails: known.fails + check.fails } : check,
    );
  }
  return [...merged.values()];
}
