import { describe, expect, it } from 'vitest';
import { placeItems } from './lane-items';

describe('placeItems', () => {
  it('puts items that would overlap into rows of their own', () => {
    expect(
      placeItems(
        [
          { fromPx: 0, toPx: 10, labelPx: 60 },
          { fromPx: 20, toPx: 30, labelPx: 60 },
          { fromPx: 200, toPx: 210, labelPx: 60 },
        ],
        4,
      ),
    ).toEqual([
      { row: 0, labelled: true },
      { row: 1, labelled: true },
      { row: 0, labelled: true },
    ]);
  });

  it('leaves the label out where no row has room', () => {
    const placed = placeItems(
      Array.from({ length: 4 }, (_, i) => ({ fromPx: i * 10, toPx: i * 10 + 5, labelPx: 60 })),
      2,
    );
    expect(placed.map(({ labelled }) => labelled)).toEqual([true, true, false, false]);
    expect(placed.every(({ row }) => row < 2)).toBe(true);
  });
});
