import { type LoadEnd } from '@/lib/loadgen/engine';
import { type LoadIngest } from '@/lib/loadgen/load-ingest';
import { mergeSummaries } from '@/lib/loadgen/merge-summaries';
import { unitIn, type MetricUnit } from '@/lib/loadgen/metric-names';
import { parseSummary } from '@/lib/loadgen/summary';
import { message, type Message } from '@/lib/model/message';
import { type RunSummary } from '@/lib/model/run';
import { type RunnerEnd } from './operated-load';

/** What all runners' ends together are to a run. `lastError`: the last that their logs told. */
export function endOf(
  ends: readonly RunnerEnd[],
  lastError: string | Message | null,
  pushes: LoadIngest,
): LoadEnd {
  const summaries = ends.flatMap(({ summaryJson }) => {
    const read = summaryJson && parsedOrNull(summaryJson, (metric) => unitIn(pushes.metrics, metric));
    return read ? [read] : [];
  });
  const [only] = summaries;
  return {
    ...stateOf(ends, lastError),
    // Of a load of which a part is missing, a total would be none.
    summary:
      summaries.length < ends.length || !only
        ? null
        : ends.length === 1
          ? only
          : mergeSummaries(summaries, pushes.allValues()),
    artefacts: [],
  };
}

function stateOf(
  ends: readonly RunnerEnd[],
  lastError: string | Message | null,
): Pick<LoadEnd, 'state' | 'reason'> {
  const broken = ends.filter(({ outcome }) => outcome !== 'finished' && outcome !== 'thresholds-failed');
  const [bad] = broken;
  if (!bad) return { state: 'finished', reason: ends.find(({ reason }) => reason !== null)?.reason ?? null };
  const cause =
    bad.outcome === 'failed' && lastError !== null && bad.reason
      ? message('reasons.with-cause', { reason: bad.reason, cause: lastError })
      : bad.reason;
  return {
    state: 'failed',
    reason:
      cause && broken.length < ends.length
        ? message('reasons.runner-ended', { runner: bad.runner, of: ends.length, cause })
        : cause,
  };
}

function parsedOrNull(json: string, unitOf: (metric: string) => MetricUnit | null): RunSummary | null {
  try {
    return parseSummary(json, unitOf);
  } catch {
    return null;
  }
}
