import { type ExponentialHistogram } from '@/lib/model/histogram';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { latencyIn, latencyMetricOf, summedRequests } from '@/lib/timeline/protocols';
import { quantileMs } from '@/lib/timeline/requests';
import { type Collected } from './collector';
import {
  type FortioHistogram,
  type ImportFormat,
  type ImportNote,
  type WithoutTimes,
} from '@/lib/model/import-facts';
import { areThresholdsMet, type RunFigures, type RunSummary } from '@/lib/model/run';

/** A whole file, read. */
export interface ImportedFile {
  format: ImportFormat;
  /** What made the load, by its own name. */
  engine: 'k6' | 'hey' | 'fortio';
  toolVersion: string | null;
  figures: Omit<RunFigures, 'peakReadyPods' | 'worstLagMs'>;
  minMs: number | null;
  meanMs: number | null;
  maxMs: number | null;
  /** Unix ms of the first moment; null where the file does not say. */
  startedAtMs: number | null;
  /** Null where the file does not say how long the load was. */
  spanMs: number | null;
  statuses: { status: string; count: number }[];
  target: string | null;
  summary: RunSummary;
  /** What an export or a page reads of a file without times, beside its figures; null for others. */
  withoutTimes: WithoutTimes | null;
  /** Null for a file without times. */
  collected: Collected | null;
  notes: ImportNote[];
  settings: Record<string, string>;
  histogram: FortioHistogram | null;
}

/** Reads one format from its text as it arrives. */
export interface FileReader {
  /** Throws a Problem at what is wrong, or where there is nothing to import. */
  read(pieces: AsyncIterable<string>): Promise<ImportedFile>;
}

/** What users waited for, as the totals of a file tell it; undefined where several protocols have one each, or none. */
function latencyOf(summary: RunSummary): Record<string, number> | undefined {
  const metric = latencyMetricOf(summary);
  return summary.metrics.find((one) => one.metric === metric)?.values;
}

/** What users waited for, of all protocols together, as the file's seconds have it: no file has exact percentiles of that. */
function latencyOfAll({ series, points }: Collected): ExponentialHistogram | null {
  const histograms = points.flatMap((point) => latencyIn(series[point.seriesId]!.metric, point) ?? []);
  return histograms.length === 0 ? null : mergeHistograms(histograms);
}

/** The figures of a collected file, from its totals. */
function figuresOfSummary(collected: Collected, spanMs: number): ImportedFile['figures'] {
  const { summary, failed } = collected;
  const summed = summedRequests(summary);
  const requests = summed?.count ?? null;
  const latency = latencyOf(summary);
  const all = latency ? null : latencyOfAll(collected);
  const at = (percent: number): number | null => latency?.[`p(${percent})`] ?? quantileMs(all, percent / 100);
  const isHttp = summed?.protocols.every((protocol) => protocol === 'http') ?? true;
  return {
    requests,
    failures: isHttp ? (summed?.failures ?? null) : failed,
    requestsPerSecond: requests !== null && spanMs > 0 ? (requests / spanMs) * 1000 : null,
    p50Ms: at(50),
    p90Ms: at(90),
    p95Ms: at(95),
    p99Ms: at(99),
    thresholdsMet: areThresholdsMet(summary),
  };
}

/** The parts of an ImportedFile that follow from what was collected. */
export function fromCollected(
  collected: Collected,
): Pick<
  ImportedFile,
  | 'figures'
  | 'minMs'
  | 'meanMs'
  | 'maxMs'
  | 'statuses'
  | 'summary'
  | 'collected'
  | 'withoutTimes'
  | 'toolVersion'
  | 'settings'
  | 'histogram'
> & { spanMs: number; notes: ImportNote[] } {
  const { summary, statuses } = collected;
  const spanMs = summary.testRunDurationMs;
  const duration = latencyOf(summary);
  return {
    figures: figuresOfSummary(collected, spanMs),
    minMs: duration?.min ?? null,
    meanMs: duration?.avg ?? null,
    maxMs: duration?.max ?? null,
    spanMs,
    statuses,
    summary,
    collected,
    withoutTimes: null,
    toolVersion: null,
    settings: {},
    histogram: null,
    notes: [
      'no-pods',
      ...(collected.exact ? [] : ['percentiles-from-histogram' as const]),
      ...(collected.overflowed ? ['series-overflow' as const] : []),
    ],
  };
}
