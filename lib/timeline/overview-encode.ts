import { z } from 'zod';
import { defaultZeroThreshold } from '@/lib/statistics/histogram/empty';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { statusClasses, type RequestColumn } from './columns';
import { type ConcurrencySpan, type Overview } from './overview';
import { type PodChange } from './pods';
import { type Opened, openedThings, type ProtocolColumn } from './protocol-columns';
import {
  type Cell,
  changesCell,
  flagCell,
  numberCell,
  numbersCell,
  oneOf,
  orNull,
  packedRows,
  textCell,
} from './packed-rows';
import {
  concurrencySourceSchema,
  metricPointSchema,
  metricSeriesSchema,
  podPhaseSchema,
  recordingGapSchema,
  decisionOf,
  type DecisionPart,
} from '@/lib/model/recording';
import { runningThresholdSchema } from '@/lib/model/running-threshold';

const n = numberCell;
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const byName = <T>({ is, json }: Cell<T>): Cell<Record<string, T>> => ({
  is: (value): value is Record<string, T> => isObject(value) && Object.values(value).every(is),
  json: { type: 'object', additionalProperties: json },
});
const numbersByName = byName(numberCell);
const openedCell: Cell<Record<Opened, number>> = {
  is: (value): value is Record<Opened, number> =>
    numbersByName.is(value) && openedThings.every((thing) => thing in value),
  json: numbersByName.json,
};
const histogramsByName = byName(numbersCell);
const partCell: Cell<DecisionPart> = {
  is: (value): value is DecisionPart => typeof value === 'object' && value !== null && 'revision' in value,
  json: { type: 'object' },
};

/**
 * An overview in few characters: rows are tuples, times are steps from the row before, names stand once. It says the
 * same to the last bit; compressed, most of it is the histograms' counts.
 */
export const packedOverviewSchema = z.object({
  /** [id step, from step, length, pushes, six status counts, failures, iterations, histogram]. */
  columns: packedRows([n, n, n, n, n, n, n, n, n, n, n, n, orNull(numbersCell)]),
  /** [uid, name, revision where it has one] of each pod. */
  pods: packedRows([textCell, textCell], textCell),
  /** [id step, time step, type, pod, phase, reason]. */
  podEvents: packedRows([
    n,
    n,
    oneOf(['LIST', 'ADDED', 'MODIFIED', 'DELETED']),
    n,
    oneOf(podPhaseSchema.options),
    orNull(textCell),
  ]),
  concurrencySource: concurrencySourceSchema.nullable(),
  /** [id step, time step, length, active, waiting, total, 1 for an instant reading, source where another]. */
  concurrency: packedRows(
    [n, n, n, orNull(n), orNull(n), n, flagCell],
    oneOf(concurrencySourceSchema.options),
  ),
  /** What of each of these is of each revision; absent where one revision is told of, or none. */
  byRevision: z.array(z.record(z.string(), z.number()).nullable()).optional(),
  reasonKeys: z.array(z.string()),
  /** [id step, time step, 1 for valid, ready, desired, replicas, stable, panic, 1 for panic mode, rule, what of the reason differs from the decision before: [key, value], or [key] where it is gone], then the part of the revision that was calculated, where each is by itself. */
  decisions: packedRows(
    [n, n, flagCell, n, n, n, orNull(n), orNull(n), flagCell, textCell, changesCell],
    partCell,
  ),
  decisionCount: z.number(),
  gaps: z.array(recordingGapSchema),
  checks: z.array(z.object({ name: z.string(), path: z.string(), share: z.number().nullable() })),
  thresholds: z.array(runningThresholdSchema).optional(),
  /** [id step, time step, counts, statuses, histograms of times, of kinds of requests], all by name; of several pushes also how many more streams and sessions were open at its fullest. */
  protocol: packedRows(
    [n, n, numbersByName, numbersByName, histogramsByName, histogramsByName],
    openedCell,
  ).optional(),
  series: z.array(metricSeriesSchema),
  points: z.array(metricPointSchema),
});
export type PackedOverview = z.infer<typeof packedOverviewSchema>;

/** The overview in its packed form. */
export function packOverview(overview: Overview): PackedOverview {
  const pods = new Map<string, number>();
  const names: PackedOverview['pods'] = [];
  for (const { uid, name, revision } of overview.podEvents) {
    if (pods.has(uid)) continue;
    pods.set(uid, names.length);
    names.push(revision ? [uid, name, revision] : [uid, name]);
  }
  const concurrencySource = overview.concurrency[0]?.source ?? null;
  const stepOf = steps();
  const reasonKeys = [...new Set(overview.decisions.flatMap(({ reason }) => Object.keys(reason)))];
  let reason: Record<string, unknown> = {};
  return {
    columns: overview.columns.map((column) => {
      const [id, fromMs] = stepOf.columns(column.id, column.fromMs);
      const { counts: c } = column;
      return [
        id,
        fromMs,
        column.toMs - column.fromMs,
        column.pushes,
        c['2xx'],
        c['3xx'],
        c['4xx'],
        c['5xx'],
        c.none,
        c.unknown,
        column.failures,
        column.iterations,
        column.durations && packHistogram(column.durations),
      ];
    }),
    pods: names,
    podEvents: overview.podEvents.map((event) => [
      ...stepOf.podEvents(event.id, event.atMs),
      event.type,
      pods.get(event.uid)!,
      event.phase,
      event.reason,
    ]),
    concurrencySource,
    concurrency: overview.concurrency.map((sample) => {
      const [id, atMs] = stepOf.concurrency(sample.id, sample.atMs);
      const tuple = [
        id,
        atMs,
        sample.atMs - sample.fromMs,
        sample.active,
        sample.waiting,
        sample.total,
        flag(sample.instant),
      ] as const;
      return sample.source === concurrencySource ? [...tuple] : [...tuple, sample.source];
    }),
    ...(tellsRevisions(overview.concurrency)
      ? { byRevision: overview.concurrency.map(({ byRevision }) => byRevision ?? null) }
      : {}),
    reasonKeys,
    decisions: overview.decisions.map((decision) => {
      const before = reason;
      reason = decision.reason;
      const changed = reasonKeys.flatMap((key, i): [number, ...unknown[]][] =>
        same(reason[key], before[key]) ? [] : [key in reason ? [i, reason[key]] : [i]],
      );
      const [id, atMs] = stepOf.decisions(decision.id, decision.atMs);
      return [
        id,
        atMs,
        flag(decision.valid),
        decision.readyPods,
        decision.desiredPods,
        decision.replicas,
        decision.stableAverage,
        decision.panicAverage,
        flag(decision.panicMode),
        decision.boundBy,
        changed,
        ...(decision.part ? [decision.part] : []),
      ];
    }),
    decisionCount: overview.decisionCount,
    gaps: overview.gaps,
    checks: overview.checks,
    ...(overview.thresholds ? { thresholds: overview.thresholds } : {}),
    ...(overview.protocol
      ? {
          protocol: overview.protocol.map(({ id, atMs, counts, statuses, times, kinds, fullest }) => [
            ...stepOf.protocol(id, atMs),
            counts,
            statuses,
            mapValues(times, packHistogram),
            mapValues(kinds, packHistogram),
            ...(fullest ? [fullest] : []),
          ]),
        }
      : {}),
    series: overview.series,
    points: overview.points,
  };
}

/** The overview of a packed form. */
export function unpackOverview(packed: PackedOverview): Overview {
  const sumOf = sums();
  let reason: Record<string, unknown> = {};
  return {
    columns: packed.columns.map(
      ([
        idStep,
        fromStep,
        length,
        pushes,
        ok,
        redirected,
        refused,
        failed,
        none,
        unknown,
        failures,
        iterations,
        histogram,
      ]): RequestColumn => {
        const [id, fromMs] = sumOf.columns(idStep, fromStep);
        const counts = { '2xx': ok, '3xx': redirected, '4xx': refused, '5xx': failed, none, unknown };
        return {
          id,
          fromMs,
          toMs: fromMs + length,
          pushes,
          counts,
          requests: statusClasses.reduce((sum, name) => sum + counts[name], 0),
          failures,
          iterations,
          durations: histogram && unpackHistogram(histogram),
        };
      },
    ),
    podEvents: packed.podEvents.map(([idStep, step, type, pod, phase, why]): PodChange => {
      const [id, atMs] = sumOf.podEvents(idStep, step);
      const [uid, name, revision] = packed.pods[pod] ?? ['', ''];
      return { id, atMs, type, uid, name, phase, reason: why, ...(revision ? { revision } : {}) };
    }),
    concurrency: packed.concurrency.map(
      ([idStep, step, length, active, waiting, total, instant, source], i): ConcurrencySpan => {
        const byRevision = packed.byRevision?.[i];
        const [id, atMs] = sumOf.concurrency(idStep, step);
        return {
          id,
          atMs,
          fromMs: atMs - length,
          source: source ?? packed.concurrencySource ?? 'gateway',
          active,
          waiting,
          total,
          instant: instant === 1,
          ...(byRevision ? { byRevision } : {}),
        };
      },
    ),
    decisions: packed.decisions.map((row) => {
      const [
        idStep,
        step,
        valid,
        ready,
        desired,
        replicas,
        stable,
        panic,
        panicMode,
        boundBy,
        changed,
        part,
      ] = row;
      const [id, atMs] = sumOf.decisions(idStep, step);
      if (changed.length > 0) reason = changedReason(reason, packed.reasonKeys, changed);
      const counts = [ready, desired, replicas, stable, panic] as const;
      return decisionOf(id, atMs, valid === 1, ...counts, panicMode === 1, boundBy, reason, part);
    }),
    decisionCount: packed.decisionCount,
    gaps: packed.gaps,
    checks: packed.checks,
    ...(packed.thresholds ? { thresholds: packed.thresholds } : {}),
    ...(packed.protocol
      ? {
          protocol: packed.protocol.map(
            ([idStep, step, counts, statuses, times, kinds, fullest]): ProtocolColumn => {
              const [id, atMs] = sumOf.protocol(idStep, step);
              return {
                id,
                atMs,
                counts,
                statuses,
                times: mapValues(times, unpackHistogram),
                kinds: mapValues(kinds, unpackHistogram),
                ...(fullest ? { fullest } : {}),
              };
            },
          ),
        }
      : {}),
    series: packed.series,
    points: packed.points,
  };
}

function tellsRevisions(samples: readonly ConcurrencySpan[]): boolean {
  return new Set(samples.flatMap(({ byRevision }) => Object.keys(byRevision ?? {}))).size > 1;
}

type Stepper = Record<
  'columns' | 'podEvents' | 'concurrency' | 'decisions' | 'protocol',
  (id: number, atMs: number) => [number, number]
>;

function steps(): Stepper {
  return forEachKind(() => {
    let last = { id: 0, atMs: 0 };
    return (id, atMs) => {
      const step: [number, number] = [id - last.id, atMs - last.atMs];
      last = { id, atMs };
      return step;
    };
  });
}

function sums(): Stepper {
  return forEachKind(() => {
    const sum = { id: 0, atMs: 0 };
    return (id, atMs) => [(sum.id += id), (sum.atMs += atMs)];
  });
}

function forEachKind(make: () => (id: number, atMs: number) => [number, number]): Stepper {
  return {
    columns: make(),
    podEvents: make(),
    concurrency: make(),
    decisions: make(),
    protocol: make(),
  };
}

/** The same names with what `of` makes of each value. */
function mapValues<V, R>(values: Partial<Record<string, V>>, of: (value: V) => R): Record<string, R> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, of(value)]])),
  );
}

const flag = (value: boolean): 0 | 1 => (value ? 1 : 0);
const same = (a: unknown, b: unknown): boolean =>
  Object.is(a, b) || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b));

function changedReason(
  before: Record<string, unknown>,
  keys: readonly string[],
  changed: readonly [number, ...unknown[]][],
): Record<string, unknown> {
  const next = { ...before };
  for (const [i, ...value] of changed) {
    const key = keys[i];
    if (key === undefined) continue;
    if (value.length === 0) delete next[key];
    else next[key] = value[0];
  }
  return next;
}

/** [schema, zero threshold (-1: the default), zero count, sum, first index, then counts; below zero: so many empty cells]. */
function packHistogram({ schema, zeroThreshold, zeroCount, sum, cells }: ExponentialHistogram): number[] {
  const packed = [
    schema,
    zeroThreshold === defaultZeroThreshold ? -1 : zeroThreshold,
    zeroCount,
    sum,
    cells[0]?.[0] ?? 0,
  ];
  let next = packed[4]!;
  for (const [index, count] of cells) {
    if (index > next) packed.push(next - index);
    packed.push(count);
    next = index + 1;
  }
  return packed;
}

function unpackHistogram([
  schema = 3,
  zeroThreshold = -1,
  zeroCount = 0,
  sum = 0,
  first = 0,
  ...counts
]: number[]): ExponentialHistogram {
  const cells: [number, number][] = [];
  let count = zeroCount;
  let index = first;
  for (const n of counts) {
    if (n < 0) {
      index -= n;
      continue;
    }
    cells.push([index++, n]);
    count += n;
  }
  return {
    schema,
    zeroThreshold: zeroThreshold === -1 ? defaultZeroThreshold : zeroThreshold,
    zeroCount,
    count,
    sum,
    cells,
  };
}
