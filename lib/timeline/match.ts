import { type ExpectedScaleEvent, type ObservedScaleEvent } from './scale-events';

export interface Lag {
  /** From the load that demanded it to our decision; null where the load's beginning is not known. */
  decideMs: number | null;
  /** From our decision to the change of the pods' number; negative: the cluster was first. */
  actMs: number;
  /** From the change to the last pod ready (or gone); null: it never was. */
  startMs: number | null;
  /** From our decision to the last pod ready; null: it never was. */
  totalMs: number | null;
}

export interface ScaleMatch {
  expected: ExpectedScaleEvent;
  observed: ObservedScaleEvent;
  lag: Lag;
}

export interface Matching {
  matched: ScaleMatch[];
  /** Should have occurred and did not. */
  missed: ExpectedScaleEvent[];
  /** Overtaken by a later expected event before the cluster did anything. */
  superseded: ExpectedScaleEvent[];
  /** Occurred and should not have. */
  unexpected: ObservedScaleEvent[];
}

/** The cluster may be this much earlier than our calculation: its tick has another phase, its metrics come sooner. */
const earlyMs = 4000;
const lateMs = 120_000;

/**
 * Pairs expected with observed events of the same direction, in order: the pairing with the most pairs and, among
 * those, the least sum of time and size differences (dynamic programming over both sequences).
 */
export function matchScaleEvents(expected: readonly ExpectedScaleEvent[], observed: readonly ObservedScaleEvent[], loadStartMs: number | null): Matching {
  const n = expected.length;
  const m = observed.length;
  const skip = 1e6;
  const cost = (e: ExpectedScaleEvent, o: ObservedScaleEvent): number => {
    const lagMs = o.atMs - e.atMs;
    if (Math.sign(e.to - e.from) !== Math.sign(o.to - o.from) || lagMs < -earlyMs || lagMs > lateMs) return Infinity;
    return Math.abs(lagMs) + 1000 * Math.abs(o.to - e.to);
  };
  const best: number[][] = Array.from({ length: n + 1 }, () => new Array<number>(m + 1).fill(0));
  for (let i = n; i >= 0; i--) {
    for (let j = m; j >= 0; j--) {
      if (i === n || j === m) best[i]![j] = (n - i + m - j) * skip;
      else best[i]![j] = Math.min(best[i + 1]![j]! + skip, best[i]![j + 1]! + skip, best[i + 1]![j + 1]! + cost(expected[i]!, observed[j]!));
    }
  }
  const result: Matching = { matched: [], missed: [], superseded: [], unexpected: [] };
  const unmet: { event: ExpectedScaleEvent; index: number }[] = [];
  let i = 0;
  let j = 0;
  while (i < n || j < m) {
    const here = best[i]![j]!;
    if (i < n && j < m && here === best[i + 1]![j + 1]! + cost(expected[i]!, observed[j]!)) {
      result.matched.push({ expected: expected[i]!, observed: observed[j]!, lag: lagOf(expected[i]!, observed[j]!, loadStartMs, result.matched.length === 0) });
      i++;
      j++;
    } else if (i < n && here === best[i + 1]![j]! + skip) {
      unmet.push({ event: expected[i]!, index: i });
      i++;
    } else {
      result.unexpected.push(observed[j]!);
      j++;
    }
  }
  for (const { event, index } of unmet) {
    const next = expected[index + 1];
    (next && next.atMs - event.atMs < earlyMs ? result.superseded : result.missed).push(event);
  }
  return result;
}

function lagOf(expected: ExpectedScaleEvent, observed: ObservedScaleEvent, loadStartMs: number | null, first: boolean): Lag {
  return {
    // Only the first event has one clear cause: the load's start.
    decideMs: first && loadStartMs !== null && expected.to > expected.from ? Math.max(0, expected.atMs - loadStartMs) : null,
    actMs: observed.atMs - expected.atMs,
    startMs: observed.completeMs === null ? null : observed.completeMs - observed.atMs,
    totalMs: observed.completeMs === null ? null : observed.completeMs - expected.atMs,
  };
}
