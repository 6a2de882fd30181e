import { type AutoscalerReport } from '@/lib/model/cluster-report';
import { type Culprit, type Incident, type IncidentPart, type IncidentPartName } from '@/lib/model/incident';
import { type Figure, message, type Message } from '@/lib/model/message';
import { type Decision } from '@/lib/model/recording';
import { type Span } from './cost';
import { decidedAt } from './decided';
import { printedLength } from './incident-message';
import { averageOf, decisionsUnheard, doubtOver, isAtEdge, lacksHistory } from './incident-doubt';
import { type SignalledInput } from './incident-input';
import { type StretchGroup } from './incident-stretches';
import { type LoadSample, samplesIn, targetAt } from './load-signal';
import { podsAt } from './pods';
import { type ObservedScaleEvent } from './scale-events';

/** What of an incident its culprit is told by. */
export interface Suspected {
  kind: Incident['kind'];
  group: StretchGroup;
  span: Span;
  parts: readonly IncidentPart[];
  isDoubtful: boolean;
  pods: Incident['pods'];
}

type Blame = Exclude<Culprit['kind'], 'unclear'>;

/**
 * Pods that are ready within this (ms) of being made have not started late: Kubernetes' times are whole seconds, a probe's
 * period is a second at the least, and what asks for them is measured once a second.
 */
const normalStartMs = 1000;

const blameOf: Record<IncidentPartName, Blame> = {
  notice: 'did-not-see',
  climb: 'did-not-see',
  settings: 'as-set',
  decide: 'did-not-decide',
  act: 'did-not-act',
  answer: 'did-not-act',
  schedule: 'could-not-start',
  pull: 'could-not-start',
  init: 'could-not-start',
  start: 'could-not-start',
  probe: 'could-not-start',
  unknown: 'could-not-start',
  stop: 'did-not-act',
  limit: 'not-allowed',
  drain: 'did-not-route',
};

/** What the cluster's own averages are to differ by from ours to be flat. */
const flatShare = 0.9;

/** Who took most of an incident's time, with what shows it; `unclear` where our own inputs do not hold it up. */
export function culpritOf(suspected: Suspected, input: SignalledInput): Culprit {
  const { span, isDoubtful, group } = suspected;
  const edges = isDoubtful
    ? input.expected.filter(
        (event) => group.stretches.some(({ events }) => events.includes(event.id)) && isAtEdge(event, input),
      )
    : [];
  const doubted = doubtOver(span, edges, input);
  if (doubted) return { kind: 'unclear', doubt: doubted.doubt, evidence: [doubted.evidence] };
  const { kind, part, lengthMs } = blamed(suspected, input);
  const change = kind === 'decided-otherwise' ? changeOf(suspected, input) : null;
  // What was due when the cluster changed its pods nobody calculated.
  if (change && dueAt(change.atMs, input) === null)
    return { kind: 'unclear', doubt: 'no-data', evidence: [message('incidents.doubt-not-calculated')] };
  if (part && kind === 'did-not-see' && evidenceOf(kind, part, suspected, input).length === 0)
    return { kind: 'unclear', doubt: 'no-data', evidence: [message('incidents.doubt-no-average')] };
  const history = part && isByDecision(kind) ? lacksHistory(part.toMs, input) : null;
  if (history) return { kind: 'unclear', doubt: 'no-history', evidence: [history] };
  const unheard = part && isByItsWord(kind) ? decisionsUnheard(part, input) : null;
  if (unheard) {
    const unknown = message('incidents.decided-unknown', { due: suspected.pods.due });
    return { kind: 'did-not-act', doubt: null, evidence: [unknown, unheard] };
  }
  // Also where they took less of the time than what is named.
  const failures = suspected.kind === 'short' ? failuresIn(span, input) : [];
  const isShort = lengthMs > 0 && lengthMs < normalStartMs && failures.length === 0;
  if (kind === 'could-not-start' && isShort && wasFollowed(suspected))
    return { kind: 'normal-start', doubt: null, evidence: [startedWithin(suspected)] };
  return {
    kind,
    doubt: null,
    evidence: [...(part ? evidenceOf(kind, part, suspected, input) : []), ...failures],
  };
}

const wasFollowed = ({ kind, group }: Suspected): boolean =>
  kind === 'short' && group.stretches.every(({ doneMs }) => doneMs !== null);

function startedWithin({ parts, span }: Suspected): Message {
  const ofStart = parts.filter(({ part }) => blameOf[part] === 'could-not-start');
  const ms = ofStart.reduce((sum, part) => sum + printedLength(part, span.toMs - span.fromMs), 0);
  return message('incidents.started-within', { time: { figure: 'incidentLength', value: ms } });
}

/** Kinds that rest on our averages being the cluster's. */
const isByDecision = (kind: Blame): boolean =>
  kind === 'did-not-see' ||
  kind === 'did-not-decide' ||
  kind === 'did-not-act' ||
  kind === 'decided-otherwise';

/** Kinds that rest on what the cluster was heard to decide, and when. */
const isByItsWord = (kind: Blame): boolean => kind === 'did-not-decide' || kind === 'did-not-act';

/** The kind that has the most time, with the longest of its parts and what they took together, ms. */
function blamed(
  { kind: way, parts, group }: Suspected,
  input: SignalledInput,
): { kind: Blame; part: IncidentPart | null; lengthMs: number } {
  const causes = new Set(group.stretches.map(({ cause }) => cause));
  if (causes.size === 1 && causes.has('pods')) {
    const isLoss = group.stretches.every(({ events }) => events.every((id) => id.startsWith('l')));
    return {
      kind: way === 'short' && isLoss ? 'lost-pods' : 'decided-otherwise',
      part: parts[0] ?? null,
      lengthMs: 0,
    };
  }
  const sums = new Map<Blame, number>();
  const longest = new Map<Blame, IncidentPart>();
  for (const part of parts) {
    const kind = blameFor(part, input);
    if (kind === null) continue;
    sums.set(kind, (sums.get(kind) ?? 0) + part.toMs - part.fromMs);
    const most = longest.get(kind);
    if (!most || part.toMs - part.fromMs > most.toMs - most.fromMs) longest.set(kind, part);
  }
  const [found] = [...sums].sort(([, a], [, b]) => b - a);
  // Of a queue alone that emptied: pods were too few for a time shorter than could be told.
  return found
    ? { kind: found[0], part: longest.get(found[0])!, lengthMs: found[1] }
    : { kind: 'could-not-start', part: parts[0] ?? null, lengthMs: 0 };
}

/** Whose a part is; null: nobody's, as of a queue that full pods empty. */
function blameFor(part: IncidentPart, input: SignalledInput): Blame | null {
  if (part.part === 'drain') return roomIn(part, input) ? 'did-not-route' : null;
  if (part.part === 'decide' && (sawNothing(part, input) || seenIn(part, input))) return 'did-not-see';
  return blameOf[part.part];
}

/** The second in which the most waited although ready pods had less than their target; null: there is none. */
function roomIn({ fromMs, toMs }: Span, { signal, pods }: SignalledInput): LoadSample | null {
  if (toMs - fromMs < 2000 || signal.metric !== 'concurrency') return null;
  return signal.samples
    .filter(
      (one) => one.fromMs >= fromMs && one.toMs <= toMs && one.toMs > one.fromMs && (one.waiting ?? 0) >= 1,
    )
    .reduce<LoadSample | null>((most, one) => {
      const target = targetAt(signal, one.fromMs);
      const ready = Math.min(podsAt(pods.steps, one.fromMs).ready, podsAt(pods.steps, one.toMs).ready);
      const hasRoom = target !== null && one.active !== null && one.active < target * ready * flatShare;
      return hasRoom && (most?.waiting ?? 0) < one.waiting! ? one : most;
    }, null);
}

/** Whether the cluster's autoscaler had nothing to decide by: -1 is its own word for that (pkg/autoscaler/scaling, DesiredPodCount). */
function sawNothing({ toMs }: Span, { reports }: SignalledInput): boolean {
  const latest = new Map<string, boolean>();
  for (const report of reports)
    if (report.kind === 'autoscaler' && report.atMs <= toMs)
      latest.set(report.revision, report.desired !== null && report.desired < 0);
  return latest.size > 0 && [...latest.values()].every(Boolean);
}

/** What the cluster's autoscaler saw by its own metrics, where that was far less than ours; null: it was not, or it does not tell. */
function seenIn(
  { fromMs, toMs }: Span,
  { reports, decisions }: SignalledInput,
): { ours: number; theirs: number } | null {
  const ours = decisions.findLast(({ atMs, valid }) => valid && atMs <= toMs);
  const average = ours ? averageOf(ours) : null;
  if (!ours || average === null) return null;
  const latest = new Map<string, number>();
  for (const report of reports) {
    if (report.kind !== 'autoscaler' || report.atMs > toMs) continue;
    const theirs = ours.panicMode ? mostOf(report) : report.stable;
    if (theirs !== null) latest.set(report.revision, report.atMs >= fromMs - reportMs ? theirs : NaN);
  }
  const theirs = [...latest.values()].reduce((sum, value) => sum + value, 0);
  return latest.size > 0 && theirs < average * flatShare ? { ours: average, theirs } : null;
}

/**
 * The last average that is known from before a part of an incident ended, where it asked for fewer pods than were due in
 * the end, with the load of that time where it is in the same unit; null: it did not, or none is known.
 */
function flatAverage(
  { fromMs, toMs }: Span,
  due: number,
  { decisions, signal }: SignalledInput,
): { decision: Decision; average: number; load: number | null } | null {
  const decision = decisions.findLast((one) => one.valid && one.atMs < toMs - 1 && averageOf(one) !== null);
  const average = decision ? averageOf(decision) : null;
  if (!decision || average === null || decision.replicas >= due) return null;
  if (signal.samples.length === 0) return { decision, average, load: null };
  const load = Math.max(...samplesIn(signal, { fromMs, toMs }).map(({ value }) => value));
  return load > average ? { decision, average, load } : null;
}

/** A reading of the autoscaler's metrics this much older (ms) than the time in question says nothing of it. */
const reportMs = 5000;

function mostOf({ stable, panic }: AutoscalerReport): number | null {
  return stable === null && panic === null ? null : Math.max(stable ?? 0, panic ?? 0);
}

const tenths = (value: number): Figure => ({ figure: 'tenths', value });
const duration = (value: number): Figure => ({ figure: 'duration', value });

function evidenceOf(kind: Blame, part: IncidentPart, suspected: Suspected, input: SignalledInput): Message[] {
  const { span, group, pods, kind: way } = suspected;
  const { decided, decisions, losses } = input;
  const lengthMs = part.toMs - part.fromMs;
  const time: Figure = {
    figure: 'incidentLength',
    value: printedLength(part, span.toMs - span.fromMs),
  };
  const middleMs = part.fromMs + lengthMs / 2;
  switch (kind) {
    case 'did-not-see': {
      if (part.part === 'decide' && sawNothing(part, input))
        return [message('incidents.cluster-saw-nothing', {})];
      const seen = part.part === 'decide' ? seenIn(part, input) : null;
      if (seen)
        return [message('incidents.cluster-saw', { theirs: tenths(seen.theirs), ours: tenths(seen.ours) })];
      const flat = flatAverage(part, pods.due, input);
      if (!flat) return [];
      const { decision, average, load } = flat;
      const after = duration(Math.abs(decision.atMs - span.fromMs));
      const { stableWindowMs, panicWindowMs } = decision.reason;
      const windowMs = decision.panicMode ? panicWindowMs : stableWindowMs;
      if (load === null || typeof windowMs !== 'number') {
        const asked = { after, asked: decision.replicas, due: pods.due };
        return [
          message(decision.atMs < span.fromMs ? 'incidents.asked-before' : 'incidents.asked-was', asked),
        ];
      }
      const told = { average: tenths(average), load: tenths(load), after };
      return decision.atMs < span.fromMs
        ? [message('incidents.average-before', told)]
        : [message('incidents.average-was', { ...told, window: { figure: 'length', value: windowMs } })];
    }
    case 'did-not-decide':
    case 'did-not-act': {
      const asked = decidedAt(decided, kind === 'did-not-decide' ? middleMs : part.fromMs);
      if (asked === null || part.part === 'answer')
        return [message('incidents.decided-unknown', { due: pods.due })];
      return kind === 'did-not-decide'
        ? [message('incidents.decided-was', { time, asked, due: pods.due })]
        : [message(way === 'short' ? 'incidents.none-made' : 'incidents.none-ended', { time, asked })];
    }
    // Its evidence is made where it is told apart.
    case 'normal-start':
    case 'could-not-start': {
      const { pending, starting } = podsAt(input.pods.steps, middleMs);
      return [
        ...(pending + starting > 0 ? [message('incidents.pods-waited', { pending, starting })] : []),
        ...(part.part === 'probe' ? probedIn(part, input) : []),
        ...input.notes
          .filter(({ fromMs, toMs }) => fromMs <= span.toMs && toMs >= span.fromMs)
          .slice(0, mostNotes)
          .map(({ reason, objects, name, message: text }) =>
            message('incidents.cluster-note', { reason, objects, name, text: text.slice(0, longestNote) }),
          ),
      ];
    }
    case 'did-not-route': {
      const room = roomIn(part, input);
      return room
        ? [
            message('incidents.had-room', {
              waiting: tenths(room.waiting ?? 0),
              active: tenths(room.active ?? 0),
              ready: podsAt(input.pods.steps, room.fromMs).ready,
              target: tenths(targetAt(input.signal, room.fromMs) ?? 0),
            }),
          ]
        : [];
    }
    case 'not-allowed': {
      const decision = decisions.findLast(({ atMs, valid }) => valid && atMs <= part.toMs);
      const max = decision?.reason.maxScale;
      const target = targetAt(input.signal, part.fromMs);
      const most = Math.max(
        0,
        ...input.signal.samples
          .filter(({ fromMs, toMs }) => toMs > part.fromMs && fromMs < part.toMs)
          .map(({ value }) => value),
      );
      return typeof max === 'number' && target !== null
        ? [message('incidents.max-was', { max, load: tenths(most), wanted: Math.ceil(most / target) })]
        : [];
    }
    case 'lost-pods': {
      const lost = losses.filter(({ id }) => group.stretches.some(({ events }) => events.includes(id)));
      const reason = lost.find((loss) => loss.reason !== null)?.reason ?? '';
      return [
        message('incidents.pods-lost', {
          pods: lost.length,
          why: reason === '' ? '' : message('narrative.why', { reason }),
        }),
      ];
    }
    case 'decided-otherwise': {
      const event = changeOf(suspected, input);
      const due = event ? dueAt(event.atMs, input) : null;
      return event && due !== null
        ? [message('incidents.pods-changed', { from: event.from, to: event.to, due })]
        : [];
    }
    case 'as-set': {
      const decision = decisions.findLast(({ atMs, valid }) => valid && atMs <= part.toMs);
      const { stableWindowMs, scaleDownDelayMs } = decision?.reason ?? {};
      return typeof stableWindowMs === 'number'
        ? [
            message('incidents.settings-keep', {
              window: { figure: 'length', value: stableWindowMs },
              delay:
                typeof scaleDownDelayMs === 'number' && scaleDownDelayMs > 0
                  ? message('incidents.and-a-delay', { delay: { figure: 'length', value: scaleDownDelayMs } })
                  : '',
            }),
          ]
        : [];
    }
  }
}

/** By which probe the pods that were asked in a time could be ready, and when at the earliest, where that is a second or more. */
function probedIn({ fromMs, toMs }: Span, { waits }: SignalledInput): Message[] {
  const asked = waits.find(({ spans }) =>
    spans.some((one) => one.part === 'probe' && one.fromMs < toMs && one.toMs > fromMs),
  );
  return asked?.earliest && asked.earliest.afterMs >= 1000
    ? [
        message('incidents.probe-earliest', {
          by: asked.earliest.by,
          after: duration(asked.earliest.afterMs),
        }),
      ]
    : [];
}

/** How containers of pods that started in a time ended before these were ready, each once. */
function failuresIn({ fromMs, toMs }: Span, { waits }: SignalledInput): Message[] {
  const failed = waits
    .filter(({ createdMs, readyMs }) => createdMs <= toMs && (readyMs ?? Infinity) >= fromMs)
    .flatMap(({ failures }) => failures);
  return [...new Map(failed.map((one) => [`${one.container} ${one.reason}`, one])).values()]
    .slice(0, mostNotes)
    .map(({ container, reason, exitCode }) =>
      message('incidents.container-failed', { container, reason, exitCode }),
    );
}

const mostNotes = 3;
const longestNote = 180;

/** The first of the changes of the cluster's that an incident is made of. */
function changeOf(
  { group }: Pick<Suspected, 'group'>,
  { observed }: SignalledInput,
): ObservedScaleEvent | undefined {
  return observed.find(({ id }) => group.stretches.some(({ events }) => events.includes(id)));
}

/** How many pods were due at a moment; null: nothing had been decided by then. */
function dueAt(atMs: number, { decisions }: SignalledInput): number | null {
  return decisions.findLast((one) => one.valid && one.atMs <= atMs)?.replicas ?? null;
}
