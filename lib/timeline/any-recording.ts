import fc from 'fast-check';
import { type NewClusterReport } from '@/lib/model/cluster-report';
import { madeTarget, type MadePod, type MadeRecording } from './made-recording';

/** What a PodAutoscaler asked for, and when. */
export const desired = (...steps: [atMs: number, pods: number][]): NewClusterReport[] =>
  steps.map(([atMs, pods]) => ({
    kind: 'scale',
    source: 'podautoscaler',
    revision: 'r',
    desired: pods,
    actual: null,
    reason: null,
    atMs,
    serverAtMs: null,
  }));

/** A recording by chance: a load in steps, and a cluster that follows the calculation late, early, in part or not at all. */
export const anyRecording: fc.Arbitrary<MadeRecording> = fc
  .record({
    levels: fc.array(
      fc.record({ seconds: fc.integer({ min: 3, max: 20 }), load: fc.integer({ min: 0, max: 60 }) }),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
    lagMs: fc.array(fc.integer({ min: -3000, max: 12_000 }), { minLength: 8, maxLength: 8 }),
    startMs: fc.array(fc.integer({ min: 0, max: 9000 }), { minLength: 8, maxLength: 8 }),
    share: fc.constantFrom(1, 1, 1, 0.5, 0),
    max: fc.constantFrom(0, 0, 6),
    queue: fc.boolean(),
    tells: fc.boolean(),
  })
  .map(({ levels, lagMs, startMs, share, max, queue, tells }) => {
    const perSecond = levels.flatMap(({ seconds, load }) => Array.from({ length: seconds }, () => load));
    const decisions: [atMs: number, replicas: number, average?: number][] = [[0, 0]];
    const pods: MadePod[] = [];
    const steps: [number, number][] = [[0, 0]];
    let ready = 0;
    for (let at = 2; at < perSecond.length; at += 2) {
      const average = (perSecond[at - 1]! + perSecond[Math.max(0, at - 2)]!) / 2;
      const wanted = Math.ceil(average / madeTarget);
      const due = max > 0 ? Math.min(max, wanted) : wanted;
      const n = decisions.length;
      if (due === decisions.at(-1)![1]) continue;
      decisions.push([at * 1000, due, average]);
      const goal = Math.round(due * share);
      const atMs = Math.max(1, at * 1000 + lagMs[n % 8]!);
      steps.push([atMs, goal]);
      while (ready < goal) {
        pods.push({ made: atMs, ready: atMs + startMs[pods.length % 8]! });
        ready++;
      }
      for (const pod of pods.filter(({ ending }) => ending === undefined).slice(0, ready - goal)) {
        pod.ending = Math.max(atMs, (pod.ready ?? 0) + 1);
        pod.gone = pod.ending + startMs[n % 8]!;
        ready--;
      }
    }
    return {
      load: (second: number) => perSecond[second - 1] ?? 0,
      waiting: (second: number) => (queue ? Math.floor((perSecond[second - 1] ?? 0) / 3) : 0),
      decisions,
      reason: { maxScale: max },
      pods,
      seconds: perSecond.length,
      reports: tells ? desired(...steps.sort(([a], [b]) => a - b)) : [],
    };
  });
