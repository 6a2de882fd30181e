import { thresholdValue } from './threshold-message';
import { culpritMessage, incidentMessage } from './incident-message';
import { lagMessage } from './lag-message';
import { type Figure, message, type Message, said } from '@/lib/model/message';
import { counted, timed } from './unit-message';
import { revisionMessage } from './revision-story';
import { type PaidFor, type StorySentence } from './story-sentence';
import { type ScenarioAsked } from './scenarios';

/** The sentence as a message. */
export function storyMessage(s: StorySentence): Message {
  const sentence = sentenceOf(s);
  // A rollout names its revision itself.
  return s.revision === undefined || s.kind === 'rollout'
    ? sentence
    : message('narrative.of-revision', { revision: s.revision, sentence });
}

function sentenceOf(s: StorySentence): Message {
  switch (s.kind) {
    case 'asked':
      return s.host === null
        ? message('narrative.asked-unknown', { script: s.script, scenarios: scenarioWords(s.scenarios) })
        : message('narrative.asked', {
            script: s.script,
            service: s.service,
            host: s.host === s.service ? '' : message('narrative.asked-host', { host: s.host }),
            scenarios: scenarioWords(s.scenarios),
          });
    case 'watched':
      return message('narrative.watched', {
        service: s.service,
        host:
          s.host === null || s.host === s.service ? '' : message('narrative.asked-host', { host: s.host }),
      });
    case 'rules':
      return message('narrative.rules', {
        class: s.class,
        target: tenths(s.target),
        metric: metricWord(s.metric),
        least: s.minScale > 0 ? message('narrative.at-least', { pods: s.minScale }) : '',
        most: s.maxScale > 0 ? message('narrative.at-most', { pods: s.maxScale }) : '',
      });
    case 'usage-peak':
      return message('narrative.usage-peak', {
        at: second(s.atMs),
        peak: tenths(s.peak),
        target: tenths(s.target),
        metric: s.metric,
      });
    case 'usage-unread':
      return message('narrative.usage-unread', { metric: s.metric });
    case 'usage-failed':
      return message('narrative.usage-failed', { share: whole(s.share * 100), why: said(s.why) });
    case 'load':
      return loadMessage(s);
    case 'thresholds':
      return s.met === s.total
        ? message('narrative.thresholds-met', { total: s.total })
        : message('narrative.thresholds-partly-met', { met: s.met, total: s.total });
    case 'threshold-unclear':
      return message('narrative.threshold-unclear', { metric: s.metric, source: s.source, why: s.why });
    case 'threshold-crossed':
      return message('narrative.threshold-crossed', {
        metric: s.metric,
        source: s.source,
        value:
          s.value === null
            ? ''
            : message('narrative.threshold-value', { value: thresholdValue(s.value, s.unit) }),
      });
    case 'cold-start':
      return coldStart(s);
    case 'incident':
      return message('narrative.incident', {
        sentence: incidentMessage(s.incident, s.unit),
        culprit: culpritMessage(s.incident),
      });
    case 'scaled-up':
      return message('narrative.scaled-up', {
        at: second(s.dueMs),
        due: due(s),
        ready: ready(s),
        paid: paid(s.paid),
      });
    case 'missed':
      return message('narrative.missed', {
        at: second(s.dueMs),
        due: due(s),
        mostReady: s.mostReady,
        paid: paid(s.paid),
      });
    case 'scaled-down':
      return message('narrative.scaled-down', {
        at: second(s.dueMs),
        from: s.from,
        to: s.to,
        steps: inSteps(s.steps),
        gone: gone(s),
      });
    case 'kept':
      return message('narrative.kept', { at: second(s.dueMs), to: s.to, from: s.from });
    case 'unexpected':
      return message('narrative.unexpected', {
        at: second(s.atMs),
        from: s.from,
        to: s.to,
        steps: inSteps(s.steps),
      });
    case 'lost':
      return lost(s);
    case 'gap': {
      const { what, reason } = s;
      const from = second(s.fromMs);
      return s.toMs === null
        ? message('narrative.gap-open', { from, what, reason })
        : message('narrative.gap', { from, to: second(s.toMs), what, reason });
    }
    case 'most-of-lag':
    case 'difference':
    case 'setting':
    case 'input':
    case 'config-change':
    case 'unready':
    case 'note':
      return lagMessage(s);
    case 'revisions':
    case 'rollout':
    case 'split':
      return revisionMessage(s);
    case 'no-scaling':
      return message('narrative.no-scaling', { pods: orUnknown(s.pods) });
  }
}

type Of<K extends StorySentence['kind']> = Extract<StorySentence, { kind: K }>;

function coldStart({ atMs, lengthMs, requests, unit, slowest: of, isInIncident }: Of<'cold-start'>): Message {
  const at = second(atMs);
  const slowest =
    of === null
      ? ''
      : of.leastMs === of.mostMs
        ? message('narrative.slowest', { length: duration(of.mostMs) })
        : message('narrative.slowest-between', { least: duration(of.leastMs), most: duration(of.mostMs) });
  const waited =
    requests === 0 ? '' : message('narrative.waited', { requests: counted(requests, unit), slowest });
  if (isInIncident) return message('narrative.cold-start-within', { at, waited });
  return message('narrative.cold-start', {
    at,
    length:
      lengthMs === null
        ? message('narrative.never-ready')
        : message('narrative.none-ready-for', { length: duration(lengthMs) }),
    waited,
  });
}

function scenarioWords(scenarios: readonly ScenarioAsked[]): Message | string {
  if (scenarios.length === 0) return '';
  const shown = scenarios
    .slice(0, scenarios.length > 4 ? 3 : 4)
    .map((one) =>
      scenarios.length === 1
        ? scenarioWord(one)
        : message('narrative.scenario-named', { name: one.name, scenario: scenarioWord(one) }),
    );
  return scenarios.length > 4
    ? message('narrative.scenarios-and-more', { scenarios: shown, more: scenarios.length - 3 })
    : message('narrative.scenarios', { scenarios: shown });
}

function scenarioWord({ executor, ...asked }: ScenarioAsked): Message {
  const [vus, iterations] = [orUnknown(asked.vus), orUnknown(asked.iterations)];
  const rate = tenths(asked.perSecond);
  const length: Figure | null =
    asked.durationMs === null ? null : { figure: 'length', value: asked.durationMs };
  const lasting = length === null ? '' : message('narrative.for', { length });
  const ramping = length === null ? '' : message('narrative.over', { length });
  switch (executor) {
    case 'shared-iterations':
      return message('narrative.shared-iterations', { iterations, vus });
    case 'per-vu-iterations':
      return message('narrative.per-vu-iterations', { iterations, vus });
    case 'constant-vus':
      return message('narrative.constant-vus', { vus, length: lasting });
    case 'ramping-vus':
      return message('narrative.ramping-vus', { vus, length: ramping });
    case 'constant-arrival-rate':
      return message('narrative.constant-arrival-rate', { rate, length: lasting });
    case 'ramping-arrival-rate':
      return message('narrative.ramping-arrival-rate', { rate, length: ramping });
    default:
      return message('reasons.said', { cause: executor });
  }
}

function due({ to, from, steps }: Of<'scaled-up'> | Of<'missed'>): Message {
  return message('narrative.due', {
    to,
    from,
    steps: steps > 1 ? message('narrative.asked-in-steps', { steps }) : '',
  });
}

function ready({ to, readyAfterMs, mostReady }: Of<'scaled-up'>): Message {
  const last = message('narrative.nth', { n: to });
  if (readyAfterMs === null) return message('narrative.not-ready-in-time', { last, mostReady });
  return readyAfterMs < 0
    ? message('narrative.ready-before', { last, before: duration(-readyAfterMs) })
    : message('narrative.ready-later', { last, after: duration(readyAfterMs) });
}

function paid(cost: PaidFor | null): Message | string {
  if (!cost || cost.p95Ms === null) return '';
  const { unit, requests, waited, waitedP95Ms } = cost;
  return message('narrative.paid', {
    who:
      waited === null
        ? message('narrative.ended-meanwhile', { requests: timed(requests, unit) })
        : waited === 0
          ? message('narrative.none-waited', { requests: timed(requests, unit) })
          : message('narrative.some-waited', { requests: timed(waited, unit), n: waited }),
    whose: waitedP95Ms === null ? 'all' : 'slow',
    p95: duration(waitedP95Ms ?? cost.p95Ms),
    against:
      cost.steadyP95Ms === null ? '' : message('narrative.against', { p95: duration(cost.steadyP95Ms) }),
  });
}

function gone({ goneAfterMs: ms, steps }: Of<'scaled-down'>): Message {
  if (ms === null) return message('narrative.not-all-went');
  if (ms < 0)
    return message(steps > 1 ? 'narrative.gone-before-last-step' : 'narrative.gone-before', {
      before: duration(-ms),
    });
  return message(steps > 1 ? 'narrative.gone-after-last-step' : 'narrative.gone-later', {
    after: duration(ms),
  });
}

function lost({ atMs, untilMs, pods, restarted, reason, readyAfterMs }: Of<'lost'>): Message {
  const why = reason === null ? '' : message('narrative.why', { reason });
  const after = duration(readyAfterMs);
  const one = restarted ? 'narrative.ready-again' : 'narrative.successor-ready';
  const several = restarted ? 'narrative.slowest-back' : 'narrative.slowest-successor-ready';
  const back =
    readyAfterMs === null
      ? message('narrative.not-all-came-back')
      : message(pods === 1 ? one : several, { after });
  return pods === 1
    ? message('narrative.one-lost', { at: second(atMs), why, back })
    : message('narrative.several-lost', { at: second(atMs), until: second(untilMs), pods, why, back });
}

function metricWord(metric: string): Message | string {
  if (metric === 'concurrency') return message('narrative.in-flight');
  if (metric === 'cpu') return message('narrative.cpu');
  if (metric === 'memory') return message('narrative.memory');
  return metric === 'rps' ? message('narrative.rate') : metric;
}

type Value = number | null;
/** A count that is not known is -1: a plural has words for it, as it has not for none. */
const orUnknown = (value: Value): number => value ?? -1;
const inSteps = (steps: number): Message | string =>
  steps > 1 ? message('narrative.in-steps', { steps }) : '';
const whole = (value: Value): Figure => ({ figure: 'whole', value });
const tenths = (value: Value): Figure => ({ figure: 'tenths', value });
const duration = (value: Value): Figure => ({ figure: 'duration', value });
const second = (value: number): Figure => ({ figure: 'second', value });

/** What a file does not say is left out. */
function loadMessage(s: StorySentence & { kind: 'load' }): Message {
  const requests = counted(s.requests, s.unit);
  const times = {
    p50: duration(s.p50Ms),
    p99: duration(s.p99Ms),
    peak: s.peakReadyPods === null ? '' : message('narrative.peak', { pods: s.peakReadyPods }),
    interrupted: s.interrupted ? message('narrative.interrupted', { iterations: s.interrupted }) : '',
  };
  if (s.failures === null) return message('narrative.load-without-failures', { requests, ...times });
  const failures = whole(s.failures);
  if (s.perSecond === null) return message('narrative.load-without-rate', { requests, failures, ...times });
  return message('narrative.load', { requests, failures, perSecond: tenths(s.perSecond), ...times });
}
