import { type ProtocolFigures } from '@/lib/model/protocol-figures';
import { formatMs, formatNumber, formatRate } from './format';
import { type Locale } from './locale';
import { type Words } from './words';

/** One figure of a run's protocols, said. */
export interface ProtocolFigureText {
  key: string;
  label: string;
  value: string;
  detail?: string;
  alarm?: boolean;
}

/** What a run's protocols did, figure by figure: times first, as users meet them. */
export function protocolTexts(figures: ProtocolFigures, t: Words, locale: Locale): ProtocolFigureText[] {
  const { statuses, kinds, mostStreams, mostSessions, messages, tokens, times } = figures;
  const number = (value: number): string => formatNumber(value, locale);
  const median = (p50Ms: number): string => t('protocolFigures.median', { time: formatMs(p50Ms, locale) });
  const failed = Object.entries(statuses ?? {}).filter(([name]) => name !== 'OK');
  return [
    ...times.map(({ time, count, p50Ms, p95Ms }): ProtocolFigureText => ({
      key: time,
      label: t(`protocolFigures.times.${time}`),
      value: formatMs(p95Ms, locale),
      detail: time === 'connect' ? t('protocolFigures.connections', { n: number(count) }) : median(p50Ms),
    })),
    ...kinds.map(({ kind, count, p50Ms, p95Ms }): ProtocolFigureText => ({
      key: `kind-${kind}`,
      label: t('protocolFigures.kind', { kind: t(`charts.protocol.kind.${kind}`) }),
      value: formatMs(p95Ms, locale),
      detail: `${median(p50Ms)} · ${t('protocolFigures.ended', { n: number(count) })}`,
    })),
    ...(tokens
      ? [
          {
            key: 'tokens',
            label: t('protocolFigures.tokens'),
            value: formatRate(tokens.outputPerSecond, locale),
            detail: t('protocolFigures.inAll', { n: number(tokens.output) }),
          },
        ]
      : []),
    ...(mostStreams === null
      ? []
      : [{ key: 'streams', label: t('protocolFigures.mostStreams'), value: number(mostStreams) }]),
    ...(mostSessions === null
      ? []
      : [{ key: 'sessions', label: t('protocolFigures.mostSessions'), value: number(mostSessions) }]),
    ...(messages
      ? [
          {
            key: 'messages',
            label: t('protocolFigures.messages'),
            value: formatRate(messages.sentPerSecond + messages.receivedPerSecond, locale),
            detail: t('protocolFigures.sentAndReceived', {
              sent: number(messages.sent),
              received: number(messages.received),
            }),
          },
        ]
      : []),
    ...(failed.length > 0
      ? [
          {
            key: 'statuses',
            label: t('protocolFigures.statuses'),
            value: number(failed.reduce((sum, [, count]) => sum + count, 0)),
            detail: failed.map(([name, count]) => `${name} ${number(count)}`).join(', '),
            alarm: true,
          },
        ]
      : []),
  ];
}
