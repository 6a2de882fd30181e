import { type ComparedRun } from '@/lib/comparing/comparison';
import { heldSteps, spanSteps, type Corner } from '@/app/_ui/charts/series';
import { type TimeRange } from '@/app/_ui/charts/model';
import { type Alignment } from '@/app/_ui/compare-address';

/** How far a run is moved so that all begin at the moment that they are aligned at. */
export function shiftOf(run: ComparedRun, align: Alignment): number {
  return align === 'first-request' ? -run.firstRequestMs : 0;
}

/** The axis that has all runs whole. */
export function wholeOf(runs: readonly ComparedRun[], align: Alignment): TimeRange {
  return {
    fromMs: Math.min(0, ...runs.map((run) => shiftOf(run, align))),
    toMs: Math.max(1000, ...runs.map((run) => run.endMs + shiftOf(run, align))),
  };
}

const shifted = (corners: readonly Corner[], shiftMs: number): Corner[] =>
  corners.map(({ x, y }) => ({ x: x + shiftMs, y }));

/** Requests a second, each column as wide as the time that it covers. */
export function rateLine({ load }: ComparedRun, shiftMs: number): Corner[] {
  return shifted(
    spanSteps(
      load.toMs.map((toMs, i) => ({ fromMs: load.toMs[i - 1] ?? load.fromMs, toMs, y: load.rate[i]! })),
    ),
    shiftMs,
  );
}

/** A percentile at the middle of each column; a column without a request breaks the line. */
export function latencyLine({ load }: ComparedRun, key: 'p50Ms' | 'p95Ms', shiftMs: number): Corner[] {
  return shifted(
    load.toMs.map((toMs, i) => ({
      x: ((load.toMs[i - 1] ?? load.fromMs) + toMs) / 2,
      y: load[key][i] ?? Number.NaN,
    })),
    shiftMs,
  );
}

/** Pods of one phase, or the replicas asked for, each until the next change. */
export function heldLine(
  atMs: readonly number[],
  values: readonly number[],
  endMs: number,
  shiftMs: number,
): Corner[] {
  return shifted(
    heldSteps(
      atMs.map((x, i) => ({ x, y: values[i]! })),
      endMs,
    ),
    shiftMs,
  );
}

/** Requests in flight; what lies between two samples that are further apart was not read. */
export function inFlightLine({ inFlight: { atMs, total, spanMs } }: ComparedRun, shiftMs: number): Corner[] {
  return shifted(
    spanSteps(
      atMs.map((toMs, i) => ({
        fromMs: Math.max(atMs[i - 1] ?? -Infinity, toMs - 1.5 * spanMs),
        toMs,
        y: total[i]!,
      })),
    ),
    shiftMs,
  );
}

/** What one run shows at a moment of its own clock. */
export interface RunReading {
  rate: number | null;
  p50Ms: number | null;
  p95Ms: number | null;
  ready: number | null;
  desired: number | null;
  inFlight: number | null;
}

/** Reads one run at a moment of its own clock; null where it was not recorded. */
export function readRunAt(run: ComparedRun, atMs: number): RunReading {
  const { load, pods, desired, inFlight } = run;
  const over = atMs < 0 || atMs > run.endMs;
  const column = load.toMs.findIndex((toMs) => toMs >= atMs);
  const inColumn = column >= 0 && atMs > (load.toMs[column - 1] ?? load.fromMs);
  const held = (times: readonly number[], values: readonly number[]): number | null =>
    over ? null : (values[times.findLastIndex((time) => time <= atMs)] ?? null);
  const sample = inFlight.atMs.findIndex((toMs) => toMs >= atMs);
  return {
    rate: inColumn ? load.rate[column]! : null,
    p50Ms: inColumn ? load.p50Ms[column]! : null,
    p95Ms: inColumn ? load.p95Ms[column]! : null,
    ready: held(pods.atMs, pods.ready),
    desired: held(desired.atMs, desired.replicas),
    inFlight:
      sample >= 0 && inFlight.atMs[sample]! - atMs <= 1.5 * inFlight.spanMs ? inFlight.total[sample]! : null,
  };
}
