import { describe, expect, it } from 'vitest';
import { type RunSummary } from '@/lib/model/run';
import { histogramOf } from '@/lib/statistics/histogram/single-values';
import { columnOfPush } from './columns';
import { failuresOf, meanRateOf, percentileOf, requestsOf } from './figures';
import { k6RequestsOf } from './k6-requests';
import { latencyMetricOf, protocolsIn, statusClassOf, statusNameOf, summedRequests } from './protocols';

/** Series as k6 v1.8.1 pushed them of a script with a unary call, a stream and WebSocket sessions. */
const unary = { service: 'ping.Ping', method: 'One', name: '/ping.Ping/One' };
const stream = { service: 'ping.Ping', method: 'Many', name: '/ping.Ping/Many' };
const socket = { name: 'ws://127.0.0.1:5811', subproto: '' };
const point = (
  metric: string,
  tags: Record<string, string>,
  value: number | null,
  seconds: readonly number[] | null = null,
) => ({ metric, tags, value, histogram: seconds && histogramOf(seconds) });
const push = [
  point('grpc_req_duration', { ...unary, status: '0' }, null, [0.05, 0.055, 0.12]),
  point('grpc_req_duration', { ...unary, status: '14' }, null, [0.003]),
  point('grpc_req_duration', { ...stream, status: '0' }, null, [0.004, 0.005]),
  point('grpc_streams', stream, 2),
  point('grpc_streams_msgs_received', stream, 6),
  point('ws_sessions', { ...socket, status: '101' }, 3),
  point('ws_sessions', { ...socket, status: '503' }, 1),
  point('ws_connecting', { ...socket, status: '101' }, null, [0.21, 0.2, 0.21]),
  point('ws_connecting', { ...socket, status: '503' }, null, [0.0025]),
  point('ws_session_duration', { ...socket, status: '101' }, null, [9, 9, 9]),
];

describe('a push with gRPC and WebSocket in it', () => {
  it('counts calls, streams and sessions once each, by how they ended', () => {
    const column = columnOfPush(push, 0, 1000);
    expect(column.requests).toBe(6 + 4);
    expect(column.counts).toMatchObject({ '2xx': 5 + 3, '5xx': 1 + 1, none: 0, unknown: 0 });
    expect(column.failures).toBe(2);
  });

  it('takes for latency what a user waits for: not how long a session stays open', () => {
    const { durations } = columnOfPush(push, 0, 1000);
    expect(durations?.count).toBe(10);
    expect(durations?.sum).toBeLessThan(1);
  });

  it('lists what failed under the names that gRPC gives its codes', () => {
    const series = push.map(({ metric, tags }, id) => ({
      id,
      metric,
      tags,
      type: 'trend' as const,
      unit: 'none' as const,
    }));
    const points = push.map(({ value, histogram }, seriesId) => ({ seriesId, atMs: 1000, value, histogram }));
    const { failures, slowest } = k6RequestsOf(series, points);
    expect(failures.map(({ name, status, count }) => [name, status, count])).toEqual([
      ['/ping.Ping/One', 'UNAVAILABLE', 1],
      ['ws://127.0.0.1:5811', '503', 1],
    ]);
    expect(slowest.map(({ name }) => name)).toEqual([socket.name, unary.name, stream.name]);
  });
});

describe('the figures of a run', () => {
  const metric = (name: string, values: Record<string, number>): RunSummary['metrics'][number] => ({
    metric: name,
    type: 'count' in values && 'rate' in values ? 'counter' : 'trend',
    contains: 'default',
    values,
    thresholds: [],
  });
  const summary = (...metrics: RunSummary['metrics']): RunSummary => ({
    metrics,
    checks: [],
    groups: [],
    testRunDurationMs: 2000,
  });
  const calls = metric('grpc_req_duration', { count: 6, 'p(95)': 110 });
  const requests = metric('http_reqs', { count: 10, rate: 5 });
  const columns = [columnOfPush(push, 0, 1000)];

  it('of gRPC alone are those of its calls, whose failures only the recording knows', () => {
    const grpc = [columnOfPush(push.slice(0, 5), 0, 1000)];
    expect(summedRequests(summary(calls))).toMatchObject({ count: 6, perSecond: 3, failures: null });
    expect(requestsOf(grpc, summary(calls))).toBe(6);
    expect(failuresOf(grpc, summary(calls))).toBe(1);
    expect(percentileOf(grpc, summary(calls), 0.95)).toBe(110);
  });

  it('of several protocols add up, and take no percentile of one for that of all', () => {
    const both = summary(calls, requests, metric('http_req_duration', { 'p(95)': 7 }));
    expect(requestsOf(columns, both)).toBe(16);
    expect(meanRateOf(columns, both)).toBe(8);
    expect(latencyMetricOf(both)).toBeNull();
    expect(percentileOf(columns, both, 0.95)).toBeGreaterThan(110);
  });

  it('of HTTP are k6’s own', () => {
    const http = summary(requests, metric('http_req_failed', { passes: 4, fails: 6 }));
    expect(summedRequests(http)).toMatchObject({
      count: 10,
      failures: 4,
      latencyMetric: 'http_req_duration',
    });
    expect(latencyMetricOf(null)).toBe('http_req_duration');
  });
});

it('classes statuses by what each protocol means by them', () => {
  const classOf = (metric: string) => (status: string | undefined) => statusClassOf(metric, status);
  expect(['200', '301', '404', '503', '0', undefined].map(classOf('http_reqs'))).toEqual([
    '2xx',
    '3xx',
    '4xx',
    '5xx',
    'none',
    'unknown',
  ]);
  expect(['0', '5', '14', '99'].map(classOf('grpc_req_duration'))).toEqual(['2xx', '4xx', '5xx', 'none']);
  expect(['101', '403', '0'].map(classOf('ws_sessions'))).toEqual(['2xx', '4xx', 'none']);
  expect([statusNameOf('grpc_req_duration', '8'), statusNameOf('http_reqs', '8')]).toEqual([
    'RESOURCE_EXHAUSTED',
    '8',
  ]);
});

it('tells the protocols of a run by its metrics', () => {
  expect(protocolsIn(['vus', 'ws_sessions', 'http_reqs', 'constructor'])).toEqual(['http', 'websocket']);
});
