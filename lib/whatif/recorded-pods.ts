import { type AutoscalerConfig, estimateTickPhase } from '@/lib/autoscaling';
import { type Poke } from '@/lib/whatif';
import { podsAt, type PodTimeline, type PodStep } from '@/lib/timeline/pods';
import { type ClusterReport } from '@/lib/model/cluster-report';
import { podWaits } from '@/lib/timeline/pod-waits';
import { type PodStart } from './pod-starts';
import { type PodProbe } from '@/lib/model/probe';

/** Pods made so soon after load met zero pods were made for it, at no tick. */
export const pokedMs = 500;

/**
 * The cluster reads its gateway at other moments than we do: the pods that it made at once, where there was none, tell
 * that it saw at least as many requests as it takes for the last of them.
 */
export function leastSeen({ lives }: PodTimeline, atMs: number, config: AutoscalerConfig | null): number {
  if (!config || config.metric !== 'concurrency' || config.targetValue <= 0) return 0;
  const made = lives.filter(
    ({ preexisting, createdMs }) => !preexisting && Math.abs(createdMs - atMs) < pokedMs,
  ).length;
  const least = Math.max(config.initialScale, config.minScale, config.activationScale);
  return made > least ? Math.floor((made - 1) * config.targetValue) + 1 : 0;
}

/**
 * When the cluster's own ticks fell, in ms from the demand's beginning (less than a tick's length): most of its pods
 * were made or ended then. A tick's whole length where nothing was scaled.
 */
export function firstTickMs(
  { lives }: PodTimeline,
  pokes: readonly Poke[],
  zeroMs: number,
  tickMs: number,
): number {
  const changes = lives
    .flatMap(({ preexisting, createdMs, terminatingMs }) => [preexisting ? null : createdMs, terminatingMs])
    .flatMap((atMs) => (atMs === null ? [] : [atMs - zeroMs]))
    .filter((atMs) => !pokes.some((poke) => Math.abs(atMs - poke.atMs) < pokedMs));
  return estimateTickPhase(changes, tickMs) ?? tickMs;
}

/** False: the cluster's first act in a stable window took a pod of the start away, so its autoscaler held none. */
export function holdsStart(steps: readonly PodStep[], startMs: number, stableWindowMs: number): boolean {
  const meant = ({ pending, starting, ready }: PodStep): number => pending + starting + ready;
  const before = meant(podsAt(steps, startMs));
  const first = steps.find(
    (step) => step.atMs > startMs && step.atMs <= startMs + stableWindowMs && meant(step) !== before,
  );
  return first === undefined || meant(first) > before;
}

/** How long the pods took that became ready, in order, and for how much of it probes decided. */
export function startsOf(
  { lives }: PodTimeline,
  reports: readonly ClusterReport[],
  zeroMs: number,
): PodStart[] {
  const waits = new Map(podWaits(lives, reports, Infinity).map(({ uid, spans }) => [uid, spans]));
  return lives
    .flatMap(({ uid, preexisting, createdMs, readyMs }): PodStart[] => {
      if (preexisting || readyMs === null) return [];
      const probed = waits.get(uid)?.findLast(({ part }) => part === 'probe');
      return [
        {
          atMs: createdMs - zeroMs,
          tookMs: readyMs - createdMs,
          ...(probed ? { probedMs: probed.toMs - probed.fromMs } : {}),
        },
      ];
    })
    .sort((a, b) => a.atMs - b.atMs);
}

/** What pods are asked before they are ready, as it was told last of the revision, or of any; none: it is not known. */
export function newestProbes(
  reports: readonly ClusterReport[],
  revision: string | null,
): readonly PodProbe[] {
  const told = reports.findLast(
    (report) =>
      report.kind === 'revision' &&
      report.probes !== undefined &&
      (revision === null || report.revision === revision),
  );
  return told?.kind === 'revision' ? (told.probes ?? []) : [];
}
