import { type WhatIfBase } from '@/lib/whatif';
import { type ClusterReport, type RevisionReport } from '@/lib/model/cluster-report';
import { type ConcurrencySample, type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { message } from '@/lib/model/message';
import { podsByRevision } from '@/lib/timeline/correlate-revisions';
import { reportsOf, samplesOf, shareAt } from '@/lib/timeline/one-revision';
import { type Traffic, trafficOf } from '@/lib/timeline/traffic';
import { baseOf } from './recorded-base';

/** What of a run is one revision's. */
interface RevisionPart {
  recording: Recording;
  base: WhatIfBase;
  /** Its part, of 1, of the answers in the second that ends at a time. */
  answeredPart: (atMs: number) => number;
  /** From when on no route referred to it; null: to the end one did. */
  unreachableFromMs: number | null;
}

/** What was recorded of one revision, with the settings that it had last and how its part of the load is known. */
export function partOf(run: Run, whole: Recording, revision: string): RevisionPart {
  const { reports = [], podEvents, concurrency } = whole;
  const traffic = trafficOf(reports, concurrency);
  const names = [...podsByRevision(podEvents).keys()];
  const settings = reports.flatMap((report) =>
    report.kind === 'revision' && report.revision === revision ? [report] : [],
  );
  const last = settings.at(-1);
  const service = baseOf(run, whole);
  const own = samplesOf(revision, names[0] === revision, concurrency, traffic);
  const isTold = concurrency.some(({ byRevision }) => byRevision);
  const divided = answeredPart(revision, traffic, concurrency, own);
  const counted = countedPart(revision, reports);
  const load = concurrency.filter(
    ({ instant, total, atMs }) => !instant && total > 0 && atMs > (run.loadStartMs ?? 0),
  );
  const uncounted = load.filter(({ atMs }) => counted(atMs) === null).length;
  const by = traffic?.by === 'route' || !isTold ? 'route' : 'inFlight';
  return {
    recording: {
      ...whole,
      podEvents: podEvents.filter((event) => event.revision === revision),
      concurrency: own,
      reports: reportsOf(revision, reports),
    },
    base: {
      ...service,
      assumptions: [
        uncounted < load.length
          ? message('assumptions.one-revision-by-rates', {
              revision,
              // The first rate is of the time between two readings.
              rest: uncounted <= fewUncounted ? 'none' : by,
              seconds: uncounted,
            })
          : message(
              by === 'route' ? 'assumptions.one-revision-by-route' : 'assumptions.one-revision-by-in-flight',
              { revision },
            ),
      ],
      annotations: last?.annotations ?? service.annotations,
      containerConcurrency: last?.containerConcurrency ?? service.containerConcurrency,
    },
    answeredPart: (atMs) => counted(atMs) ?? divided(atMs),
    unreachableFromMs: unreachableFrom(settings),
  };
}

/** From when on no route referred to a revision, to the end. */
function unreachableFrom(settings: readonly RevisionReport[]): number | null {
  const since = settings.findLastIndex(({ reachable }) => reachable !== false) + 1;
  return settings[since]?.atMs ?? null;
}

/** By the Route, which divides requests; else by what was in flight, which is more where a revision takes longer. */
function answeredPart(
  revision: string,
  traffic: Traffic | null,
  all: readonly ConcurrencySample[],
  own: readonly ConcurrencySample[],
): (atMs: number) => number {
  if (traffic?.by === 'route') return (atMs) => shareAt(traffic, revision, atMs) ?? 0;
  const parts = all.flatMap(({ atMs, total, instant }, i) =>
    instant || total <= 0 ? [] : [{ atMs, part: own[i]!.total / total }],
  );
  return (atMs) => (parts.find((one) => one.atMs >= atMs) ?? parts.at(-1))?.part ?? 0;
}

/** A rate is of about this long (ms), and counts for as long. */
const ratedMs = 1500;
/** So many seconds without a rate are a run's beginning and end. */
const fewUncounted = 2;

/** Its part of what the gateway counted of all revisions about a time; null: it counted none then. */
function countedPart(revision: string, reports: readonly ClusterReport[]): (atMs: number) => number | null {
  const rates = reports.flatMap((report) => (report.kind === 'rates' ? [report] : []));
  let next = 0;
  return (atMs) => {
    if ((rates[next - 1]?.atMs ?? -Infinity) >= atMs) next = 0;
    while (next < rates.length && rates[next]!.atMs < atMs) next++;
    const rate = rates[next];
    if (!rate || rate.atMs - atMs > ratedMs) return null;
    const all = Object.values(rate.byRevision).reduce((sum, value) => sum + value, 0);
    return all > 0 ? (rate.byRevision[revision] ?? 0) / all : null;
  };
}

/** The revisions that had load and can be told from others, in the order in which they came; none where there was one. */
export function loadedRevisions(run: Run, { podEvents, concurrency, reports = [] }: Recording): string[] {
  const names = [...podsByRevision(podEvents).keys()];
  const traffic = trafficOf(reports, concurrency);
  if (names.length < 2 || traffic === null) return [];
  return names.filter((name, i) =>
    samplesOf(name, i === 0, concurrency, traffic).some(
      ({ atMs, total, instant }) => !instant && total > 0 && atMs > (run.loadStartMs ?? 0),
    ),
  );
}
