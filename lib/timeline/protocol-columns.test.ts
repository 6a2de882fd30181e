import { describe, expect, it } from 'vitest';
import { type MetricPoint, type MetricSeries, type Recording } from '@/lib/model/recording';
import { histogramOf } from '@/lib/statistics/histogram/single-values';
import { appendRows, overviewOf, rangeOverview, refineRows, thinOverview } from './overview';
import { packOverview, unpackOverview } from './overview-encode';
import { mergeProtocolColumns, protocolColumns, protocolSeries, protocolSpansOf } from './protocol-columns';
import { protocolFigures } from './protocol-figures';

type Told = number | readonly number[];
const unary = { name: '/ping.Ping/One', scenario: 'calls', status: '0' };
const stream = { name: '/ping.Ping/Many', scenario: 'streams' };

/** A recording of pushes a second: metric, tags, and a counter's increase or a trend's seconds. */
function recordingOf(pushes: readonly (readonly [string, Record<string, string>, Told])[][]): Recording {
  const series: MetricSeries[] = [];
  const points: MetricPoint[] = [];
  for (const [i, push] of pushes.entries()) {
    for (const [metric, tags, told] of push) {
      const key = JSON.stringify(tags);
      let own = series.find((one) => one.metric === metric && JSON.stringify(one.tags) === key);
      const isCounter = typeof told === 'number';
      if (!own) {
        own = { id: series.length, metric, tags, type: isCounter ? 'counter' : 'trend', unit: 'none' };
        series.push(own);
      }
      points.push({
        id: points.length + 1,
        seriesId: own.id,
        atMs: 1000 * (i + 1),
        value: isCounter ? told : null,
        histogram: isCounter ? null : histogramOf(told),
      });
    }
  }
  return { series, points, podEvents: [], concurrency: [], decisions: [], gaps: [] };
}

const mixed = recordingOf([
  [
    ['grpc_streams', stream, 3],
    ['ws_sessions', { status: '101' }, 2],
    ['ws_sessions', { status: '503' }, 1],
    ['grpc_req_duration', unary, [0.005, 0.006]],
    ['time_to_first_message', {}, [0.02]],
  ],
  [
    ['grpc_req_duration', unary, [0.005]],
    ['grpc_req_duration', { ...unary, status: '14' }, [0.001]],
    ['grpc_req_duration', { ...stream, status: '0' }, [1.1]],
    ['grpc_streams_msgs_received', stream, 30],
    ['ws_msgs_sent', {}, 8],
  ],
  [
    ['grpc_req_duration', { ...stream, status: '0' }, [1.2, 1.3]],
    ['ws_session_duration', {}, [2, 2]],
    ['ws_msgs_received', {}, 12],
  ],
]);
const columns = protocolColumns(mixed.series, mixed.points);

describe('what protocols do beside requests', () => {
  it('is not there where a load has HTTP requests alone', () => {
    const http = recordingOf([
      [
        ['http_reqs', {}, 3],
        ['http_req_duration', {}, [0.1, 0.1, 0.2]],
      ],
    ]);
    expect(protocolSeries(http.series)).toEqual([]);
    expect(overviewOf(http, 0).protocol).toBeUndefined();
  });

  it('reads of HTTP beside tokens the tokens alone', () => {
    const llm = recordingOf([
      [
        ['http_req_duration', {}, [2]],
        ['output_tokens', {}, 60],
        ['time_to_first_byte', {}, [0.3]],
      ],
    ]);
    expect(protocolSeries(llm.series)).toEqual([1, 2]);
    const [column] = protocolColumns(llm.series, llm.points);
    expect(column).toMatchObject({ counts: { outputTokens: 60 }, kinds: {} });
    expect(protocolFigures([column!], 2)?.tokens).toEqual({ output: 60, prompt: null, outputPerSecond: 30 });
  });

  it('tells streams from calls of the same protocol, and how each ended', () => {
    expect(columns.map(({ statuses }) => statuses)).toEqual([
      { OK: 2 },
      { OK: 2, UNAVAILABLE: 1 },
      { OK: 2 },
    ]);
    expect(columns.map(({ kinds }) => [kinds.unary?.count, kinds.stream?.count])).toEqual([
      [2, undefined],
      [2, 1],
      [undefined, 2],
    ]);
  });

  it('knows what is open from what began and ended, a refused session never having opened', () => {
    const spans = protocolSpansOf(columns, [
      { fromMs: 0, toMs: 1000 },
      { fromMs: 1000, toMs: 2000 },
      { fromMs: 2000, toMs: 3000 },
    ]);
    expect(spans.map(({ streams, sessions }) => [streams, sessions])).toEqual([
      [3, 2],
      [2, 2],
      [0, 0],
    ]);
    const last = protocolSpansOf(columns, [{ fromMs: 2000, toMs: 3000 }]);
    expect(last).toEqual(spans.slice(2));
  });

  it('keeps open what no push tells of, until it has ended', () => {
    const silent = recordingOf([
      [['ws_sessions', { status: '101' }, 1]],
      [],
      [],
      [['ws_session_duration', {}, [3]]],
      [],
    ]);
    const told = protocolColumns(silent.series, silent.points);
    const sessionsIn = (fromMs: number, toMs: number): (number | null | undefined)[] => [
      protocolSpansOf(told, [{ fromMs, toMs }])[0]?.sessions,
      protocolFigures(
        told.filter(({ atMs }) => atMs > fromMs && atMs <= toMs),
        1,
        { range: { fromMs, before: told.filter(({ atMs }) => atMs <= fromMs) } },
      )?.mostSessions,
    ];
    expect(sessionsIn(1000, 3000)).toEqual([1, 1]);
    expect(sessionsIn(1000, 4000)).toEqual([1, 1]);
    expect(sessionsIn(3000, 4000)).toEqual([0, 0]);
    expect(sessionsIn(4000, 5000)).toEqual([0, 0]);
  });

  it('sums up as figures, of a range with what was open before it', () => {
    expect(protocolFigures(columns, 3)).toMatchObject({
      statuses: { OK: 6, UNAVAILABLE: 1 },
      mostStreams: 3,
      mostSessions: 2,
      messages: { sent: 8, received: 42, receivedPerSecond: 14 },
      tokens: null,
      times: [{ time: 'firstMessage', count: 1 }],
    });
    expect(
      protocolFigures(columns.slice(1), 2, { range: { fromMs: 1000, before: columns.slice(0, 1) } })
        ?.mostStreams,
    ).toBe(2);
  });

  it('takes k6’s exact percentiles where its summary has them', () => {
    const summary = {
      metrics: [
        {
          metric: 'time_to_first_message',
          type: 'trend',
          contains: 'time',
          values: { med: 20.5, 'p(95)': 21 },
          thresholds: [],
        },
      ],
      checks: [],
      groups: [],
      testRunDurationMs: 3000,
    } as const;
    const found = protocolFigures(columns, 3, { summary: summary as never });
    expect(found?.times[0]).toEqual({ time: 'firstMessage', count: 1, p50Ms: 20.5, p95Ms: 21 });
  });

  it('is the same when it was sent, merged, and told again', () => {
    const full = overviewOf(mixed, 0);
    expect(unpackOverview(packOverview(full)).protocol).toEqual(full.protocol);
    expect(appendRows(full, { ...full, protocol: full.protocol!.slice(1) }).protocol).toEqual(full.protocol);
    const part = rangeOverview(full, { fromMs: 1000, toMs: 2000 }, 600);
    expect(part.protocol).toEqual(full.protocol!.slice(1, 2));
    const thin = thinOverview(full, 1);
    expect(thin.protocol!.length).toBeLessThan(full.protocol!.length);
    expect(unpackOverview(packOverview(thin)).protocol).toEqual(thin.protocol);
    // What was open at its fullest is known though the columns end when it no longer was.
    expect(protocolFigures(thin.protocol!, 3)).toEqual(protocolFigures(full.protocol!, 3));
    const again = { ...thin, protocol: [mergeProtocolColumns(thin.protocol!)] };
    expect(protocolFigures(again.protocol, 3)).toEqual(protocolFigures(full.protocol!, 3));
    expect(refineRows(full, part, { fromMs: 1000, toMs: 2000 }).protocol).toEqual(full.protocol);
  });
});
