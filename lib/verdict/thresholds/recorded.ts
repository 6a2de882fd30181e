import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type MetricPoint, type MetricSeries, tagsKeyOf } from '@/lib/model/recording';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { exactly, type Bounds } from '@/lib/verdict/bounds';
import { type MetricName } from './metric-name';

/** What one series did, as a push and a recording have it. */
export interface RecordedPoint
  extends Pick<MetricSeries, 'metric' | 'type' | 'unit' | 'tags'>, Pick<MetricPoint, 'value' | 'histogram'> {
  /** Of a rate of several runners, whose counts are not known: between which shares that of all is. */
  between?: Bounds;
}

/** All that was recorded of a metric, or of a part of it: what k6's sinks hold, as far as its pushes tell. */
export interface Recorded extends Pick<MetricSeries, 'type' | 'unit'> {
  /** A counter's sum. */
  total: number;
  /** A trend's values; null: none. */
  histogram: ExponentialHistogram | null;
  /** The last values of gauges and rates (their share of true since the test began), by series. */
  levels: Map<string, Bounds>;
  /** Of `http_req_failed`: how many requests each of these series had; null of other metrics, whose pushes do not tell it. */
  counts: Map<string, number> | null;
}

/** Follows what thresholds are about through a recording. */
export class RecordedMetrics {
  private readonly followed = new Map<MetricName, Recorded | null>();
  private readonly byMetric = new Map<string, MetricName[]>();
  /** By their tags. */
  private readonly requests = new Map<string, number>();
  private readonly overflowing = new Set<string>();

  constructor(names: Iterable<MetricName>) {
    for (const name of names) {
      this.followed.set(name, null);
      this.byMetric.set(name.metric, [...(this.byMetric.get(name.metric) ?? []), name]);
    }
  }

  /** Takes what one push, or one second of all runners, brought. */
  take(points: readonly RecordedPoint[]): void {
    const histograms = new Map<Recorded, ExponentialHistogram[]>();
    for (const point of points) {
      const { metric, tags, value, histogram, between } = point;
      if (metric === 'http_reqs' && this.byMetric.has('http_req_failed'))
        for (const key of keysOfRequests(tags))
          this.requests.set(key, (this.requests.get(key) ?? 0) + (value ?? 0));
      if (tags.overflow === 'true') this.overflowing.add(metric);
      for (const name of this.byMetric.get(metric) ?? []) {
        if (!hasTags(tags, name.tags)) continue;
        const recorded = this.followed.get(name) ?? emptyOf(point);
        this.followed.set(name, recorded);
        if (histogram) histograms.set(recorded, [...(histograms.get(recorded) ?? []), histogram]);
        else if (recorded.type === 'counter') recorded.total += value ?? 0;
        else if (value !== null) recorded.levels.set(tagsKeyOf(tags), between ?? exactly(value));
      }
    }
    for (const [recorded, gained] of histograms)
      recorded.histogram = mergeHistograms(recorded.histogram ? [recorded.histogram, ...gained] : gained);
  }

  /** Null: nothing of it was recorded. */
  of(name: MetricName): Recorded | null {
    const recorded = this.followed.get(name) ?? null;
    if (!recorded) return null;
    const counts = new Map(
      name.metric === 'http_req_failed'
        ? [...recorded.levels.keys()].map((key) => [key, this.requests.get(key) ?? 0] as const)
        : [],
    );
    return {
      ...recorded,
      counts: name.metric === 'http_req_failed' ? counts : null,
    };
  }

  /** Whether a part of a metric is in series whose tags are not known, since there were too many. */
  isOverflowing(metric: string): boolean {
    return this.overflowing.has(metric);
  }
}

function emptyOf({ type, unit }: RecordedPoint): Recorded {
  return { type, unit, total: 0, histogram: null, levels: new Map(), counts: null };
}

/** Requests are told apart by whether they failed even where k6 does not tag them so: `http_req_failed` then has no such tag. */
function keysOfRequests(tags: RecordedPoint['tags']): string[] {
  const { expected_response: told, ...rest } = tags;
  return told === undefined ? [tagsKeyOf(tags)] : [tagsKeyOf(tags), tagsKeyOf(rest)];
}

function hasTags(tags: RecordedPoint['tags'], asked: MetricName['tags']): boolean {
  return Object.entries(asked).every(([tag, value]) => tags[tag] === value);
}
