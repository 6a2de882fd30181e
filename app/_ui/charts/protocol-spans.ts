import { type RequestColumn } from '@/lib/timeline/columns';
import { drawnTimes, protocolSpansOf, type ProtocolSpan } from '@/lib/timeline/protocol-columns';
import { type ChartModel } from './model';

const spans = new WeakMap<readonly RequestColumn[], { model: ChartModel; made: ProtocolSpan[] }>();

/** The protocols' columns put together as the drawn columns are; made once for all charts of a drawing. */
export function protocolSpans(model: ChartModel, columns: readonly RequestColumn[]): ProtocolSpan[] {
  const known = spans.get(columns);
  if (known?.model === model) return known.made;
  const made = protocolSpansOf(model.recording.protocol ?? [], columns);
  spans.set(columns, { model, made });
  return made;
}

/** Charts that are only there where a run's protocols fill them. */
export const protocolChartKeys = [
  'statuses',
  'kinds',
  'kindLatency',
  ...drawnTimes,
  'open',
  'messages',
  'tokens',
] as const;
export type ProtocolChart = (typeof protocolChartKeys)[number];

/** Which of them a run has, as one text: the same as long as they are. */
export function protocolCharts({ recording: { protocol = [] } }: ChartModel): string {
  const found = new Set<ProtocolChart>();
  for (const { counts, statuses, times, kinds } of protocol) {
    if (Object.keys(statuses).length > 0) found.add('statuses');
    if (Object.keys(kinds).length > 0) found.add('kinds').add('kindLatency');
    for (const time of drawnTimes) if (times[time]) found.add(time);
    if (counts.streamsBegun || counts.sessionsOpened) found.add('open');
    if (counts.messagesSent || counts.messagesReceived) found.add('messages');
    if (counts.outputTokens) found.add('tokens');
  }
  return protocolChartKeys.filter((key) => found.has(key)).join(' ');
}
