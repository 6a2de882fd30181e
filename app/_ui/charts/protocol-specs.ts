import { requestKinds, type RequestKind } from '@/lib/model/protocol-figures';
import { grpcStatusNames, statusClassOfName } from '@/lib/timeline/protocols';
import { type ProtocolSpan, type ProtocolCount, type DrawnTime } from '@/lib/timeline/protocol-columns';
import { quantileMs } from '@/lib/timeline/requests';
import { formatMs, formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { limitDatasets, limitLegend, limitLines } from './limit-lines';
import { protocolSpans } from './protocol-spans';
import {
  hideZero,
  lineBase,
  spanSteps,
  type ChartSpec,
  type Datasets,
  type Frame,
  type LegendItem,
  type SpecInput,
  type TimeDataset,
} from './series';
import { pattern, withAlpha, type ColourName, type PatternKind } from './theme';

interface Layer {
  key: string;
  label: string;
  colour: ColourName;
  pattern: PatternKind | null;
  value: (span: ProtocolSpan) => number;
}

const rate =
  (count: (span: ProtocolSpan) => number) =>
  (span: ProtocolSpan): number =>
    (1000 * count(span)) / Math.max(1, span.toMs - span.fromMs);

/** Lines as a chart takes sets of any kind. */
function drawn(sets: readonly TimeDataset[]): Datasets {
  return sets as unknown as Datasets;
}

/** Areas on each other, those that a run does not have left out of the drawing and of the legend. */
function stackedSpec(
  key: ChartSpec['key'],
  layers: readonly Layer[],
  { theme, t }: SpecInput,
  locale: Locale,
  { height = 120, hasLimits = false, form }: { height?: number; hasLimits?: boolean; form?: string } = {},
): ChartSpec {
  const datasets = layers.map(
    ({ key: name, label, colour, pattern: kind }, i): ReturnType<typeof lineBase> => ({
      ...lineBase(name, label, i),
      borderColor: theme.colours[colour],
      borderWidth: 1,
      backgroundColor: kind ? pattern(kind, theme.colours[colour]) : withAlpha(theme.colours[colour], 0.5),
      fill: 'origin',
      stack: key,
      segment: hideZero,
    }),
  );
  const seen = new Set<number>();
  const { target, panic } = limitDatasets({ theme, t });
  return {
    key,
    ...(form === undefined ? {} : { form }),
    height,
    datasets: drawn(hasLimits ? [...datasets, target, panic] : datasets),
    get legend() {
      const areas = layers.flatMap(({ key: name, label, colour, pattern: kind }, i): LegendItem[] =>
        seen.has(i) ? [{ key: name, label, colour: theme.colours[colour], shape: kind ?? 'area' }] : [],
      );
      return [...areas, ...(target.data.length > 0 ? limitLegend({ theme, t }) : [])];
    },
    fill({ model, range, columns }: Frame) {
      if (hasLimits) {
        const limits = limitLines(model, range, 'rps');
        target.data = limits.target;
        panic.data = limits.panic;
      }
      const spans = protocolSpans(model, columns);
      let under: number | 'origin' = 'origin';
      for (const [i, { value }] of layers.entries()) {
        const steps = spans.map((span) => ({ fromMs: span.fromMs, toMs: span.toMs, y: value(span) }));
        if (steps.some(({ y }) => y > 0)) seen.add(i);
        datasets[i]!.fill = under;
        if (seen.has(i)) under = i;
        datasets[i]!.data = seen.has(i) ? spanSteps(steps) : [];
      }
    },
    y: { tick: (value) => formatNumber(value, locale, Number.isInteger(value) ? 0 : 1) },
  };
}

const count =
  (name: ProtocolCount) =>
  ({ column }: ProtocolSpan): number =>
    column?.counts[name] ?? 0;

const failedPatterns: PatternKind[] = ['cross', 'rising', 'dots', 'falling', 'level'];

/**
 * gRPC calls and streams that ended a second, by the name of their status: beside other protocols' requests, or in the
 * requests' place where a run has no other.
 */
export function statusesSpec(
  input: SpecInput,
  locale: Locale,
  key: 'statuses' | 'requests' = 'statuses',
): ChartSpec {
  const layers = grpcStatusNames.map((name, i): Layer => ({
    key: `grpc-${name}`,
    label: name,
    colour: name === 'OK' ? 'ok' : statusClassOfName(name) === '4xx' ? 'client-error' : 'server-error',
    pattern: name === 'OK' ? null : failedPatterns[i % failedPatterns.length]!,
    value: rate(({ column }) => column?.statuses[name] ?? 0),
  }));
  const own = key === 'requests' ? { height: 150, hasLimits: true, form: 'grpc' } : {};
  return stackedSpec(key, layers, input, locale, own);
}

const kindLooks: Record<RequestKind, { colour: ColourName; pattern: PatternKind | null; dash: number[] }> = {
  http: { colour: 'p50', pattern: null, dash: [] },
  unary: { colour: 'ready', pattern: null, dash: [6, 3] },
  stream: { colour: 'theirs', pattern: 'rising', dash: [2, 2.5] },
  websocket: { colour: 'p95', pattern: 'dots', dash: [8, 3, 2, 3] },
};

/** Requests a second by kind, of a run that has several. */
export function kindsSpec(input: SpecInput, locale: Locale): ChartSpec {
  const layers = requestKinds.map((kind): Layer => ({
    key: `kind-${kind}`,
    label: input.t(`charts.protocol.kind.${kind}`),
    colour: kindLooks[kind].colour,
    pattern: kindLooks[kind].pattern,
    value: rate(({ column }) => column?.kinds[kind]?.count ?? 0),
  }));
  return stackedSpec('kinds', layers, input, locale);
}

/** p95 of each kind of request: what is usual for one is slow for another. */
export function kindLatencySpec({ theme, t }: SpecInput, locale: Locale): ChartSpec {
  const sets = requestKinds.map((kind, i): ReturnType<typeof lineBase> => ({
    ...lineBase(`p95-${kind}`, t(`charts.protocol.kind.${kind}`), i),
    borderColor: theme.colours[kindLooks[kind].colour],
    borderDash: kindLooks[kind].dash,
    borderWidth: 1.75,
    fill: false,
    spanGaps: true,
  }));
  const seen = new Set<RequestKind>();
  return {
    key: 'kindLatency',
    height: 130,
    datasets: drawn(sets),
    get legend() {
      return requestKinds
        .filter((kind) => seen.has(kind))
        .map((kind): LegendItem => ({
          key: `p95-${kind}`,
          label: t(`charts.protocol.kind.${kind}`),
          colour: theme.colours[kindLooks[kind].colour],
          shape: kind === 'stream' ? 'dotted' : kind === 'http' ? 'line' : 'dashed',
        }));
    },
    fill({ model, columns }) {
      const spans = protocolSpans(model, columns);
      for (const [i, kind] of requestKinds.entries()) {
        sets[i]!.data = middles(spans, ({ column }) => quantileMs(column?.kinds[kind] ?? null, 0.95));
        if (sets[i]!.data.length > 0) seen.add(kind);
      }
    },
    // A call of 5 ms and a stream of 1 s are both to be seen.
    y: { log: true, tick: (value) => formatMs(value, locale) },
  };
}

/** What is known in the middle of each span; nothing where nothing ended. */
function middles(
  spans: readonly ProtocolSpan[],
  of: (span: ProtocolSpan) => number | null,
): { x: number; y: number }[] {
  return spans.flatMap((span) => {
    const y = of(span);
    return y === null ? [] : [{ x: (span.fromMs + span.toMs) / 2, y }];
  });
}

const percentiles = [
  { q: 0.5, key: 'p50', dash: [], shape: 'line' },
  { q: 0.95, key: 'p95', dash: [7, 3], shape: 'dashed' },
] as const;

/** Percentiles of one of the protocols' times. */
export function timeSpec(time: DrawnTime, { theme }: SpecInput, locale: Locale): ChartSpec {
  const sets = percentiles.map(({ key, dash }, i): ReturnType<typeof lineBase> => ({
    ...lineBase(`${time}-${key}`, key, i),
    borderColor: theme.colours[key],
    borderDash: [...dash],
    borderWidth: 1.75,
    fill: false,
    spanGaps: true,
  }));
  return {
    key: time,
    height: 120,
    datasets: drawn(sets),
    legend: percentiles.map(({ key, shape }) => ({
      key: `${time}-${key}`,
      label: key,
      colour: theme.colours[key],
      shape,
    })),
    fill({ model, columns }) {
      const spans = protocolSpans(model, columns);
      for (const [i, { q }] of percentiles.entries())
        sets[i]!.data = middles(spans, ({ column }) => quantileMs(column?.times[time] ?? null, q));
    },
    y: { tick: (value) => formatMs(value, locale) },
  };
}

/** gRPC streams and WebSocket sessions that are open. */
export function openSpec(input: SpecInput, locale: Locale): ChartSpec {
  return stackedSpec(
    'open',
    [
      {
        key: 'open-streams',
        label: input.t('charts.protocol.streams'),
        colour: 'theirs',
        pattern: null,
        value: ({ streams }) => streams,
      },
      {
        key: 'open-sessions',
        label: input.t('charts.protocol.sessions'),
        colour: 'ready',
        pattern: null,
        value: ({ sessions }) => sessions,
      },
    ],
    input,
    locale,
  );
}

/** Messages of streams and sessions a second. */
export function messagesSpec(input: SpecInput, locale: Locale): ChartSpec {
  return stackedSpec(
    'messages',
    [
      {
        key: 'messages-received',
        label: input.t('charts.protocol.received'),
        colour: 'active',
        pattern: null,
        value: rate(count('messagesReceived')),
      },
      {
        key: 'messages-sent',
        label: input.t('charts.protocol.sent'),
        colour: 'redirect',
        pattern: 'rising',
        value: rate(count('messagesSent')),
      },
    ],
    input,
    locale,
  );
}

/** Tokens that were answered a second: k6 counts them when an answer is whole. */
export function tokensSpec(input: SpecInput, locale: Locale): ChartSpec {
  return stackedSpec(
    'tokens',
    [
      {
        key: 'tokens-output',
        label: input.t('charts.protocol.outputTokens'),
        colour: 'ready',
        pattern: null,
        value: rate(count('outputTokens')),
      },
    ],
    input,
    locale,
  );
}
