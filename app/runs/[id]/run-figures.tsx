'use client';

import { mergeColumns, quantileOf } from '../../_charts/columns';
import { lastBefore, wholeRange, type ChartModel } from '../../_charts/model';
import { useStore, type Store } from '../../_charts/store';
import { type ChartView } from '../../_charts/view';
import { formatMs, formatNumber, formatRate } from '../../_i18n/format';
import { useDictionary, useLocale } from '../../_i18n/provider';
import { podsAt } from '@/lib/timeline/pods';

/** The figures of the run, or of the range that is zoomed to. */
export function RunFigures({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useDictionary();
  const locale = useLocale();
  const model = useStore(store);
  const range = useStore(view.range);
  const { run, recording, correlation } = model;
  const { fromMs, toMs } = range ?? wholeRange(model);
  const columns = model.table.all.filter((column) => column.toMs > fromMs && column.toMs <= toMs + 1);
  const merged = columns.length > 0 ? mergeColumns(columns) : null;
  // Without a zoom k6's own exact totals stand once they are there.
  const whole = range === null && run.summary !== null ? run.figures : null;
  const atMs = Math.min(toMs, model.endMs);
  const pods = podsAt(correlation.pods.steps, atMs);
  const sample = lastBefore(recording.concurrency.filter((s) => !s.instant), atMs);
  const spanS = merged ? (merged.toMs - merged.fromMs) / 1000 : 0;
  const quantile = (q: number): number | null => (merged ? quantileOf(merged, q) : null);
  const items: { label: string; value: string; note?: string | undefined; bad?: boolean }[] = [
    { label: t.run.figures.requests, value: formatNumber(whole?.requests ?? merged?.requests ?? 0, locale) },
    { label: t.run.figures.rate, value: formatRate(whole?.requestsPerSecond ?? (merged && spanS > 0 ? merged.requests / spanS : null), locale) },
    { label: t.run.figures.failures, value: formatNumber(whole?.failures ?? merged?.failures ?? 0, locale), bad: (whole?.failures ?? merged?.failures ?? 0) > 0 },
    { label: t.run.figures.p50, value: formatMs(whole?.p50Ms ?? quantile(0.5), locale) },
    { label: t.run.figures.p95, value: formatMs(whole?.p95Ms ?? quantile(0.95), locale) },
    { label: t.run.figures.p99, value: formatMs(whole?.p99Ms ?? quantile(0.99), locale) },
    { label: t.run.figures.ready, value: formatNumber(pods.ready, locale), note: t.run.figures.peak(formatNumber(run.figures.peakReadyPods ?? 0, locale)) },
    { label: t.run.figures.desired, value: formatNumber(lastBefore(model.decisions, atMs)?.replicas ?? null, locale) },
    { label: t.run.figures.inFlight, value: formatNumber(sample?.total ?? null, locale), note: sample?.waiting ? t.run.figures.waiting(formatNumber(sample.waiting, locale)) : undefined },
  ];
  return (
    <dl aria-label={t.run.figures.title} className="panel grid grid-cols-3 gap-px overflow-hidden bg-border sm:grid-cols-5 lg:grid-cols-9">
      {items.map(({ label, value, note, bad }) => (
        <div key={label} className="bg-card px-3 py-2.5">
          <dt className="truncate text-xs text-muted-foreground">{label}</dt>
          <dd className={`tabular mt-0.5 truncate text-lg font-semibold ${bad ? 'text-danger' : ''}`}>{value}</dd>
          {note && <dd className="truncate text-xs text-muted-foreground">{note}</dd>}
        </div>
      ))}
    </dl>
  );
}
