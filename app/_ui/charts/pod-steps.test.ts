import { describe, expect, it } from 'vitest';
import { thinSteps } from './pod-steps';

const step = (atMs: number, ready: number) => ({ atMs, pending: 0, starting: 0, ready, terminating: 0 });

describe('thinSteps', () => {
  it('keeps of each span the peak and what holds on after it', () => {
    const steps = [
      step(0, 1),
      step(10, 2),
      step(20, 9),
      step(30, 3),
      step(40, 4),
      step(100, 5),
      step(350, 6),
    ];
    expect(thinSteps(steps, 100).map(({ ready }) => ready)).toEqual([9, 4, 5, 6]);
  });

  it('leaves what is not crowded as it is', () => {
    const steps = [step(0, 1), step(100, 2), step(200, 0)];
    expect(thinSteps(steps, 50)).toEqual(steps);
    expect(thinSteps([], 50)).toEqual([]);
  });
});
