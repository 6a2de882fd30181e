import { tickMsOf } from '@/lib/model/autoscaler-config';
import { type ClusterReport } from '@/lib/model/cluster-report';
import { type Decision, isLate } from '@/lib/model/recording';
import { type DecidedStep } from './decided';

/**
 * A tick shows itself by what was written after it: ours and the cluster's are the same one where they are no more than this
 * apart (ms). An HPA's is calculated before its sync on purpose.
 */
export const sameTickMs = 500;

/**
 * Puts decisions on the ticks of the cluster's own autoscaler. Until one of these was seen the calculation ticks by itself:
 * what it asks for then is due at the cluster's next tick, since nobody can decide before. An HPA is
 * calculated a moment before its sync, and is due at that. What is asked for from no pod on is decided on at once, and stays.
 * `initial`: the pods before the first decision.
 */
export function onClusterTicks(
  decisions: readonly Decision[],
  initial: number,
  reports: readonly ClusterReport[],
  decided: readonly DecidedStep[],
): Decision[] {
  const isHpa = decisions[0]?.reason.class === 'hpa';
  const tickMs = tickMsOf(isHpa ? 'hpa' : 'kpa');
  const ticks = isHpa ? syncsOf(reports, decided) : ticksOf(decided);
  const dueMs = (atMs: number): number => {
    const seen = ticks.findLast((tick) => tick <= atMs);
    const next = ticks.find((tick) => tick > atMs);
    const anchor = seen ?? next;
    // Once one was seen the calculation ticks with it.
    if (anchor === undefined || (!isHpa && ticks[0]! <= atMs - tickMs)) return atMs;
    const sinceMs = (((atMs - anchor) % tickMs) + tickMs) % tickMs;
    const isSame = sinceMs <= sameTickMs || (!isHpa && tickMs - sinceMs <= sameTickMs);
    return isSame ? atMs : Math.min(atMs + tickMs - sinceMs, next ?? Infinity);
  };
  let before = initial;
  return decisions
    .map((decision) => {
      const { atMs, valid, replicas, readyPods, reason } = decision;
      const atOnce = before === 0 || (reason.class === 'mpa' && readyPods === 0);
      if (valid) before = replicas;
      return atOnce ? decision : { ...decision, atMs: dueMs(atMs) };
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** When a decision of the cluster's showed its tick; from no pod on it decides at once. */
export const ticksOf = (decided: readonly DecidedStep[]): number[] =>
  decided.flatMap(({ atMs }, i) => ((decided[i - 1]?.pods ?? 0) > 0 ? [atMs] : []));

/** When an HPA was seen to calculate: its status is written with what pods used. What it is found with was no sync. */
function syncsOf(reports: readonly ClusterReport[], decided: readonly DecidedStep[]): number[] {
  const own = reports.filter((report) => report.kind === 'scale' && report.source === 'hpa').slice(1);
  const onTime = own.filter((report) => !isLate(report));
  return [...onTime.map(({ atMs }) => atMs), ...ticksOf(decided)].sort((a, b) => a - b);
}
