import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type ProtocolFigures } from '@/lib/model/protocol-figures';
import { type MetricPoint, type MetricSeries } from '@/lib/model/recording';
import { type RunSummary } from '@/lib/model/run';
import { histogramOf, offAt, percentile } from '@/lib/statistics/histogram/single-values';
import { protocolColumns } from './protocol-columns';
import { figuresOfProtocols, protocolFigures } from './protocol-figures';

const pushes = 8;
const loadStartMs = 300;
const took = fc.double({ min: 0.001, max: 20, noNaN: true });
const push = fc.integer({ min: 1, max: pushes });
/** What one user did, by the push that tells of it; null: it had not ended when the load did. */
const done = fc.record({
  calls: fc.array(fc.record({ at: push, status: fc.constantFrom('0', '14'), took }), { maxLength: 12 }),
  streams: fc.array(
    fc.record({
      from: push,
      to: fc.option(push),
      status: fc.constantFrom('0', '4'),
      took,
      messages: fc.nat(9),
    }),
    { maxLength: 12 },
  ),
  sessions: fc.array(
    fc.record({ from: push, to: fc.option(push), isRefused: fc.boolean(), took, messages: fc.nat(9) }),
    { maxLength: 12 },
  ),
  answers: fc.array(fc.record({ at: push, tokens: fc.nat(400), prompt: fc.nat(90), firstToken: took }), {
    maxLength: 12,
  }),
});
type Done = typeof done extends fc.Arbitrary<infer T> ? T : never;

/** One value of a metric, as k6 has it before it is pushed. */
interface Value {
  at: number;
  metric: string;
  tags: Record<string, string>;
  value: number;
  isTime: boolean;
}

function grouped<K>(values: readonly Value[], by: (one: Value) => K): Map<K, Value[]> {
  const groups = new Map<K, Value[]>();
  for (const one of values) groups.set(by(one), [...(groups.get(by(one)) ?? []), one]);
  return groups;
}

function valuesOf({ calls, streams, sessions, answers }: Done): Value[] {
  const values: Value[] = [];
  const add = (at: number, metric: string, value: number, tags: Record<string, string> = {}): void =>
    void values.push({ at, metric, tags, value, isTime: /duration|connecting|time_to/.test(metric) });
  for (const { at, status, took: s } of calls)
    add(at, 'grpc_req_duration', s, { name: '/ping.Ping/One', status });
  for (const { from, to, status, took: s, messages } of streams) {
    const tags = { name: '/ping.Ping/Many' };
    add(from, 'grpc_streams', 1, tags);
    add(from, 'grpc_streams_msgs_received', messages, tags);
    if (to !== null && to >= from) add(to, 'grpc_req_duration', s, { ...tags, status });
  }
  for (const { from, to, isRefused, took: s, messages } of sessions) {
    const status = isRefused ? '503' : '101';
    add(from, 'ws_sessions', 1, { status });
    add(from, 'ws_connecting', s, { status });
    if (isRefused) continue;
    add(from, 'ws_msgs_sent', messages);
    if (to !== null && to >= from) add(to, 'ws_session_duration', s, { status });
  }
  for (const { at, tokens, prompt, firstToken } of answers) {
    add(at, 'output_tokens', tokens);
    add(at, 'prompt_tokens', prompt);
    add(at, 'time_to_first_token', firstToken);
  }
  return values;
}

function recordingOf(values: readonly Value[]): { series: MetricSeries[]; points: MetricPoint[] } {
  const groups = grouped(values, ({ metric, tags }) => JSON.stringify([metric, tags]));
  const series: MetricSeries[] = [];
  // A push tells of users in any case, so that each second has a point.
  const users = { id: 0, metric: 'vus', type: 'gauge', unit: 'none', tags: {} } as const;
  const points: MetricPoint[] = Array.from({ length: pushes }, (_, i) => ({
    id: i + 1,
    seriesId: users.id,
    atMs: (i + 1) * 1000,
    value: 1,
    histogram: null,
  }));
  series.push(users);
  for (const own of groups.values()) {
    const { metric, tags, isTime } = own[0]!;
    const id = series.length;
    series.push({ id, metric, tags, type: isTime ? 'trend' : 'counter', unit: isTime ? 'seconds' : 'none' });
    for (const [at, told] of grouped(own, (one) => one.at))
      points.push({
        id: points.length + 1,
        seriesId: id,
        atMs: at * 1000,
        value: isTime ? null : told.reduce((sum, { value }) => sum + value, 0),
        histogram: isTime ? histogramOf(told.map(({ value }) => value)) : null,
      });
  }
  return { series, points };
}

const lengthS = 12.5;
function summaryOf(values: readonly Value[]): RunSummary {
  const byMetric = grouped(values, ({ metric }) => metric);
  return {
    metrics: [...byMetric].map(([metric, own]) => {
      const ms = own.map(({ value }) => value * 1000);
      const count = own.reduce((sum, { value, isTime }) => sum + (isTime ? 1 : value), 0);
      const values: Record<string, number> = own[0]!.isTime
        ? { count, med: percentile(ms, 0.5), 'p(95)': percentile(ms, 0.95), max: Math.max(...ms) }
        : { count, rate: count / lengthS };
      return {
        metric,
        type: own[0]!.isTime ? 'trend' : 'counter',
        contains: own[0]!.isTime ? 'time' : 'default',
        values,
        thresholds: [],
      };
    }),
    checks: [],
    groups: [],
    testRunDurationMs: lengthS * 1000,
  };
}

const sumOf = (values: readonly Value[], ...metrics: string[]): number =>
  values.reduce((sum, { metric, value }) => sum + (metrics.includes(metric) ? value : 0), 0);
const timesOf = (values: readonly Value[], is: (one: Value) => boolean): number[] =>
  values.flatMap((one) => (one.isTime && is(one) ? [one.value] : []));
const isCall = ({ metric, tags }: Value): boolean =>
  metric === 'grpc_req_duration' && tags.name === '/ping.Ping/One';
const isStream = (one: Value): boolean => one.metric === 'grpc_req_duration' && !isCall(one);

/** Counts one after the other which have begun and not ended, at the end of each of these pushes: the most. */
function mostOpen(all: readonly { from: number; to: number | null }[], from: number, to: number): number {
  let most = 0;
  for (let at = from; at <= to; at++)
    most = Math.max(
      most,
      all.filter((one) => one.from <= at && !(one.to !== null && one.to >= one.from && one.to <= at)).length,
    );
  return most;
}

it('the figures of protocols are those of each call, stream, session, message and token, of a run and of a range', () => {
  fc.assert(
    fc.property(done, push, push, fc.boolean(), (one, a, b, isWhole) => {
      const [from, to] = isWhole ? [1, pushes] : [Math.min(a, b), Math.max(a, b)];
      const all = valuesOf(one);
      const values = all.filter(({ at }) => at >= from && at <= to);
      const { series, points } = recordingOf(all);
      const columns = protocolColumns(series, points);
      const isIn = ({ atMs }: { atMs: number }): boolean => atMs >= from * 1000 && atMs <= to * 1000;
      const own = columns.filter(isIn);
      const seconds = to - from + 1;
      const summary = summaryOf(all);
      const found = isWhole
        ? figuresOfProtocols({ summary: null, loadStartMs }, { series, points })
        : protocolFigures(own, seconds, {
            summary,
            range: {
              fromMs: (from - 1) * 1000,
              before: columns.filter(({ atMs }) => atMs < from * 1000),
            },
          });
      if (columns.every(({ atMs }) => atMs > to * 1000)) {
        expect(found).toBeNull();
        return;
      }
      const length = isWhole ? pushes - loadStartMs / 1000 : seconds;
      const told = found!;
      const ended = values.filter(({ metric }) => metric === 'grpc_req_duration');
      const count = (is: (status: string) => boolean): number =>
        ended.filter(({ tags }) => is(tags.status!)).length;
      expect(told.statuses?.OK ?? 0).toBe(count((status) => status === '0'));
      expect(told.statuses?.UNAVAILABLE ?? 0).toBe(count((status) => status === '14'));
      expect(told.statuses?.DEADLINE_EXCEEDED ?? 0).toBe(count((status) => status === '4'));
      const near = (ms: number, times: readonly number[], share: number): void => {
        expect(Math.abs(ms / 1000 - percentile(times, share))).toBeLessThanOrEqual(offAt(times, share));
        if (!isWhole) {
          const longest = Math.max(...timesOf(all, () => true));
          expect(ms / 1000).toBeLessThanOrEqual(longest * (1 + 1e-9));
        }
      };
      const kinds = [
        ['unary', timesOf(values, isCall)],
        ['stream', timesOf(values, isStream)],
        ['websocket', timesOf(values, ({ metric }) => metric === 'ws_connecting')],
      ] as const;
      const known = kinds.filter(([, times]) => times.length > 0);
      if (told.kinds.length > 0)
        expect(told.kinds.map(({ kind, count: n }) => [kind, n])).toEqual(
          known.map(([kind, times]) => [kind, times.length]),
        );
      for (const { kind, p50Ms, p95Ms } of told.kinds) {
        const times = kinds.find(([name]) => name === kind)![1];
        near(p50Ms, times, 0.5);
        near(p95Ms, times, 0.95);
      }
      const sent = sumOf(values, 'ws_msgs_sent');
      const received = sumOf(values, 'grpc_streams_msgs_received');
      if (sent + received > 0)
        expect(told.messages).toEqual({
          sent,
          received,
          sentPerSecond: sent / length,
          receivedPerSecond: received / length,
        } satisfies ProtocolFigures['messages']);
      const output = sumOf(values, 'output_tokens');
      if (output > 0)
        expect(told.tokens).toEqual({
          output,
          prompt: sumOf(values, 'prompt_tokens'),
          outputPerSecond: output / length,
        });
      const firsts = timesOf(values, ({ metric }) => metric === 'time_to_first_token');
      expect(told.times.map(({ count: n }) => n)).toEqual(firsts.length > 0 ? [firsts.length] : []);
      for (const { p50Ms, p95Ms } of told.times) {
        near(p50Ms, firsts, 0.5);
        near(p95Ms, firsts, 0.95);
      }
      if (told.mostStreams !== null) expect(told.mostStreams).toBe(mostOpen(one.streams, from, to));
      const opened = one.sessions.filter(({ isRefused }) => !isRefused);
      if (told.mostSessions !== null) expect(told.mostSessions).toBe(mostOpen(opened, from, to));
    }),
  );
});

it('are k6’s own where it has summed up, whatever was lost on the way', () => {
  fc.assert(
    fc.property(done, push, (one, lost) => {
      const all = valuesOf(one);
      const { series, points } = recordingOf(all);
      const found = figuresOfProtocols(
        { summary: summaryOf(all), loadStartMs },
        { series, points: points.filter(({ atMs }) => atMs !== lost * 1000) },
      );
      if (found === null) return;
      const output = sumOf(all, 'output_tokens');
      if (found.tokens)
        expect(found.tokens).toEqual({
          output,
          prompt: sumOf(all, 'prompt_tokens'),
          outputPerSecond: output / lengthS,
        });
      if (found.messages) {
        const [sent, received] = [sumOf(all, 'ws_msgs_sent'), sumOf(all, 'grpc_streams_msgs_received')];
        expect(found.messages).toEqual({
          sent,
          received,
          sentPerSecond: sent / lengthS,
          receivedPerSecond: received / lengthS,
        });
      }
      for (const { count, p50Ms, p95Ms } of found.times) {
        const ms = timesOf(all, ({ metric }) => metric === 'time_to_first_token').map((s) => s * 1000);
        expect([count, p50Ms, p95Ms]).toEqual([ms.length, percentile(ms, 0.5), percentile(ms, 0.95)]);
      }
      const websocket = found.kinds.find(({ kind }) => kind === 'websocket');
      if (websocket) {
        const ms = timesOf(all, ({ metric }) => metric === 'ws_connecting').map((s) => s * 1000);
        expect(websocket.p95Ms).toBe(percentile(ms, 0.95));
      }
    }),
  );
});
