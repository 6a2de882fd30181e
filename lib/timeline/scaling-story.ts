import { type Correlation } from './correlate';
import { type Episode } from './episodes';
import { ofRevision } from './lag-story';
import { type RequestUnit } from '@/lib/model/protocol';
import { type ObservedScaleEvent } from './scale-events';
import { type ScaleMatch } from './match';
import { type PaidFor, type StorySentence } from './story-sentence';

/** Scale-ups in a row: that enough pods came, or that they never did, and what it cost. */
export function episodeSentence(
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
export function descents({ matched, expected }: Correlation): StorySentence[] {
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
export function unasked({ unexpected, observed }: Correlation): StorySentence[] {
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

/** Pods that went without being asked to: a sentence each, or one for all. */
export function lossSentences({ losses }: Correlation): StorySentence[] {
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
