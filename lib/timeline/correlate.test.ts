import { describe, expect, it } from 'vitest';
import { correlate } from './correlate';
import { type Decision, type PodEvent, type PodPhase, type Recording } from '@/lib/model/recording';

let nextId = 1;

function pod(name: string, ...phases: [number, PodPhase][]): PodEvent[] {
  return phases.map(([atMs, phase], i) => ({
    id: nextId++,
    atMs,
    serverAtMs: null,
    type: i === 0 ? 'ADDED' : phase === 'gone' ? 'DELETED' : 'MODIFIED',
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
    id: nextId++,
    atMs,
    valid: true,
    readyPods: 0,
    desiredPods: replicas,
    replicas,
    stableAverage: replicas * 5,
    panicAverage: replicas * 5,
    panicMode: false,
    boundBy: 'stable',
    reason: {},
  };
}

function recording(decisions: Decision[], pods: PodEvent[][]): Recording {
  return {
    series: [],
    points: [],
    concurrency: [],
    gaps: [],
    decisions,
    podEvents: pods.flat().sort((a, b) => a.atMs - b.atMs),
  };
}

const many = (n: number, make: (i: number) => PodEvent[]): PodEvent[][] =>
  Array.from({ length: n }, (_, i) => make(i));

describe('correlate', () => {
  it('takes the decisions of a burst from zero as one event, and splits its lag', () => {
    const pods = many(10, (i) => pod(`p${i}`, [340, 'pending'], [360, 'starting'], [800 + i * 10, 'ready']));
    const { matched, missed, met, superseded, unexpected } = correlate(
      recording([decision(240, 7), decision(340, 10), decision(2240, 10)], pods),
      200,
    );
    expect(matched).toHaveLength(1);
    expect(matched[0]).toMatchObject({
      expected: { atMs: 240, from: 0, to: 10 },
      observed: { atMs: 340, from: 0, to: 10, completeMs: 890 },
      lag: { decideMs: 40, actMs: 100, startMs: 550, totalMs: 650 },
    });
    expect([missed, met, superseded, unexpected]).toEqual([[], [], [], []]);
  });

  it('calls no event missed whose pods the cluster had already', () => {
    const pods = many(10, (i) => pod(`p${i}`, [340, 'pending'], [800, 'ready']));
    const { matched, missed, met } = correlate(
      recording([decision(240, 7), decision(6240, 8), decision(12_240, 10)], pods),
      200,
    );
    expect(matched.map(({ expected }) => expected.to)).toEqual([7]);
    expect(met.map(({ from, to }) => [from, to])).toEqual([
      [7, 8],
      [8, 10],
    ]);
    expect(missed).toEqual([]);
  });

  it('calls an event missed where pods were due and none came', () => {
    const pods = many(2, (i) => pod(`p${i}`, [340, 'pending'], [800, 'ready']));
    const { missed, met } = correlate(
      recording([decision(240, 2), decision(9240, 6), decision(15_240, 6)], pods),
      200,
    );
    expect(missed.map(({ to }) => to)).toEqual([6]);
    expect(met).toEqual([]);
  });

  it('shows pods that nobody asked for as unexpected', () => {
    const pods = [
      ...many(2, (i) => pod(`p${i}`, [340, 'pending'], [800, 'ready'])),
      ...many(3, (i) => pod(`q${i}`, [20_000, 'pending'], [20_500, 'ready'])),
    ];
    const asked = (...all: Decision[]) =>
      correlate(recording([decision(240, 2), ...all], pods), 200).unexpected.map(({ from, to }) => [
        from,
        to,
      ]);
    expect(asked(decision(24_240, 2))).toEqual([[2, 5]]);
    // Where nothing more was recorded, the calculation might have asked for them a tick later.
    expect(asked()).toEqual([]);
    expect(asked(decision(22_240, 2))).toEqual([]);
  });

  it('matches a scale-down with pods that were told to end, complete when they are gone', () => {
    const pods = many(4, (i) =>
      i < 2
        ? pod(`p${i}`, [300, 'pending'], [700, 'ready'])
        : pod(`p${i}`, [300, 'pending'], [700, 'ready'], [62_100, 'terminating'], [62_400, 'gone']),
    );
    const { matched } = correlate(recording([decision(200, 4), decision(62_000, 2)], pods), 100);
    expect(matched.at(-1)).toMatchObject({
      expected: { from: 4, to: 2 },
      observed: { from: 4, to: 2, completeMs: 62_400 },
      lag: { decideMs: null, actMs: 100, startMs: 300 },
    });
  });

  it('takes pods that were told to end before the recording began for no change in it', () => {
    // As a second run on a real Knative, soon after a first, is begun: six of fifteen pods still drained.
    const listed = (name: string, phase: PodPhase, ...later: [number, PodPhase][]): PodEvent[] =>
      pod(name, [0, phase], ...later).map((event, i) => (i === 0 ? { ...event, type: 'LIST' } : event));
    const pods = [
      ...many(9, (i) => listed(`p${i}`, 'ready')),
      ...many(6, (i) => listed(`q${i}`, 'terminating', [9000, 'gone'])),
    ];
    const { observed, corrections, unexpected } = correlate(
      recording([decision(1000, 9), decision(20_000, 9)], pods),
      500,
    );
    expect([observed, corrections, unexpected]).toEqual([[], [], []]);
  });
});
