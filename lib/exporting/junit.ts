import { create } from 'xmlbuilder';
import { type ExportSource } from './source';
import { scaleEventRows, type ScaleEventRow } from './scale-events';

/** A scale-up later than this is a failed test case, unless the address asks for another limit. */
const lateAfterMs = 10_000;

interface Case {
  suite: string;
  name: string;
  seconds: number;
  failure: string | null;
  skipped?: string;
}

/** Thresholds, scale events and the run's end as JUnit test cases: what a CI server shows and fails on. */
export function junit(
  { run, correlation }: Pick<ExportSource, 'run' | 'correlation'>,
  limitMs: number = lateAfterMs,
): string {
  const seconds =
    run.loadStartMs !== null && run.loadEndMs !== null ? (run.loadEndMs - run.loadStartMs) / 1000 : 0;
  const suites: Record<string, Case[]> = {
    run: [
      {
        suite: 'run',
        name: 'the run finished',
        seconds,
        failure:
          run.state === 'finished'
            ? null
            : `state ${run.state}${run.stateReason ? `: ${run.stateReason}` : ''}`,
      },
    ],
    thresholds: (run.summary?.metrics ?? []).flatMap(({ metric, values, thresholds }) =>
      thresholds.map(({ source, ok }) => ({
        suite: 'thresholds',
        name: `${metric} ${source}`,
        seconds: 0,
        failure: ok
          ? null
          : `not met; measured: ${Object.entries(values)
              .map(([name, value]) => `${name}=${value}`)
              .join(' ')}`,
      })),
    ),
    'scale events': scaleEventRows(correlation).map((row) => caseOf(row, limitMs)),
  };
  const all = Object.values(suites).flat();
  const report = create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '' });
  report.att(attributes({ name: run.name, ...countsOf(all), time: seconds }));
  for (const [name, cases] of Object.entries(suites)) {
    if (cases.length === 0) continue;
    const suite = report.ele(
      'testsuite',
      attributes({
        name: `${run.service.name} ${run.scriptName}: ${name}`,
        ...countsOf(cases),
        errors: 0,
        time: sumOf(cases),
        ...(run.originMs === null ? {} : { timestamp: new Date(run.originMs).toISOString().slice(0, 19) }),
      }),
    );
    for (const one of cases) {
      const element = suite.ele(
        'testcase',
        attributes({ classname: `scaletrace.${one.suite}`, name: one.name, time: one.seconds }),
      );
      if (one.failure !== null) element.ele('failure', { message: one.failure });
      else if (one.skipped !== undefined) element.ele('skipped', { message: one.skipped });
    }
  }
  return `${report.end({ pretty: true })}\n`;
}

function caseOf(row: ScaleEventRow, limitMs: number): Case {
  const atMs = row.dueMs ?? row.seenMs ?? 0;
  const [from, to] = row.dueMs === null ? [row.seenFrom, row.seenTo] : [row.dueFrom, row.dueTo];
  const name =
    row.outcome === 'lost'
      ? `second ${(atMs / 1000).toFixed(1)}: no pod lost`
      : `second ${(atMs / 1000).toFixed(1)}: ${from} to ${to} pods within ${limitMs / 1000} s`;
  const common = { suite: 'scale-events', name, seconds: Math.max(0, row.totalMs ?? 0) / 1000 };
  switch (row.outcome) {
    case 'matched': {
      // Pods that go late cost no request.
      const up = row.dueTo! > row.dueFrom!;
      if (row.totalMs === null) return { ...common, failure: up ? 'the last pod was never ready' : null };
      return {
        ...common,
        failure:
          up && row.totalMs > limitMs
            ? `late: the last pod was ready ${(row.totalMs / 1000).toFixed(1)} s after it was due${row.requests ? `; ${row.requests} requests meanwhile, p95 ${Math.round(row.p95Ms ?? 0)} ms` : ''}`
            : null,
      };
    }
    case 'short':
      return { ...common, failure: 'fewer pods came than were due' };
    case 'missed':
      return row.dueTo! > row.dueFrom!
        ? { ...common, failure: 'was due and did not occur' }
        : { ...common, failure: null, skipped: 'fewer pods would have been enough; the cluster kept them' };
    case 'unexpected':
      return { ...common, failure: 'the cluster did this without the calculation asking for it' };
    case 'lost':
      return { ...common, failure: 'a pod was lost' };
    case 'superseded':
      return { ...common, failure: null, skipped: 'taken back before the cluster could act' };
    case 'met':
    case 'correction':
      return { ...common, failure: null };
  }
}

function countsOf(cases: readonly Case[]): { tests: number; failures: number; skipped: number } {
  return {
    tests: cases.length,
    failures: cases.filter(({ failure }) => failure !== null).length,
    skipped: cases.filter(({ skipped }) => skipped !== undefined).length,
  };
}

function sumOf(cases: readonly Case[]): number {
  return cases.reduce((sum, { seconds }) => sum + seconds, 0);
}

function attributes(values: Record<string, string | number>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      typeof value === 'number' ? `${Math.round(value * 1000) / 1000}` : value,
    ]),
  );
}
