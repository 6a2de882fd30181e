import { type CheckShare } from '@/lib/timeline/overview';
import { type RunSummary } from '@/lib/model/run';

/** The order in which a trend's values are shown, in k6's names. */
export const valueOrder = [
  'count',
  'min',
  'avg',
  'med',
  'p(50)',
  'p(90)',
  'p(95)',
  'p(99)',
  'p(99.9)',
  'max',
] as const;

export interface ValueFormats {
  ms: (value: number) => string;
  bytes: (value: number) => string;
  number: (value: number) => string;
  share: (value: number) => string;
}

/** One value of a metric in the unit that it has. */
export function valueText(
  metric: Pick<RunSummary['metrics'][number], 'type' | 'contains' | 'values'>,
  key: string,
  formats: ValueFormats,
): string {
  const value = metric.values[key];
  if (value === undefined) return '–';
  if (key === 'count' && metric.type === 'trend') return formats.number(value);
  if (metric.type === 'rate' && key === 'rate') return formats.share(value);
  if (metric.contains === 'time') return formats.ms(value);
  if (metric.contains === 'data') return key === 'rate' ? `${formats.bytes(value)}/s` : formats.bytes(value);
  return key === 'rate' ? `${formats.number(value)}/s` : formats.number(value);
}

/**
 * What k6's summary says of a metric in one line. Of a rate k6 calls values that are true "passes", and failed requests
 * are such: how many of how many is said instead.
 */
export function valuesText(metric: RunSummary['metrics'][number], formats: ValueFormats): string {
  const { passes, fails } = metric.values;
  if (metric.type === 'rate' && passes !== undefined && fails !== undefined)
    return `${valueText(metric, 'rate', formats)} · ${formats.number(passes)} / ${formats.number(passes + fails)}`;
  const keys =
    metric.type === 'trend'
      ? ['p(95)', 'p(99)', 'max'].filter((key) => key in metric.values)
      : Object.keys(metric.values);
  return keys.map((key) => `${key} ${valueText(metric, key, formats)}`).join(' · ');
}

export interface CheckRow {
  name: string;
  path: string;
  /** Null while the run goes on: k6 pushes a check's share, not its counts. */
  passes: number | null;
  fails: number | null;
  share: number | null;
}

/** The end-of-test checks as rows. */
export function checkRows(checks: RunSummary['checks']): CheckRow[] {
  return checks.map((check) => ({
    ...check,
    share: check.passes + check.fails > 0 ? check.passes / (check.passes + check.fails) : null,
  }));
}

/** While the run goes on: each check with the share that passed, as k6 last pushed it. */
export function liveCheckRows(checks: readonly CheckShare[]): CheckRow[] {
  return checks.map((check) => ({ ...check, passes: null, fails: null }));
}
