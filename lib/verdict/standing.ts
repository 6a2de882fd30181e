import { message, sentMessage, type Message } from '@/lib/model/message';
import { type Objective } from '@/lib/model/objective';
import { type RegressionVerdict } from '@/lib/model/trend';
import { type Verdict, type VerdictCheck } from '@/lib/model/verdict';

/** An incident is longer than another where it lasted this much longer, and more than a tick of the calculation and the next. */
const longerBy = 1.25;
const leastLongerMs = 4000;

/**
 * How a run stands against another: by the test of their requests, and by what their verdicts say that got worse. A run
 * whose verdict became unclear cannot be told to be as good.
 */
export function standingOf(
  test: Pick<RegressionVerdict, 'tested' | 'worse' | 'again'>,
  reference: Verdict | null,
  run: Verdict | null,
): RegressionVerdict {
  const also = reference && run ? alsoWorse(reference, run) : [];
  const isInDoubt = run?.outcome === 'unclear' && reference?.outcome === 'pass';
  return { ...test, again: Math.max(test.again, isInDoubt ? 1 : 0), also };
}

function alsoWorse(reference: Verdict, run: Verdict): Message[] {
  const met = new Set(reference.checks.filter(({ outcome }) => outcome === 'pass').map(thresholdOf));
  const thresholds = run.checks.filter(
    (check) => check.subject === 'threshold' && check.outcome === 'fail' && met.has(thresholdOf(check)),
  );
  const { worstIncidentMs: before, worstIncidentOpen, openIncidents: openBefore } = reference.figures;
  const { worstIncidentMs: now, openIncidents: open } = run.figures;
  // One that had not ended was at least so long: nobody can say that another was longer.
  const isLonger =
    before !== null &&
    now !== null &&
    worstIncidentOpen !== true &&
    now >= before * longerBy &&
    now - before >= leastLongerMs;
  const isNew = before === null && reference.figures.incidents === 0 && now !== null && now >= leastLongerMs;
  // Told once: what never ended is the longest too, most often.
  const hasMoreOpen = open > openBefore;
  const worse = [
    ...thresholds.map(({ said }) => sentMessage(said.code, said.data, said.text)),
    ...(hasMoreOpen ? [message('verdict.more-never-followed')] : []),
    ...(isNew && !hasMoreOpen
      ? [message('verdict.new-incident', { now: { figure: 'incidentLength', value: now } })]
      : []),
    ...(isLonger && !hasMoreOpen
      ? [
          message('verdict.longer-incident', {
            now: { figure: 'incidentLength', value: now },
            before: { figure: 'incidentLength', value: before },
          }),
        ]
      : []),
  ];
  if (worse.length > 0 || run.outcome !== 'fail') return worse;
  return reference.outcome === 'fail' ? failsToo(reference, run) : [message('verdict.fails-now')];
}

/** What of an objective each check holds a run to; a threshold, a scale-up that never came and a regression are told apart. */
const limitsOf: Partial<Record<VerdictCheck['subject'], readonly (keyof Objective)[]>> = {
  end: [],
  failures: ['failedShare'],
  slow: ['slowShare', 'slowerThanMs'],
  'over-limit': ['overLimitMs'],
  waiting: ['mostWaiting'],
  'cold-starts': ['coldStarts'],
  incident: ['incidentMs'],
  lag: ['lagMs'],
};

/** What a run fails by beside what the reference failed by, where both were held to the same. */
function failsToo(reference: Verdict, run: Verdict): Message[] {
  return Object.entries(limitsOf).flatMap(([subject, limits]) => {
    const isKept = reference.checks.every((check) => check.subject !== subject || check.outcome === 'pass');
    const isSame = limits.every((limit) => reference.objective[limit] === run.objective[limit]);
    const fails = run.checks.find((check) => check.subject === subject && check.outcome === 'fail');
    return isKept && isSame && fails ? [sentMessage(fails.said.code, fails.said.data, fails.said.text)] : [];
  });
}

function thresholdOf({ subject, said: { data } }: VerdictCheck): string {
  return subject === 'threshold' ? JSON.stringify([data.metric, data.source]) : subject;
}
