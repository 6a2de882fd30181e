import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricSeries, tagsKeyOf } from '@/lib/model/recording';
import { mergeHistograms, reduceResolution } from '@/lib/statistics/histogram/merge';
import { type SeriesValues } from './ingest';
import { type NamedSeries } from './metric-names';

/** What one series did in one second, as it was stored. */
export interface StoredPoint extends Pick<MetricSeries, 'metric' | 'type' | 'unit' | 'tags'> {
  value: number | null;
  histogram: ExponentialHistogram | null;
}

interface Rest {
  series: Pick<MetricSeries, 'metric' | 'tags'>;
  count: number;
  histogram: ExponentialHistogram | null;
}

/**
 * What was recorded of a load before it was taken on, by series, over all runners. Each runner tells its totals since it
 * began: of those of which it tells for the first time, as much is taken off as is left of what was recorded. Over all
 * runners that is each request once; of one that tells no more, nothing is made up.
 */
export class RecordedBefore {
  private readonly rest = new Map<string, Rest>();
  private readonly known = new Map<string, NamedSeries>();

  /** Takes what was stored, in pieces as they are read. */
  add(stored: readonly StoredPoint[]): void {
    const told = new Map<Rest, ExponentialHistogram[]>();
    for (const { metric, type, unit, tags, value, histogram } of stored) {
      this.known.set(metric, { metric, type, unit });
      if (type !== 'counter' && type !== 'trend') continue;
      const key = keyOf(metric, tags);
      const rest = this.rest.get(key) ?? { series: { metric, tags }, count: 0, histogram: null };
      this.rest.set(key, rest);
      if (type === 'counter') rest.count += value ?? 0;
      else if (histogram) told.set(rest, [...(told.get(rest) ?? []), histogram]);
    }
    for (const [rest, values] of told)
      rest.histogram = mergeHistograms(rest.histogram ? [rest.histogram, ...values] : values);
  }

  /** Its metrics, by what they were taken for. */
  get metrics(): NamedSeries[] {
    return [...this.known.values()];
  }

  /** The series that were told apart: those that are put together as one stay together. */
  get seriesKeys(): string[] {
    return [...this.rest].flatMap(([key, { series }]) => (series.tags.overflow === 'true' ? [] : [key]));
  }

  /** What was recorded that no runner has told of again: of a counter its count, of a trend how many values. */
  get restTotals(): Map<string, number> {
    const totals = new Map<string, number>();
    for (const { series, count, histogram } of this.rest.values())
      totals.set(series.metric, (totals.get(series.metric) ?? 0) + count + (histogram?.count ?? 0));
    return totals;
  }

  /** The values of trends that no runner has told of again. */
  get restValues(): SeriesValues[] {
    return [...this.rest.values()].flatMap(({ series, histogram }) =>
      histogram && histogram.count > 0 ? [{ ...series, histogram }] : [],
    );
  }

  /** What of a counter's total, as a runner tells it for the first time, is not recorded yet. */
  countLess({ metric, tags }: Pick<MetricSeries, 'metric' | 'tags'>, total: number): number {
    let left = total;
    for (const rest of this.restsOf(metric, tags)) {
      const taken = Math.min(left, rest.count);
      rest.count -= taken;
      left -= taken;
    }
    return left;
  }

  /** What of a trend's values, as a runner tells them for the first time, is not recorded yet. */
  valuesLess(
    { metric, tags }: Pick<MetricSeries, 'metric' | 'tags'>,
    told: ExponentialHistogram,
  ): ExponentialHistogram {
    let left = told;
    for (const rest of this.restsOf(metric, tags)) {
      if (!rest.histogram) continue;
      const { gained, remaining } = apart(left, rest.histogram);
      rest.histogram = remaining;
      left = gained;
    }
    return left;
  }

  /** Requests whose tags do not say whether they failed were recorded in two parts. */
  private restsOf(metric: string, tags: MetricSeries['tags']): Rest[] {
    const parts =
      'expected_response' in tags
        ? [tags]
        : [tags, { ...tags, expected_response: 'true' }, { ...tags, expected_response: 'false' }];
    return parts.flatMap((part) => this.rest.get(keyOf(metric, part)) ?? []);
  }
}

/** What the one holds more than the other, and the other more than the one, bucket by bucket. */
function apart(
  told: ExponentialHistogram,
  recorded: ExponentialHistogram,
): { gained: ExponentialHistogram; remaining: ExponentialHistogram } {
  const schema = Math.min(told.schema, recorded.schema);
  const a = reduceResolution(told, schema);
  const b = reduceResolution(recorded, schema);
  return { gained: more(a, b), remaining: more(b, a) };
}

function more(a: ExponentialHistogram, b: ExponentialHistogram): ExponentialHistogram {
  const others = new Map(b.cells);
  const cells = a.cells.flatMap(([index, count]): [number, number][] => {
    const left = count - (others.get(index) ?? 0);
    return left > 0 ? [[index, left]] : [];
  });
  const zeroCount = Math.max(0, a.zeroCount - b.zeroCount);
  const count = zeroCount + cells.reduce((sum, [, n]) => sum + n, 0);
  // Which of the values these were is known to a bucket; together they are what both differ by.
  const isAll = count === a.count - b.count;
  const sum = count === 0 ? 0 : isAll ? a.sum - b.sum : (a.sum / a.count) * count;
  return { ...a, zeroCount, count, sum, cells };
}

function keyOf(metric: string, tags: MetricSeries['tags']): string {
  return `${metric} ${tagsKeyOf(tags)}`;
}
