import { type ActivatorReport, type ClusterReport } from '@/lib/model/cluster-report';
import { happenedMs } from '@/lib/model/recording';

/** What the activators had in flight of a revision from a moment on: from the beginning of the second whose mean was read; null: not known. */
export interface HeldStep {
  atMs: number;
  inFlight: number | null;
}

/** Of one revision, in the order of time. */
export interface ActivatorHeld {
  revision: string;
  steps: HeldStep[];
}

/** What an activator tells is the mean of so long before. */
const meanMs = 1000;
/** More are not told apart on any screen: an hour, read every two seconds, has fewer. */
const mostSteps = 2000;

/** What the activators had of each revision, by their own metrics; none of which they never had anything. */
export function activatorHeld(reports: readonly ClusterReport[]): ActivatorHeld[] {
  const byRevision = new Map<string, HeldStep[]>();
  const untilMs = new Map<string, number>();
  const told = reports
    .filter((report): report is ActivatorReport => report.kind === 'activator')
    .map((report) => ({ ...report, atMs: happenedMs(report) - meanMs }))
    .sort((a, b) => a.atMs - b.atMs);
  /** What a server scraped says nothing of later, up to the next that was told. */
  const end = (revision: string, beforeMs: number): void => {
    const atMs = untilMs.get(revision) ?? Infinity;
    if (atMs < beforeMs) byRevision.get(revision)?.push({ atMs, inFlight: null });
  };
  for (const { revision, atMs, inFlight, heldMs } of told) {
    end(revision, atMs);
    untilMs.set(revision, atMs + (heldMs ?? Infinity));
    const steps = byRevision.get(revision) ?? [];
    byRevision.set(revision, steps);
    steps.push({ atMs, inFlight });
  }
  for (const revision of byRevision.keys()) end(revision, Infinity);
  return [...byRevision]
    .filter(([, steps]) => steps.some(({ inFlight }) => inFlight !== null && inFlight > 0))
    .map(([revision, steps]) => ({ revision, steps: thin(steps) }));
}

/** What the activators had of all revisions together, as it changed; null: of none it is known. */
export function heldTogether(all: readonly ActivatorHeld[]): HeldStep[] {
  if (all.length < 2) return all[0]?.steps ?? [];
  const now = new Map<string, number | null>();
  return all
    .flatMap(({ revision, steps }) => steps.map((step) => ({ ...step, revision })))
    .sort((a, b) => a.atMs - b.atMs)
    .map(({ revision, atMs, inFlight }) => {
      now.set(revision, inFlight);
      const known = [...now.values()].filter((value) => value !== null);
      return { atMs, inFlight: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) };
    });
}

/** What they had in the last second that had ended at a moment: what was decided then was decided on it. Null: not known. */
export function heldBy(steps: readonly HeldStep[], atMs: number): number | null {
  return steps.findLast((step) => step.atMs + meanMs <= atMs)?.inFlight ?? null;
}

/** Of neighbours the one with the most. */
function thin(steps: HeldStep[]): HeldStep[] {
  const size = Math.ceil(steps.length / mostSteps);
  if (size <= 1) return steps;
  const had = ({ inFlight }: HeldStep): number => inFlight ?? 0;
  return Array.from({ length: Math.ceil(steps.length / size) }, (_, i) =>
    steps.slice(i * size, (i + 1) * size).reduce((most, step) => (had(step) > had(most) ? step : most)),
  );
}
