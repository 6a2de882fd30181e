import { happenedMs, type PodEvent, type PodPhase, type Recording } from '@/lib/model/recording';

/** Pods by phase from `atMs` on, until the next step. */
export interface PodStep {
  atMs: number;
  pending: number;
  starting: number;
  ready: number;
  terminating: number;
}

/** When one pod entered each phase, on the run's clock; null: not seen. */
export interface PodLife {
  uid: string;
  name: string;
  /** Whether it was there when the recording began. */
  preexisting: boolean;
  createdMs: number;
  runningMs: number | null;
  readyMs: number | null;
  terminatingMs: number | null;
  goneMs: number | null;
  /** Kubernetes' own word on why it ended or ceased to be ready; null where it has none, as for a pod scaled away. */
  endReason: string | null;
  /** When it ceased to be ready though nobody told it to end, and when it was ready again. */
  restarts: { atMs: number; readyMs: number | null }[];
}

export interface PodTimeline {
  steps: PodStep[];
  lives: PodLife[];
}

/** Whether it is known how many pods there were: where none was told, because there was none. */
export function knowsPods({
  podEvents,
  gaps,
}: Pick<Recording, 'gaps'> & { podEvents: readonly PodChange[] }): boolean {
  return podEvents.length > 0 || gaps.every(({ what }) => what !== 'pods');
}

/** What of a pod event the timeline is made from; without `serverAtMs`, `atMs` is when it happened. */
export type PodChange = Pick<PodEvent, 'id' | 'atMs' | 'type' | 'uid' | 'name' | 'phase' | 'reason'> &
  Partial<Pick<PodEvent, 'serverAtMs' | 'revision'>>;

/**
 * Folds pod events, given in the order in which they were told, into counts over time and each pod's life, by the times
 * at which they happened. `firstMs`: when the recording began, where that was not with the first of these.
 */
export function podTimeline(
  events: readonly PodChange[],
  firstMs: number = events[0]?.atMs ?? 0,
): PodTimeline {
  const phases = new Map<string, PodPhase>();
  const lives = new Map<string, PodLife>();
  const counts = { pending: 0, starting: 0, ready: 0, terminating: 0 };
  const steps: PodStep[] = [];
  for (const { event, atMs } of inTheirOrder(events)) {
    const before = phases.get(event.uid);
    if (before === event.phase) continue;
    if (before && before !== 'gone') counts[before]--;
    if (event.phase === 'gone') phases.delete(event.uid);
    else {
      phases.set(event.uid, event.phase);
      counts[event.phase]++;
    }
    noteLife(lives, event, atMs, before, firstMs);
    const last = steps.at(-1);
    if (last?.atMs === atMs) Object.assign(last, counts);
    else steps.push({ atMs, ...counts });
  }
  return { steps, lives: [...lives.values()] };
}

/** By when they happened, each pod's own in the order told: what a held back watch told late goes where it belongs. */
function inTheirOrder(events: readonly PodChange[]): { event: PodChange; atMs: number }[] {
  const latest = new Map<string, number>();
  const happened = events.map((event) => {
    const { atMs: toldMs, serverAtMs = null, uid } = event;
    const atMs = Math.max(happenedMs({ atMs: toldMs, serverAtMs }), latest.get(uid) ?? -Infinity);
    latest.set(uid, atMs);
    return { event, atMs };
  });
  return happened.sort((a, b) => a.atMs - b.atMs);
}

function noteLife(
  lives: Map<string, PodLife>,
  event: PodChange,
  atMs: number,
  before: PodPhase | undefined,
  firstMs: number,
): void {
  let life = lives.get(event.uid);
  if (!life) {
    life = {
      uid: event.uid,
      name: event.name,
      preexisting: event.type === 'LIST' && atMs <= firstMs + 1,
      createdMs: atMs,
      runningMs: null,
      readyMs: null,
      terminatingMs: null,
      goneMs: null,
      endReason: null,
      restarts: [],
    };
    lives.set(event.uid, life);
  }
  if (event.phase === 'starting' || event.phase === 'ready') life.runningMs ??= atMs;
  if (event.phase === 'ready') {
    life.readyMs ??= atMs;
    const restart = life.restarts.at(-1);
    if (restart) restart.readyMs ??= atMs;
  } else if (before === 'ready') {
    if (event.phase !== 'terminating' && event.phase !== 'gone') life.restarts.push({ atMs, readyMs: null });
    life.endReason = event.reason;
  }
  if (event.phase === 'terminating') life.terminatingMs ??= atMs;
  if (event.phase === 'gone') life.goneMs ??= atMs;
}

/** Pods that are meant to stay: all but those told to end. */
export function livePods(step: PodStep): number {
  return step.pending + step.starting + step.ready;
}

/** The pods at a moment: the last step at or before it. */
export function podsAt(steps: readonly PodStep[], atMs: number): PodStep {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (steps[middle]!.atMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return steps[low - 1] ?? { atMs, pending: 0, starting: 0, ready: 0, terminating: 0 };
}
