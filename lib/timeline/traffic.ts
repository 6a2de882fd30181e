import { type ClusterReport } from '@/lib/model/cluster-report';
import { type ConcurrencySample } from '@/lib/model/recording';

/** How a service's requests are divided from `atMs` on, until the next step: parts of 1, by revision. */
export interface TrafficStep {
  atMs: number;
  shares: ReadonlyMap<string, number>;
}

/** Who says so: the Route's status, or what was in flight at each revision. */
export type TrafficEvidence = 'route' | 'in-flight';

export interface Traffic {
  by: TrafficEvidence;
  steps: TrafficStep[];
}

/** A revision with less of what is in flight has none of it: its last requests, or a probe's. */
const leastShare = 0.05;
/** So many readings in a row show how requests are divided: a second may be any. */
const fewestReadings = 3;

/** How the requests were divided over the revisions; null where neither the Route nor the readings tell. */
export function trafficOf(
  reports: readonly ClusterReport[],
  samples: readonly Pick<ConcurrencySample, 'atMs' | 'total' | 'byRevision' | 'instant'>[],
): Traffic | null {
  const routed = reports.flatMap((report): TrafficStep[] => {
    if (report.kind !== 'traffic') return [];
    const shares = new Map<string, number>();
    for (const { revision, percent } of report.shares)
      if (percent > 0) shares.set(revision, (shares.get(revision) ?? 0) + percent / 100);
    return shares.size > 0 ? [{ atMs: report.atMs, shares }] : [];
  });
  if (routed.length > 0) return { by: 'route', steps: changesOf(routed) };
  const read = readSteps(samples);
  return read.length > 0 ? { by: 'in-flight', steps: changesOf(read) } : null;
}

/** The revisions that had any requests, from the samples, in runs of the same ones. */
function readSteps(
  samples: readonly Pick<ConcurrencySample, 'atMs' | 'total' | 'byRevision' | 'instant'>[],
): TrafficStep[] {
  const runs: { key: string; atMs: number; sums: Map<string, number>; readings: number }[] = [];
  for (const { atMs, total, byRevision, instant } of samples) {
    if (instant || !byRevision || total <= 0) continue;
    const shares = Object.entries(byRevision).filter(([, value]) => value >= leastShare * total);
    const key = shares
      .map(([revision]) => revision)
      .sort()
      .join(' ');
    const last = runs.at(-1);
    const run = last?.key === key ? last : { key, atMs: atMs - 1000, sums: new Map(), readings: 0 };
    if (run !== last) runs.push(run);
    const sum = shares.reduce((all, [, value]) => all + value, 0);
    for (const [revision, value] of shares)
      run.sums.set(revision, (run.sums.get(revision) ?? 0) + value / sum);
    run.readings++;
  }
  return runs
    .filter(({ readings }) => readings >= fewestReadings)
    .map(({ atMs, sums, readings }) => ({
      atMs,
      shares: new Map([...sums].map(([revision, sum]) => [revision, sum / readings])),
    }));
}

function changesOf(steps: readonly TrafficStep[]): TrafficStep[] {
  const keyOf = ({ shares }: TrafficStep): string => JSON.stringify([...shares].sort());
  return steps.filter((step, i) => i === 0 || keyOf(step) !== keyOf(steps[i - 1]!));
}
