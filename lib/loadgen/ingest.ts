import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { limits } from '@/lib/model/limits';
import { tagsKeyOf } from '@/lib/model/recording';
import { subtractHistogram } from '@/lib/statistics/histogram/subtract';
import { type RecordedBefore } from './recorded-before';
import {
  meaningIn,
  meaningsOf,
  textsOf,
  type MetricType,
  type MetricUnit,
  type NamedSeries,
} from './metric-names';
import { decodeWriteRequest, InvalidPush } from './remote-write';

/** What one k6 series did since the push before: the shape of a recording's point, before it is on the run's clock. */
export interface IngestedPoint {
  /** k6's own name, such as `http_req_duration`. */
  metric: string;
  type: MetricType;
  unit: MetricUnit;
  tags: Record<string, string>;
  /** The end of what it covers: when the push was received. All points of one push share it. */
  atUnixMs: number;
  /** A counter's increase; a gauge's value; a rate's share of true (0..1) since the test began. Null for a trend. */
  value: number | null;
  /** Of a rate of several runners whose counts are not known, between which shares that of all is. */
  between?: { least: number; most: number };
  /** A trend's values since the push before, times in seconds; null otherwise. */
  histogram: ExponentialHistogram | null;
}

export interface Ingest {
  /** Takes one push. Throws InvalidPush, with nothing taken, if it is not one. */
  push(body: Uint8Array, receivedAtUnixMs: number): IngestedPoint[];
  /** Its totals so far: of a counter its count, of a trend how many values. For comparison with k6's summary. */
  readonly totals: ReadonlyMap<string, number>;
  /** What each metric seen so far was taken for, by its name. */
  readonly metrics: ReadonlyMap<string, NamedSeries>;
  /** k6 has pushed its last: it marked its series as stale. */
  readonly ended: boolean;
  /** How often its totals began anew: its process did. */
  readonly restarts: number;
  /** All values of each of its series so far, with all tags. */
  allValues(): Iterable<SeriesValues>;
  /** Of how many values a rate's share is, as far as that is known: k6 pushes the share alone. */
  weightOf(point: IngestedPoint): number;
}

/** The values of one trend with one set of tags. */
export interface SeriesValues {
  metric: string;
  tags: Readonly<Record<string, string>>;
  histogram: ExponentialHistogram;
}

/** What the processes of one load have in common. */
export interface SharedSeries {
  readonly metrics: Map<string, NamedSeries>;
  /** Metrics with the tags that have a series of their own. */
  readonly shown: Set<string>;
  /** What was recorded of the load before it was taken on; absent: it is taken from its beginning. */
  readonly before?: RecordedBefore | null;
}

/** Counters that k6 emits together with a trend, under the same tags: the trend's count is theirs. */
const companions: ReadonlyMap<string, string> = new Map([
  ['http_req_duration', 'http_reqs'],
  ['iteration_duration', 'iterations'],
  ['ws_connecting', 'ws_sessions'],
]);

/** Counters of k6's own, to which a script cannot add: one that falls was begun anew. */
const neverFalling: ReadonlySet<string> = new Set(['http_reqs', 'iterations', 'data_sent', 'data_received']);

/**
 * Turns one k6 process' pushes, which are cumulative, into what happened between them. Two processes need two of these:
 * `createLoadIngest` puts them together.
 *
 * What k6 v1.8.1 pushes (its source, internal/output/prometheusrw, and observed; docs/decisions/k6-metrics.md):
 * every second those series that got a sample, with their totals since the test began; a series' time is that of its
 * latest sample, not the push's. A sample no later than the series' time in an earlier push is added up but does not
 * alone cause a push, so the last push can lack some. Therefore stale markers are on: they bring, after the last push,
 * every trend's complete histogram once more, and by it the two counters that go with a trend.
 *
 * @param maxSeries beyond so many, new series of a metric are put together as one, tagged `overflow: true`;
 * @param mostSeries beyond so many no push is taken
 * @param script its text, which tells the names of its own metrics
 * @param leftOut tags that say which process it was, and nothing of what it did
 * @param shared where other processes of the same load have others of these
 */
export function createIngest({
  maxSeries = limits.push.seriesOfRun,
  mostSeries = limits.push.knownSeries,
  script = '',
  leftOut = [],
  shared = { metrics: new Map(), shown: new Set() },
}: IngestOptions & { shared?: SharedSeries } = {}): Ingest {
  return new Differ(maxSeries, mostSeries, textsOf(script), leftOut, shared);
}

export interface IngestOptions {
  maxSeries?: number;
  mostSeries?: number;
  script?: string;
  leftOut?: readonly string[];
}

interface SeriesState extends NamedSeries {
  tags: Record<string, string>;
  /** Of the tags, without the metric. */
  tagsKey: string;
  total: number;
  /** Of `http_reqs`, where no tag tells which failed: how many did so far, by `http_req_failed`; null: it is not told yet. */
  failed: number | null;
  histogram: ExponentialHistogram | null;
}

class Differ implements Ingest {
  readonly totals = new Map<string, number>();
  readonly metrics: Map<string, NamedSeries>;
  ended = false;
  restarts = 0;
  /** Since its process began. */
  private iterations = 0;
  private before: RecordedBefore | null;
  private readonly series = new Map<string, SeriesState>();

  constructor(
    private readonly maxSeries: number,
    private readonly mostSeries: number,
    private readonly scriptTexts: ReadonlySet<string>,
    private readonly leftOut: readonly string[],
    private readonly shared: SharedSeries,
  ) {
    this.metrics = shared.metrics;
    this.before = shared.before ?? null;
  }

  push(body: Uint8Array, receivedAtUnixMs: number): IngestedPoint[] {
    if (this.series.size > this.mostSeries)
      throw new InvalidPush(
        `The run has more than ${this.mostSeries} series: give requests whose addresses differ one name by \`tags: { name }\`.`,
        413,
      );
    const points: IngestedPoint[] = [];
    const take = (state: SeriesState, value: number | null, histogram: ExponentialHistogram | null): void => {
      const { metric, type, unit, tags } = state;
      points.push({ metric, type, unit, tags, atUnixMs: receivedAtUnixMs, value, histogram });
    };
    const told = decodeWriteRequest(body).map(({ labels, samples, histograms }) => ({
      state: this.stateOf(labels, histograms.length > 0),
      samples,
      histograms,
    }));
    if (told.some(({ state, samples }) => hasFallen(state, samples))) this.beginAnew();
    for (const { state, samples, histograms } of told) {
      for (const { histogram } of histograms) {
        const told = state.histogram === null ? histogram : subtractHistogram(histogram, state.histogram);
        const gained = state.histogram === null ? this.unrecorded(state, histogram) : told;
        this.addTotal(state.metric, told.count);
        state.histogram = histogram;
        if (gained.count > 0) take(state, null, gained);
      }
      for (const { value } of samples) {
        // A stale marker is a NaN; k6 itself never measures one.
        if (Number.isNaN(value)) {
          this.ended = true;
          if (state.type === 'trend') this.completeCounter(state, take);
        } else if (state.type === 'counter') {
          const gained = this.counted(state, value);
          if (gained > 0) take(state, gained, null);
        } else if (state.type !== 'trend') {
          take(state, value, null);
        }
      }
    }
    return mergeSameSeries(this.toldFailed(points));
  }

  *allValues(): Iterable<SeriesValues> {
    for (const { metric, tagsKey, histogram } of this.series.values())
      if (histogram)
        yield {
          metric,
          tags: Object.fromEntries(JSON.parse(tagsKey) as [string, string][]),
          histogram,
        };
  }

  /** Of `http_req_failed` the requests with the same tags; else the iterations: a check is mostly asked once in each. */
  weightOf({ metric, tags }: IngestedPoint): number {
    const requests =
      metric === 'http_req_failed' ? this.series.get(keyOf('http_reqs', tagsKeyOf(tags)))?.total : undefined;
    return Math.max(1, requests ?? this.iterations);
  }

  /** All of a process' totals are its own: where one began anew, all did. */
  private beginAnew(): void {
    this.restarts++;
    this.iterations = 0;
    this.before = null;
    for (const state of this.series.values())
      Object.assign(state, { total: 0, failed: null, histogram: null });
  }

  /** Takes a counter's total, and gives what it gained that is not recorded yet. */
  private counted(state: SeriesState, value: number): number {
    const gained = value < state.total ? value : value - state.total;
    const isFirst = state.total === 0;
    state.total = value;
    this.addTotal(state.metric, gained);
    if (state.metric === 'iterations') this.iterations += gained;
    return isFirst && this.before ? this.before.countLess(state, gained) : gained;
  }

  /** What of a trend's values, of which this process tells for the first time, is not recorded yet. */
  private unrecorded(state: SeriesState, told: ExponentialHistogram): ExponentialHistogram {
    return this.before ? this.before.valuesLess(state, told) : told;
  }

  private addTotal(metric: string, gained: number): void {
    this.totals.set(metric, (this.totals.get(metric) ?? 0) + gained);
  }

  /**
   * k6 tags a request by whether it failed; a script that leaves that tag out (`systemTags`) still has the share of those
   * that failed by series, in `http_req_failed`. So many of the series' requests get the tag here.
   */
  private toldFailed(points: IngestedPoint[]): IngestedPoint[] {
    const shares = new Map<string, number>();
    for (const { metric, tags, value } of points)
      if (metric === 'http_req_failed' && !('expected_response' in tags))
        shares.set(tagsKeyOf(tags), value ?? 0);
    if (shares.size === 0) return points;
    return points.flatMap((point) => {
      const { metric, tags, value } = point;
      const share = metric === 'http_reqs' ? shares.get(tagsKeyOf(tags)) : undefined;
      const state = this.series.get(keyOf(metric, tagsKeyOf(tags)));
      if (share === undefined || !state || value === null) return [point];
      // Where its first push is not all that it did, as many of the rest are taken to have failed.
      const before = state.failed ?? Math.round(share * (state.total - value));
      const failed = Math.min(value, Math.max(0, Math.round(share * state.total) - before));
      state.failed = before + failed;
      return [
        { ...point, tags: { ...tags, expected_response: 'true' }, value: value - failed },
        { ...point, tags: { ...tags, expected_response: 'false' }, value: failed },
      ].filter((part) => part.value > 0);
    });
  }

  private completeCounter(
    trend: SeriesState,
    take: (state: SeriesState, value: number, histogram: null) => void,
  ): void {
    const metric = companions.get(trend.metric);
    const count = trend.histogram?.count ?? 0;
    if (metric === undefined) return;
    const key = keyOf(metric, trend.tagsKey);
    const counter = this.series.get(key) ?? {
      ...trend,
      metric,
      type: 'counter' as const,
      unit: 'none' as const,
      total: 0,
      failed: null,
      histogram: null,
    };
    if (count <= counter.total) return;
    this.series.set(key, counter);
    this.metrics.set(metric, { metric, type: counter.type, unit: counter.unit });
    const gained = this.counted(counter, count);
    if (gained > 0) take(counter, gained, null);
  }

  private stateOf(
    { __name__: name = '', ...tags }: Record<string, string>,
    isHistogram: boolean,
  ): SeriesState {
    for (const tag of this.leftOut) delete tags[tag];
    const parsed = meaningIn(this.scriptTexts, meaningsOf(name, isHistogram));
    const tagsKey = tagsKeyOf(tags);
    const key = keyOf(parsed.metric, tagsKey);
    let state = this.series.get(key);
    if (!state) {
      const { shown } = this.shared;
      if (shown.size < this.maxSeries) shown.add(key);
      const shownTags = shown.has(key) ? tags : { overflow: 'true' };
      state = { ...parsed, tags: shownTags, tagsKey, total: 0, failed: null, histogram: null };
      this.series.set(key, state);
      this.metrics.set(parsed.metric, parsed);
    }
    return state;
  }
}

function hasFallen({ metric, total }: SeriesState, samples: readonly { value: number }[]): boolean {
  return neverFalling.has(metric) && samples.some(({ value }) => value < total);
}

function keyOf(metric: string, tagsKey: string): string {
  return `${metric} ${tagsKey}`;
}

// Series that were put together give one point a push.
function mergeSameSeries(points: IngestedPoint[]): IngestedPoint[] {
  const overflowing = new Map<string, IngestedPoint>();
  const merged: IngestedPoint[] = [];
  for (const point of points) {
    const same = point.tags.overflow === 'true' ? overflowing.get(point.metric) : undefined;
    if (same) {
      if (same.histogram && point.histogram)
        same.histogram = mergeHistograms([same.histogram, point.histogram]);
      else if (point.type === 'counter') same.value = (same.value ?? 0) + (point.value ?? 0);
      else same.value = point.value;
      continue;
    }
    if (point.tags.overflow === 'true') overflowing.set(point.metric, point);
    merged.push(point);
  }
  return merged;
}
