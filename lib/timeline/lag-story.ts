import { type InputDifference } from './autoscaler-inputs';
import { type Correlation } from './correlate';
import { type Episode } from './episodes';
import { lagPartNames, type LagPart } from '@/lib/model/lag-part';
import { mostOfLag } from './lag-parts';

/** Where a sentence is in the charts. */
export interface SentencePlace {
  range: { fromMs: number; toMs: number } | null;
  eventId: string | null;
  /** The revision that it is about, where the service has several. */
  revision?: string;
}

/** What the cluster's own word adds to a run's story. */
export type LagSentence =
  | {
      kind: 'lag-parts';
      /** The pod that was ready last of those that were due: the tenth of ten. */
      nth: number;
      lateMs: number;
      /** In the order of time; those too short to be told are together in `restMs`. */
      parts: { part: LagPart; ms: number }[];
      restMs: number;
      isNewNode: boolean;
      /** Kubernetes' word for how its container ended before it was ready; null: it did not. */
      failure: string | null;
    }
  | { kind: 'decided'; afterMs: number | null; to: number; most: number }
  | { kind: 'most-of-lag'; part: LagPart; share: number; events: number }
  | { kind: 'difference'; pods: number; signed: number }
  | { kind: 'setting'; revision: string; setting: string; ours: string | null; theirs: string | null }
  | ({ kind: 'input' } & Pick<InputDifference, 'input' | 'ours' | 'theirs'>)
  | {
      kind: 'config-change';
      atMs: number;
      configMap: string;
      key: string;
      before: string | null;
      after: string | null;
    }
  | { kind: 'note'; reason: string; atMs: number; objects: number; name: string; text: string };

/** Parts shorter than both are told together. */
const leastMs = 50;
const leastShare = 0.03;

/** Where the time of a scale-up went, or, where it did not come, what the cluster's autoscaler had decided. */
export function lagSentences(
  { lagParts, waits, matched, missed, revisions, decidedMs, ...all }: Correlation,
  { events, answered, fromMs, toMs }: Episode,
): (LagSentence & SentencePlace)[] {
  const of = ofRevision(events[0]?.revision);
  const decided = of.revision
    ? (revisions.find(({ revision }) => revision === of.revision)?.decided ?? [])
    : all.decided;
  const range = { fromMs, toMs };
  if (!answered) {
    const most = events.reduce((a, b) => (b.to > a.to ? b : a));
    const at = decidedMs[most.id];
    if (decided.length === 0 || !missed.includes(most)) return [];
    const mostDecided = Math.max(0, ...decided.filter(({ atMs }) => atMs <= toMs).map(({ pods }) => pods));
    return [
      {
        kind: 'decided',
        afterMs: at === undefined ? null : at - most.atMs,
        to: most.to,
        most: mostDecided,
        ...of,
        range,
        eventId: most.id,
      },
    ];
  }
  // Of several steps the one whose lag was the longest.
  const late = matched
    .filter(({ expected, lag }) => events.includes(expected) && (lag.totalMs ?? 0) > leastMs)
    .sort((a, b) => (b.lag.totalMs ?? 0) - (a.lag.totalMs ?? 0))
    .find(({ expected }) => lagParts[expected.id]);
  const found = late && lagParts[late.expected.id];
  if (!late || !found) return [];
  const lateMs = late.lag.totalMs ?? 0;
  const wait = waits.find(({ uid }) => uid === found.pod);
  const parts = lagPartNames.map((part) => ({ part, ms: found.parts[part] ?? 0 }));
  const isTold = ({ ms }: { ms: number }): boolean => Math.abs(ms) >= Math.max(leastMs, lateMs * leastShare);
  return [
    {
      kind: 'lag-parts',
      nth: late.reached,
      lateMs,
      parts: parts.filter(isTold),
      restMs: parts.filter((one) => !isTold(one)).reduce((sum, { ms }) => sum + ms, 0),
      isNewNode: wait?.isNewNode ?? false,
      failure: wait?.failures[0]?.reason ?? null,
      ...of,
      range,
      eventId: late.expected.id,
    },
  ];
}

/** The revision that a sentence is about; none where the service has one. */
export function ofRevision(revision: string | undefined): Pick<SentencePlace, 'revision'> {
  return revision === undefined ? {} : { revision };
}

/** What all scale-ups together were late by less is not worth a hint. */
const leastLagMs = 500;

/** What makes most of the run's lag, and by how much due and decided differed. */
export function wholeLagSentences({
  lagParts,
  difference,
  settings,
  inputs,
}: Correlation): (LagSentence & SentencePlace)[] {
  const place = { range: null, eventId: null };
  const sum = mostOfLag(Object.values(lagParts));
  return [
    ...(sum && sum.most !== 'unknown' && sum.totalMs >= leastLagMs
      ? [
          {
            kind: 'most-of-lag' as const,
            part: sum.most,
            share: sum.mostMs / sum.totalMs,
            events: sum.events,
            ...place,
          },
        ]
      : []),
    ...(difference ? [{ kind: 'difference' as const, ...difference, ...place }] : []),
    ...inputs.map(({ fromMs, toMs, revision, ...one }) => ({
      kind: 'input' as const,
      ...one,
      range: { fromMs, toMs },
      eventId: null,
      ...ofRevision(revision),
    })),
    ...settings.map((one) => ({ kind: 'setting' as const, ...one, ...place })),
  ];
}

const longestText = 180;

/** What the cluster's Events say, and which of its settings were changed, each with its place. */
export function noteSentences({
  notes,
  configChanges = [],
}: Pick<Correlation, 'notes'> & Partial<Pick<Correlation, 'configChanges'>>): (LagSentence &
  SentencePlace)[] {
  const changes = configChanges.map((change) => ({
    kind: 'config-change' as const,
    ...change,
    range: { fromMs: change.atMs, toMs: change.atMs },
    eventId: null,
  }));
  const told = notes.map(({ reason, fromMs, toMs, objects, name, message }) => ({
    kind: 'note' as const,
    reason,
    atMs: fromMs,
    objects,
    name,
    text: message.length > longestText ? `${message.slice(0, longestText)}…` : message,
    range: { fromMs, toMs },
    eventId: null,
  }));
  return [...told, ...changes];
}
