import { describe, expect, it } from 'vitest';
import { stackUp } from './stack';

const of = (stack: string | undefined, ys: number[], hidden = false) => ({
  ...(stack === undefined ? {} : { stack }),
  data: ys.map((y, x) => ({ x, y })),
  hidden,
});
const heights = (corners: { y: number }[][]): number[][] => corners.map((each) => each.map(({ y }) => y));

describe('areas put upon each other', () => {
  it('adds those of one stack in their order and leaves others where they are', () => {
    const stacked = stackUp([
      of('pods', [1, 2]),
      of('pods', [3, 0]),
      of('desired', [9, 9]),
      of(undefined, [4, 4]),
    ]);
    expect(heights(stacked)).toEqual([
      [1, 2],
      [4, 2],
      [9, 9],
      [4, 4],
    ]);
    expect(stacked[1]!.map(({ own }) => own)).toEqual([3, 0]);
  });

  it('gives a hidden one no place', () => {
    expect(heights(stackUp([of('pods', [5]), of('pods', [2], true), of('pods', [1])]))).toEqual([
      [5],
      [2],
      [6],
    ]);
  });

  it('adds only what has the same moment', () => {
    const [, upper] = stackUp([
      { stack: 's', data: [{ x: 0, y: 1 }], hidden: false },
      { stack: 's', data: [{ x: 1, y: 2 }], hidden: false },
    ]);
    expect(upper).toEqual([{ x: 1, y: 2, own: 2 }]);
  });
});
