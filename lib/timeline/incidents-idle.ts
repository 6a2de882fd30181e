import { type Span } from './cost';
import { unaskedFrom } from './incident-doubt';
import { type SignalledInput } from './incident-input';
import { partsByMarks, type Stretch } from './incident-stretches';
import { changedMs, samplesIn, targetAt } from './load-signal';
import { type ScaleMatch } from './match';
import { podsAt } from './pods';
import { type ExpectedScaleEvent, type ObservedScaleEvent } from './scale-events';

/** Pods that nobody had asked for and that went (or became due) within two ticks were only early. */
const earlyMs = 4000;

/** The times in which far less was asked for than the ready pods could take, each with its reason. */
export function idleStretches(input: SignalledInput): Stretch[] {
  const { matched, missed, unexpected } = input.matching;
  const matches = new Map(matched.map((match) => [match.expected, match]));
  return [
    ...[...matches.keys(), ...missed]
      .filter(({ from, to }) => to < from)
      .map((event) => downStretch(event, matches.get(event) ?? null, input)),
    ...unexpected.filter(({ from, to }) => to > from).map((event) => madeStretch(event, input)),
  ].filter((stretch) => stretch !== null);
}

function downStretch(
  event: ExpectedScaleEvent,
  match: ScaleMatch | null,
  input: SignalledInput,
): Stretch | null {
  const { expected, signal, load, endMs, decided, decidedMs } = input;
  const before = expected.findLast((one) => one.atMs < event.atMs && one.to > one.from);
  const fell = changedMs(
    signal,
    event.atMs,
    event.from,
    'fewer',
    Math.max(load.fromMs, before?.atMs ?? -Infinity),
  );
  const fromMs = fell ?? Math.min(event.atMs, match?.observed.atMs ?? Infinity);
  const doneMs = match?.doneMs ?? null;
  const wantedMs = expected.find((next) => next.atMs > event.atMs && next.to > event.to)?.atMs ?? Infinity;
  const toMs = doneMs ?? Math.min(wantedMs, endMs);
  if (toMs <= fromMs) return null;
  const told =
    match === null || match.reached > event.to ? null : (match.further.at(-1) ?? match.observed).atMs;
  const byClusterMs = decidedMs[event.id] ?? null;
  return {
    cause: 'load',
    fromMs,
    toMs,
    events: [event.id, ...(match ? [match.observed, ...match.further].map(({ id }) => id) : [])],
    dueMs: event.atMs,
    doneMs,
    end: doneMs !== null ? 'done' : wantedMs <= endMs ? 'load' : 'open',
    parts: partsByMarks({ fromMs, toMs }, [
      ['settings', event.atMs],
      ['decide', byClusterMs ?? (told === null && decided.length > 0 ? toMs : null)],
      [byClusterMs === null ? 'answer' : 'act', told ?? toMs],
      ['stop', toMs],
    ]),
    drainedMs: toMs,
  };
}

/** Pods that were made though they were not due by any reading of the load. */
function madeStretch(
  event: ObservedScaleEvent,
  { observed, expected, signal, endMs, decisions }: SignalledInput,
): Stretch | null {
  const fromMs = Math.max(event.readyMs[0] ?? event.atMs, unaskedFrom(event, decisions));
  const goneMs =
    observed.find(({ atMs, to }) => atMs > event.atMs && to <= event.from)?.completeMs ?? Infinity;
  const dueMs = expected.find(({ atMs, to }) => atMs > event.atMs && to >= event.to)?.atMs ?? Infinity;
  const toMs = Math.min(goneMs, dueMs, endMs);
  if (toMs - fromMs < earlyMs) return null;
  // Averages that have not risen yet ask for fewer than the load itself.
  const asked = samplesIn(signal, { fromMs, toMs }).filter((one) => one.toMs > one.fromMs);
  const needed = asked.filter(({ fromMs: atMs, value }) => {
    const target = targetAt(signal, atMs);
    return target !== null && value > target * (event.to - 1);
  });
  if (needed.length * 2 > asked.length) return null;
  return {
    cause: 'pods',
    fromMs,
    toMs,
    events: [event.id],
    dueMs: null,
    doneMs: goneMs <= toMs ? goneMs : null,
    end: goneMs <= toMs ? 'done' : dueMs <= toMs ? 'load' : 'open',
    parts: [{ part: 'decide', fromMs, toMs }],
    drainedMs: toMs,
  };
}

/** Pod-seconds beyond what the load asked for, and of these what the settings ask for; null: the load is not known. */
export function idlePodSeconds(
  { fromMs, toMs }: Span,
  { signal, pods, decisions }: SignalledInput,
): { podSeconds: number; settingsPodSeconds: number } | null {
  const samples = samplesIn(signal, { fromMs, toMs }).filter((one) => one.toMs > one.fromMs);
  if (samples.length === 0) return null;
  const bounds = new Set([fromMs, toMs]);
  const add = (atMs: number): void => {
    if (atMs > fromMs && atMs < toMs) bounds.add(atMs);
  };
  for (const { atMs } of pods.steps) add(atMs);
  for (const { atMs } of decisions) add(atMs);
  for (const sample of samples) {
    add(sample.fromMs);
    add(sample.toMs);
  }
  const moments = [...bounds].sort((a, b) => a - b);
  let [idle, settings] = [0, 0];
  let [s, d] = [0, -1];
  for (const [i, atMs] of moments.slice(0, -1).entries()) {
    const seconds = (moments[i + 1]! - atMs) / 1000;
    while (samples[s + 1] && samples[s]!.toMs <= atMs) s++;
    while (decisions[d + 1] && decisions[d + 1]!.atMs <= atMs) d++;
    const target = targetAt(signal, atMs);
    const needed = target === null ? 0 : Math.ceil(samples[s]!.value / target);
    const { ready } = podsAt(pods.steps, atMs);
    idle += Math.max(0, ready - needed) * seconds;
    settings += Math.max(0, Math.min(ready, decisions[d]?.replicas ?? ready) - needed) * seconds;
  }
  return { podSeconds: idle, settingsPodSeconds: settings };
}
