import { type ClusterReport, type PodUsage } from '@/lib/model/cluster-report';
import { type ConcurrencySample } from '@/lib/model/recording';
import { type Traffic } from './traffic';

/** The part of the requests, of 1, that a revision was given at a moment; null: nothing tells. */
export function shareAt(traffic: Traffic | null, revision: string, atMs: number): number | null {
  const step = traffic?.steps.findLast((one) => one.atMs <= atMs) ?? traffic?.steps[0];
  return step ? (step.shares.get(revision) ?? 0) : null;
}

/**
 * What of each sample is one revision's: by the gateway's own count, where it told none by how the requests were divided.
 * `isFirst`: what nothing tells of is this one's.
 */
export function samplesOf(
  revision: string,
  isFirst: boolean,
  samples: readonly ConcurrencySample[],
  traffic: Traffic | null,
): ConcurrencySample[] {
  return samples.map((sample): ConcurrencySample => {
    const { total, byRevision, active, waiting, atMs } = sample;
    const own = byRevision
      ? (byRevision[revision] ?? 0)
      : total * (shareAt(traffic, revision, atMs) ?? (isFirst ? 1 : 0));
    if (own === total) return sample;
    // While any wait, it is not told whose they are.
    const isTold = own === 0 || waiting === 0;
    return {
      ...sample,
      total: own,
      active: isTold && active !== null ? own : null,
      waiting: isTold && waiting !== null ? 0 : null,
    };
  });
}

/** What the cluster said of one revision, and of none. */
export function reportsOf(revision: string, reports: readonly ClusterReport[]): ClusterReport[] {
  return reports.flatMap((report): ClusterReport[] => {
    if (report.kind !== 'usage') return 'revision' in report && report.revision !== revision ? [] : [report];
    const isOwn = (pod: PodUsage): boolean => pod.revision === revision;
    return report.pods.some(isOwn) ? [{ ...report, pods: report.pods.filter(isOwn) }] : [];
  });
}

/** A revision's name beside its service's: Knative's own begin with it. */
export function shortRevision(revision: string, service: string): string {
  return revision.startsWith(`${service}-`) ? revision.slice(service.length + 1) : revision;
}
