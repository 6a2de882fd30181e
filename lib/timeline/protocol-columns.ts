import { type ExponentialHistogram } from '@/lib/model/histogram';
import { type ProtocolTime, type RequestKind } from '@/lib/model/protocol-figures';
import { type MetricPoint, type MetricSeries } from '@/lib/model/recording';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { latencyMetrics, protocolOf, requestsIn, statusNameOf } from './protocols';

/** What is counted beside requests; begun and ended streams and sessions tell how many are open. */
export const protocolCounts = [
  'streamsBegun',
  'streamsEnded',
  'sessionsOpened',
  'sessionsEnded',
  'messagesSent',
  'messagesReceived',
  'outputTokens',
  'promptTokens',
] as const;
export type ProtocolCount = (typeof protocolCounts)[number];

/** What is opened, stays open and ends: gRPC streams, WebSocket sessions. */
export const openedThings = ['streams', 'sessions'] as const;
export type Opened = (typeof openedThings)[number];

/** What one push of k6 tells of protocols beside its requests, or several pushes together. */
export interface ProtocolColumn {
  /** Of the last point in it; grows with each push. */
  id: number;
  /** When the last push came. */
  atMs: number;
  counts: Partial<Record<ProtocolCount, number>>;
  /** Of several pushes: how many more than before it were open at its fullest. Of one: what its counts say. */
  fullest?: Record<Opened, number>;
  /** gRPC calls and streams that ended, by the name of their status. */
  statuses: Record<string, number>;
  /** In seconds. */
  times: Partial<Record<ProtocolTime, ExponentialHistogram>>;
  /** What users waited for, by kind, in seconds; empty where a run has one kind only. */
  kinds: Partial<Record<RequestKind, ExponentialHistogram>>;
}

/** k6's counters (v1.8.1), and those of `loadtests/llm.ts`. */
const countOf: Readonly<Record<string, ProtocolCount>> = {
  grpc_streams: 'streamsBegun',
  grpc_streams_msgs_sent: 'messagesSent',
  grpc_streams_msgs_received: 'messagesReceived',
  ws_msgs_sent: 'messagesSent',
  ws_msgs_received: 'messagesReceived',
  output_tokens: 'outputTokens',
  prompt_tokens: 'promptTokens',
};

/** Trends that the shipped scripts make under these names. */
const timeOf: Readonly<Record<string, ProtocolTime>> = {
  time_to_connect: 'connect',
  time_to_first_message: 'firstMessage',
  message_round_trip: 'roundTrip',
  time_to_first_byte: 'firstByte',
  time_to_first_token: 'firstToken',
  time_per_output_token: 'perToken',
};

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;
const otherLatencyMetrics = latencyMetrics.filter((metric) => protocolOf(metric) !== 'http');

/** A run without a series of these has no such columns. */
const tellingMetrics: readonly string[] = [
  ...Object.keys(countOf),
  ...Object.keys(timeOf),
  ...otherLatencyMetrics,
  'ws_sessions',
  'ws_session_duration',
];
/** All metrics that protocol columns are made from. */
export const protocolMetrics: readonly string[] = [...tellingMetrics, ...latencyMetrics];

type Series = Pick<MetricSeries, 'id' | 'metric' | 'tags'>;

/** What a run's series tell of its protocols. */
interface Reading {
  byId: ReadonlyMap<
    number,
    { metric: string; tags: Readonly<Record<string, string>>; kind: RequestKind | null }
  >;
  hasKinds: boolean;
}

/** A method as k6 tags its calls; undefined where the script leaves that out. */
export const methodOf = ({ name, service, method }: Readonly<Record<string, string>>): string | undefined =>
  name ?? (method === undefined ? undefined : `/${service}/${method}`);

/** How to read points of these series; null where they tell of nothing but HTTP requests. */
function readingOf(series: readonly Series[]): Reading | null {
  if (!series.some(({ metric }) => tellingMetrics.includes(metric))) return null;
  const streaming = new Set(
    series.flatMap(({ metric, tags }) => (metric === 'grpc_streams' ? (methodOf(tags) ?? []) : [])),
  );
  const kindOf = ({ metric, tags }: Series): RequestKind | null => {
    if (!latencyMetrics.includes(metric)) return null;
    const protocol = protocolOf(metric);
    return protocol === 'grpc' ? (streaming.has(methodOf(tags) ?? '') ? 'stream' : 'unary') : protocol;
  };
  const known = series
    .filter(({ metric }) => protocolMetrics.includes(metric))
    .map((one) => ({ ...one, kind: kindOf(one) }));
  const hasKinds = new Set(known.flatMap(({ kind }) => kind ?? [])).size > 1;
  return {
    // HTTP's requests are told by their kind alone.
    byId: new Map(
      known.flatMap(({ id, metric, tags, kind }) =>
        kind === 'http' && !hasKinds ? [] : [[id, { metric, tags, kind }]],
      ),
    ),
    hasKinds,
  };
}

/** The ids of the series whose points protocol columns are made from; none where there would be no column. */
export function protocolSeries(series: readonly Series[]): number[] {
  return [...(readingOf(series)?.byId.keys() ?? [])];
}

/** The columns of these points, one for each push, in order. `series`: all of the run's. */
export function protocolColumns(
  series: readonly Series[],
  points: readonly Pick<MetricPoint, 'id' | 'seriesId' | 'atMs' | 'value' | 'histogram'>[],
): ProtocolColumn[] {
  const reading = readingOf(series);
  if (reading === null) return [];
  const columns = new Map<number, Gathering>();
  for (const { id, seriesId, atMs, value, histogram } of points) {
    const found = reading.byId.get(seriesId);
    if (!found) continue;
    let column = columns.get(atMs);
    if (!column) columns.set(atMs, (column = gathering(atMs)));
    column.id = Math.max(column.id, id);
    const { metric, tags, kind } = found;
    const count = own(countOf, metric);
    if (count) add(column.counts, count, value ?? 0);
    const time = own(timeOf, metric);
    if (time && histogram) push(column.times, time, histogram);
    if (metric === 'ws_sessions' && tags.status === '101') add(column.counts, 'sessionsOpened', value ?? 0);
    if (metric === 'ws_session_duration') add(column.counts, 'sessionsEnded', histogram?.count ?? 0);
    if (protocolOf(metric) === 'grpc') {
      const ended = requestsIn(metric, { value, histogram }) ?? 0;
      if (kind === 'stream') add(column.counts, 'streamsEnded', ended);
      if (ended > 0) add(column.statuses, statusNameOf(metric, tags.status ?? '–'), ended);
    }
    if (reading.hasKinds && kind && histogram) push(column.kinds, kind, histogram);
  }
  return [...columns.values()].map(gathered).sort((a, b) => a.atMs - b.atMs);
}

/** Neighbours as one: counts add up, histograms merge exactly. */
export function mergeProtocolColumns(parts: readonly ProtocolColumn[]): ProtocolColumn {
  const sum = gathering(parts.at(-1)?.atMs ?? 0);
  for (const { id, counts, statuses, times, kinds } of parts) {
    sum.id = Math.max(sum.id, id);
    for (const [name, count] of entries(counts)) add(sum.counts, name, count);
    for (const [name, count] of entries(statuses)) add(sum.statuses, name, count);
    for (const [name, histogram] of entries(times)) push(sum.times, name, histogram);
    for (const [name, histogram] of entries(kinds)) push(sum.kinds, name, histogram);
  }
  return { ...gathered(sum), ...fullestOf(parts) };
}

/** How many more are open after a column than before it. */
const change = ({ counts }: Pick<ProtocolColumn, 'counts'>): Record<Opened, number> => ({
  streams: (counts.streamsBegun ?? 0) - (counts.streamsEnded ?? 0),
  sessions: (counts.sessionsOpened ?? 0) - (counts.sessionsEnded ?? 0),
});

/** The fullest of neighbours in a row; nothing of a single push, or where nothing opens. */
function fullestOf(parts: readonly ProtocolColumn[]): Pick<ProtocolColumn, 'fullest'> {
  const opens = parts.some(({ counts }) => counts.streamsBegun ?? counts.sessionsOpened);
  if (!opens || (parts.length === 1 && !parts[0]!.fullest)) return {};
  const fullest = { streams: -Infinity, sessions: -Infinity };
  const open = { streams: 0, sessions: 0 };
  for (const part of parts) {
    const own = change(part);
    for (const thing of openedThings) {
      fullest[thing] = Math.max(fullest[thing], open[thing] + (part.fullest ?? own)[thing]);
      open[thing] += own[thing];
    }
  }
  return { fullest };
}

type Histograms<K extends string> = Partial<Record<K, ExponentialHistogram[]>>;
interface Gathering extends Pick<ProtocolColumn, 'id' | 'atMs' | 'counts' | 'statuses'> {
  times: Histograms<ProtocolTime>;
  kinds: Histograms<RequestKind>;
}

const gathering = (atMs: number): Gathering => ({
  id: 0,
  atMs,
  counts: {},
  statuses: {},
  times: {},
  kinds: {},
});

function gathered({ times, kinds, ...column }: Gathering): ProtocolColumn {
  return { ...column, times: merged(times), kinds: merged(kinds) };
}

function merged<K extends string>(all: Histograms<K>): Partial<Record<K, ExponentialHistogram>> {
  return Object.fromEntries(
    entries(all).map(([name, histograms]) => [
      name,
      histograms.length === 1 ? histograms[0]! : mergeHistograms(histograms),
    ]),
  ) as Partial<Record<K, ExponentialHistogram>>;
}

function entries<K extends string, V>(of: Partial<Record<K, V>>): [K, V][] {
  return Object.entries(of) as [K, V][];
}

function add<K extends string>(counts: Partial<Record<K, number>>, key: K, count: number): void {
  counts[key] = (counts[key] ?? 0) + count;
}

function push<K extends string>(lists: Histograms<K>, key: K, histogram: ExponentialHistogram): void {
  (lists[key] ??= []).push(histogram);
}

/**
 * How many streams and sessions were open in each of these columns: the most, and at its end. They are all of a run up to
 * there, in order. What k6 ends with its load it does not tell of, so that they may not come down to 0.
 */
export function openIn(
  columns: readonly Pick<ProtocolColumn, 'counts' | 'fullest'>[],
): Record<'most' | 'atEnd', Record<Opened, number>>[] {
  let atEnd = { streams: 0, sessions: 0 };
  return columns.map((column) => {
    const own = change(column);
    const opened = (more: Record<Opened, number>): Record<Opened, number> => ({
      streams: Math.max(0, atEnd.streams + more.streams),
      sessions: Math.max(0, atEnd.sessions + more.sessions),
    });
    const most = opened(column.fullest ?? own);
    atEnd = opened(own);
    return { most, atEnd };
  });
}

/** What protocols did in a time that something else is drawn for. */
export interface ProtocolSpan {
  fromMs: number;
  toMs: number;
  /** Null: nothing was told in it. */
  column: ProtocolColumn | null;
  /** The most that were open in it. */
  streams: number;
  sessions: number;
}

const none: Record<Opened, number> = { streams: 0, sessions: 0 };
/** A push later than this came after one that told of none of this: what was open stayed so. */
const lateMs = 1500;

/**
 * The most that were open in a time that begins at `fromMs` (ms; null: with the run), of whose columns `open` tells, the
 * first being at `firstMs`. `held`: what was open when it began.
 */
export function mostOpen(
  open: readonly { most: Record<Opened, number> }[],
  { fromMs, firstMs, held = none }: { fromMs: number | null; firstMs: number; held?: Record<Opened, number> },
): Record<Opened, number> {
  const first = fromMs !== null && firstMs - fromMs > lateMs ? held : none;
  return {
    streams: open.reduce((sum, { most }) => Math.max(sum, most.streams), first.streams),
    sessions: open.reduce((sum, { most }) => Math.max(sum, most.sessions), first.sessions),
  };
}

/** All columns of a run put together as these spans are, which are in order. */
export function protocolSpansOf(
  protocol: readonly ProtocolColumn[],
  spans: readonly { fromMs: number; toMs: number }[],
): ProtocolSpan[] {
  const open = openIn(protocol);
  let next = 0;
  const first = spans[0]?.fromMs ?? 0;
  while (next < protocol.length && protocol[next]!.atMs <= first) next++;
  return spans.map(({ fromMs, toMs }) => {
    const from = next;
    while (next < protocol.length && protocol[next]!.atMs <= toMs) next++;
    const parts = protocol.slice(from, next);
    return {
      fromMs,
      toMs,
      column: parts.length > 1 ? mergeProtocolColumns(parts) : (parts[0] ?? null),
      ...mostOpen(open.slice(from, next), {
        fromMs,
        firstMs: parts[0]?.atMs ?? Infinity,
        held: open[from - 1]?.atEnd,
      }),
    };
  });
}

/** The k6 counters of a count, one for each protocol that has it. */
export function metricsOfCount(count: ProtocolCount): string[] {
  return Object.keys(countOf).filter((metric) => countOf[metric] === count);
}

/** The k6 metric of a time. */
export function metricOfTime(time: ProtocolTime): string {
  return Object.keys(timeOf).find((metric) => timeOf[metric] === time)!;
}

/** Times that are drawn over time. A wait for a connection happens too seldom, a round trip is what a message takes. */
export const drawnTimes = [
  'firstMessage',
  'firstByte',
  'firstToken',
  'perToken',
] as const satisfies readonly ProtocolTime[];
export type DrawnTime = (typeof drawnTimes)[number];
