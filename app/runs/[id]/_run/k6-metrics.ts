import { type Recording } from '@/lib/timeline/recording';
import { type RunSummary } from '@/lib/timeline/run';

/** The order in which a trend's values are shown, in k6's names. */
export const valueOrder = ['count', 'min', 'avg', 'med', 'p(50)', 'p(90)', 'p(95)', 'p(99)', 'p(99.9)', 'max'] as const;

const builtIn = /^(http_req|iteration|data_|vus|checks$|group_duration$|dropped_iterations$|ws_|grpc_|browser_)/;

/** Whether k6 itself makes this metric (also with tags in braces). */
export function isBuiltIn(metric: string): boolean {
  return builtIn.test(metric.replace(/\{.*$/, ''));
}

export interface ValueFormats {
  ms: (value: number) => string;
  bytes: (value: number) => string;
  number: (value: number) => string;
  share: (value: number) => string;
}

/** One value of a metric in the unit that it has. */
export function valueText(metric: Pick<RunSummary['metrics'][number], 'type' | 'contains' | 'values'>, key: string, formats: ValueFormats): string {
  const value = metric.values[key];
  if (value === undefined) return '–';
  if (key === 'count' && metric.type === 'trend') return formats.number(value);
  if (metric.type === 'rate' && key === 'rate') return formats.share(value);
  if (metric.contains === 'time') return formats.ms(value);
  if (metric.contains === 'data') return key === 'rate' ? `${formats.bytes(value)}/s` : formats.bytes(value);
  return key === 'rate' ? `${formats.number(value)}/s` : formats.number(value);
}

/**
 * Checks as counted so far, by name. A rate's point carries a share for its second only, so a check's passes and
 * fails are known before the end only where the recording has counts of them.
 */
export function liveChecks(recording: Recording): RunSummary['checks'] {
  const names = new Set(recording.series.filter(({ metric }) => metric === 'checks').flatMap(({ tags }) => (tags.check ? [tags.check] : [])));
  return [...names].map((name) => {
    const ids = new Set(recording.series.filter(({ metric, tags }) => metric === 'checks' && tags.check === name).map(({ id }) => id));
    const shares = recording.points.flatMap((point) => (ids.has(point.seriesId) && point.value !== null ? [point.value] : []));
    return { name, path: name, passes: shares.filter((share) => share === 1).length, fails: shares.filter((share) => share < 1).length };
  });
}
