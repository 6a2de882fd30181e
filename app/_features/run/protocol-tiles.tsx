'use client';

import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { loadSeconds, protocolFigures, type ProtocolFigures } from '@/lib/timeline/protocol-figures';
import { formatMs, formatNumber, formatRate } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { type Words } from '@/lib/words/words';
import { type Tile } from './figure-tiles';

/** What streams, sessions, messages and tokens did, of the run or of the range that is shown; nothing where there are none. */
export function ProtocolTiles({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useWords();
  const locale = useLocale();
  const { run, recording } = useStore(store);
  const range = useStore(view.range);
  const all = recording.protocol ?? [];
  const own = range ? all.filter(({ atMs }) => atMs > range.fromMs && atMs <= range.toMs) : all;
  const figures = protocolFigures(
    own,
    range ? (range.toMs - range.fromMs) / 1000 : loadSeconds(run, all),
    range ? { before: all.filter(({ atMs }) => atMs <= range.fromMs) } : { summary: run.summary },
  );
  const tiles = figures ? tilesOf(figures, t, locale) : [];
  if (tiles.length === 0) return null;
  const isStreamed = figures?.times.some(({ time }) => time === 'firstByte') ?? false;
  const knowsToken = figures?.times.some(({ time }) => time === 'firstToken') ?? false;
  return (
    <section aria-label={t('protocolFigures.title')} className="panel mb-4 overflow-hidden">
      <dl className="grid grid-cols-2 overflow-hidden sm:grid-cols-[repeat(auto-fit,minmax(9.5rem,1fr))]">
        {tiles.map(({ key, label, value, detail, alarm }) => (
          <div
            key={key}
            data-protocol-figure={key}
            className="-mb-px -ml-px min-w-0 border-b border-l px-3.5 py-2.5 sm:px-4"
          >
            <dt className="truncate text-xs text-muted-foreground" title={label}>
              {label}
            </dt>
            <dd
              className={`tabular mt-0.5 truncate text-lg leading-tight font-semibold tracking-tight ${alarm ? 'text-danger' : ''}`}
            >
              {value}
            </dd>
            <dd className="tabular h-4 truncate text-[11px] text-muted-foreground" title={detail}>
              {detail}
            </dd>
          </div>
        ))}
      </dl>
      {isStreamed && !knowsToken && (
        <p data-instead className="border-t px-3.5 py-2 text-xs text-muted-foreground sm:px-4">
          {t('protocolFigures.instead')}
        </p>
      )}
    </section>
  );
}

function tilesOf(figures: ProtocolFigures, t: Words, locale: Locale): Tile[] {
  const { statuses, kinds, mostStreams, mostSessions, messages, tokens, times } = figures;
  const number = (value: number): string => formatNumber(value, locale);
  const median = (p50Ms: number): string => t('protocolFigures.median', { time: formatMs(p50Ms, locale) });
  const failed = Object.entries(statuses ?? {}).filter(([name]) => name !== 'OK');
  return [
    ...times.map(({ time, count, p50Ms, p95Ms }): Tile => ({
      key: time,
      label: t(`protocolFigures.times.${time}`),
      value: formatMs(p95Ms, locale),
      detail: time === 'connect' ? t('protocolFigures.connections', { n: number(count) }) : median(p50Ms),
    })),
    ...kinds.map(({ kind, count, p50Ms, p95Ms }): Tile => ({
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
