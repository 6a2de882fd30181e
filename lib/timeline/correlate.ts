import { activatorHeld, type ActivatorHeld } from './activator-held';
import { coldStartsOf, type ColdStart } from './cold-starts';
import { inputDifferences, type InputDifference } from './autoscaler-inputs';
import { autoscalerSeen, type AutoscalerSeen } from './autoscaler-seen';
import { clusterNotes, type ClusterNote } from './cluster-notes';
import { onClusterTicks } from './cluster-ticks';
import { costOf, gapOf, steadyState, type GapCost, type Span } from './cost';
import { decidedOn, decidedSteps, differenceOf, type DecidedStep, type Difference } from './decided';
import { durationSeconds, type DurationSecond } from './durations';
import { type Episode, episodesOf } from './episodes';
import { type ClusterReport, type ConfigReport, type SettingReport } from '@/lib/model/cluster-report';
import { isAnotherReading, isReading } from './incident-doubt';
import { incidentsOf } from './incidents';
import { type Incident } from '@/lib/model/incident';
import {
  correlateRevisions,
  podsByRevision,
  type Found,
  type RevisionLook,
  type RevisionSeen,
} from './correlate-revisions';
import { type Rollout, type TrafficSplit } from './rollouts';
import { lagPartsOf, type LagParts } from './lag-parts';
import { matchScaleEvents, type Matching } from './match';
import { isUsage, usageOverTime, type UsageOverTime } from './pod-usage';
import { podWaits, type PodWait } from './pod-waits';
import { onReportBeats } from './report-beat';
import { podsAt, podTimeline, type PodChange, type PodTimeline } from './pods';
import {
  type ConcurrencySample,
  type Decision,
  type Recording,
  type RecordingGap,
} from '@/lib/model/recording';
import { type Unready, unreadyStretches } from './service-readiness';
import {
  expectedScaleEvents,
  observedChanges,
  type ExpectedScaleEvent,
  type ObservedScaleEvent,
  type PodLoss,
} from './scale-events';

export type { GapCost } from './cost';

export interface Correlation extends Matching {
  expected: ExpectedScaleEvent[];
  observed: ObservedScaleEvent[];
  /** What was not asked for, and is what another reading of the same load asks for: either is right. */
  otherReadings: ObservedScaleEvent[];
  /** Pods that went and were replaced, or were not ready for a while, without a scale event. */
  losses: PodLoss[];
  pods: PodTimeline;
  /** By the expected event's id: scale-ups only, those that never came too. */
  costs: Record<string, GapCost>;
  /** Scale-ups whose gaps overlap, taken together. */
  episodes: Episode[];
  /** What a user lives through: each change of the load until capacity had followed, in the order of time. */
  incidents: Incident[];
  coldStarts: ColdStart[];
  /** What the cluster's own autoscaler decided; empty where the cluster did not say. */
  decided: DecidedStep[];
  /** When it decided what a matched or missed event was due for, by the expected event's id; missing where it did not. */
  decidedMs: Record<string, number>;
  /** The ways of the pods to ready, as the cluster tells them. */
  waits: PodWait[];
  /** Where the lag of each scale-up went, by the expected event's id. */
  lagParts: Record<string, LagParts>;
  /** What the cluster's Events say. */
  notes: ClusterNote[];
  /** Settings that the cluster scales by and the calculation does not. */
  settings: Pick<SettingReport, 'revision' | 'setting' | 'ours' | 'theirs'>[];
  /** Settings of the cluster's own that changed meanwhile. */
  configChanges: Pick<ConfigReport, 'atMs' | 'configMap' | 'key' | 'before' | 'after'>[];
  /** When the Knative Service was not ready. */
  unready: Unready[];
  /** What the cluster's autoscaler saw otherwise than the calculation. */
  inputs: InputDifference[];
  /** What the cluster's autoscaler said of itself, by revision; empty where it cannot be read. */
  autoscaler: AutoscalerSeen[];
  /** What the activators had in flight, by revision, by their own metrics; empty where they had nothing, or cannot be read. */
  activator: ActivatorHeld[];
  /** What pods used, of a service that is scaled on that; null elsewhere, and where nothing was measured. */
  usage: UsageOverTime | null;
  /** What decisions ask for by the cluster's own averages, where that is not what we calculated; by the decision's id. */
  replicasTold: Record<string, number>;
  /** Between due and decided, over the load; null where the cluster did not say what it decided. */
  difference: Difference | null;
  /** The revisions, where several had pods, in the order in which they came; empty: there was one. */
  revisions: RevisionSeen[];
  /** Revisions that came or took over: what was made and went for it is no scale event. */
  rollouts: Rollout[];
  /** When several revisions shared the requests. */
  splits: TrafficSplit[];
}

/** What the correlation is made from, each in the order of time. */
export interface CorrelationInput {
  podEvents: readonly PodChange[];
  decisions: readonly Decision[];
  concurrency: readonly ConcurrencySample[];
  gaps: readonly RecordingGap[];
  reports?: readonly ClusterReport[] | undefined;
  seconds: readonly DurationSecond[];
  /** The end of what was recorded. */
  endMs: number;
  /** When the recording began, where that was not with the first pod event. */
  firstMs?: number;
}

/** Puts what should have occurred beside what did, with each scale-up's price. `loadStartMs`: when k6 began; `loadEndMs`: when it ended. */
export function correlate(
  recording: Recording,
  loadStartMs: number | null = null,
  loadEndMs: number | null = null,
): Correlation {
  return correlateSeconds(
    { ...recording, seconds: durationSeconds(recording, loadStartMs ?? 0), endMs: endOf(recording) },
    loadStartMs,
    loadEndMs,
  );
}

/** The same from seconds in which k6's series are together already. */
export function correlateSeconds(
  input: CorrelationInput,
  loadStartMs: number | null,
  loadEndMs: number | null,
): Correlation {
  const pods = podsByRevision(input.podEvents);
  if (pods.size < 2) return correlateOne(input, loadStartMs, loadEndMs);
  return correlateRevisions(input, pods, loadOf(input, loadStartMs, loadEndMs), (own, look) =>
    correlateOne(own, loadStartMs, loadEndMs, look),
  );
}

/** When the load ran. */
function loadOf(
  { endMs }: Pick<CorrelationInput, 'endMs'>,
  loadStartMs: number | null,
  loadEndMs: number | null,
): Span {
  return { fromMs: loadStartMs ?? 0, toMs: loadEndMs ?? endMs };
}

/** Of one revision, or of a service as if it had one. */
function correlateOne(
  input: CorrelationInput,
  loadStartMs: number | null,
  loadEndMs: number | null,
  { hasCome = false, only = (found: Found) => found }: Partial<RevisionLook> = {},
): Correlation {
  const { concurrency, gaps, seconds, endMs } = input;
  const reports = input.reports ?? [];
  const decided = decidedSteps(reports);
  const pods = podTimeline(input.podEvents, input.firstMs);
  const before = input.decisions[0] ? podsAt(pods.steps, input.decisions[0].atMs) : null;
  const initial = before ? before.pending + before.starting + before.ready : 0;
  // Pods that a scale event made just before the first decision belong to that event, not to what was there.
  const preexisting = pods.lives.filter((life) => life.preexisting).length;
  const begun = hasCome ? initial : Math.min(initial, preexisting);
  const calculated = onClusterTicks(input.decisions, begun, reports, decided);
  const decisions = onReportBeats(calculated, begun, reports, decided, concurrency);
  const byBeat = new Map(decisions.map(({ id, replicas }) => [id, replicas]));
  const due = expectedScaleEvents(decisions, begun);
  const changes = observedChanges(pods.lives);
  const load = loadOf(input, loadStartMs, loadEndMs);
  const { matching, expected, observed, losses } = only({
    expected: due,
    observed: changes.events,
    losses: changes.losses,
    matching: matchScaleEvents({
      expected: due,
      observed: changes.events,
      steps: pods.steps,
      endMs,
      roseMs: (event) =>
        roseMs(event, input, Math.max(load.fromMs, due[due.indexOf(event) - 1]?.atMs ?? 0)) ??
        (event === due[0] ? loadStartMs : null),
    }),
  });
  const spans = spansOf(matching, expected, load.toMs, input);
  const unrecorded = gaps.filter(({ what }) => what === 'concurrency' || what === 'requests').map(toSpan);
  const steady = steadyState(seconds, [...spans.values(), ...unrecorded], concurrency);
  const isOther = (event: ObservedScaleEvent): boolean => isAnotherReading(event, decisions);
  const price = (span: Span): GapCost => costOf(span, seconds, steady, concurrency);
  const waits = podWaits(pods.lives, reports, endMs);
  const times = decidedTimes(matching, decided, expected);
  const notes = clusterNotes(reports);
  const lagParts = Object.fromEntries(
    matching.matched.flatMap((match) => {
      const parts = lagPartsOf(match, { decided, waits, lives: pods.lives });
      return parts ? [[match.expected.id, parts]] : [];
    }),
  );
  return {
    ...matching,
    unexpected: matching.unexpected.filter((event) => !isOther(event)),
    otherReadings: matching.unexpected.filter(isOther),
    expected,
    observed,
    losses,
    pods,
    costs: Object.fromEntries([...spans].map(([{ id }, span]) => [id, price(span)])),
    episodes: episodesOf(matching, spans, pods.steps, price),
    incidents: incidentsOf({
      matching,
      expected,
      observed,
      losses,
      pods,
      decisions,
      concurrency,
      seconds,
      gaps,
      reports,
      decided,
      decidedMs: times,
      lagParts,
      waits,
      notes,
      load,
      loadStartMs,
      endMs,
    }),
    coldStarts: coldStartsOf({
      steps: pods.steps,
      samples: concurrency,
      seconds,
      load,
      unknown: gaps.filter(({ what }) => what === 'pods').map(toSpan),
    }),
    decided,
    decidedMs: times,
    waits,
    lagParts,
    notes,
    settings: reports.flatMap((report) =>
      report.kind === 'setting'
        ? [{ revision: report.revision, setting: report.setting, ours: report.ours, theirs: report.theirs }]
        : [],
    ),
    configChanges: reports.flatMap((report) =>
      report.kind === 'config'
        ? [
            {
              atMs: report.atMs,
              configMap: report.configMap,
              key: report.key,
              before: report.before,
              after: report.after,
            },
          ]
        : [],
    ),
    unready: unreadyStretches(reports, endMs),
    usage: usageOverTime(reports, input.decisions),
    autoscaler: autoscalerSeen(reports),
    activator: activatorHeld(reports),
    inputs: inputDifferences(decisions, reports, load.fromMs, load.toMs, gaps, decided),
    replicasTold: Object.fromEntries(
      calculated.flatMap(({ id, replicas }) => {
        const told = byBeat.get(id) ?? replicas;
        return told === replicas ? [] : [[id, told]];
      }),
    ),
    difference: differenceOf(
      calculated,
      decided,
      load.fromMs,
      load.toMs,
      (asked, all, i) => isReading(asked, all, i) || byBeat.get(all[i]!.id) === asked,
    ),
    revisions: [],
    rollouts: [],
    splits: [],
  };
}

/** For each event that was matched or missed, when the cluster decided on its last pod: before it was done, or before it was taken back. */
function decidedTimes(
  { matched, missed }: Matching,
  decided: readonly DecidedStep[],
  expected: readonly ExpectedScaleEvent[],
): Record<string, number> {
  const times: Record<string, number> = {};
  const note = (event: ExpectedScaleEvent, pods: number, beforeMs: number): void => {
    const isUp = event.to > event.from;
    const atMs = decidedOn(decided, { pods, isUp, beforeMs });
    if (atMs !== null && atMs >= event.atMs - mostEarlyMs) times[event.id] = atMs;
  };
  for (const { expected: event, observed, further, reached } of matched)
    note(event, reached, (further.at(-1) ?? observed).atMs + sameMomentMs);
  for (const event of missed) {
    const isUp = event.to > event.from;
    const takenBack = expected.find(
      (next) => next.atMs > event.atMs && (isUp ? next.to < event.to : next.to > event.to),
    );
    note(event, event.to, takenBack?.atMs ?? Infinity);
  }
  return times;
}

/** The cluster's decision may be told this much after the pods that it asked for. */
const sameMomentMs = 1500;
/** What was decided earlier was decided for something else. */
const mostEarlyMs = 10_000;

const toSpan = ({ fromMs, toMs }: RecordingGap): Span => ({ fromMs, toMs: toMs ?? Infinity });

/** For each scale-up that was matched or missed, the time in which pods that were due were not ready. */
function spansOf(
  { matched, missed }: Matching,
  expected: readonly ExpectedScaleEvent[],
  endMs: number,
  { concurrency }: CorrelationInput,
): Map<ExpectedScaleEvent, Span> {
  const spans = new Map<ExpectedScaleEvent, Span>();
  const add = (event: ExpectedScaleEvent, fromMs: number, readyMs: number | null): void => {
    if (event.to < event.from) return;
    const takenBackMs = expected.find((next) => next.atMs > event.atMs && next.to < event.to)?.atMs ?? endMs;
    if (readyMs !== null && readyMs <= fromMs) return;
    spans.set(
      event,
      readyMs === null
        ? { fromMs, toMs: Math.max(fromMs, takenBackMs) }
        : gapOf(fromMs, readyMs, concurrency),
    );
  };
  for (const { expected: event, observed, doneMs } of matched)
    add(event, Math.min(event.atMs, observed.atMs), doneMs);
  for (const event of missed) add(event, event.atMs, null);
  return new Map([...spans].sort(([a], [b]) => a.atMs - b.atMs));
}

/**
 * When the load began to ask for more pods than an event goes from: the beginning of the unbroken row of seconds, up to
 * the decision, with more in flight than these pods should have. Not before `sinceMs`, when the event before it had
 * judged the load. Null where the concurrency does not show it.
 */
function roseMs(
  event: ExpectedScaleEvent,
  { decisions, concurrency }: CorrelationInput,
  sinceMs: number,
): number | null {
  const reason = decisions.find(({ id }) => id === event.decisionId)?.reason;
  if (!reason || typeof reason.target !== 'number') return null;
  const { target } = reason;
  // What is in flight says nothing of what pods use.
  if (isUsage(reason)) return null;
  let rose: number | null = null;
  for (let i = concurrency.findLastIndex((sample) => sample.atMs <= event.atMs + 1000); i >= 0; i--) {
    const sample = concurrency[i]!;
    if (sample.total <= target * event.from || sample.atMs < sinceMs) break;
    rose = Math.max(sinceMs, Math.min(event.atMs, sample.instant ? sample.atMs : sample.atMs - 1000));
  }
  return rose;
}

function endOf({ points, podEvents, concurrency, decisions }: Recording): number {
  return Math.max(0, ...[points, podEvents, concurrency, decisions].map((rows) => rows.at(-1)?.atMs ?? 0));
}
