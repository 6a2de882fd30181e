'use client';

import { type ChartModel } from '@/app/_ui/charts/model';
import { useStore, type Store } from '@/app/_ui/charts/store';
import { type ChartView } from '@/app/_ui/charts/view';
import { useLocale, useWords } from '@/app/_ui/words/provider';
import { recordedMs } from '@/lib/timeline/figures';
import { protocolFigures } from '@/lib/timeline/protocol-figures';
import { protocolTexts } from '@/lib/words/protocol-text';

/** What streams, sessions, messages and tokens did, of the run or of the range that is shown; nothing where there are none. */
export function ProtocolTiles({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useWords();
  const locale = useLocale();
  const { run, recording, table } = useStore(store);
  const range = useStore(view.range);
  const all = recording.protocol ?? [];
  const own = range ? all.filter(({ atMs }) => atMs > range.fromMs && atMs <= range.toMs) : all;
  const recorded = range ? table.within(range.fromMs, range.toMs) : table.all;
  const figures = protocolFigures(own, recordedMs(recorded) / 1000, {
    summary: run.summary,
    ...(range
      ? { range: { fromMs: range.fromMs, before: all.filter(({ atMs }) => atMs <= range.fromMs) } }
      : {}),
  });
  const tiles = figures ? protocolTexts(figures, t, locale) : [];
  if (tiles.length === 0) return null;
  const isStreamed = figures?.times.some(({ time }) => time === 'firstByte') ?? false;
  const knowsToken = figures?.times.some(({ time }) => time === 'firstToken') ?? false;
  const calls = all.some(({ statuses }) => Object.keys(statuses).length > 0);
  const knowsConnections = all.some(({ times }) => times.connect !== undefined);
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
      {calls && !knowsConnections && (
        <p data-no-connect className="border-t px-3.5 py-2 text-xs text-muted-foreground sm:px-4">
          {t('protocolFigures.noConnect')}
        </p>
      )}
    </section>
  );
}
