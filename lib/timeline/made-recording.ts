import { type ClusterReport, type NewClusterReport } from '@/lib/model/cluster-report';
import {
  type Decision,
  type MetricPoint,
  type MetricSeries,
  type PodEvent,
  type Recording,
  type RecordingGap,
} from '@/lib/model/recording';
import { cellIndexOf } from '@/lib/statistics/histogram/bounds';

/** A pod by when it was made, ready, told to end and gone, ms; without `made` it was there from the beginning. */
export interface MadePod {
  made?: number;
  ready: number | null;
  ending?: number;
  gone?: number;
  lost?: boolean;
}

/** A recording as an expert thinks of it, for tests. */
export interface MadeRecording {
  seconds?: number;
  /** In flight in the second that ends at it, of which so many wait. */
  load?: (second: number) => number;
  waiting?: (second: number) => number;
  /** A request's time in the second that ends at it, ms. */
  tookMs?: (second: number) => number;
  requestsASecond?: number;
  /** When so many pods were due; the average that is left out is what they take. Or decisions as they were. */
  decisions?: readonly (
    [atMs: number, replicas: number, average?: number] | (Omit<Decision, 'id'> & { id?: number })
  )[];
  /** What the decisions' reasons are beside `madeReason`. */
  reason?: Decision['reason'];
  pods?: readonly MadePod[];
  reports?: readonly NewClusterReport[];
  gaps?: readonly (Pick<RecordingGap, 'what' | 'fromMs' | 'toMs'> & Partial<Pick<RecordingGap, 'data'>>)[];
}

/** Requests in flight that a pod of a made recording is to have. */
export const madeTarget = 5;
const madeReason: Decision['reason'] = {
  target: madeTarget,
  metric: 'concurrency',
  stableWindowMs: 60_000,
  panicWindowMs: 6000,
  maxScale: 0,
  minScale: 0,
  scaleDownDelayMs: 0,
};

export const many = (count: number, pod: MadePod): MadePod[] =>
  Array.from({ length: count }, () => ({ ...pod }));

/** Such a recording, as a recorder would store it: 30 s, 5 in flight on one pod, 100 requests a second, unless said. */
export function madeRecording({
  seconds = 30,
  load = () => madeTarget,
  waiting = () => 0,
  tookMs = () => 30,
  requestsASecond = 100,
  decisions = [],
  reason = {},
  pods = [{ ready: 0 }],
  reports = [],
  gaps = [],
}: MadeRecording): Recording {
  let id = 1;
  const ends = Array.from({ length: seconds }, (_, i) => i + 1);
  return {
    series: [
      { ...series, id: 1, metric: 'http_reqs', type: 'counter', unit: 'none' },
      { ...series, id: 2, metric: 'http_req_duration', type: 'trend', unit: 'seconds' },
    ],
    points: ends.flatMap((second): MetricPoint[] => {
      const took = tookMs(second) / 1000;
      const cells: [number, number][] = [[cellIndexOf(3, took), requestsASecond]];
      const sum = requestsASecond * took;
      const histogram = { schema: 3, zeroThreshold: 0, zeroCount: 0, count: requestsASecond, sum, cells };
      return [
        { id: id++, seriesId: 1, atMs: second * 1000, value: requestsASecond, histogram: null },
        { id: id++, seriesId: 2, atMs: second * 1000, value: null, histogram },
      ];
    }),
    concurrency: ends.map((second) => ({
      id: id++,
      atMs: second * 1000,
      source: 'gateway',
      active: load(second) - waiting(second),
      waiting: waiting(second),
      total: load(second),
      instant: false,
    })),
    decisions: decisions.map((one): Decision => ({
      ...('atMs' in one ? one : decisionOf(one, reason)),
      id: id++,
    })),
    podEvents: pods
      .flatMap(podEventsOf)
      .sort((a, b) => a.atMs - b.atMs)
      .map((event) => ({ ...event, id: id++ })),
    reports: reports.map((report): ClusterReport => ({ ...report, id: id++ })),
    gaps: gaps.map((gap) => ({ ...gap, id: id++, reason: 'gone' })),
  };
}

const series: Pick<MetricSeries, 'tags'> = { tags: { status: '200' } };

function decisionOf(
  [atMs, replicas, average = replicas * madeTarget]: [number, number, number?],
  reason: Decision['reason'],
): Omit<Decision, 'id'> {
  return {
    atMs,
    valid: true,
    readyPods: 0,
    desiredPods: replicas,
    replicas,
    stableAverage: average,
    panicAverage: average,
    panicMode: false,
    boundBy: 'stable',
    reason: { ...madeReason, ...reason },
  };
}

function podEventsOf({ made, ready, ending, gone, lost }: MadePod, i: number): Omit<PodEvent, 'id'>[] {
  const event = (atMs: number, type: PodEvent['type'], phase: PodEvent['phase']): Omit<PodEvent, 'id'> => ({
    atMs,
    serverAtMs: null,
    type,
    uid: `p${i}`,
    name: `p${i}`,
    revision: 'r',
    phase,
    reason: lost ? 'OOMKilled' : null,
    resourceVersion: '1',
  });
  return [
    ...(made === undefined ? [] : [event(made, 'ADDED', 'pending')]),
    ...(ready === null ? [] : [event(ready, made === undefined ? 'LIST' : 'MODIFIED', 'ready')]),
    ...(ending === undefined ? [] : [event(ending, 'MODIFIED', 'terminating')]),
    ...(gone === undefined ? [] : [event(gone, 'DELETED', 'gone')]),
  ];
}
