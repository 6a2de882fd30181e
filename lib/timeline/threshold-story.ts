import { type Run } from '@/lib/model/run';
import { unitOfMetric, whyUnclear } from './threshold-message';
import { scenariosAsked } from './scenarios';
import { type StorySentence } from './story-sentence';

/** How many of a run's thresholds were met, and one sentence each for those that were not or of which it is not known. */
export function thresholdSentences(run: Run): StorySentence[] {
  const all =
    run.summary?.metrics.flatMap((metric) =>
      metric.thresholds.map((threshold) => ({ metric, ...threshold })),
    ) ?? [];
  if (all.length === 0) return [];
  const crossed = all.filter(({ ok }) => ok === false);
  const unclear = all.filter(({ ok }) => ok === null);
  return [
    {
      kind: 'thresholds',
      met: all.length - crossed.length - unclear.length,
      unclear: unclear.length,
      total: all.length,
      range: null,
      eventId: null,
    },
    ...unclear.map(({ metric, ...threshold }): StorySentence => ({
      kind: 'threshold-unclear',
      metric: metric.metric,
      source: threshold.source,
      why: whyUnclear(metric, threshold),
      range: timeOf(metric.metric, run),
      eventId: null,
    })),
    ...crossed.map(({ metric, source }): StorySentence => {
      return {
        kind: 'threshold-crossed',
        metric: metric.metric,
        source,
        value: judgedValue(metric.values, source),
        unit: unitOfMetric(metric),
        range: timeOf(metric.metric, run),
        eventId: null,
      };
    }),
  ];
}

/** The value that a threshold judges: `p(95)<500` the 95th percentile. */
export function judgedValue(values: Record<string, number>, source: string): number | null {
  const name = /^\s*([a-z]+(?:\([\d.]+\))?)/.exec(source)?.[1] ?? '';
  const others: Record<string, string> = { 'p(50)': 'med', med: 'p(50)', value: 'rate' };
  return values[name] ?? values[others[name] ?? ''] ?? null;
}

/** When the load was that a threshold is about: one scenario's where its metric names one (`name{scenario:spike}`), else all. */
export function timeOf(metric: string, { loadStartMs, loadEndMs, options }: Run): StorySentence['range'] {
  if (loadStartMs === null || loadEndMs === null) return null;
  const name = /\{.*?\bscenario:\s*([^,}]+)/.exec(metric)?.[1]?.trim();
  const scenario = scenariosAsked(options).find((one) => one.name === name);
  if (!scenario || scenario.durationMs === null) return { fromMs: loadStartMs, toMs: loadEndMs };
  const fromMs = loadStartMs + scenario.startMs;
  return { fromMs, toMs: Math.min(loadEndMs, fromMs + scenario.durationMs) };
}
