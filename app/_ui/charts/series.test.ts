import { describe, expect, it } from 'vitest';
import { heldSteps, spanSteps } from './series';

describe('steps', () => {
  it('cover each span and use no x twice', () => {
    const points = spanSteps([
      { fromMs: 0, toMs: 1000, y: 5 },
      { fromMs: 1000, toMs: 2000, y: 9 },
    ]);
    expect(points.map(({ y }) => y)).toEqual([5, 5, 9, 9]);
    expect(new Set(points.map(({ x }) => x)).size).toBe(4);
    expect(points.at(-1)!.x).toBe(2000);
  });

  it('hold until the next value, the last until the end', () => {
    const points = heldSteps(
      [
        { x: 0, y: 1 },
        { x: 500, y: 3 },
      ],
      900,
    );
    expect(points.map(({ y }) => y)).toEqual([1, 1, 3, 3]);
    expect(points.map(({ x }) => Math.round(x))).toEqual([0, 500, 500, 900]);
    expect(heldSteps([{ x: 7, y: 2 }], 7)).toEqual([{ x: 7, y: 2 }]);
  });
});
