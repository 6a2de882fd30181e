import { boundRecording } from '@/lib/timeline/known-most';
import { mergeBlocks } from '@/lib/statistics/blocks';
import { hasNoTimes, importFactsOf } from '@/lib/model/import-facts';
import { distributionOf, distributionQuerySchema } from '@/lib/timeline/distribution';
import { type ExponentialHistogram } from '@/lib/model/histogram';
import { quantileMs } from '@/lib/statistics/histogram/quantile';
import { correlate, type Correlation } from '@/lib/timeline/correlate';
import { loadColumns, type LoadColumn } from '@/lib/timeline/load-columns';
import { unitOf } from '@/lib/model/protocol';
import { protocolColumns, type ProtocolColumn } from '@/lib/timeline/protocol-columns';
import { type ProtocolFigures } from '@/lib/model/protocol-figures';
import { figuresOfProtocols } from '@/lib/timeline/protocol-figures';
import { comparedProtocol } from './compare-protocol';
import { type PodStep } from '@/lib/timeline/pods';
import { type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { revisionFigures } from '@/lib/timeline/revision-figures';
import { scaleEventRows, type ScaleOutcome } from '@/lib/timeline/scale-event-rows';
import { type ComparedEvent, type ComparedRun } from './comparison';

/** More columns than a chart has pixels for. */
const mostColumns = 600;

/** What a comparison makes of one run, and what its figures are made from. */
export interface RunParts {
  run: Run;
  recording: Recording;
  correlation: Correlation;
  columns: LoadColumn[];
  protocol: ProtocolColumn[];
  protocolFigures: ProtocolFigures | null;
  endMs: number;
}

/** Reads what a comparison needs out of a recording. `stepMs`: how long its seconds are, where they were thinned. */
export function partsOfRun(run: Run, recorded: Recording, stepMs?: number): RunParts {
  const recording = boundRecording(recorded, run.summary);
  const last = (rows: readonly { atMs: number }[]): number => rows.at(-1)?.atMs ?? 0;
  return {
    run,
    recording,
    correlation: correlate(recording, run.loadStartMs, run.loadEndMs),
    columns: loadColumns(recording, mostColumns, stepMs),
    protocol: protocolColumns(recording.series, recording.points),
    protocolFigures: figuresOfProtocols(run, recording),
    endMs: Math.max(
      1000,
      run.loadEndMs ?? 0,
      last(recording.points),
      last(recording.podEvents),
      last(recording.concurrency),
      last(recording.decisions),
    ),
  };
}

/** The run as charts and tables of a comparison show it. */
export function comparedRun(
  { run, recording, correlation, columns, protocol, endMs }: RunParts,
  isBaseline: boolean,
): ComparedRun {
  const steps = fewSteps(correlation.pods.steps, endMs);
  const decisions = recording.decisions.filter((decision) => decision.valid);
  const changes = decisions.filter((decision, i) => decision.replicas !== decisions[i - 1]?.replicas);
  const durations = wholeOf(run) ?? mergeBlocks(columns).durations;
  const perSecond = (count: number, { seconds }: LoadColumn): number =>
    round(seconds > 0 ? count / seconds : 0);
  return {
    id: run.id,
    name: run.name,
    state: run.state,
    serviceName: run.service.name,
    namespace: run.service.namespace,
    scriptName: run.scriptName,
    startedAtMs: run.originMs ?? run.createdAtMs,
    firstRequestMs: firstRequestMs(recording, columns, run.loadStartMs ?? 0),
    endMs: Math.round(endMs),
    load: {
      fromMs: Math.round(columns[0]?.fromMs ?? 0),
      toMs: columns.map(({ toMs }) => Math.round(toMs)),
      rate: columns.map((column) => perSecond(column.requests, column)),
      failures: columns.map((column) => perSecond(column.failures, column)),
      p50Ms: columns.map((column) => quantileIn(column, 0.5)),
      p95Ms: columns.map((column) => quantileIn(column, 0.95)),
    },
    protocol: comparedProtocol(protocol, columns),
    unit: unitOf(run.protocols),
    pods: {
      atMs: steps.map(({ atMs }) => Math.round(atMs)),
      ready: steps.map(({ ready }) => ready),
      starting: steps.map(({ starting }) => starting),
      pending: steps.map(({ pending }) => pending),
      terminating: steps.map(({ terminating }) => terminating),
    },
    desired: {
      atMs: changes.map(({ atMs }) => Math.round(atMs)),
      replicas: changes.map(({ replicas }) => replicas),
    },
    inFlight: inFlightOf(recording),
    events: eventsOf(correlation),
    revisions: revisionFigures(correlation),
    histogram: durations.count === 0 ? null : durations,
    isBaseline,
    hasNoTimes: hasNoTimes(run.options),
    verdict: run.verdict && { outcome: run.verdict.outcome, said: run.verdict.said },
  };
}

/** The durations of a run whose file has no times; null for others. */
function wholeOf({ options, summary }: Run): ExponentialHistogram | null {
  const whole = importFactsOf(options)?.withoutTimes;
  const query = distributionQuerySchema.parse({});
  return whole ? distributionOf(whole.series, whole.points, query, 0, summary).total : null;
}

/** When the first request was sent: the first load that the gateway saw, or the second in which the first one ended. */
function firstRequestMs(recording: Recording, columns: readonly LoadColumn[], loadStartMs: number): number {
  const column = columns.find(({ requests }) => requests > 0);
  const sample = recording.concurrency.find(({ total, atMs }) => total > 0 && atMs > loadStartMs);
  const moments = [
    ...(column ? [column.fromMs] : []),
    ...(sample ? [sample.instant ? sample.atMs : sample.atMs - 1000] : []),
  ];
  return moments.length === 0 ? 0 : Math.round(Math.max(loadStartMs, Math.min(...moments)));
}

function inFlightOf(recording: Recording): ComparedRun['inFlight'] {
  const samples = recording.concurrency.filter(({ instant }) => !instant);
  const size = Math.max(1, Math.ceil(samples.length / mostColumns));
  // Of neighbours the one with the most load, since peaks are what scaling answers to.
  const groups = Array.from({ length: Math.ceil(samples.length / size) }, (_, i) =>
    samples.slice(i * size, (i + 1) * size),
  );
  return {
    spanMs: size * 1000,
    atMs: groups.map((group) => Math.round(group.at(-1)!.atMs)),
    total: groups.map((group) => round(Math.max(...group.map(({ total }) => total)))),
  };
}

/** Of many steps in one column the one with the most pods ready is kept. */
function fewSteps(steps: readonly PodStep[], endMs: number): PodStep[] {
  if (steps.length <= mostColumns) return [...steps];
  const columns = new Map<number, PodStep>();
  for (const step of steps) {
    const column = Math.floor((step.atMs / endMs) * mostColumns);
    const kept = columns.get(column);
    if (!kept || step.ready >= kept.ready) columns.set(column, step);
  }
  return [...columns.values()];
}

const comparedOutcomes: Partial<Record<ScaleOutcome, ComparedEvent['outcome']>> = {
  matched: 'matched',
  short: 'matched',
  missed: 'missed',
  superseded: 'superseded',
  unexpected: 'unexpected',
};

function eventsOf(correlation: Correlation): ComparedEvent[] {
  return scaleEventRows(correlation).flatMap((row): ComparedEvent[] => {
    const { revision, dueMs, dueFrom, dueTo, seenMs, seenFrom, seenTo, doneMs } = row;
    const outcome = comparedOutcomes[row.outcome];
    if (!outcome) return [];
    const { decideMs, actMs, startMs, totalMs } = row;
    return [
      {
        revision,
        outcome,
        due: dueMs === null ? null : { atMs: Math.round(dueMs), from: dueFrom ?? 0, to: dueTo ?? 0 },
        seen:
          seenMs === null
            ? null
            : { atMs: Math.round(seenMs), from: seenFrom ?? 0, to: seenTo ?? 0, completeMs: doneMs },
        lag: outcome === 'matched' ? { decideMs, actMs, startMs, totalMs } : null,
      },
    ];
  });
}

const quantileIn = ({ durations }: LoadColumn, q: number): number | null =>
  durations.count === 0 ? null : round(quantileMs(durations, q));

/** Four figures are more than a chart shows. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
