import { groupPods, type HpaPod, type PodGroups } from './pods';
import { type HpaMetric } from '@/lib/model/hpa-spec';
import { type HpaTimings } from './timings';

const maxInt32 = 2 ** 31 - 1;

/** What one metric asks for, or why it cannot be told. */
export type Proposal =
  | { replicas: number; /** Inside the tolerance, or its direction unsure. */ kept: boolean; average: number }
  | { error: string };

export interface MetricInput {
  nowMs: number;
  specReplicas: number;
  statusReplicas: number;
  pods: readonly HpaPod[];
  /** Values of external metrics by name. */
  external: Readonly<Record<string, readonly number[]>>;
  /** Values of object metrics by name. */
  object: Readonly<Record<string, number>>;
  /** Metrics whose API failed. */
  failing: ReadonlySet<string>;
  tolerance: { up: number; down: number };
  timings: HpaTimings;
}

/** The replicas that one metric asks for (spec, section 5; Kubernetes' replica_calculator.go). */
export function propose(metric: HpaMetric, input: MetricInput): Proposal {
  if (input.failing.has(metric.name))
    return {
      error:
        metric.type === 'Resource'
          ? `unable to get metrics for resource ${metric.name}: unable to fetch metrics from resource metrics API`
          : `metric ${metric.name} could not be read`,
    };
  switch (metric.type) {
    case 'Resource':
    case 'Pods':
      return fromPods(metric, input);
    case 'External': {
      const values = input.external[metric.name] ?? [];
      return values.length === 0
        ? { error: `external metric ${metric.name} has no value` }
        : fromTotal(
            metric,
            values.reduce((sum, value) => sum + value, 0),
            input,
          );
    }
    case 'Object': {
      const value = input.object[metric.name];
      return value === undefined
        ? { error: `object metric ${metric.name} has no value` }
        : fromTotal(metric, value, input);
    }
  }
}

function fromTotal(metric: HpaMetric, usage: number, input: MetricInput): Proposal {
  if (metric.target === 'AverageValue') {
    const ratio = usage / (metric.quantity * input.statusReplicas);
    const average = Math.ceil(usage / input.statusReplicas);
    return within(ratio, input)
      ? { replicas: input.statusReplicas, kept: true, average }
      : { replicas: Math.min(Math.ceil(usage / metric.quantity), maxInt32), kept: false, average };
  }
  const ratio = usage / metric.quantity;
  if (input.specReplicas === 0) return { replicas: Math.ceil(ratio), kept: false, average: usage };
  if (within(ratio, input)) return { replicas: input.specReplicas, kept: true, average: usage };
  if (input.pods.length === 0) return { error: 'no pods' };
  const ready = input.pods.filter((pod) => pod.phase === 'Running' && pod.ready?.status === true).length;
  return { replicas: Math.min(Math.ceil(ratio * ready), maxInt32), kept: false, average: usage };
}

function fromPods(metric: HpaMetric, input: MetricInput): Proposal {
  const { pods, specReplicas } = input;
  if (!pods.some((pod) => pod.samples[metric.name] !== undefined))
    return {
      error:
        metric.type === 'Resource'
          ? `unable to get metrics for resource ${metric.name}: no metrics returned from resource metrics API`
          : `metric ${metric.name} has no samples`,
    };
  const utilization = metric.type === 'Resource' && metric.target === 'Utilization';
  const groups = groupPods(
    pods,
    metric.name,
    metric.type === 'Resource' && metric.name === 'cpu',
    input.timings,
    input.nowMs,
  );
  if (groups.samples.size === 0)
    return { error: 'did not receive metrics for targeted pods (pods might be unready)' };
  const requests = new Map(pods.map((pod) => [pod.name, pod.request]));
  const bare = utilization ? pods.find((pod) => pod.request === null) : undefined;
  if (bare)
    return {
      error: `missing request for ${metric.name} in container ${bare.noRequest ?? 'unknown'} of Pod ${bare.name}`,
    };

  const measure = (): { ratio: number; average: number } | null =>
    utilization
      ? utilizationOf(groups.samples, requests, metric.quantity)
      : usageOf(groups.samples, metric.quantity);
  const first = measure();
  if (!first) return { error: 'the pods request nothing' };
  const { ratio, average } = first;
  const kept: Proposal = { replicas: specReplicas, kept: true, average };
  const upWithUnready = groups.unready.length > 0 && ratio > 1;
  if (!upWithUnready && groups.missing.length === 0) {
    return within(ratio, input)
      ? kept
      : { replicas: Math.ceil(ratio * groups.readyCount), kept: false, average };
  }

  assume(groups, {
    ratio,
    upWithUnready,
    fallback: (pod) =>
      utilization
        ? quotient((requests.get(pod) ?? 0) * Math.max(100, metric.quantity), 100)
        : metric.quantity,
  });
  const second = measure();
  if (!second) return { error: 'the pods request nothing' };
  const turned = (ratio < 1 && second.ratio > 1) || (ratio > 1 && second.ratio < 1);
  if (within(second.ratio, input) || turned) return kept;
  const replicas = Math.ceil(second.ratio * groups.samples.size);
  const against =
    (second.ratio < 1 && replicas > specReplicas) || (second.ratio > 1 && replicas < specReplicas);
  return against ? kept : { replicas, kept: false, average };
}

/** Fills in what is not known, always against the change: missing pods busy on the way down, idle on the way up. */
function assume(
  groups: PodGroups,
  how: { ratio: number; upWithUnready: boolean; fallback: (pod: string) => number },
): void {
  if (how.ratio < 1) for (const pod of groups.missing) groups.samples.set(pod, how.fallback(pod));
  if (how.ratio > 1) for (const pod of groups.missing) groups.samples.set(pod, 0);
  if (how.upWithUnready) for (const pod of groups.unready) groups.samples.set(pod, 0);
}

function utilizationOf(
  samples: ReadonlyMap<string, number>,
  requests: ReadonlyMap<string, number | null>,
  targetPercent: number,
): { ratio: number; average: number } | null {
  let usage = 0;
  let requested = 0;
  for (const [pod, sample] of samples) {
    usage += sample;
    requested += requests.get(pod) ?? 0;
  }
  if (requested === 0) return null;
  const percent = quotient(usage * 100, requested);
  return { ratio: percent / targetPercent, average: percent };
}

function usageOf(samples: ReadonlyMap<string, number>, target: number): { ratio: number; average: number } {
  let usage = 0;
  for (const sample of samples.values()) usage += sample;
  const average = quotient(usage, samples.size);
  return { ratio: average / target, average };
}

function within(ratio: number, { tolerance }: MetricInput): boolean {
  return 1 - tolerance.down <= ratio && ratio <= 1 + tolerance.up;
}

/** Go's division of integers. */
function quotient(dividend: number, divisor: number): number {
  return (dividend - (dividend % divisor)) / divisor;
}
