import { describe, expect, it } from 'vitest';
import { noObjective } from '@/lib/model/objective';
import {
  type Verdict,
  type VerdictCheck,
  type VerdictFigures,
  type VerdictOutcome,
} from '@/lib/model/verdict';
import { standingOf } from './standing';

const figures: VerdictFigures = {
  worstIncidentMs: null,
  worstIncidentAtMs: null,
  worstIncidentOpen: null,
  incidents: 0,
  openIncidents: 0,
  slowRequests: null,
  slowRequestsMost: null,
  slowAboveMs: null,
  podSeconds: null,
  readyPodSeconds: null,
  idleShare: null,
  cost: null,
  overLimitMs: null,
  mostWaiting: null,
  coldStarts: 0,
};
const threshold = (
  outcome: VerdictOutcome,
  source = 'p(95)<10',
  metric = 'http_req_duration',
): VerdictCheck => ({
  subject: 'threshold',
  outcome,
  said: {
    code: outcome === 'pass' ? 'verdict.threshold-met' : 'verdict.threshold-crossed',
    data: { metric, source, value: '' },
    text: `${metric}: ${source}`,
  },
  range: null,
});

function verdict(
  outcome: VerdictOutcome,
  { checks = [], ...known }: Partial<VerdictFigures> & { checks?: VerdictCheck[] } = {},
): Verdict {
  return {
    outcome,
    said: { code: `verdict.${outcome}`, data: {}, text: outcome },
    checks,
    objective: noObjective,
    objectiveOf: 'none',
    figures: { ...figures, ...known },
  };
}

/** What a test of the requests finds that sees nothing. */
const alike = { tested: true, worse: [], again: 0 };
const codes = (before: Verdict | null, now: Verdict | null): string[] =>
  standingOf(alike, before, now).also.map(({ code }) => code);

describe('a run against another whose requests are alike', () => {
  it('is no worse where nothing got worse, or where a verdict is not known', () => {
    expect(standingOf(alike, verdict('pass'), verdict('pass'))).toEqual({ ...alike, also: [] });
    expect(standingOf(alike, verdict('fail'), verdict('fail'))).toEqual({ ...alike, also: [] });
    expect(codes(null, verdict('fail'))).toEqual([]);
    expect(codes(verdict('pass'), null)).toEqual([]);
  });

  it('is worse where a threshold that was met is crossed, and says which', () => {
    const before = verdict('fail', { checks: [threshold('pass'), threshold('fail', 'max<20')] });
    const now = verdict('fail', { checks: [threshold('fail'), threshold('fail', 'max<20')] });
    const { also } = standingOf(alike, before, now);
    expect(also).toMatchObject([{ code: 'verdict.threshold-crossed', data: { source: 'p(95)<10' } }]);
    expect(codes(now, before)).toEqual([]);
  });

  it('is not worse by a threshold that the other run did not have', () => {
    const before = verdict('fail', { checks: [threshold('pass', 'p(95)<10', 'other')] });
    expect(codes(before, verdict('fail', { checks: [threshold('fail')] }))).toEqual([]);
  });

  it('is worse where capacity never followed more often', () => {
    const before = verdict('fail', { openIncidents: 1 });
    expect(codes(before, verdict('fail', { openIncidents: 2 }))).toEqual(['verdict.more-never-followed']);
    expect(codes(before, verdict('fail', { openIncidents: 1 }))).toEqual([]);
  });

  it.each([
    // By how much in all, and by what part of it.
    [10_000, 14_000, ['verdict.longer-incident']],
    [10_000, 13_999, []],
    [40_000, 49_000, []],
    [40_000, 50_000, ['verdict.longer-incident']],
    [14_000, 10_000, []],
  ])('whose worst incident was %d ms and is %d ms', (before, now, expected) => {
    expect(
      codes(verdict('pass', { worstIncidentMs: before }), verdict('pass', { worstIncidentMs: now })),
    ).toEqual(expected);
  });

  it('is worse where pods were missing for long and were not before, as far as that is known', () => {
    const watched = verdict('pass', { podSeconds: 30 });
    const missed = (worstIncidentMs: number) => verdict('pass', { worstIncidentMs, incidents: 1 });
    expect(codes(watched, missed(4000))).toEqual(['verdict.new-incident']);
    expect(codes(watched, missed(3999))).toEqual([]);
    expect(codes(verdict('pass', { incidents: null }), missed(20_000))).toEqual([]);
    // It had one that is in doubt.
    expect(codes(verdict('pass', { podSeconds: 30, incidents: 1 }), missed(20_000))).toEqual([]);
    expect(codes(missed(20_000), watched)).toEqual([]);
  });

  it('is worse where its verdict fails now, which is told only where nothing more is', () => {
    expect(codes(verdict('pass'), verdict('fail'))).toEqual(['verdict.fails-now']);
    expect(codes(verdict('unclear'), verdict('fail'))).toEqual(['verdict.fails-now']);
    expect(codes(verdict('pass'), verdict('fail', { openIncidents: 1 }))).toEqual([
      'verdict.more-never-followed',
    ]);
  });

  it('is worse where it fails by more than the other, held to the same', () => {
    const failing = (outcome: VerdictOutcome): VerdictCheck => ({
      subject: 'failures',
      outcome,
      said: { code: `verdict.failures-${outcome}`, data: {}, text: outcome },
      range: null,
    });
    const before = verdict('fail', { checks: [threshold('fail'), failing('pass')] });
    const now = verdict('fail', { checks: [threshold('fail'), failing('fail')] });
    expect(codes(before, now)).toEqual(['verdict.failures-fail']);
    expect(codes(now, now)).toEqual([]);
    expect(codes(before, { ...now, objective: { ...noObjective, failedShare: 0.1 } })).toEqual([]);
  });

  it('cannot be told to be as good where its verdict became unclear', () => {
    expect(standingOf(alike, verdict('pass'), verdict('unclear'))).toEqual({ ...alike, again: 1, also: [] });
    expect(standingOf({ ...alike, again: 4 }, verdict('pass'), verdict('unclear')).again).toBe(4);
    expect(standingOf(alike, verdict('unclear'), verdict('unclear')).again).toBe(0);
  });
});

it('keeps what the test of the requests found', () => {
  const test = { tested: false, worse: ['p95' as const], again: 2 };
  expect(standingOf(test, verdict('pass'), verdict('pass'))).toEqual({ ...test, also: [] });
});
