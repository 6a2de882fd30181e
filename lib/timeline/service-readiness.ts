import { type ClusterReport, type ServiceReport } from '@/lib/model/cluster-report';
import { happenedMs } from '@/lib/model/recording';

/** A stretch in which the Knative Service was not ready. */
export interface Unready {
  fromMs: number;
  /** Null: it was not until the end. */
  toMs: number | null;
  /** Knative's own words of why; null where it had said nothing yet of the change that was asked for. */
  reason: string | null;
  message: string | null;
}

/** What lasts shorter (ms) is how Knative takes up any change. */
const leastMs = 1000;
const longestText = 180;

/** When the Knative Service was not ready, by its own word: a Ready of an earlier generation is none. */
export function unreadyStretches(reports: readonly ClusterReport[], endMs: number): Unready[] {
  const stretches: Unready[] = [];
  let open: Unready | null = null;
  const told = reports
    .filter((report): report is ServiceReport => report.kind === 'service')
    .map((report) => ({ ...report, atMs: happenedMs(report) }))
    .sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, ready, reason, message } of told) {
    if (ready === true) {
      if (open) open.toMs = atMs;
      open = null;
      continue;
    }
    if (!open) stretches.push((open = { fromMs: atMs, toMs: null, reason: null, message: null }));
    // What it waited for last says most.
    if (reason !== null) Object.assign(open, { reason, message: message?.slice(0, longestText) ?? null });
  }
  return stretches.filter(({ fromMs, toMs }) => (toMs ?? endMs) - fromMs >= leastMs);
}
