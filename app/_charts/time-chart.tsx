'use client';

import './register';
import { type Chart as ChartInstance, type ChartData, type ChartOptions } from 'chart.js';
import { ImageDown } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { Chart } from 'react-chartjs-2';
import { Button } from '../_components/ui/button';
import { Segmented } from '../_components/ui/tabs';
import { formatClock } from '../_i18n/format';
import { useDictionary, useLocale } from '../_i18n/provider';
import { serverWordsIn } from '../_i18n/server-words';
import { annotationsOf, gapsOf } from './annotations';
import { Legend } from './legend';
import { type ChartModel } from './model';
import { chartOptions, plotLeft } from './options';
import { chartPng, saveBlob } from './png';
import { outlineOf, type ChartSpec, type Frame, type TimeDataset } from './series';
import { Swatch } from './swatch';
import { type ChartTheme } from './theme';
import { type ChartView, type LatencyView } from './view';

export interface Drawn {
  spec: ChartSpec;
  chart: ChartInstance | null;
  annotated: string;
}

/** Puts a frame's data, range and annotations into a chart and draws it once. */
export function drawChart(one: Drawn, frame: Frame, annotated: string, theme: ChartTheme, onPick: (id: string) => void, hidden: ReadonlySet<string>): void {
  const { spec, chart } = one;
  if (!chart) return;
  spec.fill(frame);
  for (const [i, dataset] of chart.data.datasets.entries()) {
    // react-chartjs-2 gives the chart copies of the datasets: what was filled is handed over.
    const filled = spec.datasets[i] as TimeDataset | undefined;
    dataset.data = filled?.data as typeof dataset.data;
    if (filled?.segment) Object.assign(dataset, outlineOf(filled));
    const { key } = dataset as { key?: string };
    dataset.hidden = key !== undefined && hidden.has(key);
  }
  const { x } = chart.options.scales ?? {};
  if (x) Object.assign(x, { min: frame.range.fromMs, max: frame.range.toMs });
  if (one.annotated !== annotated && chart.options.plugins?.annotation) {
    one.annotated = annotated;
    chart.options.plugins.annotation.annotations = annotationsOf(spec.key, frame.model, theme, onPick, frame.range);
  }
  chart.update('none');
}

/** One chart with its title, legend and the gaps in what it shows. */
export function TimeChart({ spec, theme, model, view, onZoom, register }: {
  spec: ChartSpec; theme: ChartTheme; model: ChartModel; view: ChartView; onZoom: (fromMs: number, toMs: number) => void; register: (spec: ChartSpec, chart: ChartInstance | null) => void;
}) {
  const t = useDictionary();
  const locale = useLocale();
  const chart = useRef<ChartInstance | null>(null);
  // Stable objects: the chart is filled in place and never made anew by a render.
  const options = useMemo<ChartOptions>(() => chartOptions(spec, theme, onZoom), [spec, theme, onZoom]);
  const data = useMemo(() => ({ datasets: spec.datasets }) as unknown as ChartData, [spec]);
  useEffect(() => {
    register(spec, chart.current);
    return () => register(spec, null);
  }, [spec, register]);
  const titles: Record<string, [string, string]> = {
    requests: [t.charts.requests, t.charts.requestsUnit],
    latency: [t.charts.latency, t.charts.latencyUnit],
    pods: [t.charts.pods, t.charts.podsUnit],
    concurrency: [t.charts.concurrency, t.charts.concurrencyUnit],
  };
  const [title, unit] = titles[spec.key] ?? ['', ''];
  const source = spec.key === 'concurrency' ? (model.recording.concurrency.at(-1)?.source ?? null) : null;
  const gaps = gapsOf(spec.key, model.recording.gaps);
  return (
    <section aria-label={title} data-chart={spec.key}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 pt-2.5 sm:px-4">
        <h3 className="text-[13px] font-semibold">{title}</h3>
        <span className="text-xs text-muted-foreground" title={source ? t.charts.sourceHint[source] : undefined}>
          {unit}
          {source && <>, {t.charts.source[source]}</>}
        </span>
        {spec.key === 'latency' && (
          <Segmented<LatencyView>
            label={t.charts.latencyView}
            value={view.latency.get()}
            onChange={(value) => view.latency.set(value)}
            options={[
              { value: 'lines', label: t.charts.lines },
              { value: 'heat', label: t.charts.heat },
              { value: 'both', label: t.charts.both },
            ]}
          />
        )}
        <Legend items={spec.legend} view={view} className="ml-auto" />
        <Button size="iconSm" variant="ghost" className="-ml-2 print:hidden" aria-label={t.exports.png(title)} title={t.exports.png(title)} onClick={() => void savePng(spec.key)}>
          <ImageDown />
        </Button>
      </div>
      <div style={{ height: spec.height }}>
        <Chart ref={chart} type="line" data={data} options={options} aria-label={`${title}, ${unit}`} />
      </div>
      {gaps.length > 0 && (
        <ul className="space-y-0.5 px-3 pt-1 pb-1 text-xs text-muted-foreground sm:px-4" style={{ paddingLeft: plotLeft }}>
          {gaps.map((gap) => (
            <li key={gap.id} className="flex items-baseline gap-1.5">
              <Swatch colour={theme.colours.gap} shape="rising" />
              <span>
                {t.charts.gap[gap.what]} {formatClock(gap.fromMs, true)} – {gap.toMs === null ? '…' : formatClock(gap.toMs, true)}: {serverWordsIn(locale, gap.reason)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

async function savePng(key: string): Promise<void> {
  const blob = await chartPng(key);
  if (blob) saveBlob(blob, `scaletrace-${key}.png`);
}
