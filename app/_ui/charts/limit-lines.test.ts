import { expect, it } from 'vitest';
import { type Decision } from '@/lib/model/recording';
import { limitLines, loadAxisOf } from './limit-lines';
import { type ChartModel } from './model';

const decision = (reason: Decision['reason']): Decision => ({
  id: 1,
  atMs: 0,
  valid: true,
  readyPods: 2,
  desiredPods: 2,
  replicas: 2,
  stableAverage: 20,
  panicAverage: 20,
  panicMode: false,
  boundBy: 'stable',
  reason,
});

/** Two pods ready from the beginning; of a model the lines need these alone. */
const modelOf = (reason: Decision['reason']): ChartModel =>
  ({
    decisions: [decision(reason)],
    endMs: 10_000,
    correlation: { pods: { steps: [{ atMs: 0, pending: 0, starting: 0, ready: 2, terminating: 0 }] } },
  }) as unknown as ChartModel;

const ysOf = (reason: Decision['reason'], axis: 'concurrency' | 'rps') => {
  const { target, panic } = limitLines(modelOf(reason), { fromMs: 0, toMs: 10_000 }, axis);
  return { target: [...new Set(target.map(({ y }) => y))], panic: [...new Set(panic.map(({ y }) => y))] };
};

it('a target is drawn on the axis of what the service scales on, and on no other', () => {
  const rps = { metric: 'rps', target: 140, panicThreshold: 2 };
  expect(ysOf(rps, 'rps')).toEqual({ target: [280], panic: [560] });
  expect(ysOf(rps, 'concurrency')).toEqual({ target: [], panic: [] });
  const inFlight = { metric: 'concurrency', target: 5, panicThreshold: 2 };
  expect(ysOf(inFlight, 'concurrency')).toEqual({ target: [10], panic: [20] });
  expect(ysOf(inFlight, 'rps')).toEqual({ target: [], panic: [] });
  const cpu = { metric: 'cpu', target: 80, panicThreshold: 0 };
  expect(ysOf(cpu, 'concurrency').target).toEqual([]);
  expect(ysOf(cpu, 'rps').target).toEqual([]);
  expect(loadAxisOf(decision(cpu))).toBeNull();
});

it('has a corner only where a line changes, and no more of them than a screen tells apart', () => {
  const model = modelOf({ metric: 'concurrency', target: 5, panicThreshold: 2 });
  const stepsOf = (ready: (i: number) => number) =>
    Array.from({ length: 9000 }, (_, i) => ({
      ...model.correlation.pods.steps[0]!,
      atMs: i,
      ready: ready(i),
    }));
  const lineOf = (ready: (i: number) => number) => {
    const pods = { ...model.correlation.pods, steps: stepsOf(ready) };
    const range = { fromMs: 0, toMs: 10_000 };
    return limitLines({ ...model, correlation: { ...model.correlation, pods } }, range, 'concurrency').target;
  };
  expect(lineOf(() => 2)).toHaveLength(2);
  const crowded = lineOf((i) => i % 7);
  expect(crowded.length).toBeLessThan(2500);
  expect(Math.max(...crowded.map(({ y }) => y))).toBe(30);
});
