import { create } from 'xmlbuilder';
import { unitOf } from '@/lib/model/protocol';
import { type Run } from '@/lib/model/run';
import { type VerdictCheck } from '@/lib/model/verdict';
import { wordsOf } from '@/lib/words/catalogue';
import { breaksBuild } from '@/lib/verdict/judge';
import { type ExportSource } from './source';
import { scaleEventRows, type ScaleEventRow } from '@/lib/timeline/scale-event-rows';

interface Case {
  suite: string;
  name: string;
  seconds: number;
  failure: string | null;
  skipped?: string;
}

/**
 * The run's verdict as JUnit: one test case for each thing that it is judged by, so that a CI server fails on what every
 * page shows in red. What is in doubt is skipped and says why, as is what is told and not judged; that the run did not
 * come to its end fails.
 */
export function junit({ run, correlation }: Pick<ExportSource, 'run' | 'correlation'>): string {
  const seconds =
    run.loadStartMs !== null && run.loadEndMs !== null ? (run.loadEndMs - run.loadStartMs) / 1000 : 0;
  const { verdict } = run;
  const requests = wordsOf('en')('columns.units', { unit: unitOf(run.protocols) });
  const cases = [
    ...(verdict ? verdict.checks.map((check) => caseOf(check, seconds, requests)) : [unended(run, seconds)]),
    ...scaleEventRows(correlation).flatMap(toldOnly),
  ];
  const report = create('testsuites', { encoding: 'UTF-8', invalidCharReplacement: '' });
  report.att(attributes({ name: run.name, ...countsOf(cases), time: seconds }));
  for (const name of new Set(cases.map((one) => one.suite))) {
    const own = cases.filter((one) => one.suite === name);
    const suite = report.ele(
      'testsuite',
      attributes({
        name: `${run.service.name} ${run.scriptName}: ${name}`,
        ...countsOf(own),
        errors: 0,
        time: sumOf(own),
        ...(run.originMs === null ? {} : { timestamp: new Date(run.originMs).toISOString().slice(0, 19) }),
      }),
    );
    if (name === 'run' && verdict) {
      const properties = suite.ele('properties');
      properties.ele('property', { name: 'verdict', value: verdict.outcome });
      properties.ele('property', { name: 'verdict.said', value: verdict.said.text });
    }
    for (const one of own) {
      const element = suite.ele(
        'testcase',
        attributes({
          classname: `scaletrace.${one.suite.replace(' ', '-')}`,
          name: one.name,
          time: one.seconds,
        }),
      );
      if (one.failure !== null) element.ele('failure', { message: one.failure });
      else if (one.skipped !== undefined) element.ele('skipped', { message: one.skipped });
    }
  }
  return `${report.end({ pretty: true })}\n`;
}

function unended({ state, stateReason }: Run, seconds: number): Case {
  const failure = `state ${state}${stateReason ? `: ${stateReason}` : ''}`;
  return { suite: 'run', name: 'the run finished', seconds, failure };
}

const suites: Record<VerdictCheck['subject'], string> = {
  end: 'run',
  requests: 'run',
  failures: 'run',
  threshold: 'thresholds',
  'scale-up': 'scale events',
  slow: 'objective',
  'over-limit': 'objective',
  waiting: 'objective',
  'cold-starts': 'objective',
  incident: 'objective',
  lag: 'objective',
  regression: 'objective',
};

/** A check's name stays the same from run to run, so that a CI server knows it again: what was measured is in its message. */
function nameOf({ subject, said: { data }, range, revision }: VerdictCheck, requests: string): string {
  const at = range ? placeOf(range.fromMs, revision) : '';
  const text = (name: string): string => {
    const value = data[name];
    return typeof value === 'string' || typeof value === 'number' ? `${value}` : '';
  };
  switch (subject) {
    case 'end':
      return 'the run finished';
    case 'requests':
      return `${requests} were made`;
    case 'failures':
      return `${requests} did not fail`;
    case 'threshold':
      return `${text('metric')} ${text('source')}`;
    case 'scale-up':
      return `${at}: the scale-up came`;
    case 'slow':
      return `slow ${requests}`;
    case 'over-limit':
      return 'time over the limit';
    case 'waiting':
      return `waiting ${requests}`;
    case 'cold-starts':
      return 'cold starts';
    case 'incident':
      return `${at}: capacity followed in time`;
    case 'lag':
      return `${at}: the scale-up was not late`;
    case 'regression':
      return 'no regression against the baseline';
  }
}

/** A moment of a run, with whose pods it is about where the service has several revisions. */
function placeOf(atMs: number, revision: string | null | undefined): string {
  return `${revision == null ? '' : `${revision}, `}second ${(atMs / 1000).toFixed(1)}`;
}

function caseOf(check: VerdictCheck, seconds: number, requests: string): Case {
  const { subject, outcome, said, range } = check;
  const fails = outcome === 'fail' || breaksBuild({ outcome: 'pass', checks: [check] });
  return {
    suite: suites[subject],
    name: nameOf(check, requests),
    seconds:
      subject === 'end' ? seconds : subject === 'scale-up' && range ? (range.toMs - range.fromMs) / 1000 : 0,
    failure: fails ? said.text : null,
    ...(outcome === 'unclear' && !fails ? { skipped: said.text } : {}),
  };
}

/** Scale events that a verdict does not judge: they are told all the same. */
function toldOnly(row: ScaleEventRow): Case[] {
  const atMs = row.dueMs ?? row.seenMs ?? 0;
  const told = (name: string, skipped: string): Case[] => [
    {
      suite: 'scale events',
      name: `${placeOf(atMs, row.revision)}: ${name}`,
      seconds: Math.max(0, row.totalMs ?? 0) / 1000,
      failure: null,
      skipped,
    },
  ];
  switch (row.outcome) {
    case 'missed':
      return row.dueTo! < row.dueFrom!
        ? told(
            `${row.dueFrom} to ${row.dueTo} pods`,
            'fewer pods would have been enough; the cluster kept them',
          )
        : [];
    case 'unexpected':
      return told(
        `${row.seenFrom} to ${row.seenTo} pods`,
        'the cluster did this without the calculation asking for it',
      );
    case 'lost':
      return told('a pod was lost', 'a pod was lost');
    case 'superseded':
      return told(`${row.dueFrom} to ${row.dueTo} pods`, 'taken back before the cluster could act');
    default:
      return [];
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
