import { mergeHistograms } from '@/lib/histogram/merge';
import { quantile } from '@/lib/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/histogram/shape';
import { type Recording } from '@/lib/timeline/recording';

export const statusClasses = ['2xx', '3xx', '4xx', '5xx', 'none'] as const;
export type StatusClass = (typeof statusClasses)[number];

/** The requests that ended in (fromMs, toMs]: one push of k6, or several merged. */
export interface RequestColumn {
  fromMs: number;
  toMs: number;
  counts: Record<StatusClass, number>;
  requests: number;
  failures: number;
  durations: ExponentialHistogram | null;
}

/** k6 pushes every second; a column without an earlier one is taken as this long. */
const pushMs = 1000;

function emptyColumn(fromMs: number, toMs: number): RequestColumn {
  return { fromMs, toMs, counts: { '2xx': 0, '3xx': 0, '4xx': 0, '5xx': 0, none: 0 }, requests: 0, failures: 0, durations: null };
}

/** The class of a response by k6's `status` tag; `0` is no answer. */
export function statusClassOf(status: string | undefined): StatusClass {
  const known = `${status?.[0] ?? ''}xx`;
  return statusClasses.find((name) => name === known) ?? 'none';
}

/**
 * A run's requests as columns over time, kept up to date from a recording's increments: each push of k6 is read once.
 * A push that came late covers the time since the one before, so that its rate is true.
 */
export class RequestTable {
  private readonly columns: RequestColumn[] = [];
  private readonly series = new Map<number, { metric: string; tags: Record<string, string> }>();
  private lastPoint = 0;
  private merged = { stepMs: 0, columns: new Map<number, { parts: number; lastParts: RequestColumn; column: RequestColumn }>() };

  /** Takes what is new; points that are known already are passed over. `loadStartMs` begins the first column. */
  append(increment: Pick<Recording, 'series' | 'points'>, loadStartMs: number | null): void {
    for (const { id, metric, tags } of increment.series) {
      if (metric === 'http_reqs' || metric === 'http_req_duration') this.series.set(id, { metric, tags });
    }
    for (const point of increment.points) {
      if (point.id <= this.lastPoint) continue;
      this.lastPoint = point.id;
      const series = this.series.get(point.seriesId);
      if (!series) continue;
      const column = this.columnAt(point.atMs, loadStartMs);
      if (series.metric === 'http_req_duration') {
        if (point.histogram) column.durations = column.durations ? mergeHistograms([column.durations, point.histogram]) : point.histogram;
        continue;
      }
      const count = point.value ?? 0;
      column.counts[statusClassOf(series.tags.status)] += count;
      column.requests += count;
      if (series.tags.expected_response === 'false') column.failures += count;
    }
  }

  /** All columns in order. */
  get all(): readonly RequestColumn[] {
    return this.columns;
  }

  /** The columns that touch a range, merged so that there are at most about `most`. */
  between(fromMs: number, toMs: number, most: number): readonly RequestColumn[] {
    const first = lowerBound(this.columns, fromMs);
    let end = lowerBound(this.columns, toMs);
    if (end < this.columns.length) end++;
    const shown = this.columns.slice(first, end);
    if (shown.length <= most) return shown;
    return this.merge(shown, niceStep((toMs - fromMs) / most));
  }

  /** The column that covers a moment; null where nothing was recorded. */
  at(atMs: number): RequestColumn | null {
    const column = this.columns[lowerBound(this.columns, atMs - 0.001)];
    return column && column.fromMs <= atMs ? column : null;
  }

  private columnAt(atMs: number, loadStartMs: number | null): RequestColumn {
    const index = lowerBound(this.columns, atMs - 0.001);
    const known = this.columns[index];
    if (known?.toMs === atMs) return known;
    const before = this.columns[index - 1];
    const fromMs = before?.toMs ?? (loadStartMs !== null && loadStartMs < atMs ? loadStartMs : atMs - pushMs);
    const column = emptyColumn(fromMs, atMs);
    if (known) known.fromMs = atMs;
    this.columns.splice(index, 0, column);
    return column;
  }

  // Merged columns are kept while the step stays: each second only the last one is made anew.
  private merge(columns: readonly RequestColumn[], stepMs: number): RequestColumn[] {
    if (this.merged.stepMs !== stepMs) this.merged = { stepMs, columns: new Map() };
    const groups = new Map<number, RequestColumn[]>();
    for (const column of columns) {
      const key = Math.ceil(column.toMs / stepMs);
      const group = groups.get(key);
      if (group) group.push(column);
      else groups.set(key, [column]);
    }
    return [...groups].map(([key, parts]) => {
      const last = parts.at(-1)!;
      const kept = this.merged.columns.get(key);
      if (kept && kept.parts === parts.length && kept.lastParts === last && last !== this.columns.at(-1)) return kept.column;
      const column = mergeColumns(parts);
      this.merged.columns.set(key, { parts: parts.length, lastParts: last, column });
      return column;
    });
  }
}

/** Several neighbouring columns as one. */
export function mergeColumns(parts: readonly RequestColumn[]): RequestColumn {
  const column = emptyColumn(parts[0]?.fromMs ?? 0, parts.at(-1)?.toMs ?? 0);
  for (const part of parts) {
    for (const name of statusClasses) column.counts[name] += part.counts[name];
    column.requests += part.requests;
    column.failures += part.failures;
  }
  const durations = parts.flatMap((part) => (part.durations ? [part.durations] : []));
  column.durations = durations.length === 0 ? null : mergeHistograms(durations);
  return column;
}

/** Requests a second in a column, of one class or of all. */
export function rateOf(column: RequestColumn, status?: StatusClass): number {
  const seconds = (column.toMs - column.fromMs) / 1000;
  return seconds > 0 ? (status ? column.counts[status] : column.requests) / seconds : 0;
}

const quantiles = new WeakMap<ExponentialHistogram, Map<number, number>>();

/** A quantile of a column's durations in ms; null if there are none. Kept, since charts ask again each second. */
export function quantileOf(column: RequestColumn, q: number): number | null {
  const { durations } = column;
  if (!durations || durations.count === 0) return null;
  let known = quantiles.get(durations);
  if (!known) quantiles.set(durations, (known = new Map()));
  let value = known.get(q);
  if (value === undefined) known.set(q, (value = quantile(durations, q) * 1000));
  return value;
}

/** The least of 1, 2, 5, 10, 15, 30 seconds, minutes or hours that is not below `ms`. */
export function niceStep(ms: number): number {
  const second = 1000;
  for (const unit of [second, 60 * second, 3600 * second]) {
    for (const factor of [1, 2, 5, 10, 15, 30]) {
      if (unit * factor >= ms) return unit * factor;
    }
  }
  return Math.ceil(ms / (3600 * second)) * 3600 * second;
}

/** The first column that ends after `atMs`. */
function lowerBound(columns: readonly RequestColumn[], atMs: number): number {
  let low = 0;
  let high = columns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (columns[middle]!.toMs > atMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
