import fc from 'fast-check';
import { propertyRuns } from '@/scripts/test/property-runs';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BatchShares } from './batch-shares';
import { batchCount, batches, mergeBlocks, type Block } from './blocks';
import { differenceOf, type BlockFigure } from './difference';
import { emptyHistogram } from './histogram/empty';
import { countAbove, quantile } from './histogram/quantile';
import { criticalT, pairedDifference } from './paired';
import { regressionTest } from './regression';
import { studentCdf, studentQuantile } from './student';

// Made by scipy (its version is in the file): Student's quantiles, paired tests, and a paired test's interval of a ratio.
const scipy = z
  .object({
    t: z.array(z.object({ p: z.number(), degrees: z.number(), t: z.number() })),
    paired: z.object({
      a: z.array(z.number()),
      b: z.array(z.number()),
      statistic: z.number(),
      low: z.number(),
      high: z.number(),
      ratioLow: z.number(),
      ratioHigh: z.number(),
    }),
    mood: z.object({
      schema: z.number(),
      q: z.number(),
      limit: z.number(),
      statistic: z.number(),
      a: z.array(z.array(z.tuple([z.number(), z.number()]))),
      b: z.array(z.array(z.tuple([z.number(), z.number()]))),
    }),
  })
  .parse(JSON.parse(readFileSync(new URL('fixtures/scipy.json', import.meta.url), 'utf8')));

type Cells = readonly (readonly [number, number])[];

function block(cells: Cells, { schema = 3, failures = 0 } = {}): Block {
  const count = cells.reduce((sum, [, n]) => sum + n, 0);
  const sum = cells.reduce((total, [index, n]) => total + n * 2 ** ((index - 0.5) / 2 ** schema), 0);
  return {
    seconds: 1,
    requests: count,
    failures,
    durations: { ...emptyHistogram(schema), count, sum, cells: cells.map(([index, n]) => [index, n]) },
  };
}

/** Seconds of requests whose durations spread over some buckets, the same in every property's run for one seed. */
const seconds = fc
  .array(
    fc.array(fc.tuple(fc.integer({ min: -50, max: 20 }), fc.integer({ min: 1, max: 200 })), {
      minLength: 1,
      maxLength: 8,
    }),
    { minLength: 5, maxLength: 80 },
  )
  .map((runs) => runs.map((cells) => block([...new Map(cells)].sort(([a], [b]) => a - b))));
const figures: BlockFigure[] = ['rate', 'failures', 'mean', { quantile: 0.5 }, { quantile: 0.95 }];

/** The same run with every duration times 2^(cells/8). */
const shifted = (blocks: readonly Block[], by: number): Block[] =>
  blocks.map((one) => ({
    ...one,
    durations: {
      ...one.durations,
      sum: one.durations.sum * 2 ** (by / 8),
      cells: one.durations.cells.map(([index, n]) => [index + by, n]),
    },
  }));

describe('against scipy', () => {
  it.each(scipy.t)('Student’s quantile of $p at $degrees degrees', ({ p, degrees, t }) => {
    expect(studentQuantile(p, degrees)).toBeCloseTo(t, 6);
    expect(studentCdf(t, degrees)).toBeCloseTo(p, 8);
    expect(studentQuantile(1 - p, degrees)).toBeCloseTo(-t, 6);
  });

  it('is ttest_rel where batches are of one size', () => {
    const { a, b, statistic, low, high } = scipy.paired;
    const whole = a.map(() => 1);
    const { value, error } = pairedDifference({ part: a, whole }, { part: b, whole });
    expect(value / error).toBeCloseTo(statistic, 8);
    const t = criticalT(0.95, a.length);
    expect(value - t * error).toBeCloseTo(low, 6);
    expect(value + t * error).toBeCloseTo(high, 6);
  });

  it('gives a rate’s ratio the bounds at which ttest_rel refuses', () => {
    const { a, b, ratioLow, ratioHigh } = scipy.paired;
    const run = (rates: readonly number[]): Block[] =>
      rates.flatMap((requests) => Array.from({ length: 5 }, () => ({ ...block([]), requests })));
    const difference = differenceOf('rate', run(a), run(b), 0.95)!;
    expect(difference.interval.low).toBeCloseTo(ratioLow, 6);
    expect(difference.interval.high).toBeCloseTo(ratioHigh, 6);
  });

  it('compares the shares slower than the common quantile as ttest_rel does', () => {
    const { schema, limit, statistic } = scipy.mood;
    const [a, b] = [scipy.mood.a, scipy.mood.b].map(
      (run) =>
        new BatchShares(
          run.map((cells) => block(cells, { schema })),
          schema,
        ),
    ) as [BatchShares, BatchShares];
    expect((a.shareBelow(limit) + b.shareBelow(limit)) / 2).toBeCloseTo(scipy.mood.q, 8);
    const { value, error } = pairedDifference(a.slowerThan(limit), b.slowerThan(limit));
    expect(value / error).toBeCloseTo(statistic, 6);
  });
});

describe('batches', () => {
  it('keep every request and second, in order', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: 1, max: 20 }), (blocks, count) => {
        const cut = batches(blocks, Math.min(count, blocks.length));
        expect(cut).toHaveLength(Math.min(count, blocks.length));
        expect(cut.every((one) => one.seconds > 0)).toBe(true);
        expect(mergeBlocks(cut)).toMatchObject({
          requests: mergeBlocks(blocks).requests,
          seconds: blocks.length,
          durations: {
            count: mergeBlocks(blocks).durations.count,
            cells: mergeBlocks(blocks).durations.cells,
          },
        });
        expect(batchCount(blocks.length)).toBeLessThanOrEqual(blocks.length);
      }),
    );
  });

  it('answer how many are slower as the histogram does', () => {
    fc.assert(
      fc.property(seconds, fc.double({ min: -6, max: 3, noNaN: true }), (blocks, log) => {
        const { durations } = mergeBlocks(blocks);
        const shares = new BatchShares(blocks, 3);
        expect(shares.slowerThan(log).part.reduce((a, b) => a + b, 0)).toBeCloseTo(
          countAbove(durations, Math.exp(log)),
          5,
        );
        expect(shares.shareBelow(log)).toBeCloseTo(
          1 - countAbove(durations, Math.exp(log)) / durations.count,
          8,
        );
      }),
    );
  });
});

describe('a difference', () => {
  it('to itself is none, surely', () => {
    fc.assert(
      fc.property(seconds, (blocks) => {
        for (const figure of figures) {
          const difference = differenceOf(figure, blocks, blocks, 0.95)!;
          const same = difference.kind === 'ratio' ? 1 : 0;
          expect(difference.interval.value).toBe(same);
          expect(difference.interval.low ?? same).toBeLessThanOrEqual(same + 1e-9);
          expect(difference.interval.high ?? same).toBeGreaterThanOrEqual(same - 1e-9);
        }
        expect(regressionTest(blocks, blocks).worse).toEqual([]);
      }),
    );
  });

  it('of the same run with every duration multiplied is that factor, and its interval has it', () => {
    fc.assert(
      fc.property(seconds, fc.integer({ min: -24, max: 24 }), (blocks, by) => {
        const { interval, reference, candidate } = differenceOf(
          { quantile: 0.5 },
          blocks,
          shifted(blocks, by),
          0.95,
        )!;
        expect(interval.value).toBeCloseTo(2 ** (by / 8), 6);
        expect(candidate / reference).toBeCloseTo(interval.value, 6);
        expect(interval.low ?? 0).toBeLessThanOrEqual(interval.value * (1 + 1e-9));
        expect(interval.high ?? Infinity).toBeGreaterThanOrEqual(interval.value * (1 - 1e-9));
      }),
    );
  });

  it('turns round with its runs', () => {
    fc.assert(
      fc.property(seconds, seconds, (a, b) => {
        const there = differenceOf({ quantile: 0.5 }, a, b, 0.95)!.interval;
        const back = differenceOf({ quantile: 0.5 }, b, a, 0.95)!.interval;
        expect(back.value).toBeCloseTo(1 / there.value, 6);
        expect(back.low === null).toBe(there.high === null);
        if (back.low !== null && there.high !== null) expect(back.low * there.high).toBeCloseTo(1, 3);
      }),
      { numRuns: propertyRuns(40) },
    );
  });

  it('needs five seconds and a request', () => {
    const four = Array.from({ length: 4 }, () => block([[0, 10]]));
    expect(differenceOf('mean', four, four, 0.95)).toBeNull();
    expect(regressionTest(four, four)).toEqual({ tested: false, worse: [], figures: {}, again: 0 });
    const none = Array.from({ length: 6 }, () => block([]));
    expect(regressionTest(none, none)).toEqual({ tested: false, worse: [], figures: {}, again: 0 });
  });

  it('of a tail with less than one request has no bounds', () => {
    const few = Array.from({ length: 6 }, () => block([[0, 3]]));
    const difference = differenceOf({ quantile: 0.99 }, few, shifted(few, 8), 0.95)!;
    expect(difference.interval).toMatchObject({ low: null, high: null });
    expect(difference.candidate).toBeCloseTo(2 * quantile(mergeBlocks(few).durations, 0.99), 6);
  });
});

describe('the regression test', () => {
  const steady = Array.from({ length: 60 }, (_, i) =>
    block([
      [-24, 40 + (i % 3)],
      [-20, 30 - (i % 5)],
      [-8, 6 + (i % 2)],
    ]),
  );

  it('names what is worse', () => {
    expect(regressionTest(steady, shifted(steady, 4))).toMatchObject({ tested: true, worse: ['p50', 'p95'] });
    const tail = steady.map((one) =>
      block(one.durations.cells.map(([index, n]) => [index === -8 ? 0 : index, n])),
    );
    expect(regressionTest(steady, tail).worse).toEqual(['p95']);
    expect(
      regressionTest(
        steady,
        steady.map((one) => ({ ...one, failures: 2 })),
      ).worse,
    ).toEqual(['failures']);
    expect(regressionTest(shifted(steady, 4), steady).worse).toEqual([]);
  });

  it('does not take one slow spell for the run', () => {
    const spell = steady.map((one, i) => (i >= 30 && i < 34 ? shifted([one], 30)[0]! : one));
    expect(regressionTest(steady, spell).worse).toEqual([]);
  });

  it('does not flag what is slower by less than a twentieth', () => {
    const wide = Array.from({ length: 60 }, (_, i) =>
      block(Array.from({ length: 40 }, (_, cell): [number, number] => [cell - 40, 4 + ((i + cell) % 3)])),
    );
    // A quarter of each bucket moves into the next: 2 %.
    const slower = wide.map(({ durations }) =>
      block(
        durations.cells.map(([index, n], i): [number, number] => [
          index,
          n * 0.75 + (durations.cells[i - 1]?.[1] ?? 0) * 0.25,
        ]),
      ),
    );
    expect(regressionTest(wide, slower, { least: false }).worse).toContain('p50');
    expect(regressionTest(wide, slower).worse).toEqual([]);
  });
});
