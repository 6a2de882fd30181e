import { type Block } from '@/lib/statistics/blocks';
import { emptyHistogram } from '@/lib/statistics/histogram/empty';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { pushMs } from './columns';
import { type Recording } from '@/lib/model/recording';
import { isFailed, latencyIn, requestMetrics, requestsIn } from './protocols';
import { pointsOf } from './requests';
import { joinSlivers } from './slivers';

/** The requests that ended in (fromMs, toMs]. */
export interface LoadColumn extends Block {
  fromMs: number;
  toMs: number;
}

/** A push later than this came after a time without requests. */
const lateMs = 1500;

/**
 * A run's load as columns that follow each other without a hole: each push of k6 is one, seconds without a request are
 * empty ones. `stepMs`: how long one is, where retention has thinned the recording. Neighbours are merged so that there
 * are at most `most`.
 */
export function loadColumns(
  recording: Pick<Recording, 'series' | 'points'>,
  most = Infinity,
  stepMs = pushMs,
): LoadColumn[] {
  const pushes = new Map<
    number,
    { histograms: ExponentialHistogram[]; requests: number; failures: number }
  >();
  const pushAt = (atMs: number) => {
    let push = pushes.get(atMs);
    if (!push) pushes.set(atMs, (push = { histograms: [], requests: 0, failures: 0 }));
    return push;
  };
  for (const { point, metric, tags } of pointsOf(recording, requestMetrics)) {
    const requests = requestsIn(metric, point);
    const latency = latencyIn(metric, point);
    if (requests === null && latency === null) continue;
    const push = pushAt(point.atMs);
    push.requests += requests ?? 0;
    if (requests !== null && isFailed(metric, tags)) push.failures += requests;
    if (latency) push.histograms.push(latency);
  }
  const columns: LoadColumn[] = [];
  const lateAfterMs = (lateMs / pushMs) * stepMs;
  for (const [toMs, { histograms, requests, failures }] of [...pushes].sort(([a], [b]) => a - b)) {
    let fromMs = columns.at(-1)?.toMs ?? toMs - stepMs;
    for (; toMs - fromMs > lateAfterMs; fromMs += stepMs)
      columns.push(column(fromMs, fromMs + stepMs, [], 0, 0));
    columns.push(column(fromMs, toMs, histograms, requests, failures));
  }
  const whole = joinSlivers(columns, merge, stepMs);
  const size = Math.ceil(whole.length / most);
  return size <= 1
    ? [...whole]
    : Array.from({ length: Math.ceil(whole.length / size) }, (_, i) =>
        merge(whole.slice(i * size, (i + 1) * size)),
      );
}

function column(
  fromMs: number,
  toMs: number,
  histograms: ExponentialHistogram[],
  requests: number,
  failures: number,
): LoadColumn {
  const durations =
    histograms.length === 0
      ? emptyHistogram()
      : histograms.length === 1
        ? histograms[0]!
        : mergeHistograms(histograms);
  return { fromMs, toMs, seconds: (toMs - fromMs) / 1000, durations, requests, failures };
}

function merge(columns: readonly LoadColumn[]): LoadColumn {
  const sum = (of: (column: LoadColumn) => number): number =>
    columns.reduce((total, one) => total + of(one), 0);
  return column(
    columns[0]!.fromMs,
    columns.at(-1)!.toMs,
    columns.filter(({ durations }) => durations.count > 0).map(({ durations }) => durations),
    sum((c) => c.requests),
    sum((c) => c.failures),
  );
}
