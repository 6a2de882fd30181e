import { type LoadEnd } from '@/lib/loadgen/engine';
import { type MetricUnit } from '@/lib/loadgen/metric-names';
import { parseSummary } from '@/lib/loadgen/summary';
import { message, type Message } from '@/lib/model/message';
import { type RunSummary } from '@/lib/model/run';
import { type RunnerEnd } from './operated-load';

/** What all runners' ends together are to a run. `lastError`: the last that their logs told. */
export function endOf(
  ends: readonly RunnerEnd[],
  lastError: string | Message | null,
  unitOf: (metric: string) => MetricUnit | null,
): LoadEnd {
  const summaries = ends.map(({ summaryJson }) => summaryJson && parsedOrNull(summaryJson, unitOf));
  const [only] = summaries;
  return {
    ...stateOf(ends, lastError),
    // Of several runners each has its own: what the recording tells is of all of them.
    summary: (ends.length === 1 ? only : null) || null,
    artefacts: [],
  };
}

function stateOf(
  ends: readonly RunnerEnd[],
  lastError: string | Message | null,
): Pick<LoadEnd, 'state' | 'reason'> {
  const bad = ends.find(({ outcome }) => outcome !== 'finished' && outcome !== 'thresholds-failed');
  if (!bad) return { state: 'finished', reason: ends.find(({ reason }) => reason !== null)?.reason ?? null };
  const cause =
    bad.outcome === 'failed' && lastError !== null && bad.reason
      ? message('reasons.with-cause', { reason: bad.reason, cause: lastError })
      : bad.reason;
  return {
    state: 'failed',
    reason:
      cause && ends.length > 1
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
