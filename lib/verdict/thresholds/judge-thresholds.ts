import { message, type Message } from '@/lib/model/message';
import { type MetricSeries } from '@/lib/model/recording';
import { type RunSummary } from '@/lib/model/run';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { exactly, type Bounds } from '@/lib/verdict/bounds';
import { askedThresholds, tagsLeftOut, type AskedThreshold } from './asked';
import { holds, parseExpression, type Expression } from './expression';
import { nameInSummary, parseMetricName, type MetricName } from './metric-name';
import { RecordedMetrics, type RecordedPoint } from './recorded';
import { runningThreshold } from './with-thresholds';
import { valueBounds } from './value-bounds';

type MetricType = MetricSeries['type'];

/** What became of one threshold. */
export interface JudgedThreshold {
  asked: AskedThreshold;
  /** Null: that cannot be told. */
  ok: boolean | null;
  /** Between which bounds its value is; null: k6 has none, or it is not known. */
  between: Bounds | null;
  /** Why it cannot be evaluated; null: it was. */
  unknown: Message | null;
  /** What the metric is; null where nothing tells it. */
  type: MetricType | null;
  /** What its values are; null: nothing of it was recorded. */
  unit: MetricSeries['unit'] | null;
}

interface Rule {
  asked: AskedThreshold;
  name: MetricName | null;
  expression: Expression | null;
}

/**
 * Judges a script's thresholds by what is recorded of it, as k6 does by its own sinks: where a load has several k6
 * processes each knows a part only, so none of them judges.
 */
export class ThresholdJudge {
  private readonly rules: readonly Rule[];
  private readonly leftOut: readonly string[];
  private readonly metrics: RecordedMetrics;

  /** `options`: the script's as `k6 inspect` gives them. */
  constructor(options: Record<string, unknown>) {
    this.rules = askedThresholds(options).map((asked) => ({
      asked,
      name: parseMetricName(asked.name),
      expression: parseExpression(asked.source),
    }));
    this.leftOut = tagsLeftOut(options);
    this.metrics = new RecordedMetrics(this.rules.flatMap(({ name }) => name ?? []));
  }

  /** Takes what one push, or one second of all runners, brought. */
  take(points: readonly RecordedPoint[]): void {
    this.metrics.take(points);
  }

  /**
   * The first threshold that surely is crossed and ends the load then, after `elapsedS` seconds of it; null: none. As in
   * k6, what has no values yet is not judged.
   */
  aborting(elapsedS: Bounds): AskedThreshold | null {
    const isDue = ({ abortOnFail, delayAbortMs }: AskedThreshold): boolean =>
      abortOnFail && (delayAbortMs === null || delayAbortMs < elapsedS.least * 1000);
    const crossed = this.rules.find(
      (rule) =>
        isDue(rule.asked) &&
        rule.name !== null &&
        this.metrics.of(rule.name) !== null &&
        this.judged(rule, null, elapsedS).ok === false,
    );
    return crossed?.asked ?? null;
  }

  /** All thresholds at the end of a load. `summary`: the totals of all its runners; null: they are not known. */
  judge(summary: RunSummary | null, elapsedS: Bounds): JudgedThreshold[] {
    return this.rules.map((rule) => this.judged(rule, summary, elapsedS));
  }

  /** How all stand after `elapsedS` seconds of a load that goes on. As in k6, what has no values yet is not judged. */
  running(elapsedS: Bounds): RunningThreshold[] {
    return this.rules.map((rule) => {
      const judged = this.judged(rule, null, elapsedS);
      const isRecorded = rule.name !== null && this.metrics.of(rule.name) !== null;
      return runningThreshold(isRecorded || judged.unknown ? judged : { ...judged, ok: null, between: null });
    });
  }

  private judged(
    { asked, name, expression }: Rule,
    summary: RunSummary | null,
    elapsedS: Bounds,
  ): JudgedThreshold {
    const none = { asked, ok: null, between: null, unknown: null, type: null, unit: null };
    if (!name || !expression) return { ...none, unknown: message('thresholds.unreadable') };
    const summed = summary?.metrics.find(({ metric }) => metric === nameInSummary(asked.name)) ?? null;
    const found = this.metrics.of(name);
    const type = summed?.type ?? found?.type ?? typeByName(name.metric, expression);
    // Another metric whose pushes have the same name is none of this one.
    const recorded = found?.type === type ? found : null;
    const told = { ...none, type, unit: recorded?.unit ?? null };
    const unknown = this.whyUnknown(name, type, expression, summed !== null);
    if (unknown) return { ...told, unknown };
    const between =
      type === null
        ? exactly(0)
        : valueBounds(type, expression, { recorded, summed: summed?.values ?? null, elapsedS });
    const ok = between === null || holds(expression, between);
    // A rate and a counter's rate differ where there is nothing: the one is met, the other is 0.
    if (type === null && ok !== true)
      return { ...told, unknown: message('thresholds.not-recorded', { metric: name.metric }) };
    return { ...told, ok, between };
  }

  private whyUnknown(
    { metric, tags }: MetricName,
    type: MetricType | null,
    { method }: Expression,
    isSummed: boolean,
  ): Message | null {
    if (type !== null && !methodsOf[type].includes(method)) return message('thresholds.unreadable');
    const [empty] = Object.entries(tags).find(([, value]) => value === '') ?? [];
    if (empty !== undefined) return message('thresholds.empty-tag', { tag: empty });
    const tag = this.leftOut.find((one) => one in tags);
    if (tag !== undefined) return message('thresholds.tag-left-out', { tag });
    const needsSeries = Object.keys(tags).length > 0 || type === 'rate' || type === 'gauge';
    return needsSeries && !isSummed && this.metrics.isOverflowing(metric)
      ? message('thresholds.too-many-series', { metric })
      : null;
  }
}

/** metrics/metric_type.go, supportedAggregationMethods. */
const methodsOf: Record<MetricType, readonly Expression['method'][]> = {
  counter: ['count', 'rate'],
  gauge: ['value'],
  rate: ['rate'],
  trend: ['avg', 'min', 'max', 'med', 'p'],
};

/** What a metric is of which nothing is known but its name and what a threshold asks of it; null: a counter or a rate. */
function typeByName(metric: string, { method }: Expression): MetricType | null {
  if (method !== 'rate') return method === 'count' ? 'counter' : method === 'value' ? 'gauge' : 'trend';
  if (/^(checks|(browser_)?http_req_failed)$/.test(metric)) return 'rate';
  return /^(http_reqs|(dropped_)?iterations|(browser_)?data_(sent|received)|ws_(sessions|msgs_\w+))$/.test(
    metric,
  )
    ? 'counter'
    : null;
}
