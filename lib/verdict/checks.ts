import { unitOf } from '@/lib/model/protocol';
import { message, type Figure, type Message } from '@/lib/model/message';
import { type Objective } from '@/lib/model/objective';
import { type RecordingGap } from '@/lib/model/recording';
import { failedShareOf, isWatched, reasonOf, type Run, type RunSummary } from '@/lib/model/run';
import { type RegressionVerdict } from '@/lib/model/trend';
import { type VerdictCheck, type VerdictOutcome } from '@/lib/model/verdict';
import { judgedValue, timeOf } from '@/lib/timeline/threshold-story';
import { thresholdValue, unitOfMetric, whyUnclear } from '@/lib/timeline/threshold-message';
import { counted, timed } from '@/lib/timeline/unit-message';
import { outcomeOf, type Bounds } from './bounds';
import { type RunFacts } from './facts';
import { gapMessage, neverFollowed, type JudgedIncident } from './incidents';

/** One thing that a run is judged by, its sentence not yet said. */
export interface Check extends Omit<VerdictCheck, 'said'> {
  said: Message;
}

/** How a run stands against the baseline of its script and service; `none-chosen`: there is none; null: it needs none. */
export type AgainstBaseline =
  { name: string; regression: Pick<RegressionVerdict, 'tested' | 'worse' | 'again'> } | 'none-chosen' | null;

/** Without an objective for failures, a run fails where more of its requests fail than this. */
const mostFailedShare = 0.5;

/** All that a run is judged by, in the order in which it is told. */
export function checksOf(facts: RunFacts, objective: Objective, against: AgainstBaseline): Check[] {
  return [
    ...end(facts),
    ...failureCause(facts),
    ...thresholds(facts),
    ...failures(facts, objective),
    ...scaleUps(facts),
    ...slow(facts, objective),
    ...limits(facts, objective),
    ...incidents(facts, objective),
    ...regression(objective, against),
  ];
}

function end({ run }: RunFacts): Check[] {
  const check = (outcome: VerdictOutcome, said: Message): Check[] => [
    { subject: 'end', outcome, said, range: null },
  ];
  switch (run.state) {
    case 'failed':
      return check(
        'fail',
        message('verdict.end-failed', { reason: reasonOf(run) ?? message('verdict.no-reason') }),
      );
    case 'stopped':
      return check('unclear', message('verdict.end-stopped'));
    case 'interrupted':
      return check('unclear', message('verdict.end-interrupted'));
    default:
      return check('pass', message('verdict.end-finished'));
  }
}

/** Why nothing succeeded, or why some did not, stands before what came of it. */
const toldFirst: readonly string[] = ['reasons.none-succeeded', 'reasons.some-not-ended'];

/** Null: it is not known, or nothing is the matter. */
function whyFailed({ run }: RunFacts): Message | null {
  const reason = reasonOf(run);
  return reason && toldFirst.includes(reason.code ?? '') && run.state === 'finished' ? reason : null;
}

function failureCause(facts: RunFacts): Check[] {
  const said = whyFailed(facts);
  return said ? [{ subject: 'failures', outcome: 'fail', said, range: null }] : [];
}

function thresholds({ run }: RunFacts): Check[] {
  return (run.summary?.metrics ?? []).flatMap((metric) =>
    metric.thresholds.map(({ source, ok, ...open }): Check => {
      const check = { subject: 'threshold', range: timeOf(metric.metric, run) } as const;
      if (ok === null) {
        const data = { metric: metric.metric, source, why: whyUnclear(metric, open) };
        return { ...check, outcome: 'unclear', said: message('verdict.threshold-unclear', data) };
      }
      const data = { metric: metric.metric, source, value: measured(metric, source, run) };
      return {
        ...check,
        outcome: ok ? 'pass' : 'fail',
        said: ok ? message('verdict.threshold-met', data) : message('verdict.threshold-crossed', data),
      };
    }),
  );
}

type SummaryMetric = RunSummary['metrics'][number];

/** What a threshold judged; of the metric of all checks also which of them failed most often. */
function measured(metric: SummaryMetric, source: string, { summary }: Run): Message | '' {
  const { passes, fails, count } = metric.values;
  // k6 calls a threshold met that had nothing to judge, and gives 0 as its value.
  if (count === 0 || (passes === 0 && fails === 0)) return message('verdict.measured-nothing');
  const judged = judgedValue(metric.values, source);
  if (judged === null) return '';
  const value = thresholdValue(judged, unitOfMetric(metric));
  const failed = metric.metric === 'checks' ? (summary?.checks ?? []).filter((check) => check.fails > 0) : [];
  const [most, ...others] = failed.sort((a, b) => b.fails - a.fails);
  if (!most) return message('verdict.measured', { value });
  return message('verdict.measured-checks', {
    value,
    check: most.name,
    fails: whole(most.fails),
    of: whole(most.fails + most.passes),
    more: others.length,
  });
}

function failures(facts: RunFacts, { failedShare }: Objective): Check[] {
  const { run, gaps } = facts;
  const { requests, failures: failed } = run.figures;
  if (!requests && whyFailed(facts)) return [];
  const check = (outcome: VerdictOutcome, said: Message): Check[] => [
    { subject: 'failures', outcome, said, range: null },
  ];
  if (!requests) {
    const waited = run.summary?.interruptedIterations ?? 0;
    const said = isWatched(run)
      ? message('verdict.only-watched')
      : waited > 0
        ? message('verdict.none-ended', { iterations: waited })
        : message('verdict.no-requests');
    return [{ subject: 'requests', outcome: 'unclear', said, range: null }];
  }
  const share = failedShareOf(run.figures);
  if (failed === null || share === null) return [];
  const all = { requests: counted(requests, unitOf(run.protocols)) };
  const data = { ...all, failures: whole(failed), share: shareText(share) };
  if (failed === requests) return check('fail', message('verdict.failures-all', all));
  const allowed = failedShare ?? mostFailedShare;
  // Without k6's own totals, what no second recorded may have failed or not.
  const gap =
    run.summary === null || run.summary.recordedOnly
      ? gaps.find(({ what }) => what === 'requests')
      : undefined;
  const isBeyond = share > allowed;
  const isInDoubt = gap !== undefined && (isBeyond || failedShare !== null);
  const outcome = isInDoubt ? 'unclear' : isBeyond ? 'fail' : 'pass';
  if (outcome === 'unclear')
    return check(
      outcome,
      message('verdict.in-doubt', {
        what: message('verdict.failures-of', data),
        reason: gapMessage(gap) ?? '',
      }),
    );
  return check(
    outcome,
    outcome === 'fail'
      ? message('verdict.failures-beyond', { ...data, allowed: shareText(allowed) })
      : failed === 0
        ? message('verdict.failures-none', all)
        : message('verdict.failures-of', data),
  );
}

function scaleUps({ incidents: all, undecided }: RunFacts): Check[] {
  if (undecided !== null)
    return [
      {
        subject: 'scale-up',
        outcome: 'unclear',
        said: message('verdict.not-calculated', { metric: undecided }),
        range: null,
      },
    ];
  return all.flatMap((incident): Check[] => {
    const { from, to, startMs, endMs, durationMs, queuedMs, end: ended, isOpen, doubt, culprit } = incident;
    const data = { from, to, at: second(startMs) };
    const range = { fromMs: startMs, toMs: endMs };
    const check = (outcome: VerdictOutcome, said: Message): Check[] => [
      { subject: 'scale-up', outcome, ...ofRevision(incident, said), range },
    ];
    if (ended === 'followed')
      return check('pass', message('verdict.followed', { ...data, after: incidentLength(durationMs) }));
    const after = incidentLength(durationMs);
    if (ended === 'limited') return check('pass', message('verdict.limited', { ...data, after }));
    if (ended === 'either')
      return check('pass', message('verdict.either', { ...data, reason: doubt ?? culprit }));
    const isQueued = ended === 'queued';
    const what = message(isQueued ? 'verdict.not-drained' : 'verdict.not-followed', data);
    if (doubt) return check('unclear', message('verdict.in-doubt', { what, reason: doubt }));
    if (neverFollowed(incident))
      return check(
        'fail',
        isQueued
          ? message('verdict.never-drained', { ...data, length: incidentLength(queuedMs), culprit })
          : message('verdict.never-followed', { ...data, culprit }),
      );
    // What was asked for no longer so soon is nobody's lag.
    if (!isOpen) return [];
    return check(
      'unclear',
      message('verdict.in-doubt', {
        what,
        reason: message('verdict.doubt-recording-ended', {
          after: isQueued ? incidentLength(queuedMs) : after,
        }),
      }),
    );
  });
}

function slow({ run, slow: bounds, gaps }: RunFacts, { slowerThanMs, slowShare }: Objective): Check[] {
  const { requests } = run.figures;
  if (slowerThanMs === null || slowShare === null || bounds === null || !requests) return [];
  const shares = { least: bounds.least / requests, most: bounds.most / requests };
  const outcome = outcomeOf(shares, slowShare);
  const bound = outcome === 'pass' ? 'most' : 'least';
  const said = message('verdict.slow', {
    bound: bounds.least < bounds.most ? bound : 'exact',
    count: whole(bounds[bound]),
    requests: timed(requests, unitOf(run.protocols)),
    share: shareText(shares[bound]),
    limit: duration(slowerThanMs),
    allowed: shareText(slowShare),
  });
  return [
    {
      subject: 'slow',
      outcome,
      said:
        outcome === 'unclear'
          ? message('verdict.in-doubt', {
              what: said,
              reason:
                gapMessage(gaps.find(({ what }) => what === 'requests')) ??
                message('verdict.doubt-bucket', { limit: duration(slowerThanMs) }),
            })
          : said,
      range: null,
    },
  ];
}

/** What is counted over the load as a whole. */
function limits(facts: RunFacts, { overLimitMs, mostWaiting, coldStarts }: Objective): Check[] {
  return [
    ...limit(facts, {
      subject: 'over-limit',
      allowed: overLimitMs,
      bounds: facts.overLimitMs,
      unknown: message('verdict.over-limit-unknown'),
      said: (time, allowed) =>
        message('verdict.over-limit', { time: duration(time), allowed: duration(allowed) }),
      from: ['concurrency', 'pods'],
    }),
    ...limit(facts, {
      subject: 'waiting',
      allowed: mostWaiting,
      bounds: facts.mostWaiting,
      unknown: message('verdict.waiting-unknown'),
      said: (count, allowed) =>
        message('verdict.waiting', {
          requests: counted(count, unitOf(facts.run.protocols)),
          allowed: whole(allowed),
        }),
      from: ['concurrency'],
    }),
    ...limit(facts, {
      subject: 'cold-starts',
      allowed: coldStarts,
      bounds: facts.coldStarts,
      unknown: message('verdict.cold-starts-unknown'),
      said: (count, allowed) => message('verdict.cold-starts', { count, allowed: whole(allowed) }),
      from: ['pods'],
    }),
  ];
}

function limit(
  { gaps }: RunFacts,
  {
    subject,
    allowed,
    bounds,
    unknown,
    said,
    from,
  }: {
    subject: Check['subject'];
    allowed: number | null;
    bounds: Bounds | null;
    unknown: Message;
    said: (value: number, allowed: number) => Message;
    /** What the figure is made from. */
    from: readonly RecordingGap['what'][];
  },
): Check[] {
  if (allowed === null) return [];
  const check = { subject, range: null };
  if (bounds === null) return [{ ...check, outcome: 'unclear', said: unknown }];
  const outcome = outcomeOf(bounds, allowed);
  const what = said(bounds.least, allowed);
  if (outcome !== 'unclear') return [{ ...check, outcome, said: what }];
  const reason = gapMessage(gaps.find((gap) => from.includes(gap.what))) ?? message('verdict.doubt-thinned');
  return [{ ...check, outcome, said: message('verdict.in-doubt', { what, reason }) }];
}

function incidents({ incidents: all }: RunFacts, { incidentMs, lagMs }: Objective): Check[] {
  return all.flatMap((incident) => {
    const { startMs, durationMs, from, to, lateMs, end: ended } = incident;
    const at = second(startMs);
    return [
      ...timeCheck('incident', incident, incidentMs, durationMs, (length, allowed) =>
        ended === 'followed'
          ? message('verdict.incident', { at, length, allowed })
          : message('verdict.incident-not-over', { at, length, allowed }),
      ),
      ...timeCheck('lag', incident, lagMs, lateMs, (late, allowed) =>
        message('verdict.late', { from, to, at, late, allowed }),
      ),
    ];
  });
}

/** How long something of an incident took, at the least where it went on; that it is not over yet is judged elsewhere. */
function timeCheck(
  subject: 'incident' | 'lag',
  incident: JudgedIncident,
  allowedMs: number | null,
  ms: number,
  say: (time: Figure, allowed: Figure) => Message,
): Check[] {
  if (allowedMs === null) return [];
  const { startMs, endMs, isOpen, end: ended, doubt } = incident;
  const outcome = outcomeOf({ least: ms, most: isOpen && ended !== 'followed' ? Infinity : ms }, allowedMs);
  if (outcome === 'unclear') return [];
  const said = say(incidentLength(ms), duration(allowedMs));
  const range = { fromMs: startMs, toMs: endMs };
  return outcome === 'fail' && doubt
    ? [
        {
          subject,
          outcome: 'unclear',
          ...ofRevision(incident, message('verdict.in-doubt', { what: said, reason: doubt })),
          range,
        },
      ]
    : [{ subject, outcome, ...ofRevision(incident, said), range }];
}

/** A sentence with the revision that it is about, where the service has several. */
function ofRevision({ revision }: JudgedIncident, sentence: Message): Pick<Check, 'said' | 'revision'> {
  return revision === undefined
    ? { said: sentence }
    : { said: message('narrative.of-revision', { revision, sentence }), revision };
}

function regression({ regression: asked }: Objective, against: AgainstBaseline): Check[] {
  if (!asked || against === null) return [];
  const check = (outcome: VerdictOutcome, said: Message): Check[] => [
    { subject: 'regression', outcome, said, range: null },
  ];
  if (against === 'none-chosen') return check('unclear', message('verdict.regression-no-baseline'));
  const { name, regression: found } = against;
  if (!found.tested) return check('unclear', message('verdict.regression-untested', { baseline: name }));
  if (found.worse.length === 0 && found.again > 0)
    return check('unclear', message('verdict.regression-again', { baseline: name, again: found.again }));
  if (found.worse.length === 0) return check('pass', message('verdict.regression-none', { baseline: name }));
  return check(
    'fail',
    message('verdict.regression', {
      baseline: name,
      what: found.worse.map((figure) => message(`verdict.worse-${figure}`)),
    }),
  );
}

const second = (value: number): Figure => ({ figure: 'second', value });
const duration = (value: number): Figure => ({ figure: 'duration', value });
const incidentLength = (value: number): Figure => ({ figure: 'incidentLength', value });
const whole = (value: number): Figure => ({ figure: 'whole', value });

/** A share of 1 in percent, so many digits that a few in many never read as none. */
function shareText(share: number): Message {
  const percent = share * 100;
  return message('narrative.percent', {
    value: Number(percent.toPrecision(percent >= 99.5 && percent < 100 ? 4 : 2)),
  });
}
