import { testedFigures, type TestedFigure } from '@/lib/model/trend';
import { batchCount, leastBlocks, type Block } from './blocks';
import { differenceOf, type Difference } from './difference';
import { criticalT } from './paired';

/** At most this share of comparisons of two equal runs is flagged. */
export const falseAlarmRate = 0.01;
/** Runs with fewer blocks than this are cut into batches so short that they still hang together: a third of the rate makes the stated one true (docs/decisions/comparing-runs.md). */
const fewBlocks = 20;
const rateOfFew = 0.3;
/** What is surely slower, but by less than this, is no regression. */
const leastSlowdown = 1.05;
/** The same for the share of failed requests: a thousandth. */
const leastMoreFailures = 0.001;

/** Where the interval does not reach this, nothing got worse that matters; where it does, more such runs narrow it. */
const tolerableSlowdown = 1.25;
const tolerableFailures = 0.01;
/** More runs than these are asked of nobody; the sentences say "or more" there. */
const mostAgain = 20;
/** Where the data set no bound at all. */
const againWithoutBound = 3;
/** The probability with which it can be told by so many more runs, where these vary as much as was estimated. */
const toldWith = 0.95;

export interface Regression {
  /** False: a run is too short (fewer than five seconds of load) or made no request. */
  tested: boolean;
  /** Figures that are worse than the reference's. */
  worse: TestedFigure[];
  figures: Partial<Record<TestedFigure, Difference>>;
  /** How many more such runs it takes at the least until the intervals are narrow enough to tell; 0: they are. */
  again: number;
}

/**
 * Whether a run is worse than its reference: one-sided paired tests on p50, p95 and the share of failures
 * (`differenceOf`); Bonferroni's correction keeps the chance of any false alarm at `rate`. `least` false leaves out the
 * least sizes of a change, so that the test alone can be tried.
 */
export function regressionTest(
  reference: readonly Block[],
  candidate: readonly Block[],
  { rate = falseAlarmRate, least = true }: { rate?: number; least?: boolean } = {},
): Regression {
  const result: Regression = { tested: false, worse: [], figures: {}, again: 0 };
  const shorter = Math.min(reference.length, candidate.length);
  if (shorter < leastBlocks) return result;
  const confidence = confidenceOf(shorter, rate);
  for (const figure of testedFigures) {
    const difference = differenceOf(
      figure === 'failures' ? figure : { quantile: figure === 'p50' ? 0.5 : 0.95 },
      reference,
      candidate,
      confidence,
    );
    if (!difference) continue;
    result.tested = true;
    result.figures[figure] = difference;
    if (isWorse(difference, least)) result.worse.push(figure);
    else result.again = Math.max(result.again, runsToTell(difference, shorter, rate));
  }
  return result;
}

function isWorse({ kind, interval: { value, low } }: Difference, least: boolean): boolean {
  if (low === null) return false;
  return kind === 'ratio'
    ? low > 1 && (!least || value >= leastSlowdown)
    : low > 0 && (!least || value >= leastMoreFailures);
}

/** A one-sided test at α is a two-sided interval's lower bound at confidence 1 - 2 α. */
function confidenceOf(blocks: number, rate: number): number {
  const stated = blocks < fewBlocks ? rate * rateOfFew : rate;
  return 1 - (2 * stated) / testedFigures.length;
}

/**
 * How many more pairs of such runs it takes until the interval of all together leaves either no change for the worse or
 * none that matters, whichever is nearer. The standard error shrinks with the root of their number; the value that they
 * will give varies by it, and what of it lies beyond what matters, or below no change, is chance.
 */
function runsToTell({ kind, interval: { value, high } }: Difference, blocks: number, rate: number): number {
  const [at, most, top] =
    kind === 'ratio'
      ? [Math.log(value), Math.log(tolerableSlowdown), high === null ? null : Math.log(high)]
      : [value, tolerableFailures, high];
  if (top === null) return againWithoutBound;
  if (top <= most) return 0;
  const margin = Math.min(most, Math.max(at, most - at));
  const error = (top - at) / criticalT(confidenceOf(blocks, rate), batchCount(blocks));
  for (let again = 1; again < mostAgain; again++) {
    const together = blocks * (1 + again);
    const batches = batchCount(together);
    const errors = criticalT(confidenceOf(together, rate), batches) + criticalT(2 * toldWith - 1, batches);
    if (errors * (error / Math.sqrt(1 + again)) <= margin) return again;
  }
  return mostAgain;
}
