import { BatchShares } from './batch-shares';
import { batchCount, batches, leastBlocks, mergeBlocks, type Block } from './blocks';
import { criticalT, type PairedDifference, pairedDifference, type Parts } from './paired';
import { quantile } from './histogram/quantile';

/** A figure with the bounds that it lies between at some confidence; null: the data set no such bound. */
export interface Interval {
  value: number;
  low: number | null;
  high: number | null;
}

/** How a candidate's figure stands to the reference's. */
export interface Difference {
  reference: number;
  candidate: number;
  /** `ratio`: candidate ÷ reference; `absolute`: candidate - reference. */
  kind: 'ratio' | 'absolute';
  interval: Interval;
}

/** The figures whose differences blocks give a confidence for. */
export type BlockFigure = 'rate' | 'failures' | 'mean' | { quantile: number };

/** A ratio beyond this (in natural logarithm) is not looked for: 1 to 3000. */
const farthest = 8;

/**
 * The difference of a figure between two runs at a confidence. Both runs are cut into the same number of batches by the
 * share of their time, and batches are compared in pairs (`pairedDifference`). For the share of failures that gives the
 * interval at once. A ratio's interval holds every factor by which the candidate could be divided so that the paired test
 * finds no difference; for a quantile the test compares how many requests of each run are slower than the quantile of
 * both together (Mood's test, with batches for observations). Null where a run is too short to tell or lacks the figure.
 */
export function differenceOf(
  figure: BlockFigure,
  reference: readonly Block[],
  candidate: readonly Block[],
  confidence: number,
): Difference | null {
  const shorter = Math.min(reference.length, candidate.length);
  if (shorter < leastBlocks) return null;
  const count = batchCount(shorter);
  const a = batches(reference, count);
  const b = batches(candidate, count);
  const critical = criticalT(confidence, count);
  if (figure === 'failures') return shareDifference(partsOf(a, figure), partsOf(b, figure), critical);
  return typeof figure === 'string'
    ? ratioOfMeans(partsOf(a, figure), partsOf(b, figure), critical)
    : ratioOfQuantiles(a, b, figure.quantile, critical);
}

function partsOf(cut: readonly Block[], figure: 'rate' | 'failures' | 'mean'): Parts {
  if (figure === 'rate') return { part: cut.map((b) => b.requests), whole: cut.map((b) => b.seconds) };
  if (figure === 'failures') return { part: cut.map((b) => b.failures), whole: cut.map((b) => b.requests) };
  return { part: cut.map((b) => b.durations.sum), whole: cut.map((b) => b.durations.count) };
}

function shareDifference(a: Parts, b: Parts, critical: number): Difference | null {
  if (sum(a.whole) === 0 || sum(b.whole) === 0) return null;
  const { value, error } = pairedDifference(a, b);
  return {
    reference: ratioOf(a),
    candidate: ratioOf(b),
    kind: 'absolute',
    interval: { value, low: value - critical * error, high: value + critical * error },
  };
}

function ratioOfMeans(a: Parts, b: Parts, critical: number): Difference | null {
  const [reference, candidate] = [ratioOf(a), ratioOf(b)];
  if (!(reference > 0) || !(candidate > 0)) return null;
  const at = (log: number): PairedDifference =>
    pairedDifference(a, { part: b.part.map((value) => value / Math.exp(log)), whole: b.whole });
  return {
    reference,
    candidate,
    kind: 'ratio',
    interval: invert(at, Math.log(candidate / reference), critical, 0),
  };
}

function ratioOfQuantiles(
  a: readonly Block[],
  b: readonly Block[],
  q: number,
  critical: number,
): Difference | null {
  const [mergedA, mergedB] = [mergeBlocks(a).durations, mergeBlocks(b).durations];
  const [reference, candidate] = [quantile(mergedA, q), quantile(mergedB, q)];
  if (!(reference > 0) || !(candidate > 0)) return null;
  const schema = Math.min(mergedA.schema, mergedB.schema);
  const [sharesA, sharesB] = [new BatchShares(a, schema), new BatchShares(b, schema)];
  // More slow requests, not more fast ones, are the larger quantile; less than one of them bears no test.
  const most = Math.min(
    (1 - q) * mergedA.count,
    (1 - q) * mergedB.count,
    q * mergedA.count,
    q * mergedB.count,
  );
  const interval: Interval = { value: candidate / reference, low: null, high: null };
  if (most < 1) return { reference, candidate, kind: 'ratio', interval };
  const at = (log: number): PairedDifference => {
    const limit = pooledQuantile(sharesA, sharesB, log, q);
    return pairedDifference(sharesA.slowerThan(limit), sharesB.slowerThan(limit + log));
  };
  // Where in its bucket a quantile lies is not known; how much that may matter grows with the bucket's share.
  const bucket = Math.LN2 / 2 ** schema;
  const allowance =
    (bucket / 2) *
    Math.max(sharesA.shareInBucket(Math.log(reference)), sharesB.shareInBucket(Math.log(candidate)));
  return {
    reference,
    candidate,
    kind: 'ratio',
    interval: invert(at, Math.log(candidate / reference), critical, allowance),
  };
}

/** The duration (its logarithm) below which the share `q` of both runs lies, each run counted alike, the candidate's durations divided by e^log. */
function pooledQuantile(a: BatchShares, b: BatchShares, log: number, q: number): number {
  let low = Math.min(a.range.low, b.range.low - log);
  let high = Math.max(a.range.high, b.range.high - log);
  for (let i = 0; i < 40; i++) {
    const middle = (low + high) / 2;
    if ((a.shareBelow(middle) + b.shareBelow(middle + log)) / 2 < q) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The ratios that a test does not refuse: from the estimate outwards until it does, then halved down to the bound. */
function invert(
  at: (log: number) => PairedDifference,
  estimate: number,
  critical: number,
  allowance: number,
): Interval {
  const refused = (log: number): boolean => {
    const { value, error } = at(log);
    return Math.abs(value) > critical * error + 1e-12;
  };
  const bound = (direction: 1 | -1): number | null => {
    let kept = estimate;
    for (let step = 0.01; step <= farthest; step *= 1.5) {
      let out = estimate + direction * step;
      if (!refused(out)) {
        kept = out;
        continue;
      }
      for (let i = 0; i < 30; i++) {
        const middle = (kept + out) / 2;
        if (refused(middle)) out = middle;
        else kept = middle;
      }
      return Math.exp(out + direction * allowance);
    }
    return null;
  };
  return { value: Math.exp(estimate), low: bound(-1), high: bound(1) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const ratioOf = ({ part, whole }: Parts): number => sum(part) / sum(whole);
