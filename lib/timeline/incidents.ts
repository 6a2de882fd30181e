import { type Incident, type IncidentPart } from '@/lib/model/incident';
import { type Span } from './cost';
import { culpritOf } from './incident-culprit';
import { costsOf } from './incident-cost';
import { type IncidentInput, type SignalledInput } from './incident-input';
import { clearOf, criticalParts, groupStretches, type StretchGroup } from './incident-stretches';
import { idlePodSeconds, idleStretches } from './incidents-idle';
import { shortStretches } from './incidents-short';
import { loadSignal, samplesIn } from './load-signal';
import { podsAt } from './pods';

interface Found {
  kind: Incident['kind'];
  group: StretchGroup;
  span: Span;
  isDoubtful: boolean;
}

/**
 * The incidents of a recording, in the order of time. What overlaps is one. Where pods are missing, none are idle; and what
 * is in doubt is only where nothing else is.
 */
export function incidentsOf(input: IncidentInput): Incident[] {
  const signalled = { ...input, signal: loadSignal(input.decisions, input.concurrency, input.seconds) };
  const { clear, doubtful } = shortStretches(signalled);
  const found: Found[] = [];
  const add = (kind: Incident['kind'], groups: readonly StretchGroup[], isDoubtful: boolean): void => {
    for (const group of groups) {
      const span = clearOf(
        group,
        found.map((one) => one.span),
      );
      if (span) found.push({ kind, group, span, isDoubtful });
      else
        coverOf(found, group)
          ?.group.stretches.at(0)
          ?.events.push(...eventsOf(group));
    }
  };
  add('short', groupStretches(clear), false);
  add('idle', groupStretches(idleStretches(signalled)), false);
  add('short', groupStretches(doubtful), true);
  found.sort((a, b) => a.span.fromMs - b.span.fromMs);
  const shorts = found.filter(({ kind }) => kind === 'short');
  const costs = costsOf(
    shorts.map(({ span }) => span),
    input,
  );
  const ids = eventIds(found, input);
  return found.map((one, i) => ({
    ...incidentOf(one, one.kind === 'short' ? costs[shorts.indexOf(one)]! : null, signalled),
    id: `i${i + 1}`,
    eventIds: ids[i]!,
  }));
}

/** The one that covers all of a group that has no time of its own. */
function coverOf(found: readonly Found[], { fromMs }: Span): Found | undefined {
  return found.find(({ span }) => span.fromMs <= fromMs && span.toMs >= fromMs);
}

const eventsOf = ({ stretches }: StretchGroup): string[] => stretches.flatMap(({ events }) => events);

function incidentOf(
  { kind, group, span, isDoubtful }: Found,
  slow: Incident['slow'],
  input: SignalledInput,
): Omit<Incident, 'id' | 'eventIds'> {
  const { fromMs: startMs, toMs: endMs } = span;
  const inside = group.stretches.filter(({ fromMs, toMs }) => fromMs < endMs && toMs > startMs);
  const last = inside.reduce((a, b) => (b.toMs > a.toMs ? b : a));
  const first = inside.reduce((a, b) => (b.fromMs < a.fromMs ? b : a));
  const wasCut = endMs < group.toMs;
  const parts = criticalParts(group, span);
  const idle = kind === 'idle' ? idlePodSeconds(span, input) : null;
  const done = inside.map(({ doneMs }) => doneMs ?? -Infinity);
  const pods = podsOf({ kind, cause: first.cause }, span, eventsOf(group), input);
  const culprit = culpritOf({ kind, group, span, parts, isDoubtful, pods }, input);
  return {
    kind,
    cause: first.cause,
    startMs,
    endMs,
    durationMs: endMs - startMs,
    doneMs: last.end === 'done' && !wasCut ? Math.max(...done) : null,
    end: wasCut ? 'load' : last.end,
    load: loadOf(kind, span, parts, input),
    pods,
    parts,
    culprit,
    isUnclear: culprit.kind === 'unclear',
    slow,
    idle,
  };
}

/** How far back (ms) the load before an incident is looked at, and how long after a step it is still told as its height. */
const lookMs = 5000;

function loadOf(
  kind: Incident['kind'],
  { fromMs, toMs }: Span,
  parts: readonly IncidentPart[],
  { signal }: SignalledInput,
): Incident['load'] {
  const means = samplesIn(signal.told, { fromMs: fromMs - lookMs, toMs: toMs + 1000 }).filter(
    (one) => one.toMs > one.fromMs,
  );
  const before = means.filter((one) => one.toMs <= fromMs);
  // Later a queue counts too, which is no load of the users'.
  const risenMs = Math.max(
    fromMs + lookMs,
    ...parts.filter(({ part }) => part === 'notice' || part === 'climb').map((part) => part.toMs),
  );
  const under = means.filter((one) => one.toMs > fromMs);
  const within = under.filter((one) => one.fromMs < (kind === 'short' ? Math.min(toMs, risenMs) : toMs));
  // One that is shorter than the first second that was read is told by that.
  const during = within.length === 0 && kind === 'short' ? under.slice(0, 1) : within;
  if (during.length === 0) return null;
  const own = during.map(({ value }) => value);
  // Requests are counted in seconds whose ends are a few ms off: two together are truer.
  const pairs = own.slice(1).map((value, i) => (value + own[i]!) / 2);
  const values = signal.told.metric === 'rps' && pairs.length > 0 ? pairs : own;
  return {
    from: before.length === 0 ? 0 : median(before.map(({ value }) => value)),
    to: kind === 'short' && signal.samples.length > 0 ? Math.max(...values) : median(values),
    metric: signal.told.metric,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)]!;
}

function podsOf(
  { kind, cause }: Pick<Incident, 'kind' | 'cause'>,
  { fromMs, toMs }: Span,
  own: readonly string[],
  { pods, decisions, expected }: SignalledInput,
): Incident['pods'] {
  // Pods that went begin it: those of just before.
  const from = podsAt(pods.steps, cause === 'pods' && kind === 'short' ? fromMs - 1 : fromMs).ready;
  const ready = [
    from,
    ...pods.steps.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs).map((step) => step.ready),
  ];
  const before = decisions.findLast(({ atMs, valid }) => valid && atMs <= fromMs)?.replicas;
  const due = [
    ...(before === undefined ? [] : [before]),
    ...expected
      .filter(({ id, atMs }) => own.includes(id) || (atMs >= fromMs && atMs <= toMs))
      .map(({ to }) => to),
  ];
  return kind === 'short' && cause !== 'pods'
    ? { from, due: due.length === 0 ? from : Math.max(...due), reached: Math.max(...ready) }
    : {
        from,
        due: due.length === 0 ? from : kind === 'short' ? Math.max(...due) : Math.min(...due),
        reached: Math.min(...ready),
      };
}

/** For each the ids of its own events and of all others that happened in it, in the order of time: each in one. */
function eventIds(found: readonly Found[], { expected, observed, losses }: IncidentInput): string[][] {
  const ids: string[][] = found.map(() => []);
  const owners = new Map<string, number>();
  for (const [i, { group }] of found.entries())
    for (const id of eventsOf(group)) if (!owners.has(id)) owners.set(id, i);
  for (const { id, atMs } of [...expected, ...observed, ...losses].sort((a, b) => a.atMs - b.atMs)) {
    const owner = owners.get(id) ?? found.findIndex(({ span }) => atMs >= span.fromMs && atMs <= span.toMs);
    ids[owner]?.push(id);
  }
  return ids;
}
