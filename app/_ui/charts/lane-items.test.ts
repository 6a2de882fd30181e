import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeLabels, rowsOfBars } from './lane-incidents';
import { placeItems } from './lane-items';

const anyItems = fc
  .array(
    fc.record({
      fromPx: fc.integer({ min: 60, max: 900 }),
      lengthPx: fc.integer({ min: 0, max: 300 }),
      labelPx: fc.integer({ min: 0, max: 200 }),
    }),
    { maxLength: 30 },
  )
  .map((items) =>
    items
      .map(({ fromPx, lengthPx, labelPx }) => ({ fromPx, toPx: fromPx + lengthPx, labelPx }))
      .sort((a, b) => a.fromPx - b.fromPx),
  );

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
    ).toEqual([0, 1, 0]);
  });

  it('leaves items out where no row has room', () => {
    const items = Array.from({ length: 4 }, (_, i) => ({ fromPx: i * 10, toPx: i * 10 + 5, labelPx: 60 }));
    expect(placeItems(items, 2)).toEqual([0, 1, null, null]);
  });

  it('never writes over what stands in a row', () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const rows = placeItems(items, 4);
        for (const [i, a] of items.entries())
          for (const [j, b] of items.entries())
            if (i < j && rows[i] !== null && rows[i] === rows[j])
              expect(b.fromPx).toBeGreaterThanOrEqual(a.toPx + a.labelPx);
      }),
    );
  });
});

describe('placeLabels', () => {
  const edges = { fromPx: 60, toPx: 1000 };

  it('begins below the bar, and at the right edge where it still has room', () => {
    expect(
      placeLabels(
        [
          { fromPx: 100, labelsPx: [80], weight: 1 },
          { fromPx: 950, labelsPx: [80], weight: 1 },
        ],
        edges,
      ),
    ).toEqual([
      { leftPx: 100, widthPx: 80, text: 0 },
      { leftPx: 920, widthPx: 80, text: 0 },
    ]);
  });

  it('has the fullest text that has room until the next bar begins, and none where none has', () => {
    const bar = (fromPx: number, weight = 1) => ({ fromPx, labelsPx: [80, 50], weight });
    expect(placeLabels([bar(60), bar(120), bar(125), bar(400, 2)], edges)).toEqual([
      { leftPx: 60, widthPx: 50, text: 1 },
      null,
      { leftPx: 125, widthPx: 80, text: 0 },
      { leftPx: 400, widthPx: 80, text: 0 },
    ]);
  });

  it('labels the weightiest first and in full, and what matters more over what matters less', () => {
    const bar = (fromPx: number, weight: number, isMinor = false) => ({
      ...{ fromPx, weight, isMinor },
      labelsPx: [80, 50],
    });
    expect(placeLabels([bar(100, 5), bar(120, 1, true), bar(140, 4), bar(200, 2, true)], edges)).toEqual([
      { leftPx: 100, widthPx: 80, text: 0 },
      null,
      null,
      { leftPx: 200, widthPx: 80, text: 0 },
    ]);
  });

  it('never writes one label over another, nor over an edge, and the weightiest always', () => {
    fc.assert(
      fc.property(anyItems, (items) => {
        const bars = items.map(({ fromPx, toPx, labelPx }) => ({
          ...{ fromPx, labelsPx: [labelPx, labelPx / 2, 20], weight: toPx - fromPx },
          isMinor: labelPx % 2 === 0,
        }));
        const labels = placeLabels(bars, edges);
        let usedPx = edges.fromPx;
        for (const label of labels) {
          if (!label) continue;
          expect(label.leftPx).toBeGreaterThanOrEqual(usedPx);
          usedPx = label.leftPx + label.widthPx;
          expect(usedPx).toBeLessThanOrEqual(edges.toPx);
        }
        if (bars.length > 0) expect(labels.some((label) => label?.text === 0)).toBe(true);
      }),
    );
  });
});

describe('rowsOfBars', () => {
  it('puts bars of one time in rows of their own, and as few as that takes', () => {
    const bar = (fromPx: number, toPx: number) => ({ fromPx, toPx });
    expect(
      rowsOfBars([bar(0, 10), bar(10, 20), bar(30, 60), bar(40, 50), bar(45, 70), bar(60, 80)], 3),
    ).toEqual([0, 0, 0, 1, 2, 0]);
  });

  it('never puts two of one row over each other while there are rows', () => {
    fc.assert(
      fc.property(anyItems, (bars) => {
        const rows = rowsOfBars(bars, bars.length + 1);
        for (const [i, a] of bars.entries())
          for (const [j, b] of bars.entries())
            if (i < j && rows[i] === rows[j]) expect(a.toPx).toBeLessThanOrEqual(b.fromPx);
        expect(rowsOfBars(bars, 3).every((row) => row < 3)).toBe(true);
      }),
    );
  });

  it.each([5, 40])('leaves %d incidents of a phone’s width readable', (count) => {
    const edges = { fromPx: 60, toPx: 374 };
    const stepPx = (edges.toPx - edges.fromPx) / count;
    const bars = Array.from({ length: count }, (_, i) => {
      const fromPx = edges.fromPx + i * stepPx;
      return {
        ...{ fromPx, toPx: fromPx + Math.max(4, stepPx / 2) },
        ...{ labelsPx: [170, 90, 32], weight: 1, isMinor: i % 2 === 1 },
      };
    });
    expect(new Set(rowsOfBars(bars, 3))).toEqual(new Set([0]));
    const labels = placeLabels(bars, edges).filter((label) => label !== null);
    expect(labels.length).toBeGreaterThan(0);
    for (const [i, { leftPx, widthPx }] of labels.entries())
      expect(leftPx + widthPx).toBeLessThanOrEqual(labels[i + 1]?.leftPx ?? edges.toPx);
  });
});
