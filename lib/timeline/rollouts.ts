import { livePods, podsAt, type PodTimeline } from './pods';
import { type Traffic, type TrafficEvidence, type TrafficStep } from './traffic';

/** A revision that came, or came back, in this time, and what it took over. */
export interface Rollout {
  id: string;
  revision: string;
  /** The revisions that had the requests before; empty: none. */
  before: string[];
  /** When its first pod was made; where it had pods already, when its part began to grow. */
  startedMs: number;
  /** From when on it had any of the requests; null: it had none by the end. */
  servingMs: number | null;
  /** From when on it had all of them; null: it had not by the end. */
  tookOverMs: number | null;
  /** What tells it: `pods` where neither the Route nor the readings do. */
  by: TrafficEvidence | 'pods';
  /** Pods of the revisions before when they were taken over from, and at the end. */
  podsBefore: number;
  podsLeft: number;
  /** When the last of these pods was gone; null: not by the end. */
  goneMs: number | null;
}

/** A time in which several revisions shared the requests. */
export interface TrafficSplit {
  id: string;
  fromMs: number;
  /** Null: to the end. */
  toMs: number | null;
  /** The greatest first; percent. */
  shares: { revision: string; percent: number }[];
  by: TrafficEvidence;
}

const all = 0.995;

/** The times in which requests were shared. */
export function splitsOf(traffic: Traffic | null): TrafficSplit[] {
  return (traffic?.steps ?? [])
    .map(({ atMs, shares }, i) => ({ atMs, shares, next: traffic!.steps[i + 1]?.atMs ?? null }))
    .filter(({ shares }) => shares.size > 1)
    .map(({ atMs, shares, next }, i) => ({
      id: `s${i + 1}`,
      fromMs: Math.max(0, atMs),
      toMs: next,
      shares: [...shares]
        .map(([revision, share]) => ({ revision, percent: Math.round(share * 100) }))
        .sort((a, b) => b.percent - a.percent || (a.revision < b.revision ? -1 : 1)),
      by: traffic!.by,
    }));
}

/** Each revision that came in this time, or that took all requests over. `pods`: each revision's own. */
export function rolloutsOf(traffic: Traffic | null, pods: ReadonlyMap<string, PodTimeline>): Rollout[] {
  const rollouts = traffic ? routedRollouts(traffic, pods) : podRollouts(pods);
  return rollouts
    .sort((a, b) => a.startedMs - b.startedMs)
    .map((rollout, i) => ({ ...rollout, id: `r${i + 1}` }));
}

type NewRollout = Omit<Rollout, 'id'>;

function routedRollouts({ by, steps }: Traffic, pods: ReadonlyMap<string, PodTimeline>): NewRollout[] {
  const rollouts: NewRollout[] = [];
  const first = steps[0]!;
  for (const [revision, { lives }] of pods) {
    const createdMs = lives.find(({ preexisting }) => !preexisting)?.createdMs ?? null;
    const isNew = !first.shares.has(revision) && lives.every(({ preexisting }) => !preexisting);
    const takeOvers = steps.flatMap((step, i) =>
      i > 0 && isAll(step, revision) && !isAll(steps[i - 1]!, revision) ? [i] : [],
    );
    for (const i of takeOvers) {
      const served = beganToServe(steps, i, revision);
      const before = [...(steps[served - 1] ?? first).shares.keys()].filter((one) => one !== revision);
      const servingMs = steps[served]!.atMs;
      const tookOverMs = steps[i]!.atMs;
      rollouts.push({
        revision,
        before,
        startedMs: isNew && i === takeOvers[0] ? Math.min(createdMs ?? servingMs, servingMs) : servingMs,
        servingMs,
        tookOverMs,
        by,
        ...leftOf(before, pods, tookOverMs),
      });
    }
    if (isNew && takeOvers.length === 0 && createdMs !== null)
      rollouts.push({
        revision,
        before: [...first.shares.keys()],
        startedMs: createdMs,
        servingMs: steps.find(({ shares }) => shares.has(revision))?.atMs ?? null,
        tookOverMs: null,
        by,
        podsBefore: 0,
        podsLeft: 0,
        goneMs: null,
      });
  }
  return rollouts;
}

const isAll = ({ shares }: TrafficStep, revision: string): boolean => (shares.get(revision) ?? 0) >= all;

/** The step from which on a revision had requests without a break, up to step `i`. */
function beganToServe(steps: readonly TrafficStep[], i: number, revision: string): number {
  let served = i;
  while (served > 1 && steps[served - 1]!.shares.has(revision)) served--;
  return served;
}

/** Where nothing tells of requests: a revision came, and all pods of those before it went. */
function podRollouts(pods: ReadonlyMap<string, PodTimeline>): NewRollout[] {
  return [...pods].flatMap(([revision, { lives }]): NewRollout[] => {
    const [first] = lives;
    if (!first || lives.some(({ preexisting }) => preexisting)) return [];
    const readyMs = Math.min(...lives.map((life) => life.readyMs ?? Infinity));
    const others = [...pods].filter(
      ([name, own]) => name !== revision && own.lives[0]!.createdMs < first.createdMs,
    );
    const wentMs = others.flatMap(([, own]) => own.lives.map((life) => life.terminatingMs ?? life.goneMs));
    const late = wentMs.filter((ms) => ms === null || ms >= readyMs);
    if (!Number.isFinite(readyMs) || late.length === 0 || late.includes(null)) return [];
    const before = others.map(([name]) => name);
    const tookOverMs = Math.min(...late.map(Number));
    return [
      {
        revision,
        before,
        startedMs: first.createdMs,
        servingMs: readyMs,
        tookOverMs,
        by: 'pods',
        ...leftOf(before, pods, tookOverMs - 1),
      },
    ];
  });
}

function leftOf(
  before: readonly string[],
  pods: ReadonlyMap<string, PodTimeline>,
  atMs: number,
): Pick<Rollout, 'podsBefore' | 'podsLeft' | 'goneMs'> {
  const own = before.flatMap((name) => pods.get(name) ?? []);
  const count = (ms: number): number => own.reduce((sum, { steps }) => sum + livePods(podsAt(steps, ms)), 0);
  const podsLeft = count(Infinity);
  const gone = own.flatMap(({ lives }) => lives.map(({ goneMs }) => goneMs));
  return {
    podsBefore: count(atMs),
    podsLeft,
    goneMs: gone.includes(null) || gone.length === 0 ? null : Math.max(atMs, ...gone.map(Number)),
  };
}
