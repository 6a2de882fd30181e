import { type ClusterReport, type PodUsage, type UsageReport } from '@/lib/model/cluster-report';
import { type Decision } from '@/lib/model/recording';

/** What the pods of a service that is scaled on CPU or memory used, a pod, from `atMs` on. */
export interface UsageStep {
  atMs: number;
  /** How many pods were measured. */
  pods: number;
  /** Percent of the request, or MiB: of all together, and of the one that used most. */
  mean: number;
  most: number;
}

export interface UsageOverTime {
  metric: 'cpu' | 'memory';
  /** What a pod should use, in the same unit. */
  target: number;
  steps: UsageStep[];
}

const mebibyte = 2 ** 20;
/** A pod that was not measured for so many of its windows, and a reading more, is gone. */
const windows = 2;
const readingMs = 6000;

/** What pods used beside what they should; null where the calculation is on something else, or nothing was measured. */
export function usageOverTime(
  reports: readonly ClusterReport[],
  decisions: readonly Decision[],
): UsageOverTime | null {
  const reason = decisions.at(-1)?.reason;
  if (!reason || !isUsage(reason) || typeof reason.target !== 'number') return null;
  const metric = reason.metric === 'cpu' ? 'cpu' : 'memory';
  const known = new Map<string, PodUsage>();
  const steps: UsageStep[] = [];
  for (const { atMs, pods } of reports.filter((report): report is UsageReport => report.kind === 'usage')) {
    for (const pod of pods) known.set(pod.pod, pod);
    for (const [name, { sampledAtMs, windowMs }] of known)
      if (sampledAtMs < atMs - windows * windowMs - readingMs) known.delete(name);
    const measured = [...known.values()].flatMap((pod) => amountOf(pod, metric) ?? []);
    if (measured.length === 0) continue;
    const [used, requested] = [sum(measured, 'used'), sum(measured, 'of')];
    steps.push({
      atMs,
      pods: measured.length,
      mean: used / requested,
      most: Math.max(...measured.map((one) => one.used / one.of)),
    });
  }
  return steps.length === 0 ? null : { metric, target: reason.target, steps };
}

/** Whether a decision was made on what pods use. */
export function isUsage(reason: Readonly<Record<string, unknown>>): boolean {
  return reason.class === 'hpa' && (reason.metric === 'cpu' || reason.metric === 'memory');
}

/** What was used, of what is one hundred percent, or one MiB; null: it was not measured. */
function amountOf(pod: PodUsage, metric: 'cpu' | 'memory'): { used: number; of: number } | null {
  if (metric === 'memory')
    return pod.memoryBytes === null ? null : { used: pod.memoryBytes / mebibyte, of: 1 };
  return pod.cpuMilli === null || !pod.cpuRequestMilli
    ? null
    : { used: pod.cpuMilli * 100, of: pod.cpuRequestMilli };
}

function sum(amounts: readonly { used: number; of: number }[], of: 'used' | 'of'): number {
  return amounts.reduce((total, amount) => total + amount[of], 0);
}
