import { podTargetOf } from '@/lib/model/autoscaler-config';
import { type ColdStart } from './cold-starts';
import { type Correlation } from './correlate';
import { type Episode } from './episodes';
import { type Incident } from '@/lib/model/incident';
import { type Recording, type RecordingGap } from '@/lib/model/recording';
import { noteSentences, ofRevision, wholeLagSentences, type LagSentence } from './lag-story';
import { revisionRules, revisionSentences, type RevisionSentence } from './revision-story';
import { type Message, sentMessage } from '@/lib/model/message';
import { unitOf, type RequestUnit } from '@/lib/model/protocol';
import { isWatched, type Run } from '@/lib/model/run';
import { type ObservedScaleEvent } from './scale-events';
import { type SentencePlace } from './lag-story';
import { unitOfMetric, whyUnclear, type ThresholdUnit } from './threshold-message';
import { scenariosAsked, type ScenarioAsked } from './scenarios';
import { type ScaleMatch } from './match';
import { type UsageSentence, usageSentences } from './usage-story';

export { storyMessage } from './story-message';

/** What the requests paid, as a sentence needs it. */
export interface PaidFor {
  /** What the requests are. */
  unit: RequestUnit;
  requests: number;
  /** Of them those that were slow, and p95 of these. */
  waited: number | null;
  waitedP95Ms: number | null;
  /** p95 of all. */
  p95Ms: number | null;
  steadyP95Ms: number | null;
}

/** One sentence of a run's story as data; `range` and `eventId` are its place in the charts. */
export type StorySentence = SentencePlace &
  /** `host`: null where an imported file does not say what was loaded. */
  (
    | { kind: 'asked'; script: string; service: string; host: string | null; scenarios: ScenarioAsked[] }
    | { kind: 'watched'; service: string; host: string | null }
    | UsageSentence
    | { kind: 'rules'; class: string; target: number; metric: string; minScale: number; maxScale: number }
    | {
        kind: 'load';
        /** What its requests are. */
        unit: RequestUnit;
        requests: number;
        failures: number | null;
        perSecond: number | null;
        p50Ms: number | null;
        p99Ms: number | null;
        peakReadyPods: number | null;
        /** Iterations that k6 broke off; left out where it did not say. */
        interrupted?: number;
      }
    | { kind: 'thresholds'; met: number; unclear: number; total: number }
    | { kind: 'threshold-unclear'; metric: string; source: string; why: Message }
    | {
        kind: 'threshold-crossed';
        metric: string;
        source: string;
        value: number | null;
        unit: ThresholdUnit;
      }
    | {
        kind: 'cold-start';
        atMs: number;
        lengthMs: number | null;
        unit: RequestUnit;
        requests: number;
        slowest: ColdStart['slowest'];
        /** How long it was is told by the incident then. */
        isInIncident: boolean;
      }
    | { kind: 'incident'; incident: Incident; unit: RequestUnit }
    | {
        kind: 'scaled-up';
        dueMs: number;
        steps: number;
        from: number;
        to: number;
        readyAfterMs: number | null;
        mostReady: number;
        paid: PaidFor | null;
      }
    | {
        kind: 'missed';
        dueMs: number;
        steps: number;
        from: number;
        to: number;
        mostReady: number;
        paid: PaidFor | null;
      }
    | {
        kind: 'scaled-down';
        dueMs: number;
        steps: number;
        from: number;
        to: number;
        goneAfterMs: number | null;
      }
    | { kind: 'kept'; dueMs: number; from: number; to: number }
    | { kind: 'unexpected'; atMs: number; steps: number; from: number; to: number }
    | {
        kind: 'lost';
        atMs: number;
        untilMs: number;
        pods: number;
        restarted: boolean;
        reason: string | null;
        readyAfterMs: number | null;
      }
    | {
        kind: 'gap';
        what: RecordingGap['what'];
        fromMs: number;
        toMs: number | null;
        reason: string | Message;
      }
    | { kind: 'no-scaling'; pods: number | null }
    | LagSentence
    | RevisionSentence
  );

/**
 * What was asked, what happened, the verdicts, then in the order of time each incident with its parts, cost and culprit, and
 * the scale events that are in none.
 */
export function storyOf(
  run: Run,
  correlation: Correlation,
  { gaps, decisions }: Pick<Recording, 'gaps' | 'decisions'>,
): StorySentence[] {
  const { incidents } = correlation;
  const unit = unitOf(run.protocols);
  const told = new Set(incidents.flatMap(({ eventIds }) => eventIds));
  const isNew = ({ eventId }: StorySentence): boolean => eventId === null || !told.has(eventId);
  const timed = [
    ...incidents.map((incident): StorySentence => ({
      kind: 'incident',
      incident,
      unit,
      range: { fromMs: incident.startMs, toMs: incident.endMs },
      eventId: incident.id,
    })),
    ...correlation.coldStarts.map(({ id: _id, atMs, readyMs, requests, slowest }): StorySentence => ({
      kind: 'cold-start',
      atMs,
      unit,
      lengthMs: readyMs === null ? null : readyMs - atMs,
      requests,
      slowest,
      isInIncident: incidents.some(({ startMs, endMs }) => startMs <= (readyMs ?? atMs) && endMs >= atMs),
      range: { fromMs: atMs, toMs: readyMs ?? atMs },
      eventId: null,
    })),
    ...correlation.episodes
      .filter(({ events }) => !events.some(({ id }) => told.has(id)))
      .map((episode) => episodeSentence(episode, unit)),
    ...noteSentences(correlation),
    ...revisionSentences(correlation),
    ...descents(correlation).filter(isNew),
    ...correlation.missed
      .filter(({ id, from, to }) => to < from && !told.has(id))
      .map(({ id, atMs, from, to, revision }): StorySentence => ({
        kind: 'kept',
        ...ofRevision(revision),
        dueMs: atMs,
        from,
        to,
        range: { fromMs: atMs, toMs: atMs },
        eventId: id,
      })),
    ...unasked(correlation).filter(isNew),
    ...lossSentences(correlation).filter(isNew),
    ...gaps.map(({ what, fromMs, toMs, reason, code, data }): StorySentence => ({
      kind: 'gap',
      what,
      fromMs,
      toMs,
      reason: sentMessage(code, data, reason),
      range: { fromMs, toMs: toMs ?? fromMs },
      eventId: null,
    })),
  ].sort((a, b) => (a.range?.fromMs ?? 0) - (b.range?.fromMs ?? 0));
  const quiet = [correlation.expected, correlation.observed, correlation.losses, correlation.rollouts].every(
    (events) => events.length === 0,
  );
  const isCalculated = decisions.length === 0 || decisions.some(({ valid }) => valid);
  return [
    ...asked(run),
    ...revisionRules(correlation),
    ...loaded(run),
    ...verdicts(run),
    ...usageSentences(run, correlation, decisions),
    ...wholeLagSentences(correlation),
    ...timed,
    ...(quiet && isCalculated && correlation.pods.steps.length > 0
      ? [{ kind: 'no-scaling', pods: run.figures.peakReadyPods, range: null, eventId: null } as const]
      : []),
  ];
}

function asked(run: Run): StorySentence[] {
  const { scriptName, service, options, autoscaling } = run;
  const what = { service: service.name, host: service.host || null, range: null, eventId: null };
  const sentences: StorySentence[] = [
    isWatched(run)
      ? { kind: 'watched', ...what }
      : { kind: 'asked', script: scriptName, scenarios: scenariosAsked(options), ...what },
  ];
  if (autoscaling) {
    const { class: kind, minScale, maxScale } = autoscaling.config;
    const { metric, target } = podTargetOf(autoscaling.config);
    sentences.push({
      kind: 'rules',
      class: kind.toUpperCase(),
      target,
      metric,
      minScale,
      maxScale,
      range: null,
      eventId: null,
    });
  }
  return sentences;
}

function loaded({ figures, loadStartMs, loadEndMs, summary, protocols }: Run): StorySentence[] {
  if (figures.requests === null) return [];
  const { requests, failures, requestsPerSecond, p50Ms, p99Ms, peakReadyPods } = figures;
  return [
    {
      kind: 'load',
      unit: unitOf(protocols),
      requests,
      failures,
      perSecond: requestsPerSecond,
      p50Ms,
      p99Ms,
      peakReadyPods,
      ...(summary?.interruptedIterations ? { interrupted: summary.interruptedIterations } : {}),
      range: loadStartMs !== null && loadEndMs !== null ? { fromMs: loadStartMs, toMs: loadEndMs } : null,
      eventId: null,
    },
  ];
}

function verdicts(run: Run): StorySentence[] {
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

function episodeSentence(
  { events, mostDueMs, from, to, readyMs, mostReady, answered, cost, fromMs, toMs }: Episode,
  unit: RequestUnit,
): StorySentence {
  const paid: PaidFor | null =
    cost.requests > 0
      ? {
          unit,
          requests: cost.requests,
          waited: cost.waited,
          waitedP95Ms: cost.waitedP95Ms,
          p95Ms: cost.p95Ms,
          steadyP95Ms: cost.steadyP95Ms,
        }
      : null;
  const place = {
    range: { fromMs, toMs },
    eventId: events.find(({ atMs }) => atMs === mostDueMs)?.id ?? null,
    ...ofRevision(events[0]?.revision),
  };
  const common = { dueMs: mostDueMs, steps: events.length, from, to, mostReady, paid };
  return answered
    ? { kind: 'scaled-up', ...common, readyAfterMs: readyMs === null ? null : readyMs - mostDueMs, ...place }
    : { kind: 'missed', ...common, ...place };
}

/** Scale-downs in a row as one: pods go in many small steps when the load falls. */
function descents({ matched, expected }: Correlation): StorySentence[] {
  return byRevision(expected).flatMap((own) =>
    descentsOf(
      matched.filter((match) => own.includes(match.expected)),
      own,
    ),
  );
}

/** Each revision's own events, in the order of time; one list where the service has one. */
function byRevision<T extends { revision?: string }>(events: readonly T[]): T[][] {
  return [...new Set(events.map(({ revision }) => revision))].map((name) =>
    events.filter(({ revision }) => revision === name),
  );
}

function descentsOf(matched: readonly ScaleMatch[], expected: Correlation['expected']): StorySentence[] {
  const groups: ScaleMatch[][] = [];
  let last = -2;
  for (const match of matched) {
    if (match.expected.to >= match.expected.from) continue;
    const index = expected.indexOf(match.expected);
    const rowGoesOn = groups.length > 0 && expected.slice(last + 1, index).every(({ from, to }) => to < from);
    if (rowGoesOn) groups.at(-1)!.push(match);
    else groups.push([match]);
    last = index;
  }
  return groups.map((group): StorySentence => {
    const first = group[0]!;
    const end = group.at(-1)!;
    return {
      kind: 'scaled-down',
      dueMs: first.expected.atMs,
      steps: group.length,
      from: first.expected.from,
      to: end.expected.to,
      goneAfterMs: end.lag.totalMs,
      ...ofRevision(first.expected.revision),
      range: { fromMs: first.expected.atMs, toMs: Math.max(end.expected.atMs, end.doneMs ?? 0) },
      eventId: first.expected.id,
    };
  });
}

/** Unexpected events in a row that go on in one direction, as one. */
function unasked({ unexpected, observed }: Correlation): StorySentence[] {
  return byRevision(observed).flatMap((own) =>
    unaskedOf(
      unexpected.filter((event) => own.includes(event)),
      own,
    ),
  );
}

function unaskedOf(
  unexpected: readonly ObservedScaleEvent[],
  observed: readonly ObservedScaleEvent[],
): StorySentence[] {
  const groups: ObservedScaleEvent[][] = [];
  for (const event of unexpected) {
    const before = groups.at(-1)?.at(-1);
    const rowGoesOn =
      before &&
      before.to === event.from &&
      Math.sign(before.to - before.from) === Math.sign(event.to - event.from) &&
      observed.indexOf(event) === observed.indexOf(before) + 1;
    if (rowGoesOn) groups.at(-1)!.push(event);
    else groups.push([event]);
  }
  return groups.map((group): StorySentence => {
    const first = group[0]!;
    const end = group.at(-1)!;
    return {
      kind: 'unexpected',
      atMs: first.atMs,
      steps: group.length,
      from: first.from,
      to: end.to,
      ...ofRevision(first.revision),
      range: { fromMs: first.atMs, toMs: end.completeMs ?? end.atMs },
      eventId: first.id,
    };
  });
}

/** Up to this many lost pods have a sentence each. */
const mostLossSentences = 2;

function lossSentences({ losses }: Correlation): StorySentence[] {
  const groups = losses.length > mostLossSentences ? [losses] : losses.map((loss) => [loss]);
  return groups.map((group): StorySentence => {
    const lags = group.map(({ atMs, readyMs }) => (readyMs === null ? null : readyMs - atMs));
    const first = group[0]!;
    const untilMs = group.at(-1)!.atMs;
    return {
      kind: 'lost',
      atMs: first.atMs,
      untilMs,
      pods: group.length,
      restarted: group.every(({ by }) => by === 'restart'),
      reason: group.find(({ reason }) => reason !== null)?.reason ?? null,
      readyAfterMs: lags.includes(null) ? null : Math.max(...lags.map(Number)),
      range: { fromMs: first.atMs, toMs: Math.max(untilMs, ...group.map(({ readyMs }) => readyMs ?? 0)) },
      eventId: first.id,
    };
  });
}
