import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Decision, type PodEvent, type PodPhase, type Recording } from '@/lib/model/recording';
import { correlateOverview, overviewOf } from '@/lib/timeline/overview';
import { anyRecording } from '@/lib/timeline/any-recording';
import { madeRecording } from '@/lib/timeline/made-recording';
import { figuresOf, podsSparkOf } from './figures';

function pod(name: string, ...phases: [number, PodPhase][]): PodEvent[] {
  return phases.map(([atMs, phase], i) => ({
    id: atMs * 10 + i,
    atMs,
    serverAtMs: null,
    type: i === 0 ? 'ADDED' : 'MODIFIED',
    uid: name,
    name,
    revision: 'r',
    phase,
    reason: null,
    resourceVersion: '1',
  }));
}

function decision(atMs: number, replicas: number): Decision {
  return {
    id: atMs,
    atMs,
    valid: true,
    readyPods: 0,
    desiredPods: replicas,
    replicas,
    stableAverage: replicas,
    panicAverage: replicas,
    panicMode: false,
    boundBy: 'stable',
    reason: {},
  };
}

const recordingOf = (readyMs: number): Recording => ({
  series: [],
  points: [],
  concurrency: [],
  gaps: [],
  decisions: [decision(1000, 1), decision(5000, 2), decision(20_000, 2)],
  podEvents: [
    ...pod('first', [500, 'pending'], [900, 'ready']),
    ...pod('second', [3000, 'pending'], [readyMs, 'ready']),
  ],
});

it('the worst lag of a cluster that is early is none; of a late one it is the lag', () => {
  for (const [readyMs, worstLagMs] of [
    [4000, 0],
    [6500, 1500],
  ] as const) {
    const overview = overviewOf(recordingOf(readyMs), 0);
    const { matched } = correlateOverview(overview, 0, 20_000);
    const second = matched.find(({ expected }) => expected.to === 2)!;
    expect(second.lag.totalMs).toBe(readyMs - 5000);
    expect(figuresOf(overview, null, 0, 20_000).worstLagMs).toBe(worstLagMs);
  }
});

it('where pods were not recorded, nobody knows how many were ready; where none was told though all was watched, none was', () => {
  const watched: Recording = { ...recordingOf(4000), podEvents: [] };
  const gaps: Recording['gaps'] = [
    { id: 1, what: 'pods', fromMs: 0, toMs: null, reason: '', code: null, data: null },
  ];
  const peakOf = (recording: Recording) => figuresOf(overviewOf(recording, 0), null, 0, 20_000).peakReadyPods;
  expect(peakOf(watched)).toBe(0);
  expect(peakOf({ ...watched, gaps })).toBeNull();
  expect(peakOf({ ...recordingOf(4000), gaps })).toBe(2);
});

it('a sparkline’s cells are the most pods that were ready at once in each part of the run', () => {
  fc.assert(
    fc.property(anyRecording, fc.integer({ min: 1, max: 48 }), (one, cells) => {
      const endMs = one.seconds! * 1000;
      const readyAt = (ms: number): number =>
        one.pods!.filter(
          ({ ready, ending = Infinity, gone = Infinity }) =>
            ready !== null && ready <= ms && ms < Math.min(ending, gone),
        ).length;
      // It changes where a pod becomes ready or is told to end.
      const changes = one.pods!.flatMap(({ ready, ending }) => [ready ?? 0, ending ?? 0]);
      const told = podsSparkOf(overviewOf(madeRecording(one), 0), endMs, cells);
      expect(told).toEqual(
        Array.from({ length: cells }, (_, cell) => {
          const [fromMs, toMs] = [(cell / cells) * endMs, ((cell + 1) / cells) * endMs];
          const within = changes.filter((ms) => ms > fromMs && ms <= toMs);
          return Math.max(cell === 0 ? 0 : readyAt(fromMs), ...within.map(readyAt));
        }),
      );
    }),
  );
});
