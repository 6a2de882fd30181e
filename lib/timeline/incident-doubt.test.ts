import { expect, it } from 'vitest';
import { type Decision } from '@/lib/model/recording';
import { isAnotherReading } from './incident-doubt';
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
