import { type HpaPod } from '@/lib/autoscaling/hpa/pods';
import { type ClusterReport, type PodUsage, type UsageReport } from '@/lib/model/cluster-report';

/** What the pods of a run used, one value a second of its demand; NaN: not known yet. */
export interface RecordedUsage {
  /** Thousandths of a core, all pods together: the work of the requests, however many pods there are. */
  cpuMilli: Float64Array;
  /** Bytes a pod: each has its own, however much there is to do. */
  memoryBytes: Float64Array;
  /** Of one pod. */
  cpuRequestMilli: number | null;
  noCpuRequest: string | null;
}

/** A pod that was not measured for so many of its windows is gone. */
const windows = 2;
const windowMs = 15_000;
const longAgoMs = 3_600_000;

/** The usage of a run on the seconds of its demand from `zeroMs` on; null: nobody measured it. */
export function recordedUsage(
  reports: readonly ClusterReport[],
  zeroMs: number,
  seconds: number,
): RecordedUsage | null {
  const usages = reports.filter((report): report is UsageReport => report.kind === 'usage');
  const last = usages.at(-1)?.pods[0];
  if (!last) return null;
  const usage: RecordedUsage = {
    cpuMilli: new Float64Array(seconds).fill(NaN),
    memoryBytes: new Float64Array(seconds).fill(NaN),
    cpuRequestMilli: last.cpuRequestMilli,
    noCpuRequest: last.noCpuRequest,
  };
  const known = new Map<string, PodUsage>();
  for (const { atMs, pods } of usages) {
    for (const pod of pods) known.set(pod.pod, pod);
    for (const [name, pod] of known)
      if (pod.sampledAtMs < atMs - windows * Math.max(windowMs, pod.windowMs)) known.delete(name);
    const from = Math.max(0, Math.floor((atMs - zeroMs) / 1000));
    const all = [...known.values()];
    usage.cpuMilli.fill(total(all, 'cpuMilli'), from);
    usage.memoryBytes.fill(total(all, 'memoryBytes') / all.length, from);
  }
  return usage;
}

/** The pods of a replay as an HPA sees them: the ready ones share the work evenly, the others have no sample. */
export function usagePods(
  usage: RecordedUsage | null | undefined,
  metric: string,
  { second, atMs, ready, replicas }: { second: number; atMs: number; ready: number; replicas: number },
): HpaPod[] {
  const isCpu = metric === 'cpu';
  const all = isCpu ? usage?.cpuMilli : usage?.memoryBytes;
  const value = all?.[Math.min(second, all.length - 1)] ?? NaN;
  const share = isCpu ? value / ready : value * 1000;
  return Array.from({ length: Math.max(ready, replicas) }, (_, i): HpaPod => {
    const isReady = i < ready;
    return {
      name: `pod-${i}`,
      phase: isReady ? 'Running' : 'Pending',
      deleting: false,
      ready: { status: isReady, changedAtMs: atMs - longAgoMs },
      startedAtMs: isReady ? atMs - longAgoMs : null,
      request: isCpu ? (usage?.cpuRequestMilli ?? null) : null,
      noRequest: usage?.noCpuRequest ?? null,
      samples: isReady && !Number.isNaN(share) ? { [metric]: Math.floor(share + 1e-6) } : {},
      sampledAtMs: atMs,
      sampleWindowMs: windowMs,
    };
  });
}

function total(pods: readonly PodUsage[], of: 'cpuMilli' | 'memoryBytes'): number {
  return pods.reduce((sum, pod) => sum + (pod[of] ?? 0), 0);
}
