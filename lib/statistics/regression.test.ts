import { expect, it } from 'vitest';
import { type Block } from './blocks';
import { emptyHistogram } from './histogram/empty';
import { regressionTest } from './regression';

/** A second of 100 requests that took the same, `steps` buckets (9 % each) slower than usual. */
function second(steps: number, failures = 0): Block {
  const index = -40 + steps;
  return {
    seconds: 1,
    requests: 100,
    failures,
    durations: {
      ...emptyHistogram(3),
      count: 100,
      sum: 100 * 2 ** ((index - 0.5) / 8),
      cells: [
        [index - 1, 50],
        [index, 50],
      ],
    },
  };
}

const seconds = 50;
const steady = Array.from({ length: seconds }, () => second(0));
/** Spells of five seconds that are slower by so many buckets, and others that are not. */
const restless = (steps: readonly number[]): Block[] =>
  Array.from({ length: seconds }, (_, i) => second(steps[Math.floor(i / 5) % steps.length]!));
const failing = (failures: readonly number[]): Block[] =>
  Array.from({ length: seconds }, (_, i) => second(0, failures[Math.floor(i / 5) % failures.length]));

it('asks for no more runs where nothing can have got worse that matters', () => {
  expect(regressionTest(steady, steady)).toMatchObject({ worse: [], again: 0 });
  // What changes from second to second is even over a batch.
  const restlessSeconds = (odd: number) => steady.map((_, i) => second(i % 2 === odd ? 1 : 0));
  expect(regressionTest(restlessSeconds(0), restlessSeconds(1))).toMatchObject({ worse: [], again: 0 });
});

it('asks for more runs where the interval reaches what would matter, the more the wider it is', () => {
  const little = regressionTest(restless([0, 4]), restless([4, 0]));
  const more = regressionTest(restless([0, 10]), restless([10, 0]));
  for (const { worse, again, figures } of [little, more]) {
    expect(worse).toEqual([]);
    expect(again).toBeGreaterThan(0);
    expect(figures.p50!.interval.high).toBeGreaterThan(1.25);
  }
  expect(more.again).toBeGreaterThanOrEqual(little.again);
  expect(more.again).toBeLessThanOrEqual(20);
});

it('asks for none to learn of a figure that is surely worse', () => {
  expect(
    regressionTest(
      steady,
      steady.map(() => second(6)),
    ),
  ).toMatchObject({
    worse: ['p50', 'p95'],
    again: 0,
  });
});

it('asks for some where the data set no bound', () => {
  // So few requests that the tail has less than one.
  const few = Array.from({ length: 5 }, (_, i): Block => {
    const durations = { ...emptyHistogram(3), count: 1, sum: 1, cells: [[i * 20, 1] as [number, number]] };
    return { seconds: 1, requests: 1, failures: 0, durations };
  });
  const { figures, again, worse } = regressionTest(few, [...few].reverse());
  expect(worse).toEqual([]);
  expect(Object.values(figures).some(({ interval }) => interval.high === null)).toBe(true);
  expect(again).toBeGreaterThanOrEqual(3);
});

it('asks for as many as the failures need, too', () => {
  const { worse, again, figures } = regressionTest(failing([0, 8]), failing([8, 0]));
  expect(worse).toEqual([]);
  expect(figures.failures!.interval.high).toBeGreaterThan(0.01);
  expect(again).toBeGreaterThan(0);
});

it('is told to be enough once as many runs were made as it asked for', () => {
  const reference = restless([0, 4, 1]);
  const candidate = restless([4, 0, 1, 2]);
  const { again } = regressionTest(reference, candidate);
  expect(again).toBeGreaterThan(0);
  // So many more such runs, cut into batches together: each batch is that many times as long.
  const together = (blocks: Block[]): Block[] => Array.from({ length: 1 + again }, () => blocks).flat();
  expect(regressionTest(together(reference), together(candidate)).again).toBeLessThan(again);
});
