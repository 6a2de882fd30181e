import { describe, expect, it } from 'vitest';
import { message } from '@/lib/model/message';
import { noObjective } from '@/lib/model/objective';
import { type Run, type RunSummary } from '@/lib/model/run';
import { english } from '@/lib/words/english';
import { checksOf, type Check } from './checks';
import { type RunFacts } from './facts';
import { tellsReason } from './sentence';

interface Judged extends Partial<Omit<Run, 'summary'>> {
  summary?: Partial<RunSummary>;
}

/** What a run that came to its end with these figures, without a scale event, is judged by. */
function judged(requests: number, failures: number, { summary = {}, ...run }: Judged = {}): Check[] {
  const facts = {
    run: {
      state: 'finished',
      loadStartMs: 0,
      loadEndMs: 10_000,
      options: {},
      stateReason: null,
      stateReasonCode: null,
      stateReasonData: null,
      figures: { requests, failures },
      summary: { metrics: [], checks: [], groups: [], testRunDurationMs: 10_000, ...summary },
      ...run,
    } as unknown as Run,
    incidents: [],
    gaps: [],
    undecided: null,
  } as unknown as RunFacts;
  return checksOf(facts, noObjective, null);
}

/** What is said of it. */
function said(requests: number, failures: number, run: Judged = {}): string[] {
  return judged(requests, failures, run)
    .filter(({ subject }) => subject !== 'end')
    .map(({ outcome, said }) => `${outcome}: ${english(said)}`);
}

const ofChecks = (passes: number, fails: number, ok: boolean): Partial<RunSummary> => ({
  metrics: [
    {
      metric: 'checks',
      type: 'rate',
      contains: 'default',
      values: { passes, fails, rate: passes / Math.max(1, passes + fails) },
      thresholds: [{ source: 'rate==1', ok }],
    },
  ],
});
const check = (name: string, passes: number, fails: number): RunSummary['checks'][number] => ({
  name,
  path: `::${name}`,
  passes,
  fails,
});

describe('a run of which nothing succeeded', () => {
  it('says why first, and what came of it after that', () => {
    const cause = message('reasons.not-routed', { host: 'shop.example.com' });
    const reason = message('reasons.none-succeeded', { cause });
    const stateReason = { stateReason: '', stateReasonCode: reason.code, stateReasonData: reason.data };
    const why = /^fail: nothing succeeded: the gateway answers 404 for the host shop\.example\.com/;
    expect(said(20, 20, stateReason)).toEqual([
      expect.stringMatching(why) as unknown,
      'fail: all 20 requests failed',
    ]);
    expect(said(0, 0, stateReason)).toEqual([expect.stringMatching(why) as unknown]);
  });

  it.each([
    ['finished', message('reasons.none-succeeded', { cause: message('reasons.no-tls', { url: 'u' }) }), true],
    ['failed', message('reasons.no-tls', { url: 'u' }), true],
    ['interrupted', message('reasons.scaletrace-ended'), false],
  ] as const)('tells by its verdict why it %s: %o, %o', (state, reason, isTold) => {
    const why = { stateReason: '', stateReasonCode: reason.code, stateReasonData: reason.data };
    const checks = judged(20, 20, { state, ...why }).map((one) => ({
      ...one,
      said: { ...one.said, text: '' },
    }));
    expect(tellsReason({ checks }, reason)).toBe(isTold);
  });

  it('has asked, where iterations still waited', () => {
    expect(said(0, 0, { summary: { interruptedIterations: 23 } })).toEqual([
      expect.stringMatching(
        /^unclear: no request, call or session ended: 23 iterations still waited/,
      ) as unknown,
    ]);
    expect(said(0, 0)).toEqual([expect.stringMatching(/^unclear: nothing was asked/) as unknown]);
  });
});

describe('a threshold on checks', () => {
  it('names the check that failed most often', () => {
    const checks = [check('status is OK', 70, 1), check('stream ended well', 0, 2)];
    expect(said(73, 0, { summary: { ...ofChecks(70, 3, false), checks } })[0]).toBe(
      'fail: the threshold checks rate==1 was not met (it was 95.9 %: the check “stream ended well” failed 2 of 2 times, and another check too)',
    );
  });

  it('was met by nothing where no check was made', () => {
    expect(said(9, 0, { summary: ofChecks(0, 0, true) })[0]).toBe(
      'pass: the threshold checks rate==1 was met (there was nothing to judge by it)',
    );
  });
});
