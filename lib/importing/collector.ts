import { isBusy, isFailed, requestsInSample, statusNameOf } from '@/lib/timeline/protocols';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { quantile } from '@/lib/statistics/histogram/quantile';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricPoint, type MetricSeries } from '@/lib/model/recording';
import { type RunSummary } from '@/lib/model/run';
import { limits } from '@/lib/model/limits';
import { BusyTime } from './busy-time';
import { plainName } from './k6-tags';
import { importRefused, tooMany } from './refused';
import { SecondTable } from './seconds';
import { judge } from './thresholds';
import { TrendValues } from './values';

type Type = MetricSeries['type'];
export interface MetricKind {
  type: Type;
  /** k6's word for what the values are: `time` values are ms. */
  contains: 'time' | 'data' | 'default';
}

interface Totals extends MetricKind {
  trend: TrendValues | null;
  count: number;
  yes: number;
  last: number;
  min: number;
  max: number;
}

/** Everything of a file with times, on a clock that begins at the whole second before its first moment. */
export interface Collected {
  /** The first moment of the file, Unix ms or ms since the file's zero. */
  firstMs: number;
  /** The clock's zero, likewise. */
  originMs: number;
  /** The last moment, on the clock. */
  endMs: number;
  series: Omit<MetricSeries, 'id'>[];
  /** `seriesId` is the series' place in `series`. */
  points: Omit<MetricPoint, 'id'>[];
  /** Mean requests in flight by second, on the clock. */
  inFlight: { atMs: number; total: number }[];
  summary: RunSummary;
  /** Of the requests, of whatever protocol, those that failed. */
  failed: number;
  statuses: { status: string; count: number }[];
  exact: boolean;
  overflowed: boolean;
}

/** Puts samples of any tool together in k6's terms: seconds with histograms, totals, checks, requests in flight. */
export class Collector {
  /** `timed`: false for samples without times, whose `atMs` is any one moment: nothing is said of when, how long or how many at once. */
  constructor(private readonly timed = true) {}

  private readonly table = new SecondTable();
  private readonly totals = new Map<string, Totals>();
  private readonly checks = new Map<string, RunSummary['checks'][number]>();
  private readonly statuses = new Map<string, number>();
  private readonly busy = new BusyTime();
  private readonly room = { values: limits.file.exactValues };
  private firstMs = Infinity;
  /** Requests so far, of all protocols, and those that failed. */
  requests = 0;
  private failed = 0;
  private lastMs = -Infinity;

  /**
   * Takes one sample; a `time` value in ms. `tagsKey` tells sets of tags apart. Throws a Problem that names the line where
   * a limit of `limits.file` is passed.
   */
  add(
    name: string,
    kind: MetricKind,
    tags: Record<string, string>,
    tagsKey: string,
    atMs: number,
    value: number,
    line: number,
  ): void {
    const metric = plainName(name);
    this.check(metric, atMs, value, line);
    const isTime = kind.contains === 'time';
    this.table.add(
      {
        metric,
        type: kind.type,
        unit: isTime ? 'seconds' : kind.contains === 'data' ? 'bytes' : 'none',
        tags,
      },
      tagsKey,
      atMs,
      isTime ? value / 1000 : value,
    );
    if (this.table.points > limits.file.points) throw tooMany('points', line);
    this.addToTotals(metric, kind, value);
    if (this.totals.size > limits.file.metrics) throw tooMany('metrics', line);
    const requests = requestsInSample(metric, value);
    this.requests += requests;
    if (requests > 0 && isFailed(metric, tags)) this.failed += requests;
    // A status that the file does not name is not known: `0` would say that there was no answer.
    if (requests > 0 && tags.status !== undefined) {
      const status = statusNameOf(metric, tags.status);
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + requests);
      if (this.statuses.size > limits.file.statuses) throw tooMany('statuses', line);
    }
    // A request was in flight from its start to its end: its share of each second is known, not only estimated.
    if (this.timed && isBusy(metric)) this.busy.add(atMs - value, atMs);
    if (metric === 'checks' && tags.check !== undefined) {
      const path = `${tags.group ?? ''}::${tags.check}`;
      const check = this.checks.get(path) ?? { name: tags.check, path, passes: 0, fails: 0 };
      check[value === 0 ? 'fails' : 'passes']++;
      this.checks.set(path, check);
      if (this.checks.size > limits.file.checks) throw tooMany('checks', line);
    }
  }

  /** All of it; null where there was no sample. `thresholds` by metric are judged from the totals. */
  finish(thresholds: ReadonlyMap<string, readonly string[]> = new Map()): Collected | null {
    if (!Number.isFinite(this.firstMs)) return null;
    const originMs = Math.floor(this.firstMs / 1000) * 1000;
    const series: Collected['series'] = [];
    const points: Collected['points'] = [];
    const merged = new Map<string, ExponentialHistogram[]>();
    // A second that the file ends in is as long as it goes on in it; of a file in whole seconds that is not known.
    const endMs = this.lastMs - originMs;
    const toClock = (second: number): number => {
      const atMs = second * 1000 - originMs;
      return this.lastMs % 1000 === 0 ? atMs : Math.min(atMs, Math.ceil(endMs));
    };
    for (const { points: own, ...one } of this.table.all()) {
      const seriesId = series.push(one) - 1;
      for (const { second, value, histogram } of own)
        points.push({ seriesId, atMs: toClock(second), value, histogram });
      if (one.type === 'trend')
        merged.set(one.metric, [
          ...(merged.get(one.metric) ?? []),
          mergeHistograms(own.flatMap(({ histogram }) => histogram ?? [])),
        ]);
    }
    points.sort((a, b) => a.atMs - b.atMs);
    const spanMs = this.timed ? this.lastMs - this.firstMs : 0;
    return {
      firstMs: this.firstMs,
      originMs,
      endMs,
      series,
      points,
      inFlight: this.busy.seconds().map(({ second, busyMs }) => {
        const atMs = toClock(second);
        return { atMs, total: busyMs / (1000 - (second * 1000 - originMs - atMs)) };
      }),
      summary: {
        metrics: [...this.totals]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([metric, totals]) => {
            const values = valuesOf(
              totals,
              spanMs,
              (q) =>
                quantile(mergeHistograms(merged.get(metric) ?? []), q) *
                (totals.contains === 'time' ? 1000 : 1),
            );
            return {
              metric,
              type: totals.type,
              contains: totals.contains,
              values,
              thresholds: (thresholds.get(metric) ?? []).flatMap((source) =>
                judge(source, values, totals.trend),
              ),
            };
          }),
        checks: [...this.checks.values()],
        groups: [],
        testRunDurationMs: spanMs,
      },
      failed: this.failed,
      statuses: [...this.statuses]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([status, count]) => ({ status, count })),
      exact: [...this.totals.values()].every(({ trend }) => trend?.exact ?? true),
      overflowed: this.table.overflowed,
    };
  }

  private addToTotals(metric: string, kind: MetricKind, value: number): void {
    let totals = this.totals.get(metric);
    if (!totals)
      this.totals.set(
        metric,
        (totals = {
          ...kind,
          trend: kind.type === 'trend' ? new TrendValues(this.room) : null,
          count: 0,
          yes: 0,
          last: 0,
          min: Infinity,
          max: -Infinity,
        }),
      );
    if (totals.trend) totals.trend.add(value);
    else if (kind.type === 'counter') totals.count += value;
    else {
      totals.count++;
      if (value !== 0) totals.yes++;
      totals.last = value;
      totals.min = Math.min(totals.min, value);
      totals.max = Math.max(totals.max, value);
    }
  }

  /** What would make loops or rows without end, before anything is made of it. */
  private check(metric: string, atMs: number, value: number, line: number): void {
    const { value: largest, requestMs, latestMs, spanMs } = limits.file;
    const most = isBusy(metric) ? requestMs : largest;
    if (!(Math.abs(value) <= most))
      throw importRefused(
        'problems.import-value',
        { metric, value: String(value), most: String(most) },
        line,
      );
    if (!(atMs >= 0 && atMs <= latestMs)) throw importRefused('problems.import-time', {}, line);
    const startMs = this.timed && isBusy(metric) ? Math.min(atMs, atMs - value) : atMs;
    this.firstMs = Math.min(this.firstMs, startMs);
    this.lastMs = Math.max(this.lastMs, atMs);
    const foundMs = this.lastMs - this.firstMs;
    if (foundMs > spanMs)
      throw importRefused(
        'problems.import-span',
        { days: Math.ceil(foundMs / 86_400_000), most: spanMs / 86_400_000 },
        line,
      );
  }
}

function valuesOf(
  { type, trend, count, yes, last, min, max }: Totals,
  spanMs: number,
  estimate: (q: number) => number,
): Record<string, number> {
  if (trend) {
    const at = (q: number): number => trend.quantile(q) ?? estimate(q);
    return {
      count: trend.count,
      min: trend.min,
      avg: trend.sum / trend.count,
      med: at(0.5),
      'p(50)': at(0.5),
      'p(90)': at(0.9),
      'p(95)': at(0.95),
      'p(99)': at(0.99),
      max: trend.max,
    };
  }
  if (type === 'rate') return { rate: yes / count, passes: yes, fails: count - yes };
  if (type === 'gauge') return { value: last, min, max };
  return { count, ...(spanMs > 0 ? { rate: (count / spanMs) * 1000 } : {}) };
}
