import { create } from 'xmlbuilder';
import { type RunResult } from '@/lib/runs/result';

/** One thing that a run is judged by. */
export interface Verdict {
  name: string;
  /** Null: as it should be. */
  failure: string | null;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/**
 * What a run is judged by: that it finished, each threshold, and each scale-up that was due: its pods ready not later
 * than `maxLagMs` after it was (null: not judged).
 */
export function verdictsOf(result: RunResult, maxLagMs: number | null): Verdict[] {
  const verdicts: Verdict[] = [
    {
      name: 'finished',
      failure:
        result.state === 'finished'
          ? null
          : `${result.state}${result.stateReason ? `: ${result.stateReason}` : ''}`,
    },
  ];
  for (const { metric, source, ok } of result.thresholds)
    verdicts.push({ name: `threshold ${metric}: ${source}`, failure: ok ? null : 'was crossed' });
  if (maxLagMs === null) return verdicts;
  for (const { expected, lag } of result.scaleEvents.matched) {
    if (expected.to <= expected.from) continue;
    const late =
      lag.totalMs === null
        ? 'its last pod was never ready'
        : lag.totalMs > maxLagMs
          ? `${seconds(lag.totalMs)} late; ${seconds(maxLagMs)} are allowed`
          : null;
    verdicts.push({ name: scaleUp(expected), failure: late });
  }
  for (const event of result.scaleEvents.missed)
    if (event.to > event.from) verdicts.push({ name: scaleUp(event), failure: 'never happened' });
  return verdicts;
}

function scaleUp({ atMs, from, to }: { atMs: number; from: number; to: number }): string {
  return `scale-up from ${from} to ${to} pods at ${seconds(atMs)}`;
}

/** The verdicts as JUnit XML, for a CI's own report. */
export function junitOf(result: RunResult, verdicts: readonly Verdict[]): string {
  const timeMs =
    result.loadStartMs === null || result.loadEndMs === null ? 0 : result.loadEndMs - result.loadStartMs;
  const suite = create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '' }).ele('testsuite', {
    name: result.name,
    tests: verdicts.length,
    failures: verdicts.filter(({ failure }) => failure !== null).length,
    time: (timeMs / 1000).toFixed(3),
  });
  for (const { name, failure } of verdicts) {
    const one = suite.ele('testcase', { classname: 'scaletrace', name });
    if (failure !== null) one.ele('failure', { message: failure }, result.url);
  }
  return `${suite.end({ pretty: true })}\n`;
}
