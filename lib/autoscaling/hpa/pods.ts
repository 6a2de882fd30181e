import { type HpaTimings } from './timings';

/** One pod as the HPA controller sees it. Times in Unix ms; amounts in thousandths (milli-units). */
export interface HpaPod {
  name: string;
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown';
  /** It has a deletion time. */
  deleting: boolean;
  /** Condition Ready and its last transition; null: the pod has none yet. */
  ready: { status: boolean; changedAtMs: number } | null;
  startedAtMs: number | null;
  /** Request of the resource that is measured; null: none. */
  request: number | null;
  /** The first container that has none. */
  noRequest?: string | null;
  /** Samples by metric; a metric that is absent was not measured. */
  samples: Readonly<Record<string, number>>;
  sampledAtMs: number;
  sampleWindowMs: number;
}

/** Pods by what their sample is worth (spec, section 5). */
export interface PodGroups {
  readyCount: number;
  /** Sample by pod, those of ignored and unready pods left out. */
  samples: Map<string, number>;
  unready: string[];
  missing: string[];
}

/** Sorts pods by what their sample of `metric` is worth; `cpu` adds the rules on starting pods. */
export function groupPods(
  pods: readonly HpaPod[],
  metric: string,
  cpu: boolean,
  timings: HpaTimings,
  nowMs: number,
): PodGroups {
  const groups: PodGroups = { readyCount: 0, samples: new Map(), unready: [], missing: [] };
  for (const pod of pods) {
    if (pod.deleting || pod.phase === 'Failed') continue;
    const sample = pod.samples[metric];
    if (pod.phase === 'Pending') groups.unready.push(pod.name);
    else if (sample === undefined) groups.missing.push(pod.name);
    else if (cpu && cpuUnready(pod, timings, nowMs)) groups.unready.push(pod.name);
    else {
      groups.readyCount++;
      groups.samples.set(pod.name, sample);
    }
  }
  return groups;
}

/** A starting pod's CPU says nothing about its load yet. */
function cpuUnready(pod: HpaPod, timings: HpaTimings, nowMs: number): boolean {
  if (pod.ready === null || pod.startedAtMs === null) return true;
  if (pod.startedAtMs + timings.cpuInitializationPeriodMs > nowMs) {
    return !pod.ready.status || pod.sampledAtMs < pod.ready.changedAtMs + pod.sampleWindowMs;
  }
  return !pod.ready.status && pod.startedAtMs + timings.initialReadinessDelayMs > pod.ready.changedAtMs;
}
