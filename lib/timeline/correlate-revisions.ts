import { type Correlation, type CorrelationInput } from './correlate';
import { type Span } from './cost';
import { decidedSteps, type DecidedStep } from './decided';
import { durationsBetween, waitedFor } from './durations';
import { type Episode } from './episodes';
import { peakReadyOf, podSecondsOf } from './figures';
import { type Incident } from '@/lib/model/incident';
import { costsOf } from './incident-cost';
import { type Matching } from './match';
import { reportsOf, samplesOf } from './one-revision';
import { podTimeline, type PodChange, type PodLife, type PodTimeline } from './pods';
import { rolloutsOf, splitsOf, type Rollout } from './rollouts';
import { type ExpectedScaleEvent, type ObservedScaleEvent, type PodLoss } from './scale-events';
import { type Traffic, trafficOf } from './traffic';
import { type Decision } from '@/lib/model/recording';

/**
 * One of several revisions: what it had, and what it is scaled by, which is null where the calculation took all of them as
 * one.
 */
export interface RevisionSeen {
  revision: string;
  /** Its part, of 1, of all that was in flight; null: not known. */
  share: number | null;
  /** The most in flight in a second; null: not known. */
  peakInFlight: number | null;
  peakReadyPods: number;
  /** From each pod's making until it is gone. */
  podSeconds: number;
  target: number | null;
  minScale: number | null;
  /** 0: none. */
  maxScale: number | null;
  /** What the cluster's own autoscaler decided for it; empty where the cluster did not say. */
  decided: DecidedStep[];
}

/** What happened at the moment of a takeover may be told a little before it. */
const sameMomentMs = 1500;

/** The pods of each revision that had any, in the order in which they came. */
export function podsByRevision(events: readonly PodChange[]): Map<string, PodTimeline> {
  const revisions = new Map<string, PodChange[]>();
  for (const event of events) {
    if (!event.revision) continue;
    const own = revisions.get(event.revision);
    if (own) own.push(event);
    else revisions.set(event.revision, [event]);
  }
  // When a recording begins is told by the first of all its events, not by a revision's own.
  const firstMs = events[0]?.atMs ?? 0;
  return new Map(
    [...revisions]
      .map(([revision, own]) => [revision, podTimeline(own, firstMs)] as const)
      .filter(([, { lives }]) => lives.some((life) => !wasLeaving(life))),
  );
}

/** A pod that was ending when the recording began is what is left of a revision before it. */
function wasLeaving({ preexisting, createdMs, terminatingMs }: PodLife): boolean {
  return preexisting && terminatingMs === createdMs;
}

/** What was found to be due and seen. */
export interface Found {
  matching: Matching;
  expected: ExpectedScaleEvent[];
  observed: ObservedScaleEvent[];
  losses: PodLoss[];
}

/** How one revision is correlated. */
export interface RevisionLook {
  /** Its first pods were made for a rollout, not for a load. */
  hasCome: boolean;
  /** What of that is the service's scaling. */
  only: (found: Found) => Found;
}

/**
 * The correlation of a service with several revisions: each is matched by itself, since each is scaled by itself, and
 * what was made or went for a rollout is told as that. Where the calculation took them as one, so does this.
 */
export function correlateRevisions(
  input: CorrelationInput,
  pods: ReadonlyMap<string, PodTimeline>,
  load: Span,
  correlateOne: (own: CorrelationInput, look?: Partial<RevisionLook>) => Correlation,
): Correlation {
  const traffic = trafficOf(input.reports ?? [], input.concurrency);
  const rollouts = rolloutsOf(traffic, pods);
  const splits = splitsOf(traffic);
  const names = [...pods.keys()];
  const told = {
    rollouts,
    splits,
    revisions: names.map((name, i) => ({
      ...rulesOf(name, input),
      ...inFlightOf(name, i === 0, traffic, input),
      peakReadyPods: peakReadyOf(pods.get(name)!.steps),
      podSeconds: podSecondsOf(pods.get(name)!.steps, input.endMs),
    })),
  };
  if (!input.decisions.some(({ part }) => part)) {
    // What was due is not known of each: only what came or went unasked is taken for the rollout's.
    const only = (found: Found): Found => {
      const { matching, losses } = withoutRollouts(found, rollouts, () => true);
      const { unexpected, corrections } = matching;
      return { ...found, losses, matching: { ...found.matching, unexpected, corrections } };
    };
    return { ...correlateOne(input, { only }), ...told };
  }
  const whole = correlateOne(input);
  const each = names.map((name, i) =>
    correlateOne(inputOf(name, i === 0, traffic, input), {
      hasCome: !pods.get(name)!.lives.some(({ preexisting }) => preexisting),
      only: (found) => {
        for (const event of found.expected) event.revision = name;
        // An id is one event's over all revisions.
        for (const event of [...found.observed, ...found.losses])
          Object.assign(event, { revision: name, id: `${event.id}.${i + 1}` });
        return withoutRollouts(found, rollouts, (revision) => revision === name);
      },
    }),
  );
  const byTime = <T extends { atMs: number }>(list: T[]): T[] => list.sort((a, b) => a.atMs - b.atMs);
  const joined = <T>(records: Record<string, T>[]): Record<string, T> =>
    Object.fromEntries(records.flatMap((record) => Object.entries(record)));
  return {
    ...whole,
    expected: byTime(each.flatMap(({ expected }) => expected)),
    observed: byTime(each.flatMap(({ observed }) => observed)),
    losses: byTime(each.flatMap(({ losses }) => losses)),
    matched: each.flatMap(({ matched }) => matched).sort((a, b) => a.expected.atMs - b.expected.atMs),
    missed: byTime(each.flatMap(({ missed }) => missed)),
    superseded: byTime(each.flatMap(({ superseded }) => superseded)),
    met: byTime(each.flatMap(({ met }) => met)),
    unexpected: byTime(each.flatMap(({ unexpected }) => unexpected)),
    otherReadings: byTime(each.flatMap(({ otherReadings }) => otherReadings)),
    corrections: byTime(each.flatMap(({ corrections }) => corrections)),
    costs: joined(each.map(({ costs }) => costs)),
    episodes: episodesOfAll(each, input),
    incidents: incidentsOfAll(
      each.map(({ incidents }, i) => ({ revision: names[i]!, incidents })),
      input,
      load,
    ),
    decidedMs: joined(each.map(({ decidedMs }) => decidedMs)),
    lagParts: joined(each.map(({ lagParts }) => lagParts)),
    // Each is calculated by its own settings, and a pod's target is each revision's own.
    settings: [],
    replicasTold: {},
    inputs: each.flatMap(({ inputs }, i) => inputs.map((one) => ({ ...one, revision: names[i]! }))),
    ...told,
  };
}

/** The episodes of all revisions, in the order of time; k6's requests are of no revision, so that each counts in the first. */
function episodesOfAll(
  each: readonly Pick<Correlation, 'episodes'>[],
  { seconds }: Pick<CorrelationInput, 'seconds'>,
): Episode[] {
  let countedMs = -Infinity;
  return each
    .flatMap(({ episodes }) => episodes)
    .sort((a, b) => a.fromMs - b.fromMs)
    .map((episode) => {
      const { fromMs, toMs } = episode;
      const own = durationsBetween(seconds, Math.max(fromMs, countedMs), toMs);
      countedMs = Math.max(countedMs, toMs);
      return { ...episode, ownRequests: waitedFor(own) };
    });
}

/**
 * The incidents of all revisions, each with its revision. Those of several may be at one time; k6's requests are of no
 * revision, so that each counts in the one that began first.
 */
function incidentsOfAll(
  all: readonly { revision: string; incidents: Incident[] }[],
  input: CorrelationInput,
  load: Span,
): Incident[] {
  const incidents = all
    .flatMap((one) => one.incidents.map((incident) => ({ ...incident, revision: one.revision })))
    .sort((a, b) => a.startMs - b.startMs);
  const shorts = incidents.filter(({ kind }) => kind === 'short');
  const costs = costsOf(
    shorts.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs })),
    { ...input, load },
  );
  return incidents.map((incident, i) => ({
    ...incident,
    id: `i${i + 1}`,
    slow: costs[shorts.indexOf(incident)] ?? null,
  }));
}

/** What of a recording is one revision's; what was before they were told apart is the first one's. */
function inputOf(
  name: string,
  isFirst: boolean,
  traffic: Traffic | null,
  input: CorrelationInput,
): CorrelationInput {
  const { podEvents, concurrency, decisions, reports = [] } = input;
  return {
    ...input,
    firstMs: podEvents[0]?.atMs ?? 0,
    podEvents: podEvents.filter(({ revision }) => revision === name),
    decisions: decisions.flatMap((decision) => ownDecision(decision, name, isFirst)),
    concurrency: samplesOf(name, isFirst, concurrency, traffic),
    reports: reportsOf(name, reports),
  };
}

function ownDecision({ part, ...decision }: Decision, name: string, isFirst: boolean): Decision[] {
  if (!part) return isFirst ? [decision] : [];
  if (part.revision !== name) return [];
  const { revision: _own, ...numbers } = part;
  return [{ ...decision, ...numbers }];
}

function inFlightOf(
  name: string,
  isFirst: boolean,
  traffic: Traffic | null,
  { concurrency }: CorrelationInput,
): Pick<RevisionSeen, 'share' | 'peakInFlight'> {
  const all = concurrency.filter(({ instant }) => !instant);
  const sum = all.reduce((before, { total }) => before + total, 0);
  if (sum === 0 || (traffic === null && !all.some(({ byRevision }) => byRevision)))
    return { share: null, peakInFlight: null };
  const own = samplesOf(name, isFirst, all, traffic).map(({ total }) => total);
  return {
    share: own.reduce((before, total) => before + total, 0) / sum,
    peakInFlight: Math.max(...own),
  };
}

function rulesOf(
  revision: string,
  { decisions, reports = [] }: CorrelationInput,
): Pick<RevisionSeen, 'revision' | 'target' | 'minScale' | 'maxScale' | 'decided'> {
  const reason = decisions.findLast(({ part }) => part?.revision === revision)?.part?.reason;
  const number = (value: unknown): number | null => (typeof value === 'number' ? value : null);
  return {
    revision,
    target: number(reason?.target),
    minScale: number(reason?.minScale),
    maxScale: number(reason?.maxScale),
    decided: decidedSteps(
      reports.filter((report) => report.kind === 'scale' && report.revision === revision),
    ),
  };
}

/**
 * Without what belongs to a rollout: the pods of a revision that came, until it had any requests, and those of the ones
 * before it that went after it had taken over.
 */
function withoutRollouts(
  found: Found,
  rollouts: readonly Rollout[],
  isOf: (revision: string) => boolean,
): Found {
  const came = rollouts.filter(({ revision }) => isOf(revision));
  const left = rollouts.filter(({ before }) => before.some(isOf));
  if (came.length + left.length === 0) return found;
  const isRollout = ({ atMs, from, to }: { atMs: number; from: number; to: number }): boolean =>
    to > from
      ? came.some(
          ({ startedMs, servingMs }) => atMs >= startedMs - sameMomentMs && atMs < (servingMs ?? Infinity),
        )
      : left.some(({ tookOverMs }) => tookOverMs !== null && atMs >= tookOverMs - sameMomentMs) ||
        came.some(({ servingMs, startedMs }) => servingMs === null && atMs >= startedMs);
  const isScale = (event: ExpectedScaleEvent | ObservedScaleEvent): boolean => !isRollout(event);
  const { matching } = found;
  const matched = matching.matched.filter(({ expected }) => isScale(expected));
  const seen = new Set(matched.flatMap(({ observed, further }) => [observed, ...further]));
  return {
    expected: found.expected.filter(isScale),
    observed: found.observed.filter((event) => seen.has(event) || isScale(event)),
    losses: found.losses.filter((loss) => !isReplaced(loss, left)),
    matching: {
      matched,
      missed: matching.missed.filter(isScale),
      superseded: matching.superseded.filter(isScale),
      met: matching.met.filter(isScale),
      unexpected: matching.unexpected.filter(isScale),
      corrections: matching.corrections.filter(isScale),
    },
  };
}

/** A pod of a revision before that went as one of the next was made. */
function isReplaced({ atMs, by }: PodLoss, left: readonly Rollout[]): boolean {
  return (
    by === 'replacement' &&
    left.some(({ startedMs, goneMs }) => atMs >= startedMs && atMs <= (goneMs ?? Infinity))
  );
}
