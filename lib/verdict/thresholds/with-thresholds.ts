import { type RunSummary, type ThresholdResult } from '@/lib/model/run';
import { type RunningThreshold } from '@/lib/model/running-threshold';
import { type Bounds } from '@/lib/verdict/bounds';
import { scanExpression } from './expression';
import { type JudgedThreshold } from './judge-thresholds';
import { nameInSummary } from './metric-name';

type SummaryMetric = RunSummary['metrics'][number];

/**
 * The summary of a load with what became of its thresholds, as k6's own has it. Where the load left none, one of what its
 * thresholds are about alone, marked so.
 */
export function withThresholds(
  summary: RunSummary | null,
  judged: readonly JudgedThreshold[],
  durationMs: number,
): RunSummary {
  const found: RunSummary = summary ?? {
    metrics: [],
    checks: [],
    groups: [],
    testRunDurationMs: durationMs,
    recordedOnly: true,
  };
  const known = new Map<string, SummaryMetric>(
    found.metrics.map((metric) => [metric.metric, { ...metric, thresholds: [] }]),
  );
  for (const one of judged) {
    const name = nameInSummary(one.asked.name);
    const metric = known.get(name) ?? newMetric(name, one, known);
    const method = scanExpression(one.asked.source)?.left ?? '';
    const { least, most } = one.between ?? { least: NaN, most: NaN };
    known.set(name, {
      ...metric,
      values: { ...(least === most ? { [method]: least } : {}), ...metric.values },
      thresholds: [...metric.thresholds, resultOf(one)],
    });
  }
  return { ...found, metrics: [...known.values()].sort((a, b) => (a.metric < b.metric ? -1 : 1)) };
}

/** A threshold as it stands while its load goes on. */
export function runningThreshold(judged: JudgedThreshold): RunningThreshold {
  const { asked, type, unit, unknown, between, ok } = judged;
  return {
    metric: nameInSummary(asked.name),
    type: type ?? 'counter',
    contains: containsBy[unit ?? 'none'],
    source: asked.source,
    ok,
    ...(unknown ? { unknown } : between ? { between: told(between) } : {}),
    abortOnFail: asked.abortOnFail,
    delayAbortMs: asked.delayAbortMs,
  };
}

const containsBy = { seconds: 'time', bytes: 'data', none: 'default' } as const;

function newMetric(
  metric: string,
  { type, unit }: JudgedThreshold,
  known: ReadonlyMap<string, SummaryMetric>,
): SummaryMetric {
  const contains = known.get(metric.replace(/\{.*$/s, ''))?.contains;
  return {
    metric,
    type: type ?? 'counter',
    contains: contains ?? containsBy[unit ?? 'none'],
    values: {},
    thresholds: [],
  };
}

function resultOf({ asked: { source }, ok, between, unknown }: JudgedThreshold): ThresholdResult {
  if (ok !== null) return { source, ok };
  if (unknown) return { source, ok, unknown };
  return { source, ok, between: told(between) };
}

function told(between: Bounds | null): NonNullable<ThresholdResult['between']> {
  const finite = (value: number | undefined): number | null =>
    value !== undefined && Number.isFinite(value) ? value : null;
  return { least: finite(between?.least), most: finite(between?.most) };
}
