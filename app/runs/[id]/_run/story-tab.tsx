'use client';

import { storyOf, type StorySentence } from '@/lib/timeline/story';
import { type ChartModel } from '../../../_charts/model';
import { useStore, type Store } from '../../../_charts/store';
import { type ChartView } from '../../../_charts/view';
import { Badge } from '../../../_components/ui/badge';
import { Button } from '../../../_components/ui/button';
import { type Dictionary } from '../../../_i18n/en';
import { formatMs, formatNumber, formatRate } from '../../../_i18n/format';
import { type Locale } from '../../../_i18n/locale';
import { useDictionary, useLocale } from '../../../_i18n/provider';
import { assumptionIn } from '../../../_i18n/words-of-data';
import { figuresOfPage } from './figures';

/** What happened, in sentences made from the data; each leads to its place in the charts. */
export function StoryTab({ model: store, view }: { model: Store<ChartModel>; view: ChartView }) {
  const t = useDictionary();
  const locale = useLocale();
  const model = useStore(store);
  const { run, correlation } = model;
  // Until the run's own figures are stored, its seconds tell them.
  const told = run.endedAtMs === null ? { ...run, figures: { ...run.figures, ...liveFigures(model) } } : run;
  return (
    <div className="max-w-3xl space-y-3 leading-relaxed">
      {run.endedAtMs === null && <Badge tone="info">{t.story.soFar}</Badge>}
      <ol className="space-y-2.5">
        {storyOf(told, correlation).map((sentence, i) => (
          <li key={i} className="flex flex-wrap items-baseline gap-x-2.5 gap-y-1">
            <span>{sentenceWords(sentence, t, locale)}</span>
            {sentence.range && (
              <Button size="sm" variant="ghost" className="h-6 px-1.5" onClick={() => show(view, sentence.range!)}>
                {t.events.showInCharts}
              </Button>
            )}
          </li>
        ))}
      </ol>
      {run.autoscaling && run.autoscaling.assumptions.length > 0 && (
        <div className="rounded-lg border bg-muted/50 px-4 py-3 text-[13px]">
          <h3 className="mb-1 text-xs font-medium text-muted-foreground">{t.services.assumptions}</h3>
          <ul className="list-disc space-y-1 pl-4">
            {run.autoscaling.assumptions.map((assumption) => (
              <li key={assumption}>{assumptionIn(locale, assumption)}</li>
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

function liveFigures(model: ChartModel) {
  const { requests, failures, meanRate, p50Ms, p95Ms, p99Ms, peakReady } = figuresOfPage(model, null);
  return { requests, failures, requestsPerSecond: meanRate, p50Ms, p95Ms, p99Ms, peakReadyPods: peakReady };
}

function show(view: ChartView, { fromMs, toMs }: { fromMs: number; toMs: number }): void {
  const from = Math.max(0, Math.round(fromMs - 3000));
  view.range.set({ fromMs: from, toMs: Math.round(Math.max(toMs + 4000, from + 8000)) });
  document.querySelector('[data-chart]')?.closest('.panel')?.scrollIntoView({ block: 'start', behavior: 'smooth' });
}

/** A sentence of the story in the page's language. */
export function sentenceWords({ kind, values: v }: StorySentence, t: Dictionary, locale: Locale): string {
  const whole = (key: string): string => (typeof v[key] === 'number' ? formatNumber(Math.round(v[key]), locale) : '–');
  const ms = (key: string): string => formatMs(typeof v[key] === 'number' ? v[key] : null, locale);
  const msOrNull = (key: string): string | null => (typeof v[key] === 'number' ? ms(key) : null);
  const second = (key: string): string => formatNumber(Math.round(Number(v[key]) / 100) / 10, locale, 1);
  const text = (key: string): string => String(v[key] ?? '–');
  switch (kind) {
    case 'asked':
      return t.story.asked({ script: text('script'), service: text('service'), host: text('host') });
    case 'load':
      return t.story.load({ requests: whole('requests'), failures: whole('failures'), rate: formatRate(typeof v.rate === 'number' ? v.rate : null, locale), p50: ms('p50Ms'), p99: ms('p99Ms'), pods: whole('peakReadyPods') });
    case 'late':
      return t.story.late({
        due: second('dueMs'), to: whole('to'), from: whole('from'), total: msOrNull('totalMs'), requests: Number(v.requests) > 0 ? whole('requests') : null,
        p95: ms('p95Ms'), steady: msOrNull('steadyP95Ms'), waited: Number(v.waited) > 0 ? whole('waited') : null,
      });
    case 'scaled':
      return t.story.scaled({ due: second('dueMs'), to: whole('to'), from: whole('from'), seenFrom: whole('observedFrom'), seenTo: whole('observedTo'), lag: formatMs(Math.abs(Number(v.actMs)), locale), before: Number(v.actMs) < 0 });
    case 'missed':
      return t.story.missed({ due: second('dueMs'), to: whole('to'), from: whole('from') });
    case 'unexpected':
      return t.story.unexpected({ at: second('atMs'), to: whole('to'), from: whole('from') });
    case 'no-scaling':
      return t.story.noScaling({ pods: whole('pods') });
    case 'thresholds':
      return t.story.thresholds({ met: whole('met'), total: whole('total') });
  }
}
