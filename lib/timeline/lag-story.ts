import { type InputDifference } from './autoscaler-inputs';
import { type Correlation } from './correlate';
import { type Unready } from './service-readiness';

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
      kind: 'most-of-lag';
      part: PartOfMost;
      share: number;
      incidents: number;
      /** An HPA on CPU or memory has no windows of Knative's, and reads others' metrics. */
      onUsage?: true;
    }
  | { kind: 'difference'; pods: number; signed: number; byReading: number }
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
  | ({ kind: 'unready' } & Unready)
  | { kind: 'note'; reason: string; atMs: number; objects: number; name: string; text: string };

/** The revision that a sentence is about; none where the service has one. */
export function ofRevision(revision: string | undefined): Pick<SentencePlace, 'revision'> {
  return revision === undefined ? {} : { revision };
}

/** What most of a run's incidents may have been: parts that something helps against. */
const partsOfMost = {
  notice: 'notice',
  climb: 'notice',
  decide: 'decide',
  act: 'act',
  answer: 'act',
  schedule: 'schedule',
  pull: 'pull',
  init: 'init',
  start: 'start',
  probe: 'probe',
} as const;
export type PartOfMost = (typeof partsOfMost)[keyof typeof partsOfMost];

/** Incidents that were shorter than this (ms) together are not worth a hint. */
const leastMs = 500;

/** Advice, which is told after what it is about: the part that made the most of all times until enough pods came, where it is more than half of them; what is in doubt is left out. */
export function mostOfIncidents({
  incidents,
  usage,
}: Pick<Correlation, 'incidents' | 'usage'>): (LagSentence & SentencePlace)[] {
  const short = incidents.filter(
    ({ kind, cause, end, isUnclear }) => kind === 'short' && cause === 'load' && end === 'done' && !isUnclear,
  );
  const sums = new Map<PartOfMost, number>();
  for (const { part, fromMs, toMs } of short.flatMap(({ parts }) => parts)) {
    if (!(part in partsOfMost)) continue;
    const name = partsOfMost[part as keyof typeof partsOfMost];
    sums.set(name, (sums.get(name) ?? 0) + toMs - fromMs);
  }
  const [most] = [...sums].sort(([, a], [, b]) => b - a);
  const totalMs = short.reduce((sum, { durationMs }) => sum + durationMs, 0);
  if (!most || totalMs < leastMs || most[1] * 2 <= totalMs) return [];
  return [
    {
      kind: 'most-of-lag',
      part: most[0],
      share: most[1] / totalMs,
      incidents: short.length,
      ...(usage ? { onUsage: true as const } : {}),
      range: null,
      eventId: null,
    },
  ];
}

/** By how much due and decided differed, over the whole run, and why. */
export function wholeLagSentences({
  difference,
  settings,
  inputs,
}: Correlation): (LagSentence & SentencePlace)[] {
  const place = { range: null, eventId: null };
  return [
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

/**
 * What the cluster's Events say, but for what an incident tells as its evidence, which of the cluster's settings were
 * changed, and when the service was not ready, each with its place.
 */
export function noteSentences({
  notes,
  incidents = [],
  configChanges = [],
  unready = [],
}: Pick<Correlation, 'notes'> &
  Partial<Pick<Correlation, 'incidents' | 'configChanges' | 'unready'>>): (LagSentence & SentencePlace)[] {
  const evidence = incidents.flatMap(({ culprit }) => culprit.evidence);
  const isTold = ({ reason, name }: Correlation['notes'][number]): boolean =>
    evidence.some(
      ({ code, data }) => code === 'incidents.cluster-note' && data.reason === reason && data.name === name,
    );
  const changes = configChanges.map((change) => ({
    kind: 'config-change' as const,
    ...change,
    range: { fromMs: change.atMs, toMs: change.atMs },
    eventId: null,
  }));
  const told = notes
    .filter((one) => !isTold(one))
    .map(({ reason, fromMs, toMs, objects, name, message }) => ({
      kind: 'note' as const,
      reason,
      atMs: fromMs,
      objects,
      name,
      text: message.length > longestText ? `${message.slice(0, longestText)}…` : message,
      range: { fromMs, toMs },
      eventId: null,
    }));
  const stretches = unready.map((stretch) => ({
    kind: 'unready' as const,
    ...stretch,
    range: { fromMs: stretch.fromMs, toMs: stretch.toMs ?? stretch.fromMs },
    eventId: null,
  }));
  return [...told, ...changes, ...stretches];
}
