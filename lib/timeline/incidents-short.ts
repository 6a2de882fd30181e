import { type IncidentPart } from '@/lib/model/incident';
import { type Span } from './cost';
import { decidedOn } from './decided';
import { isAtEdge, unaskedFrom } from './incident-doubt';
import { type SignalledInput } from './incident-input';
import { partsByMarks, type Stretch } from './incident-stretches';
import { cameMs, changedMs, firstAfter, type LoadSample, samplesIn, targetAt } from './load-signal';
import { type ScaleMatch } from './match';
import { podsAt } from './pods';
import { type ExpectedScaleEvent, type ObservedScaleEvent, type PodLoss } from './scale-events';

/** The times in which more was asked for than the ready pods could take, each with its reason; and those that are in doubt. */
export function shortStretches(input: SignalledInput): { clear: Stretch[]; doubtful: Stretch[] } {
  const clear: Stretch[] = [];
  const doubtful: Stretch[] = [];
  const matches = new Map(input.matching.matched.map((match) => [match.expected, match]));
  for (const event of [...matches.keys(), ...input.matching.missed]) {
    if (event.to <= event.from) continue;
    const match = matches.get(event) ?? null;
    const fromMs = beginOf(event, match, input);
    // The last pod of an edge is in doubt: the others are not.
    const isEdge = isAtEdge(event, input) && !isAnswered(event, match);
    const hadMs = isEdge && event.to - 1 > event.from ? readyMs(event.atMs, event.to - 1, input) : null;
    const all = match?.doneMs ?? null;
    if (!isEdge) clear.push(...some(stretchOf(event, match, fromMs, all, input)));
    else {
      const but: ExpectedScaleEvent = { ...event, to: event.to - 1 };
      if (hadMs !== null) clear.push(...some(stretchOf(but, match, fromMs, hadMs, input)));
      doubtful.push(...some(stretchOf(event, match, Math.max(fromMs, hadMs ?? fromMs), all, input)));
    }
  }
  // What was there before the averages asked for it was not there before the load did.
  for (const event of input.matching.met) {
    const match = event.to > event.from ? broughtBefore(event, input) : null;
    if (match) clear.push(...some(stretchOf(event, match, beginOf(event, null, input), match.doneMs, input)));
  }
  clear.push(
    ...input.losses.flatMap((loss) => some(lossStretch(loss, input))),
    ...input.matching.unexpected.flatMap((event) => some(takenStretch(event, input))),
    ...limitStretches(input),
  );
  return { clear, doubtful };
}

/** How the pods of an event that asked for nothing more had come, while the load asked for them; null: they were there before it. */
function broughtBefore(event: ExpectedScaleEvent, input: SignalledInput): Met | null {
  const observed = input.observed.findLast(
    ({ atMs, from, to }) => atMs <= event.atMs && from < event.to && to >= event.to,
  );
  const doneMs = observed ? readyMs(observed.atMs, event.to, input) : null;
  return observed && doneMs !== null ? { observed, further: [], reached: event.to, doneMs } : null;
}

/** Two ticks: a cluster that made all pods by then has read the load as we have. */
const answerMs = 4000;

function isAnswered(event: ExpectedScaleEvent, match: ScaleMatch | null): boolean {
  return (
    match !== null &&
    match.reached >= event.to &&
    (match.further.at(-1) ?? match.observed).atMs <= event.atMs + answerMs
  );
}

/** What of a match a stretch is made from. */
type Met = Pick<ScaleMatch, 'observed' | 'further' | 'reached' | 'doneMs'>;

const some = (stretch: Stretch | null): Stretch[] => (stretch === null ? [] : [stretch]);

/** When the load began to ask for more than the pods that were due; without that, when the event was due or done. */
function beginOf(event: ExpectedScaleEvent, match: ScaleMatch | null, input: SignalledInput): number {
  const { expected, signal, load, loadStartMs } = input;
  const before = expected.findLast((one) => one.atMs < event.atMs && one.to < one.from);
  const rose = changedMs(
    signal,
    event.atMs,
    event.from,
    'more',
    Math.max(load.fromMs, before?.atMs ?? -Infinity),
  );
  // At zero only a request makes pods: where they were made before a reading showed it, it was there by then.
  if (signal.samples.length === 0 && event.from > 0) {
    const came = cameMs(signal, event.atMs, Math.max(load.fromMs, before?.atMs ?? -Infinity));
    if (came !== null) return came;
  }
  if (rose !== null)
    return event.from === 0 && match ? Math.max(load.fromMs, Math.min(rose, match.observed.atMs)) : rose;
  // From no pod on every request waits, from the load's beginning.
  if (event === expected[0] && event.from === 0 && loadStartMs !== null)
    return Math.min(loadStartMs, event.atMs);
  return Math.min(event.atMs, match?.observed.atMs ?? Infinity);
}

function stretchOf(
  event: ExpectedScaleEvent,
  match: Met | null,
  fromMs: number,
  readyMs: number | null,
  input: SignalledInput,
): Stretch | null {
  const { expected, load } = input;
  const takenBackMs = expected.find((next) => next.atMs > event.atMs && next.to < event.to)?.atMs ?? Infinity;
  const mostMs = readyMs ?? Math.min(takenBackMs, Math.max(load.toMs, event.atMs));
  if (mostMs <= fromMs) return null;
  const wentMs = neededUntil({ fromMs, toMs: mostMs }, input);
  // A second is as fine as the load is known.
  const went = wentMs < mostMs - 1000 || (readyMs === null && takenBackMs <= mostMs);
  const doneMs = went ? null : readyMs;
  const toMs = doneMs ?? Math.min(mostMs, wentMs);
  if (toMs <= fromMs) return null;
  return {
    cause: 'load',
    fromMs,
    toMs,
    events: [event.id, ...(match ? [match.observed, ...match.further].map(({ id }) => id) : [])],
    dueMs: event.atMs,
    doneMs,
    end: went ? 'load' : 'open',
    parts: upParts(event, match, { fromMs, toMs }, doneMs ?? readyMs, input),
    drainedMs: toMs,
    ...(doneMs === null ? {} : drained(doneMs, input)),
  };
}

/** Where the time of a scale-up went: what was not reached goes on to the end. */
function upParts(
  event: ExpectedScaleEvent,
  match: Met | null,
  span: Span,
  readyMs: number | null,
  input: SignalledInput,
): IncidentPart[] {
  const { decided, lagParts, waits } = input;
  const wait = waits.find((one) => one.uid === lagParts[event.id]?.pod && one.readyMs === readyMs);
  const maker = match && [match.observed, ...match.further].find(({ to }) => to >= event.to);
  const createdMs = maker ? (wait?.createdMs ?? maker.atMs) : null;
  const byClusterMs = decidedFor(event, match, span.toMs, input);
  if (readyMs === null && createdMs === null)
    return partsByMarks(span, [
      ['notice', event.atMs],
      ['decide', byClusterMs ?? (decided.length > 0 ? span.toMs : null)],
      [byClusterMs === null ? 'answer' : 'act', span.toMs],
    ]);
  const made = createdMs ?? Math.max(event.atMs, match?.observed.atMs ?? event.atMs);
  const parts = partsByMarks(span, [
    ['notice', event.atMs],
    ['decide', byClusterMs],
    [byClusterMs === null ? 'answer' : 'act', made],
    ['start', span.toMs],
  ]);
  return parts.flatMap((part) => (part.part === 'start' ? startParts(part, wait, input) : [part]));
}

/** When the cluster decided on these pods; null: it did not, or did not say. */
function decidedFor(
  { id, to }: ExpectedScaleEvent,
  match: Met | null,
  beforeMs: number,
  { decided, decidedMs }: SignalledInput,
): number | null {
  return match === null || match.reached === to
    ? (decidedMs[id] ?? null)
    : decidedOn(decided, { pods: to, isUp: true, beforeMs });
}

/** The time in which pods started, by the way of the one that was ready last; else of one that never was. */
function startParts(
  { fromMs, toMs }: Span,
  known: SignalledInput['waits'][number] | undefined,
  { waits }: SignalledInput,
): IncidentPart[] {
  const wait =
    known ??
    waits.find(
      ({ createdMs, readyMs }) => createdMs <= toMs && createdMs >= fromMs - 1000 && readyMs === null,
    );
  const parts: IncidentPart[] = [];
  let atMs = fromMs;
  for (const span of wait?.spans ?? []) {
    const [beginMs, endMs] = [Math.max(atMs, span.fromMs), Math.min(toMs, span.toMs)];
    if (endMs <= beginMs) continue;
    if (beginMs > atMs) parts.push({ part: 'start', fromMs: atMs, toMs: beginMs });
    parts.push({ part: span.part, fromMs: beginMs, toMs: endMs });
    atMs = endMs;
  }
  return toMs > atMs ? [...parts, { part: 'start', fromMs: atMs, toMs }] : parts;
}

/** Ready pods that went while the load needed them. */
function lossStretch(loss: PodLoss, input: SignalledInput): Stretch | null {
  const toMs = loss.readyMs ?? Math.max(loss.atMs, input.load.toMs);
  return pressedStretch({ fromMs: loss.atMs, toMs }, loss.readyMs, [loss.id], input);
}

/** Pods that were taken away though they were due by whatever reading of the load. */
function takenStretch(event: ObservedScaleEvent, input: SignalledInput): Stretch | null {
  if (event.to > event.from) return null;
  const fromMs = unaskedFrom(event, input.decisions);
  const backMs = readyMs(event.atMs, event.from, input);
  const dueMs = input.expected.find(({ atMs, to }) => atMs > event.atMs && to <= event.to)?.atMs ?? Infinity;
  const toMs = Math.min(backMs ?? Infinity, dueMs, Math.max(event.atMs, input.load.toMs));
  return fromMs < toMs ? pressedStretch({ fromMs, toMs }, backMs, [event.id], input) : null;
}

function pressedStretch(
  span: Span,
  backMs: number | null,
  events: string[],
  input: SignalledInput,
): Stretch | null {
  if (!samplesIn(input.signal, span).some((sample) => isPressed(sample, span.fromMs, input))) return null;
  const wentMs = neededUntil(span, input);
  const went = wentMs < span.toMs - 1000;
  const doneMs = went || backMs === null || backMs > span.toMs ? null : backMs;
  const toMs = doneMs ?? Math.min(span.toMs, wentMs);
  if (toMs <= span.fromMs) return null;
  const wait = input.waits.find(({ readyMs }) => readyMs !== null && readyMs === backMs);
  const parts = partsByMarks({ fromMs: span.fromMs, toMs }, [
    ['answer', wait ? wait.createdMs : null],
    ['start', toMs],
  ]);
  return {
    cause: 'pods',
    fromMs: span.fromMs,
    toMs,
    events,
    dueMs: null,
    doneMs,
    end: went ? 'load' : 'open',
    parts: parts.flatMap((part) => (part.part === 'start' ? startParts(part, wait, input) : [part])),
    drainedMs: toMs,
    ...(doneMs === null ? {} : drained(doneMs, input)),
  };
}

/** A pause of the pressure (ms) that does not end it. */
const breathMs = 2000;

/** The times in which as many pods as are allowed were ready and were not enough: requests waited, or, where nobody tells, more were in flight. */
function limitStretches(input: SignalledInput): Stretch[] {
  const { decisions, signal, pods } = input;
  const spans: Span[] = [];
  let next = 0;
  let max = 0;
  for (const sample of signal.samples) {
    if (sample.toMs === sample.fromMs) continue;
    for (; decisions[next] && decisions[next]!.atMs <= sample.toMs; next++)
      if (typeof decisions[next]!.reason.maxScale === 'number')
        max = decisions[next]!.reason.maxScale as number;
    const target = targetAt(signal, sample.fromMs);
    if (max <= 0 || target === null || podsAt(pods.steps, sample.fromMs).ready < max) continue;
    if (sample.value <= target * max || (sample.waiting !== null && sample.waiting < 1)) continue;
    const last = spans.at(-1);
    if (last && sample.fromMs - last.toMs <= breathMs) last.toMs = sample.toMs;
    else spans.push({ fromMs: sample.fromMs, toMs: sample.toMs });
  }
  const endMs = input.load.toMs;
  return spans
    .filter(({ fromMs, toMs }) => toMs - fromMs >= breathMs)
    .map(({ fromMs, toMs }) => {
      // From the moment at which the limit was reached, where that was within the second before.
      const span = { fromMs: Math.max(fromMs - 1000, reachedMs(fromMs, max, input)), toMs };
      return {
        ...span,
        cause: 'limit',
        events: [],
        dueMs: null,
        doneMs: null,
        end: toMs >= endMs - breathMs ? 'open' : 'load',
        parts: [{ part: 'limit', ...span }],
        drainedMs: span.toMs,
      };
    });
}

/** Since when, up to a moment, so many pods were ready. */
function reachedMs(atMs: number, count: number, { pods }: SignalledInput): number {
  const before = pods.steps.findLastIndex((step) => step.atMs <= atMs && step.ready < count);
  return pods.steps[before + 1]?.atMs ?? atMs;
}

/** Whether a sample asks for more than the pods that are ready, or has requests that wait. `sinceMs`: what was before is not looked at. */
function isPressed(
  { fromMs, value, waiting }: LoadSample,
  sinceMs: number,
  { signal, pods }: SignalledInput,
): boolean {
  const target = targetAt(signal, fromMs);
  return (
    (waiting !== null && waiting >= 1) ||
    (target !== null && value > target * podsAt(pods.steps, Math.max(fromMs, sinceMs)).ready)
  );
}

/** Until when, within a span, the load asked for more than was ready; its end where the load is not known, or never shows it. */
function neededUntil(span: Span, input: SignalledInput): number {
  const last = samplesIn(input.signal, span).findLast((sample) => isPressed(sample, span.fromMs, input));
  return last ? Math.min(span.toMs, last.toMs) : span.toMs;
}

/**
 * When nobody waited any more after pods were ready: at once, where the first whole second after has no queue. Not over:
 * the recording ended before.
 */
function drained(
  doneMs: number,
  { signal: { samples }, load, endMs }: SignalledInput,
): { drainedMs: number; end: 'done' | 'open' } {
  let lastMs = doneMs;
  let isQueued = false;
  for (let i = firstAfter(samples, doneMs); i < samples.length; i++) {
    const { fromMs, toMs, waiting } = samples[i]!;
    if (toMs === fromMs || waiting === null) continue;
    isQueued = waiting >= 1;
    if (fromMs < doneMs) continue;
    if (!isQueued) return { drainedMs: lastMs === doneMs ? doneMs : fromMs, end: 'done' };
    lastMs = toMs;
  }
  return isQueued && load.toMs >= lastMs
    ? { drainedMs: Math.max(doneMs, Math.min(load.toMs, endMs)), end: 'open' }
    : { drainedMs: Math.max(doneMs, Math.min(load.toMs, lastMs)), end: 'done' };
}

/** When so many pods were ready, from a moment on; null: they never were. */
function readyMs(fromMs: number, count: number, { pods }: SignalledInput): number | null {
  if (podsAt(pods.steps, fromMs).ready >= count) return fromMs;
  return pods.steps.find(({ atMs, ready }) => atMs > fromMs && ready >= count)?.atMs ?? null;
}
