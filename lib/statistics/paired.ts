import { studentQuantile } from './student';

/** One run's parts of a ratio by batch: requests slower than a limit of all requests, failures of all, durations of requests. */
export interface Parts {
  part: readonly number[];
  whole: readonly number[];
}

/** A candidate's ratio less the reference's, with its standard error over pairs of batches. */
export interface PairedDifference {
  value: number;
  error: number;
}

/**
 * The difference of two ratios of sums. Each batch says how far it is from its own run's ratio; what a candidate's batch
 * and the reference's of the same share of time have in common (a ramp, a cold start) is no error. For batches of one
 * size this is Student's paired test. A difference that one batch alone makes is one standard error, never more.
 */
export function pairedDifference(reference: Parts, candidate: Parts): PairedDifference {
  const a = residuals(reference);
  const b = residuals(candidate);
  const pairs = a.residuals.length;
  const squares = a.residuals.reduce((sum, residual, i) => sum + ((b.residuals[i] ?? 0) - residual) ** 2, 0);
  return { value: b.ratio - a.ratio, error: Math.sqrt((pairs / (pairs - 1)) * squares) };
}

/** Standard errors to each side that a two-sided interval reaches at this confidence. */
export function criticalT(confidence: number, pairs: number): number {
  return studentQuantile((1 + confidence) / 2, pairs - 1);
}

function residuals({ part, whole }: Parts): { ratio: number; residuals: number[] } {
  const total = sum(whole);
  const ratio = total === 0 ? 0 : sum(part) / total;
  return {
    ratio,
    residuals: part.map((value, i) => (total === 0 ? 0 : (value - ratio * (whole[i] ?? 0)) / total)),
  };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
