import { unitOf, type RequestUnit } from '@/lib/model/protocol';
import { podsAt, type PodStep } from '@/lib/timeline/pods';
import { type UsageOverTime, type UsageStep } from '@/lib/timeline/pod-usage';
import { type ConcurrencySpan } from '@/lib/timeline/overview';
import { type Decision } from '@/lib/model/recording';
import { statusClasses, type RequestColumn, type StatusClass } from '@/lib/timeline/columns';
import { quantileOf, rateOf } from './columns';
import { heldTogether } from '@/lib/timeline/activator-held';
import { ownDecisionAt, seenAt, seenRevision } from './averages-spec';
import { type ProtocolSpan } from '@/lib/timeline/protocol-columns';
import { protocolSpans } from './protocol-spans';
import { loadAxisOf, type LoadAxis } from './limit-lines';
import { type ChartModel, hasPods, lastBefore, limitsOf, replicasOf } from './model';
import { shortRevision } from '@/lib/timeline/one-revision';

/** What all charts say of one moment. */
export interface Reading {
  atMs: number;
  requests: { rate: number; byStatus: [StatusClass, number][] } | null;
  latency: { p50Ms: number; p95Ms: number; p99Ms: number } | null;
  /** What its requests are. */
  unit: RequestUnit;
  /** What its protocols did beside requests; null where nothing was told. */
  protocol: ProtocolSpan | null;
  /** Null: not recorded. */
  pods: PodStep | null;
  /** Ready pods of each revision, and what is in flight at it, null: not told; empty where there is one. */
  revisions: { revision: string; ready: number; inFlight: number | null }[];
  decision: Decision | null;
  concurrency: ConcurrencySpan | null;
  /** Where target and panic threshold are counted; null: in no chart. */
  limitAxis: LoadAxis | null;
  usage: (UsageStep & Pick<UsageOverTime, 'metric' | 'target'>) | null;
  target: number | null;
  panic: number | null;
  /** Both averages of one revision, ours and theirs; null: the cluster's autoscaler does not tell its own. */
  averages: Record<'ownStable' | 'ownPanic' | 'theirStable' | 'theirPanic', number | null> | null;
  /** What the cluster's autoscaler asks for by its own metrics, of all revisions. */
  theirDesired: number | null;
  /** What the activators have in flight by their own metrics, of all revisions; null: not known. */
  activator: number | null;
}

/** A sample counts for the time that it ends, and a little more: seconds are not read to the millisecond. */
const slackMs = 500;

/** Reads all charts at one moment on the run's clock. */
export function readingAt(model: ChartModel, atMs: number, revision: string | null = null): Reading {
  const column = model.table.at(atMs);
  const pods = hasPods(model) ? podsAt(model.correlation.pods.steps, atMs) : null;
  const decision = lastBefore(model.decisions, atMs) ?? null;
  const sample = sampleAt(model.recording.concurrency, atMs);
  const limits = limitsOf(decision ?? undefined);
  return {
    atMs,
    unit: unitOf(model.run.protocols),
    requests: column
      ? {
          rate: rateOf(column),
          byStatus: statusClasses
            .filter((name) => column.counts[name] > 0)
            .map((name) => [name, rateOf(column, name)]),
        }
      : null,
    latency: latencyOf(column),
    protocol: column && model.recording.protocol ? (protocolSpans(model, [column])[0] ?? null) : null,
    pods,
    revisions: [...model.podsByRevision].map(([revision, { steps }]) => ({
      revision: shortRevision(revision, model.run.service.name),
      ready: podsAt(steps, atMs).ready,
      inFlight: sample?.byRevision ? (sample.byRevision[revision] ?? 0) : null,
    })),
    decision: decision && { ...decision, replicas: replicasOf(model, decision) },
    concurrency: sample,
    limitAxis: loadAxisOf(decision ?? undefined),
    usage: usageAt(model.correlation.usage, atMs),
    target: limits && pods ? limits.target * pods.ready : null,
    panic:
      limits && pods && limits.panicThreshold > 0
        ? limits.target * limits.panicThreshold * Math.max(1, pods.ready)
        : null,
    averages: averagesAt(model, atMs, revision),
    theirDesired: theirDesiredAt(model, atMs),
    activator: lastBefore(heldTogether(model.correlation.activator), atMs)?.inFlight ?? null,
  };
}

function averagesAt(model: ChartModel, atMs: number, chosen: string | null): Reading['averages'] {
  const seen = seenRevision(model, chosen);
  if (!seen) return null;
  const own = ownDecisionAt(model, atMs, seen.revision);
  const theirs = seenAt(seen, atMs);
  return {
    ownStable: own?.stableAverage ?? null,
    ownPanic: own?.panicAverage ?? null,
    theirStable: theirs?.stable ?? null,
    theirPanic: theirs?.panic ?? null,
  };
}

function theirDesiredAt({ correlation }: ChartModel, atMs: number): number | null {
  const known = correlation.autoscaler.flatMap((seen) => seenAt(seen, atMs)?.desired ?? []);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

function usageAt(usage: UsageOverTime | null | undefined, atMs: number): Reading['usage'] {
  const step = usage && lastBefore(usage.steps, atMs);
  return usage && step ? { ...step, metric: usage.metric, target: usage.target } : null;
}

function latencyOf(column: RequestColumn | null): Reading['latency'] {
  const p50Ms = column && quantileOf(column, 0.5);
  if (column === null || p50Ms === null) return null;
  return { p50Ms, p95Ms: quantileOf(column, 0.95)!, p99Ms: quantileOf(column, 0.99)! };
}

function sampleAt(samples: readonly ConcurrencySpan[], atMs: number): ConcurrencySpan | null {
  // The sample bears the end of its second: the first at or after the moment is the one that covers it.
  let low = 0;
  let high = samples.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (samples[middle]!.atMs < atMs) low = middle + 1;
    else high = middle;
  }
  for (
    let i = low;
    i < samples.length && (samples[i]!.instant || samples[i]!.fromMs - atMs <= slackMs);
    i++
  ) {
    if (!samples[i]!.instant) return samples[i]!;
  }
  // At the end of what is recorded the second under way has no sample yet.
  const last = samples[low - 1];
  return low === samples.length && last && !last.instant && atMs - last.atMs <= 1000 + slackMs ? last : null;
}
