import { type AutoscalerReport, type ClusterReport } from '@/lib/model/cluster-report';
import { happenedMs } from '@/lib/model/recording';

/** What the cluster's autoscaler said of itself at a moment; null: it did not say. */
export interface AutoscalerStep {
  atMs: number;
  stable: number | null;
  panic: number | null;
  desired: number | null;
  /** A server's scrape: what was between it and the next is not known. Absent: it held until the next. */
  isScrape?: true;
}

/** The averages and the desired pods of one revision by the autoscaler's own metrics, in the order of time. */
export interface AutoscalerSeen {
  revision: string;
  steps: AutoscalerStep[];
}

/** More are not told apart on any screen: an hour, read every two seconds, has fewer. */
const mostSteps = 2000;

/** By revision, in the order in which they were first told of; only what changes is kept. */
export function autoscalerSeen(reports: readonly ClusterReport[]): AutoscalerSeen[] {
  const byRevision = new Map<string, AutoscalerStep[]>();
  const told = reports
    .filter((report): report is AutoscalerReport => report.kind === 'autoscaler')
    .map((report) => ({ ...report, atMs: happenedMs(report) }))
    .sort((a, b) => a.atMs - b.atMs);
  for (const { revision, atMs, stable, panic, desired, heldMs } of told) {
    if (stable === null && panic === null && desired === null) continue;
    const steps = byRevision.get(revision) ?? [];
    byRevision.set(revision, steps);
    const last = steps.at(-1);
    const same = last && last.stable === stable && last.panic === panic && last.desired === desired;
    if (same && heldMs === undefined) continue;
    steps.push({ atMs, stable, panic, desired, ...(heldMs === undefined ? {} : { isScrape: true }) });
  }
  return [...byRevision].map(([revision, steps]) => ({ revision, steps: thin(steps) }));
}

/** Of neighbours the one with the most load: peaks are what scaling answers to. */
function thin(steps: AutoscalerStep[]): AutoscalerStep[] {
  const size = Math.ceil(steps.length / mostSteps);
  if (size <= 1) return steps;
  const load = ({ panic, stable }: AutoscalerStep): number => Math.max(panic ?? 0, stable ?? 0);
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, i) =>
    steps.slice(i * size, (i + 1) * size).reduce((most, step) => (load(step) > load(most) ? step : most)),
  );
}
