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

/** What there was in each column, as wide as the time that it covers. */
export function columnLine({ load }: ComparedRun, values: readonly number[], shiftMs: number): Corner[] {
  return shifted(
    spanSteps(values.map((y, i) => ({ fromMs: load.toMs[i - 1] ?? load.fromMs, toMs: load.toMs[i]!, y }))),
    shiftMs,
  );
}

/** What a run has for each of its columns. */
type PerColumn = readonly (number | null)[];

/** A percentile at the middle of each column; a column without a request breaks the line. */
export function middleLine({ load }: ComparedRun, values: PerColumn, shiftMs: number): Corner[] {
  return shifted(
    values.map((value, i) => ({
      x: ((load.toMs[i - 1] ?? load.fromMs) + load.toMs[i]!) / 2,
      y: value ?? Number.NaN,
    })),
    shiftMs,
  );
}

/** The same as middles, over the columns in which nothing ended. */
export function knownLine(run: ComparedRun, values: PerColumn, shiftMs: number): Corner[] {
  return middleLine(run, values, shiftMs).filter(({ y }) => !Number.isNaN(y));
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

type Protocol = NonNullable<ComparedRun['protocol']>;
/** The charts of protocols, from top to bottom, of those that some run has. */
export const protocolKeys = [
  'firstByte',
  'firstToken',
  'firstMessage',
  'perToken',
  'tokens',
  'open',
  'messages',
] as const satisfies readonly (keyof Protocol)[];
export type ProtocolKey = (typeof protocolKeys)[number];
/** Those of times; the others are of counts. */
export const isTime = (key: ProtocolKey): boolean => key !== 'tokens' && key !== 'open' && key !== 'messages';

/** Those that some of these runs have. */
export function sharedProtocolKeys(runs: readonly ComparedRun[]): ProtocolKey[] {
  return protocolKeys.filter((key) => runs.some(({ protocol }) => protocol?.[key]));
}

/** What one run shows at a moment of its own clock. */
export interface RunReading {
  protocol: Partial<Record<ProtocolKey, number | null>>;
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
    protocol: Object.fromEntries(
      protocolKeys.map((key) => [key, inColumn ? (run.protocol?.[key]?.[column] ?? null) : null]),
    ),
    rate: inColumn ? load.rate[column]! : null,
    p50Ms: inColumn ? load.p50Ms[column]! : null,
    p95Ms: inColumn ? load.p95Ms[column]! : null,
    ready: held(pods.atMs, pods.ready),
    desired: held(desired.atMs, desired.replicas),
    inFlight:
      sample >= 0 && inFlight.atMs[sample]! - atMs <= 1.5 * inFlight.spanMs ? inFlight.total[sample]! : null,
  };
}

/** What the requests of these runs are called: by one name where all have the same. */
export function unitOfRuns(runs: readonly Pick<ComparedRun, 'unit'>[]): ComparedRun['unit'] {
  const units = new Set(runs.map(({ unit }) => unit));
  const [unit = 'http'] = units;
  return units.size > 1 ? 'mixed' : unit;
}
