import { type IncidentPart } from '@/lib/model/incident';
import { type Span } from './cost';

/**
 * One reason for an incident: an event's time in which pods were missing (or idle), with what it was spent on. `parts` follow
 * each other from `fromMs` to `toMs`.
 */
export interface Stretch extends Span {
  cause: 'load' | 'pods' | 'limit';
  /** Ids of its events. */
  events: string[];
  /** When it was due, of one that was. */
  dueMs: number | null;
  /** When the pods were ready (or gone); null: not while it lasted. */
  doneMs: number | null;
  end: 'done' | 'load' | 'open';
  parts: IncidentPart[];
  /** Until when requests still waited after it: `toMs` where none did. */
  drainedMs: number;
}

/** Stretches that overlap, until nobody waited any more. */
export interface StretchGroup extends Span {
  stretches: Stretch[];
}

/** A tick: what is less apart (ms) is one, as where the load paused for a second. */
const breathMs = 2000;

/** Puts stretches together that overlap, or are less than a tick apart. */
export function groupStretches(stretches: readonly Stretch[]): StretchGroup[] {
  const groups: StretchGroup[] = [];
  for (const stretch of [...stretches].sort((a, b) => a.fromMs - b.fromMs)) {
    const last = groups.at(-1);
    if (last && stretch.fromMs <= last.toMs + breathMs) {
      last.stretches.push(stretch);
      last.toMs = Math.max(last.toMs, stretch.drainedMs);
    } else groups.push({ fromMs: stretch.fromMs, toMs: stretch.drainedMs, stretches: [stretch] });
  }
  return groups;
}

/** The longest piece of a span that none of the others touches; null: there is none. */
export function clearOf({ fromMs, toMs }: Span, others: readonly Span[]): Span | null {
  const taken = others
    .filter((other) => other.fromMs < toMs && other.toMs > fromMs)
    .sort((a, b) => a.fromMs - b.fromMs);
  const free: Span[] = [];
  let atMs = fromMs;
  for (const other of taken) {
    if (other.fromMs > atMs) free.push({ fromMs: atMs, toMs: other.fromMs });
    atMs = Math.max(atMs, other.toMs);
  }
  if (toMs > atMs) free.push({ fromMs: atMs, toMs });
  return free.reduce<Span | null>(
    (longest, one) => (longest && longest.toMs - longest.fromMs >= one.toMs - one.fromMs ? longest : one),
    null,
  );
}

/**
 * The way that a group's time went, from its end backwards: the stretch that ended last had it to its beginning, the one
 * that led there before, and so on. So each moment counts once. Parts follow each other over `span`.
 */
export function criticalParts({ stretches, toMs: endMs }: StretchGroup, span: Span): IncidentPart[] {
  const parts: IncidentPart[] = [];
  let atMs = endMs;
  while (atMs > span.fromMs) {
    const under = stretches.filter(({ fromMs, toMs }) => fromMs < atMs && toMs >= atMs);
    if (under.length === 0) {
      // Since the last of the others was done only a queue is left, or no more was due yet.
      const doneMs = Math.max(span.fromMs, ...stretches.flatMap(({ toMs }) => (toMs < atMs ? [toMs] : [])));
      const isQueue = stretches.some(({ toMs, drainedMs }) => toMs <= doneMs && drainedMs >= atMs);
      parts.unshift({ part: isQueue ? 'drain' : 'climb', fromMs: doneMs, toMs: atMs });
      atMs = doneMs;
      continue;
    }
    const stretch = under.reduce((best, one) =>
      one.toMs > best.toMs || (one.toMs === best.toMs && rank(one) > rank(best)) ? one : best,
    );
    const before = stretch.parts.filter(({ fromMs }) => fromMs < atMs);
    parts.unshift(...before.map((part) => ({ ...part, toMs: Math.min(atMs, part.toMs) })));
    atMs = stretch.fromMs;
  }
  return joined(clipped(limited(climbed(parts, stretches), stretches), span));
}

/** Of two that ended together the one that was due last led there. */
const rank = ({ dueMs }: Stretch): number => dueMs ?? -Infinity;

/** What the averages took after the first pods were due is the calculation's own climb. */
function climbed(parts: readonly IncidentPart[], stretches: readonly Stretch[]): IncidentPart[] {
  const dueMs = Math.min(...stretches.map((one) => one.dueMs ?? Infinity));
  return parts.flatMap((part): IncidentPart[] => {
    if (part.part !== 'notice' || part.toMs <= dueMs) return [part];
    if (part.fromMs >= dueMs) return [{ ...part, part: 'climb' }];
    return [
      { ...part, toMs: dueMs },
      { part: 'climb', fromMs: dueMs, toMs: part.toMs },
    ];
  });
}

/** A queue that does not empty because no more pods are allowed is the limit's. */
function limited(parts: readonly IncidentPart[], stretches: readonly Stretch[]): IncidentPart[] {
  const limits = stretches.filter(({ cause }) => cause === 'limit');
  return parts.flatMap((part) => {
    const limit =
      part.part === 'drain' && limits.find(({ fromMs, toMs }) => fromMs < part.toMs && toMs > part.fromMs);
    if (!limit) return [part];
    const [fromMs, toMs] = [Math.max(part.fromMs, limit.fromMs), Math.min(part.toMs, limit.toMs)];
    return [
      { ...part, toMs: fromMs },
      { part: 'limit', fromMs, toMs },
      { ...part, fromMs: toMs },
    ];
  });
}

function clipped(parts: readonly IncidentPart[], { fromMs, toMs }: Span): IncidentPart[] {
  return parts.flatMap((part) => {
    const own = { ...part, fromMs: Math.max(fromMs, part.fromMs), toMs: Math.min(toMs, part.toMs) };
    return own.toMs > own.fromMs ? [own] : [];
  });
}

function joined(parts: readonly IncidentPart[]): IncidentPart[] {
  const all: IncidentPart[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last?.part === part.part) last.toMs = part.toMs;
    else all.push({ ...part });
  }
  return all;
}

/**
 * Parts from a moment to another by marks, each the end of its part. A mark that is not known leaves its time to the next
 * one; one that is told later than what followed it is taken to have been with that.
 */
export function partsByMarks(
  { fromMs, toMs }: Span,
  marks: readonly (readonly [IncidentPart['part'], number | null])[],
): IncidentPart[] {
  const parts: IncidentPart[] = [];
  let atMs = fromMs;
  for (const [i, [part, mark]] of marks.entries()) {
    if (mark === null) continue;
    const later = marks.slice(i).flatMap(([, ms]) => (ms === null ? [] : [ms]));
    const untilMs = Math.min(toMs, ...later);
    if (untilMs <= atMs) continue;
    parts.push({ part, fromMs: atMs, toMs: untilMs });
    atMs = untilMs;
  }
  return parts;
}
