import { type PodLife } from './pods';
import { type Decision } from '@/lib/model/recording';

/** A change of the number of pods that the calculation asks for. */
export interface ExpectedScaleEvent {
  kind: 'expected';
  /** `e` and the decision's id. */
  id: string;
  decisionId: number;
  atMs: number;
  from: number;
  to: number;
  /** Whose pods it is about, where the service has several revisions. */
  revision?: string;
}

/** A change of the number of pods that the cluster made: pods created, or told to end, in one burst. */
export interface ObservedScaleEvent {
  kind: 'observed';
  id: string;
  atMs: number;
  from: number;
  to: number;
  /** When each pod of a scale-up was ready; a pod that never was is missing. */
  readyMs: number[];
  /** When the change was complete: all ready, or all gone; null if it never was. */
  completeMs: number | null;
  /** Whose pods they are, where the service has several revisions. */
  revision?: string;
}

/** A pod that went, or ceased to be ready, while the number of pods stayed: no scale event. */
export interface PodLoss {
  kind: 'lost';
  id: string;
  atMs: number;
  pod: string;
  /** Kubernetes' own word, such as Error; null: it was deleted. */
  reason: string | null;
  /** Whether the same pod came back or another took its place. */
  by: 'restart' | 'replacement';
  /** When as many pods were ready again; null: never. */
  readyMs: number | null;
  revision?: string;
}

export interface ObservedChanges {
  events: ObservedScaleEvent[];
  losses: PodLoss[];
}

interface Change {
  atMs: number;
  step: 1 | -1;
  life: PodLife;
}

/** Changes within this are one event: a ReplicaSet makes its pods in a burst, a lost pod's successor at once, and from zero each new reading is decided on. */
export const burstMs = 1000;

/**
 * Each change of the replicas from one valid decision to the next; changes of one burst in the same direction are one
 * event, due when the first was and explained by the last. `initial` is what was there before the first.
 */
export function expectedScaleEvents(decisions: readonly Decision[], initial: number): ExpectedScaleEvent[] {
  const events: ExpectedScaleEvent[] = [];
  let replicas = initial;
  for (const { id, atMs, valid, replicas: to } of decisions) {
    if (!valid || to === replicas) continue;
    const last = events.at(-1);
    if (last && atMs - last.atMs <= burstMs && Math.sign(to - replicas) === Math.sign(last.to - last.from))
      events[events.length - 1] = { ...last, id: `e${id}`, decisionId: id, to };
    else events.push({ kind: 'expected', id: `e${id}`, decisionId: id, atMs, from: replicas, to });
    replicas = to;
  }
  return events;
}

/** Scale events as the pods show them; a pod that went while another was made is a loss, not a scaling down and up. */
export function observedChanges(all: readonly PodLife[]): ObservedChanges {
  // What had been told to end before the recording began was no change in it.
  const lives = all.filter(
    ({ preexisting, terminatingMs, createdMs }) =>
      !preexisting || terminatingMs === null || terminatingMs > createdMs,
  );
  const { changes, losses } = takeLosses(changesOf(lives));
  let count = lives.filter((life) => life.preexisting).length;
  const events: ObservedScaleEvent[] = [];
  for (let i = 0; i < changes.length;) {
    const first = changes[i]!;
    const burst = [];
    while (i < changes.length && changes[i]!.step === first.step && changes[i]!.atMs - first.atMs <= burstMs)
      burst.push(changes[i++]!);
    const ends = burst.map(({ life }) => (first.step > 0 ? life.readyMs : life.goneMs));
    const done = ends.filter((ms) => ms !== null);
    events.push({
      kind: 'observed',
      id: `o${events.length + 1}`,
      atMs: first.atMs,
      from: count,
      to: count + first.step * burst.length,
      readyMs: first.step > 0 ? done.sort((a, b) => a - b) : [],
      completeMs: done.length === ends.length ? Math.max(...done) : null,
    });
    count += first.step * burst.length;
  }
  for (const life of lives) {
    for (const { atMs, readyMs } of life.restarts)
      losses.push({ atMs, pod: life.name, reason: life.endReason, by: 'restart', readyMs });
  }
  losses.sort((a, b) => a.atMs - b.atMs);
  return { events, losses: losses.map((loss, i) => ({ kind: 'lost', id: `l${i + 1}`, ...loss })) };
}

function changesOf(lives: readonly PodLife[]): Change[] {
  const changes: Change[] = [];
  for (const life of lives) {
    if (!life.preexisting) changes.push({ atMs: life.createdMs, step: 1, life });
    const leaving = life.terminatingMs ?? life.goneMs;
    if (leaving !== null) changes.push({ atMs: leaving, step: -1, life });
  }
  return changes.sort((a, b) => a.atMs - b.atMs);
}

// Each pod that left is paired with the nearest other one that was made at about the same time: both are taken out.
function takeLosses(changes: Change[]): { changes: Change[]; losses: Omit<PodLoss, 'kind' | 'id'>[] } {
  const taken = new Set<Change>();
  const losses: Omit<PodLoss, 'kind' | 'id'>[] = [];
  let first = 0;
  for (const left of changes) {
    if (left.step > 0) continue;
    const distance = (made: Change): number => Math.abs(made.atMs - left.atMs);
    while (changes[first]!.atMs < left.atMs - burstMs) first++;
    let successor: Change | null = null;
    for (let i = first; i < changes.length && changes[i]!.atMs <= left.atMs + burstMs; i++) {
      const made = changes[i]!;
      if (made.step < 0 || taken.has(made) || made.life === left.life) continue;
      if (!successor || distance(made) < distance(successor)) successor = made;
    }
    if (!successor) continue;
    taken.add(left).add(successor);
    losses.push({
      atMs: left.atMs,
      pod: left.life.name,
      reason: left.life.endReason,
      by: 'replacement',
      readyMs: successor.life.readyMs,
    });
  }
  return { changes: changes.filter((change) => !taken.has(change)), losses };
}
