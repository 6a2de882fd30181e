import { describe, expect, it } from 'vitest';
import { type ClusterReport, type ScaleReport } from '@/lib/model/cluster-report';
import { type ConcurrencySample, type Decision, type PodEvent } from '@/lib/model/recording';
import { decidedAt, decidedSteps } from './decided';
import { podsAt, podTimeline } from './pods';
import { joinPieces, type WatchedPiece } from './stretch';

const hourMs = 3_600_000;
let ids = 0;

function pod(
  uid: string,
  atMs: number,
  phase: PodEvent['phase'],
  type: PodEvent['type'] = 'MODIFIED',
): PodEvent {
  const resourceVersion = `${++ids}`;
  return {
    id: ids,
    atMs,
    serverAtMs: null,
    type,
    uid,
    name: uid,
    revision: 'r',
    phase,
    reason: null,
    resourceVersion,
  };
}

function sample(atMs: number, total: number): ConcurrencySample {
  return { id: ++ids, atMs, source: 'gateway', active: total, waiting: 0, total, instant: false };
}

function decision(atMs: number, replicas: number): Decision {
  return {
    id: ++ids,
    atMs,
    valid: true,
    readyPods: replicas,
    desiredPods: replicas,
    replicas,
    stableAverage: 0,
    panicAverage: 0,
    panicMode: false,
    boundBy: 'none',
    reason: {},
  };
}

function piece(originMs: number, rows: Partial<WatchedPiece>): WatchedPiece {
  return {
    originMs,
    fromMs: 100,
    toMs: null,
    podEvents: [],
    concurrency: [],
    decisions: [],
    gaps: [],
    ...rows,
  };
}

/** Two hours' pieces with the seam at 1 h: pod a stays, b goes unseen in the seam, c comes after it. */
const first = piece(0, {
  toMs: hourMs + 400,
  podEvents: [
    pod('a', 50, 'ready', 'LIST'),
    pod('b', hourMs - 60_000, 'pending', 'ADDED'),
    pod('b', hourMs - 50_000, 'ready'),
    // After the next piece has taken over: told by that one too.
    pod('d', hourMs + 300, 'pending', 'ADDED'),
  ],
  concurrency: [sample(hourMs - 2000, 3), sample(hourMs - 1000, 4), sample(hourMs + 350, 9)],
  decisions: [decision(hourMs - 2000, 2)],
});
const second = piece(hourMs, {
  podEvents: [pod('a', 20, 'ready', 'LIST'), pod('d', 301, 'pending', 'ADDED'), pod('d', 5000, 'ready')],
  concurrency: [sample(1000, 5), sample(2000, 6)],
  decisions: [decision(2000, 3)],
});

describe('joinPieces', () => {
  it('puts pieces on one clock, each row once, pods across the seam as they were', () => {
    const joined = joinPieces([first, second], { fromUnixMs: hourMs - 10_000, toUnixMs: hourMs + 10_000 });
    expect(joined.concurrency.map(({ atMs, total }) => [atMs, total])).toEqual([
      [8000, 3],
      [9000, 4],
      [11_000, 5],
      [12_000, 6],
    ]);
    expect(joined.decisions.map(({ atMs, replicas }) => [atMs, replicas])).toEqual([
      [8000, 2],
      [12_000, 3],
    ]);
    const { steps, lives } = podTimeline(joined.podEvents);
    expect(podsAt(steps, 0).ready).toBe(2);
    expect(lives.filter(({ preexisting }) => preexisting).map(({ name }) => name)).toEqual(['a', 'b']);
    expect(lives.find(({ name }) => name === 'b')).toMatchObject({ goneMs: 10_100 });
    expect(lives.find(({ name }) => name === 'd')).toMatchObject({ createdMs: 10_301, readyMs: 15_000 });
    expect(joined.gaps).toEqual([]);
    expect(new Set(joined.podEvents.map(({ id }) => id)).size).toBe(joined.podEvents.length);
  });

  it('tells what nobody watched as a gap: before, between and after', () => {
    const pieces = [
      piece(10_000, { toMs: 20_000, concurrency: [sample(5000, 1)] }),
      piece(60_000, { toMs: 70_000, concurrency: [sample(5000, 2)] }),
    ];
    const { gaps } = joinPieces(pieces, { fromUnixMs: 0, toUnixMs: 140_000 });
    expect(gaps.filter(({ what }) => what === 'pods').map(({ fromMs, toMs }) => [fromMs, toMs])).toEqual([
      [0, 10_100],
      [30_000, 60_100],
      [130_000, 140_000],
    ]);
  });

  it('cuts the gaps of a piece to the stretch, and leaves open what lasts', () => {
    const gap = { id: 1, what: 'concurrency' as const, reason: 'x', code: null, data: null };
    const one = piece(0, {
      gaps: [
        { ...gap, fromMs: 1000, toMs: 8000 },
        { ...gap, fromMs: 15_000, toMs: null },
      ],
    });
    const cut = (fromUnixMs: number, toUnixMs: number) =>
      joinPieces([one], { fromUnixMs, toUnixMs }).gaps.map(({ fromMs, toMs }) => [fromMs, toMs]);
    expect(cut(5000, 20_000)).toEqual([
      [0, 3000],
      [10_000, null],
    ]);
    expect(cut(9000, 14_000)).toEqual([]);
  });

  it('takes on what the cluster said before the stretch and what still holds, and each change once', () => {
    const scale = (revision: string, atMs: number, desired: number): ScaleReport => ({
      id: ++ids,
      kind: 'scale',
      source: 'podautoscaler',
      revision,
      desired,
      actual: desired,
      reason: null,
      atMs,
      serverAtMs: null,
    });
    const shares = [{ revision: 'old', percent: 100, tag: null }];
    const route = (atMs: number): ClusterReport => ({
      id: ++ids,
      kind: 'traffic',
      shares,
      atMs,
      serverAtMs: null,
    });
    const pieces = [
      piece(0, {
        toMs: 60_200,
        // All were told by the first lists, before the piece began to count.
        reports: [scale('old', 40, 2), scale('gone', 45, 1), route(50), scale('old', 30_000, 3)],
      }),
      piece(60_000, { reports: [scale('old', 40, 3), route(50), scale('old', 20_000, 1)] }),
    ];
    const { reports = [] } = joinPieces(pieces, { fromUnixMs: 10_000, toUnixMs: 100_000 });
    const decided = decidedSteps(reports);
    // In the middle of a piece, after its change, in the next piece that no longer finds one, and after its own change.
    expect([0, 25_000, 51_000, 75_000].map((atMs) => decidedAt(decided, atMs))).toEqual([3, 4, 3, 1]);
    expect(reports.filter(({ kind }) => kind === 'traffic').map(({ atMs }) => atMs)).toEqual([0]);
    expect(new Set(reports.map(({ id }) => id)).size).toBe(reports.length);
  });

  it('puts on the one clock also when what pods use was sampled', () => {
    const usage = (atMs: number): ClusterReport => ({
      id: ++ids,
      kind: 'usage',
      atMs,
      serverAtMs: null,
      pods: [
        {
          pod: 'a',
          revision: 'r',
          sampledAtMs: atMs - 400,
          windowMs: 1000,
          cpuMilli: 100,
          memoryBytes: 1,
          cpuRequestMilli: 100,
          memoryRequestBytes: 1,
          noCpuRequest: null,
          startedAtMs: atMs - 900,
        },
      ],
    });
    const pieces = [
      piece(0, { toMs: hourMs + 400, reports: [usage(hourMs - 5000)] }),
      piece(hourMs, { reports: [usage(5000)] }),
    ];
    const { reports = [] } = joinPieces(pieces, {
      fromUnixMs: hourMs - 10_000,
      toUnixMs: hourMs + 10_000,
    });
    const pods = reports.flatMap((report) => (report.kind === 'usage' ? report.pods : []));
    expect(pods.map(({ sampledAtMs, startedAtMs }) => [sampledAtMs, startedAtMs])).toEqual([
      [4600, 4100],
      [14_600, 14_100],
    ]);
  });
});
