import { expect, it } from 'vitest';
import { type Decision } from '@/lib/model/recording';
import { english } from '@/lib/words/english';
import { correlate } from './correlate';
import { isAnotherReading } from './incident-doubt';
import { lagMessage } from './lag-message';
import { wholeLagSentences } from './lag-story';
import { madeRecording, many } from './made-recording';
import { scaleEventRows } from './scale-event-rows';
import { type ObservedScaleEvent } from './scale-events';

const decision = (stableAverage: number, replicas: number): Decision => ({
  id: 1,
  atMs: 3830,
  valid: true,
  readyPods: 9,
  desiredPods: replicas,
  replicas,
  stableAverage,
  panicAverage: 33.3,
  panicMode: false,
  boundBy: 'stable',
  reason: { class: 'kpa', target: 3.5 },
});
const change = (from: number, to: number, revision?: string): ObservedScaleEvent => ({
  kind: 'observed',
  id: 'o1',
  atMs: 3430,
  from,
  to,
  readyMs: [],
  completeMs: null,
  ...(revision === undefined ? {} : { revision }),
});

// A second run on a real Knative, soon after a first: its autoscaler held 27.99 in flight a pod's 3.5, our window 28.2.
it('takes a pod fewer, or more, for another reading where less than two readings differ by decides on it', () => {
  expect(isAnotherReading(change(9, 8), [decision(28.2, 9)])).toBe(true);
  expect(isAnotherReading(change(8, 9), [decision(27.99, 8)])).toBe(true);
  expect(isAnotherReading(change(9, 7), [decision(28.2, 9)])).toBe(false);
  expect(isAnotherReading(change(9, 8), [decision(29.5, 9)])).toBe(false);
  expect(isAnotherReading(change(9, 8), [])).toBe(false);
});

it('judges a revision by its own average', () => {
  const both = decision(70, 21);
  const part = { ...decision(28.2, 9), revision: 'shop-00001' };
  expect(isAnotherReading(change(9, 8, 'shop-00001'), [{ ...both, part }])).toBe(true);
  expect(isAnotherReading(change(9, 8, 'shop-00002'), [{ ...both, part }])).toBe(false);
});

it('is only where the load decided, not a bound or what is held', () => {
  // Three are asked for by a min-scale, 1.1 by the load.
  expect(isAnotherReading(change(3, 2), [decision(3.86, 3)])).toBe(false);
  // A delay keeps nine, of which the load asks for eight: by what brought them only nine are due.
  const delayed = [decision(30, 9), decision(27, 9)];
  expect(isAnotherReading(change(9, 8), delayed)).toBe(false);
  // Panic keeps the nine that an average at the edge had asked for.
  expect(isAnotherReading(change(9, 8), [decision(28.2, 9), decision(27, 9)])).toBe(true);
});

it('is told as that, in the events and in the story', () => {
  // 20.2 in flight of 5 a pod are 4.04 pods; the cluster, by its own average, is content with four from second 20 on.
  const recording = madeRecording({
    seconds: 40,
    load: () => 20.2,
    decisions: Array.from({ length: 20 }, (_, i): [number, number, number] => [i * 2000, 5, 20.2]),
    pods: [...many(4, { ready: 0 }), { ready: 0, ending: 20_000, gone: 20_500 }],
    reports: [
      [0, 5],
      [20_000, 4],
    ].map(([atMs, desired]) => ({
      kind: 'scale',
      source: 'podautoscaler',
      revision: 'r',
      desired: desired!,
      actual: null,
      reason: null,
      atMs: atMs!,
      serverAtMs: null,
    })),
  });
  const correlation = correlate(recording, 0, 40_000);
  expect(
    scaleEventRows(correlation).map(({ outcome, seenFrom, seenTo }) => [outcome, seenFrom, seenTo]),
  ).toEqual([['reading', 5, 4]]);
  expect(correlation.unexpected).toEqual([]);
  const { pods, byReading } = correlation.difference!;
  expect(byReading).toBe(pods);
  const [told] = wholeLagSentences(correlation).filter(({ kind }) => kind === 'difference');
  expect(english(lagMessage(told!))).toMatch(
    /asked for the same, but for what another reading .* \(0\.5 pods on average\)/,
  );
  const apart = { kind: 'difference', pods: 0.8, signed: -0.8, byReading: 0.7 } as const;
  expect(english(lagMessage(apart))).toMatch(
    /differed by 0\.8 on average; .* fewer\. Of that, 0\.7 are what another reading/,
  );
  expect(english(lagMessage({ ...apart, byReading: 0 }))).toMatch(/asked for fewer\.$/);
});

it('is no incident, until no reading of the load asks for it', () => {
  /** 4.04 pods are due, and the cluster has four from second 20 on; from `risesMs` on 4.6 are, which it has not either. */
  const incidents = (risesMs: number) => {
    const load = (atMs: number): number => (atMs >= risesMs ? 23 : 20.2);
    const recording = madeRecording({
      seconds: 40,
      load: (second) => load(second * 1000),
      decisions: Array.from({ length: 20 }, (_, i): [number, number, number] => [
        i * 2000,
        5,
        load(i * 2000),
      ]),
      pods: [...many(4, { ready: 0 }), { ready: 0, ending: 20_000, gone: 20_500 }],
    });
    return correlate(recording, 0, 40_000).incidents.map(({ kind, startMs }) => [kind, startMs]);
  };
  expect(incidents(Infinity)).toEqual([]);
  expect(incidents(30_000)).toEqual([['short', 30_000]]);
  // One more than 3.98 that are due.
  const made = madeRecording({
    seconds: 40,
    load: () => 19.9,
    decisions: Array.from({ length: 20 }, (_, i): [number, number, number] => [i * 2000, 4, 19.9]),
    pods: [...many(4, { ready: 0 }), { made: 20_000, ready: 20_500 }],
  });
  expect(correlate(made, 0, 40_000).incidents).toEqual([]);
});
