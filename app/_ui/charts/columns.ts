import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { emptyColumn, mergeColumns, type RequestColumn, type StatusClass } from '@/lib/timeline/columns';
import { type RunSummary } from '@/lib/model/run';
import { boundColumns, knownMostLatency } from '@/lib/timeline/known-most';
import { defaultColumns } from '@/lib/timeline/overview';
import { stepFor } from '@/lib/timeline/requests';
import { joinSlivers } from '@/lib/timeline/slivers';

/** A run's requests as columns over time, in the order of time; live columns are added, coarse ones replaced by finer. */
export class RequestTable {
  private columns: RequestColumn[] = [];
  private summary: RunSummary | null = null;
  /** As they are shown: without slivers; null: to be made anew. */
  private shown: readonly RequestColumn[] | null = null;
  private sum: RequestColumn = emptyColumn(0, 0);
  /** What the sum lacks: it is not asked for where k6's own totals are known. */
  private unsummed: RequestColumn[] = [];
  private part: { key: string; column: RequestColumn } | null = null;
  private merged = {
    stepMs: 0,
    columns: new Map<number, { parts: number; lastParts: RequestColumn; column: RequestColumn }>(),
  };

  /** From when k6 has summed its load up no time is told to be above the largest that it knows. */
  bound(summary: RunSummary | null): void {
    if (knownMostLatency(summary) === knownMostLatency(this.summary)) return;
    this.summary = summary;
    this.columns = boundColumns(this.columns, summary);
    this.shown = null;
    this.sum = emptyColumn(0, 0);
    this.unsummed = [...this.columns];
    this.part = null;
    this.merged = { stepMs: 0, columns: new Map() };
  }

  /** Adds what is new; columns that are known already are passed over. */
  append(columns: readonly RequestColumn[]): void {
    const fresh: RequestColumn[] = [];
    for (const column of boundColumns(columns, this.summary)) {
      const last = this.columns.at(-1);
      if (last && column.id <= last.id) continue;
      if (last?.toMs === column.toMs) this.columns[this.columns.length - 1] = mergeColumns([last, column]);
      else this.columns.push(column);
      fresh.push(column);
    }
    if (fresh.length > 0) this.shown = null;
    this.unsummed.push(...fresh);
  }

  /** Replaces the columns that end in (fromMs, toMs] by finer ones of the same time. */
  refine(finer: readonly RequestColumn[], fromMs: number, toMs: number): void {
    this.columns.splice(
      lowerBound(this.columns, fromMs),
      lowerBound(this.columns, toMs) - lowerBound(this.columns, fromMs),
      ...boundColumns(finer, this.summary),
    );
    this.shown = null;
    this.merged = { stepMs: 0, columns: new Map() };
  }

  /**
   * The time of the columns that touch a range, where reading it again would give finer ones; null: it would not.
   * Columns that only one push is in are as fine as any.
   */
  coarseSpan(fromMs: number, toMs: number): { fromMs: number; toMs: number } | null {
    const shown = this.columns.slice(
      lowerBound(this.columns, fromMs),
      lowerBound(this.columns, toMs - 0.001) + 1,
    );
    const coarse = shown.filter(({ pushes }) => pushes > 1);
    const [first, last] = [shown[0], shown.at(-1)];
    if (!first || !last || coarse.length === 0) return null;
    const spanMs = last.toMs - first.fromMs;
    const coarsestMs = coarse.reduce((most, column) => Math.max(most, column.toMs - column.fromMs), 0);
    // The last push of a step comes a little late or early.
    return stepFor(spanMs, defaultColumns) <= coarsestMs * 0.75
      ? { fromMs: first.fromMs, toMs: last.toMs }
      : null;
  }

  /** All columns in order. */
  get all(): readonly RequestColumn[] {
    return this.columns;
  }

  /** All of the run as one column. */
  get total(): RequestColumn {
    // All at once: to merge one after the other makes as many histograms of all.
    if (this.unsummed.length > 0)
      this.sum = mergeColumns(this.sum.pushes === 0 ? this.unsummed : [this.sum, ...this.unsummed]);
    this.unsummed = [];
    return this.sum;
  }

  /** The columns that end in (fromMs, toMs]. */
  within(fromMs: number, toMs: number): readonly RequestColumn[] {
    return this.columns.slice(lowerBound(this.columns, fromMs), lowerBound(this.columns, toMs));
  }

  /** The columns that end in (fromMs, toMs] as one; null if there are none. */
  totalOf(fromMs: number, toMs: number): RequestColumn | null {
    const shown = this.within(fromMs, toMs);
    const [first, last] = [shown[0], shown.at(-1)];
    if (!first || !last) return null;
    const key = `${first.id} ${last.id} ${last.toMs} ${shown.length}`;
    if (this.part?.key !== key) this.part = { key, column: mergeColumns(shown) };
    return this.part.column;
  }

  /** The columns that touch a range, merged so that there are at most about `most`. */
  between(fromMs: number, toMs: number, most: number): readonly RequestColumn[] {
    const even = this.even;
    const shown = even.slice(lowerBound(even, fromMs), lowerBound(even, toMs) + 1);
    if (shown.length <= most) return shown;
    return this.merge(shown, niceStep((toMs - fromMs) / most));
  }

  /** The column that covers a moment; null where nothing was recorded. */
  at(atMs: number): RequestColumn | null {
    const column = this.even[lowerBound(this.even, atMs - 0.001)];
    return column && column.fromMs <= atMs ? column : null;
  }

  /** The newest as it is drawn: so many requests by the few ms of a sliver are a rate that nobody sent. */
  get newest(): RequestColumn | null {
    return this.even.at(-1) ?? null;
  }

  private get even(): readonly RequestColumn[] {
    return (this.shown ??= joinSlivers(this.columns, mergeColumns));
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
      if (kept && kept.parts === parts.length && kept.lastParts === last && last !== this.even.at(-1))
        return kept.column;
      const column = mergeColumns(parts);
      this.merged.columns.set(key, { parts: parts.length, lastParts: last, column });
      return column;
    });
  }
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
  if (!known) quantiles.set(durations, (known = new Map<number, number>()));
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
