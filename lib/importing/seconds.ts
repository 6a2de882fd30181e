import { cellIndexOf } from '@/lib/statistics/histogram/bounds';
import { defaultZeroThreshold, emptyHistogram } from '@/lib/statistics/histogram/empty';
import { decodeHistogram, encodeHistogram } from '@/lib/statistics/histogram/encode';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricSeries } from '@/lib/model/recording';

/** k6's schema, as the ingest records it. */
const schema = 3;
/** A second is packed once the file has gone on for so many: a late row opens it again. */
const openSeconds = 10;

type Series = Pick<MetricSeries, 'metric' | 'type' | 'unit' | 'tags'>;

interface OpenTrend {
  zeroCount: number;
  count: number;
  sum: number;
  cells: Map<number, number>;
}

interface Kept extends Series {
  /** By second: a counter's increase, a gauge's last value, or a rate's shares as [true, all]. */
  numbers: Map<number, number>;
  rates: Map<number, [number, number]>;
  open: Map<number, OpenTrend>;
  packed: Map<number, Uint8Array>;
}

/** One series' point of a second, as the recording keeps it. */
export interface SecondPoint {
  /** Whole seconds since the epoch (or the file's zero) at which the second ends. */
  second: number;
  value: number | null;
  histogram: ExponentialHistogram | null;
}

/**
 * Single samples put together by second and series, as k6's pushes are. Seconds are packed as they pass, so that what is
 * held grows with seconds and series, not with requests.
 */
export class SecondTable {
  private readonly series = new Map<string, Kept>();
  private latest = -Infinity;
  overflowed = false;
  /** How many values there are, of seconds and series together. */
  points = 0;

  constructor(private readonly maxSeries = 2000) {}

  get seriesCount(): number {
    return this.series.size;
  }

  /** Takes a sample: `value` in the series' unit (times in seconds), `atMs` on the file's clock. */
  add({ metric, type, unit, tags }: Series, tagsKey: string, atMs: number, value: number): void {
    // A tool that gives whole seconds rounds them down: the second that a sample ended in ends after it.
    const second = Math.floor(atMs / 1000) + 1;
    const kept = this.keptOf({ metric, type, unit, tags }, tagsKey);
    if (type === 'trend') this.addToTrend(kept, second, value);
    else if (type === 'rate') {
      const shares = kept.rates.get(second) ?? this.made([0, 0]);
      kept.rates.set(second, [shares[0] + (value === 0 ? 0 : 1), shares[1] + 1]);
    } else {
      const before = kept.numbers.get(second) ?? this.made(0);
      kept.numbers.set(second, type === 'counter' ? before + value : value);
    }
    if (second > this.latest) {
      this.latest = second;
      if (second % openSeconds === 0) this.packBefore(second - openSeconds);
    }
  }

  /** Each series with its points in the order of time. */
  *all(): Generator<Series & { points: SecondPoint[] }> {
    this.packBefore(Infinity);
    for (const { metric, type, unit, tags, numbers, rates, packed } of this.series.values()) {
      yield {
        metric,
        type,
        unit,
        tags,
        points:
          type === 'trend'
            ? trendPoints(packed)
            : type === 'rate'
              ? ratePoints(rates)
              : ordered(numbers).map(([second, value]) => ({ second, value, histogram: null })),
      };
    }
  }

  private keptOf(series: Series, tagsKey: string): Kept {
    const key = `${series.metric} ${tagsKey}`;
    let kept = this.series.get(key);
    if (!kept && this.series.size >= this.maxSeries) {
      this.overflowed = true;
      return this.keptOrMade(`${series.metric} overflow`, { ...series, tags: { overflow: 'true' } });
    }
    kept ??= this.keptOrMade(key, series);
    return kept;
  }

  private keptOrMade(key: string, series: Series): Kept {
    let kept = this.series.get(key);
    if (!kept)
      this.series.set(
        key,
        (kept = { ...series, numbers: new Map(), rates: new Map(), open: new Map(), packed: new Map() }),
      );
    return kept;
  }

  private addToTrend(kept: Kept, second: number, value: number): void {
    let trend = kept.open.get(second);
    if (!trend) {
      kept.open.set(second, (trend = { zeroCount: 0, count: 0, sum: 0, cells: new Map() }));
      if (!kept.packed.has(second)) this.points++;
    }
    trend.count++;
    trend.sum += value;
    if (value <= defaultZeroThreshold) trend.zeroCount++;
    else {
      const cell = cellIndexOf(schema, value);
      trend.cells.set(cell, (trend.cells.get(cell) ?? 0) + 1);
    }
  }

  private made<T>(value: T): T {
    this.points++;
    return value;
  }

  private packBefore(second: number): void {
    for (const { open, packed } of this.series.values()) {
      for (const [at, { cells, ...counts }] of open) {
        if (at > second) continue;
        const histogram = { ...emptyHistogram(schema), ...counts, cells: ordered(cells) };
        const before = packed.get(at);
        packed.set(
          at,
          encodeHistogram(before ? mergeHistograms([decodeHistogram(before), histogram]) : histogram),
        );
        open.delete(at);
      }
    }
  }
}

function trendPoints(packed: Map<number, Uint8Array>): SecondPoint[] {
  return ordered(packed).map(([second, bytes]) => ({
    second,
    value: null,
    histogram: decodeHistogram(bytes),
  }));
}

/** A rate is recorded as k6 pushes it: the share of true since the test began. */
function ratePoints(rates: Map<number, [number, number]>): SecondPoint[] {
  let [yes, all] = [0, 0];
  return ordered(rates).map(([second, [more, count]]) => {
    yes += more;
    all += count;
    return { second, value: yes / all, histogram: null };
  });
}

function ordered<T>(map: Map<number, T>): [number, T][] {
  return [...map].sort(([a], [b]) => a - b);
}
