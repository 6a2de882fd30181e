import fc from 'fast-check';
import { expect, it } from 'vitest';
import { podTime, podTimes } from './pod-time';
import { type PodStep } from './pods';

const counts = fc.record({
  pending: fc.nat(3),
  starting: fc.nat(3),
  ready: fc.nat(5),
  terminating: fc.nat(3),
});
/** Steps at the multiples of a ms, in order. */
const made = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 6 }), counts), { maxLength: 12 })
  .map((gaps): PodStep[] => {
    let atMs = 0;
    return gaps.map(([gapMs, count]) => ({ atMs: (atMs += gapMs), ...count }));
  });
const span = fc
  .tuple(fc.integer({ min: -3, max: 50 }), fc.integer({ min: 1, max: 20 }))
  .map(([fromMs, lengthMs]) => ({ fromMs, toMs: fromMs + lengthMs }));

it('is what each ms of a span has, one after the other, whatever the order of the spans', () => {
  fc.assert(
    fc.property(made, fc.array(span, { maxLength: 8 }), (steps, spans) => {
      const at = (ms: number): PodStep | undefined => steps.findLast(({ atMs }) => atMs <= ms);
      const expected = spans.map(({ fromMs, toMs }) => {
        const each = Array.from({ length: toMs - fromMs }, (_, i) => at(fromMs + i));
        const sum = (of: (step: PodStep) => number): number =>
          each.reduce((all, step) => all + (step ? of(step) : 0), 0) / 1000;
        return {
          podSeconds: sum((step) => step.pending + step.starting + step.ready + step.terminating),
          readyPodSeconds: sum((step) => step.ready),
          mostReady: Math.max(...each.map((step) => step?.ready ?? 0)),
        };
      });
      expect(podTimes(steps, spans)).toEqual(expected);
      expect(spans.map(({ fromMs, toMs }) => podTime(steps, fromMs, toMs))).toEqual(expected);
    }),
  );
});

it('counts a pod that is ready at the last moment of a span to the next one', () => {
  const one = { pending: 0, starting: 0, terminating: 0 };
  const steps: PodStep[] = [
    { atMs: 0, ready: 1, ...one },
    { atMs: 1000, ready: 2, ...one },
  ];
  expect(
    podTimes(steps, [
      { fromMs: 0, toMs: 1000 },
      { fromMs: 1000, toMs: 2000 },
    ]).map(({ mostReady }) => mostReady),
  ).toEqual([1, 2]);
});
