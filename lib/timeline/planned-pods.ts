import { mostPods, podsForLoad } from '@/lib/autoscaling/pods-for-load';
import { type AutoscalerConfig, podTargetOf } from '@/lib/model/autoscaler-config';
import { type PlannedLoad, type PlannedScenario, sidesAt } from './planned-load';

/** The pods that a planned load needs, on the test's own time. */
export interface PlannedPods {
  /** What the service scales on: requests in flight or a second. */
  metric: 'concurrency' | 'rps';
  /** What one pod should have of it. */
  target: number;
  /** From each `atMs` on, until the next; the last until the load's end. Without regard to `allowed`. */
  steps: { atMs: number; pods: number }[];
  /** Where most is asked for, for the first time: the load and its pods. */
  peak: { atMs: number; load: number; pods: number };
  /** max-scale; null: no bound. */
  allowed: number | null;
}

/** Why the pods cannot be told: they follow what pods use, or it is not known how long a request takes. */
export type UntoldPods = 'usage' | 'no-duration';

/** Enough for a wide screen. */
const samples = 480;

/** Times at which a drawing of a planned load has a point: all its corners, and evenly between. */
export function timesOf({ scenarios, endMs }: PlannedLoad): number[] {
  const even = Array.from({ length: samples + 1 }, (_, i) => (endMs * i) / samples);
  const corners = scenarios.flatMap((scenario) => scenario.corners.map(({ atMs }) => atMs));
  return [...new Set([...even, ...corners])].sort((a, b) => a - b);
}

/**
 * What a planned load needs at each moment, for nobody to wait once pods are up: users have one request each in flight,
 * which is the most that they can have in a loop; arrivals have their rate times `requestMs` in flight (Little's law), and
 * no more than the scenario has users. Where a service scales on requests a second, users make one each `requestMs`.
 */
export function plannedPods(
  load: PlannedLoad,
  config: AutoscalerConfig,
  requestMs: number | null,
): PlannedPods | UntoldPods {
  const { metric, target } = podTargetOf(config);
  if (metric !== 'concurrency' && metric !== 'rps') return 'usage';
  if (load.scenarios.some(({ drives }) => needsDuration(drives, metric)) && requestMs === null)
    return 'no-duration';
  const loadOf = (side: 'before' | 'after', atMs: number): number =>
    load.scenarios.reduce(
      (sum, scenario) => sum + ofMetric(scenario, sidesAt(scenario.corners, atMs)[side], metric, requestMs),
      0,
    );
  const steps: PlannedPods['steps'] = [];
  let peak: PlannedPods['peak'] | null = null;
  for (const atMs of timesOf(load)) {
    for (const side of ['before', 'after'] as const) {
      const at = loadOf(side, atMs);
      const pods = podsForLoad(config, at);
      if (!peak || at > peak.load) peak = { atMs, load: at, pods };
      if (side === 'after' && steps.at(-1)?.pods !== pods) steps.push({ atMs, pods });
    }
  }
  return {
    metric,
    target,
    steps,
    peak: peak ?? { atMs: 0, load: 0, pods: podsForLoad(config, 0) },
    allowed: mostPods(config),
  };
}

/** Whether it has to be known how long a request takes, to tell what a scenario has of a metric. */
function needsDuration(drives: PlannedScenario['drives'], metric: 'concurrency' | 'rps'): boolean {
  return (drives === 'users') === (metric === 'rps');
}

function ofMetric(
  { drives, mostUsers }: PlannedScenario,
  value: number,
  metric: 'concurrency' | 'rps',
  requestMs: number | null,
): number {
  if (!needsDuration(drives, metric) || requestMs === null) return value;
  return drives === 'users' ? (value * 1000) / requestMs : Math.min((value * requestMs) / 1000, mostUsers);
}

/** Scenarios whose users do not suffice for their rate, so that k6 drops iterations: what they would need. */
export function shortOfUsers(
  { scenarios }: PlannedLoad,
  requestMs: number,
): { name: string; needed: number; mostUsers: number }[] {
  return scenarios
    .filter(({ drives }) => drives === 'arrivals')
    .map(({ name, corners, mostUsers }) => {
      const rate = corners.reduce((most, { value }) => Math.max(most, value), 0);
      return { name, mostUsers, needed: Math.ceil((rate * requestMs) / 1000) };
    })
    .filter(({ needed, mostUsers }) => needed > mostUsers);
}

/** The most users, or arrivals a second, that all scenarios of a kind have together. */
export function mostTogether(load: PlannedLoad, drives: PlannedScenario['drives']): number {
  const scenarios = load.scenarios.filter((scenario) => scenario.drives === drives);
  const sums = timesOf(load).flatMap((atMs) => {
    const sides = scenarios.map(({ corners }) => sidesAt(corners, atMs));
    return [
      sides.reduce((sum, { before }) => sum + before, 0),
      sides.reduce((sum, { after }) => sum + after, 0),
    ];
  });
  return Math.max(0, ...sums);
}
