import {
  drawnTimes,
  protocolSpansOf,
  type ProtocolColumn,
  type ProtocolSpan,
} from '@/lib/timeline/protocol-columns';
import { quantileMs } from '@/lib/timeline/requests';
import { type ComparedRun } from './comparison';

/** What a run's protocols did in each of these columns, as a comparison draws it; null where it has nothing but requests. */
export function comparedProtocol(
  protocol: readonly ProtocolColumn[],
  columns: readonly { fromMs: number; toMs: number }[],
): ComparedRun['protocol'] {
  if (protocol.length === 0) return null;
  const spans = protocolSpansOf(protocol, columns);
  const has = (is: (column: ProtocolColumn) => unknown): boolean => protocol.some(is);
  const perSecond = (count: (column: ProtocolColumn) => number): number[] =>
    spans.map(({ column, fromMs, toMs }) =>
      round((1000 * (column ? count(column) : 0)) / Math.max(1, toMs - fromMs)),
    );
  const p95 = (histogram: Parameters<typeof quantileMs>[0]): number | null => {
    const ms = quantileMs(histogram, 0.95);
    return ms === null ? null : round(ms);
  };
  return {
    ...Object.fromEntries(
      drawnTimes
        .filter((time) => has(({ times }) => times[time]))
        .map((time) => [time, spans.map(({ column }) => p95(column?.times[time] ?? null))]),
    ),
    ...(has(({ counts }) => counts.streamsBegun ?? counts.sessionsOpened)
      ? { open: spans.map(({ streams, sessions }: ProtocolSpan) => streams + sessions) }
      : {}),
    ...(has(({ counts }) => counts.messagesSent ?? counts.messagesReceived)
      ? { messages: perSecond(({ counts }) => (counts.messagesSent ?? 0) + (counts.messagesReceived ?? 0)) }
      : {}),
    ...(has(({ counts }) => counts.outputTokens)
      ? { tokens: perSecond(({ counts }) => counts.outputTokens ?? 0) }
      : {}),
  };
}

/** Four figures are more than a chart shows. */
function round(value: number): number {
  return Number(value.toPrecision(4));
}
