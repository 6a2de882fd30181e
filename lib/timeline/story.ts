import { type Correlation } from './correlate';
import { type Run } from './run';

/** One sentence of a run's story as data: which sentence, its numbers, and where in the charts it is. */
export interface StorySentence {
  kind: 'asked' | 'load' | 'scaled' | 'late' | 'missed' | 'unexpected' | 'no-scaling' | 'thresholds';
  values: Record<string, string | number | null>;
  range: { fromMs: number; toMs: number } | null;
}

/** What was asked, what happened, each scale event with its lag and cost, and the verdict. */
export function storyOf(run: Run, correlation: Correlation): StorySentence[] {
  const { figures } = run;
  const story: StorySentence[] = [
    { kind: 'asked', values: { script: run.scriptName, service: run.service.name, host: run.service.host }, range: null },
  ];
  if (figures.requests !== null) {
    story.push({ kind: 'load', values: { requests: figures.requests, failures: figures.failures, rate: figures.requestsPerSecond, p50Ms: figures.p50Ms, p99Ms: figures.p99Ms, peakReadyPods: figures.peakReadyPods }, range: run.loadStartMs !== null && run.loadEndMs !== null ? { fromMs: run.loadStartMs, toMs: run.loadEndMs } : null });
  }
  for (const { expected, observed, lag } of correlation.matched) {
    const cost = correlation.costs[expected.id];
    story.push({
      kind: cost ? 'late' : 'scaled',
      values: {
        dueMs: expected.atMs, from: expected.from, to: expected.to, observedFrom: observed.from, observedTo: observed.to, actMs: lag.actMs, startMs: lag.startMs, totalMs: lag.totalMs,
        requests: cost?.requests ?? null, p95Ms: cost?.p95Ms ?? null, steadyP95Ms: cost?.steadyP95Ms ?? null, waited: cost?.mostWaiting ?? null,
      },
      range: { fromMs: Math.min(expected.atMs, observed.atMs), toMs: observed.completeMs ?? observed.atMs },
    });
  }
  for (const event of correlation.missed) story.push({ kind: 'missed', values: { dueMs: event.atMs, from: event.from, to: event.to }, range: { fromMs: event.atMs, toMs: event.atMs } });
  for (const event of correlation.unexpected) story.push({ kind: 'unexpected', values: { atMs: event.atMs, from: event.from, to: event.to }, range: { fromMs: event.atMs, toMs: event.atMs } });
  if (correlation.expected.length === 0 && correlation.observed.length === 0) story.push({ kind: 'no-scaling', values: { pods: figures.peakReadyPods }, range: null });
  const thresholds = run.summary?.metrics.flatMap((m) => m.thresholds) ?? [];
  if (thresholds.length > 0) story.push({ kind: 'thresholds', values: { met: thresholds.filter((t) => t.ok).length, total: thresholds.length }, range: null });
  return story;
}

/** The sentence in English. */
export function storyWords({ kind, values: v }: StorySentence): string {
  switch (kind) {
    case 'asked': return `${v.script} was run against ${v.service} (${v.host}).`;
    case 'load': return `${whole(v.requests)} requests, ${whole(v.failures)} failed, ${fixed(v.rate)} a second; p50 ${duration(v.p50Ms)}, p99 ${duration(v.p99Ms)}; at most ${whole(v.peakReadyPods)} pods were ready.`;
    case 'late': {
      const ready = v.totalMs === null ? 'the last was never ready' : `the last was ready ${duration(v.totalMs)} later`;
      const cost = Number(v.requests) > 0 ? `; ${whole(v.requests)} requests ended meanwhile, p95 ${duration(v.p95Ms)}${v.steadyP95Ms === null ? '' : ` against ${duration(v.steadyP95Ms)} in the steady state`}` : '';
      const waited = v.waited === null ? '' : `, up to ${whole(v.waited)} waited at once`;
      return `Second ${fixed(Number(v.dueMs) / 1000)}: ${whole(v.to)} pods were due (from ${whole(v.from)}), ${ready}${cost}${waited}.`;
    }
    case 'scaled': return `Second ${fixed(Number(v.dueMs) / 1000)}: ${whole(v.to)} pods were due (from ${whole(v.from)}); the cluster went from ${whole(v.observedFrom)} to ${whole(v.observedTo)} ${lag(v.actMs)}.`;
    case 'missed': return `Second ${fixed(Number(v.dueMs) / 1000)}: ${whole(v.to)} pods were due (from ${whole(v.from)}), and nothing happened.`;
    case 'unexpected': return `Second ${fixed(Number(v.atMs) / 1000)}: the cluster went from ${whole(v.from)} to ${whole(v.to)} pods, which the calculation did not ask for.`;
    case 'no-scaling': return `Nothing was scaled and nothing should have been: ${whole(v.pods)} pods were ready.`;
    case 'thresholds': return `${whole(v.met)} of ${whole(v.total)} thresholds were met.`;
  }
}

type Value = string | number | null | undefined;
const whole = (value: Value): string => (value === null || value === undefined ? '–' : Math.round(Number(value)).toLocaleString('en'));
const fixed = (value: Value): string => (value === null || value === undefined ? '–' : (Math.round(Number(value) * 10) / 10).toLocaleString('en'));
const lag = (ms: Value): string => (Number(ms) < 0 ? `${duration(-Number(ms))} before` : `${duration(ms)} after`);

/** Milliseconds in words: `31 ms`, `1.9 s`. */
export function duration(ms: Value): string {
  if (ms === null || ms === undefined) return '–';
  const value = Number(ms);
  return Math.abs(value) >= 1000 ? `${(value / 1000).toFixed(1)} s` : `${Math.round(value)} ms`;
}
