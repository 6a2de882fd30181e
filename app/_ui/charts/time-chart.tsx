'use client';

import './register';
import { type Chart as ChartInstance, type ChartData, type ChartOptions } from 'chart.js';
import { ImageDown } from 'lucide-react';
import { useEffect, useMemo, useRef } from 'react';
import { Chart } from 'react-chartjs-2';
import { Button } from '@/app/_ui/primitives/button';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { type Clock, useClock } from './clock';
import { useWords } from '@/app/_ui/words/provider';
import { type Words } from '@/lib/words/words';
import { unitOf } from '@/lib/model/protocol';
import { sentMessage } from '@/lib/model/message';
import { useSay } from '@/app/_ui/words/use-say';
import { annotationsOf, gapsOf } from './annotations';
import { seenRevision } from './averages-spec';
import { Legend } from './legend';
import { type ChartModel } from './model';
import { shortRevision } from '@/lib/timeline/one-revision';
import { plotLeft } from './axes';
import { chartOptions } from './options';
import { protocolChartKeys, type ProtocolChart } from './protocol-spans';
import { chartPng, saveBlob } from './png';
import { outlineOf, type ChartSpec, type Frame, type TimeDataset } from './series';
import { stackUp, type Stackable } from './stack';
import { holdAnnotations } from './still-annotations';
import { Swatch } from './swatch';
import { type ChartTheme } from './theme';
import { type ChartView, type LatencyView } from './view';

export interface Drawn {
  spec: ChartSpec;
  chart: ChartInstance;
  /** The model that it shows. */
  model: ChartModel;
  /** The key of the annotations that it has. */
  annotated: string;
}

/** What each drawing of all charts has in common beside its frame. */
export interface Drawing {
  frame: Frame;
  hidden: ReadonlySet<string>;
  theme: ChartTheme;
  /** Ids of the incidents whose events are shown, or of events in them. */
  opened: readonly (string | null)[];
  /** Gets the id of an event whose line was clicked, or of an incident. */
  onPick: (id: string) => void;
}

/** Puts a frame's data, range and annotations into a chart and draws it once. */
export function drawChart(one: Drawn, drawing: Drawing, annotated: string): void {
  const { spec, chart } = one;
  one.model = drawing.frame.model;
  spec.fill(drawing.frame);
  // react-chartjs-2 gives the chart copies of the datasets: what was filled is handed over.
  const filled = filledOf(spec, drawing.hidden);
  for (const [i, dataset] of chart.data.datasets.entries()) Object.assign(dataset, filled[i]);
  Object.assign(chart.options.scales?.x ?? {}, limitsOf(drawing.frame));
  holdAnnotations(chart, one.annotated === annotated);
  if (one.annotated !== annotated && chart.options.plugins?.annotation) {
    one.annotated = annotated;
    chart.options.plugins.annotation.annotations = annotationsIn(spec, drawing);
  }
  chart.update('none');
}

type FilledDataset = TimeDataset & Stackable & { key?: string };

/** What each dataset shows now, in their order. */
function filledOf(spec: ChartSpec, hidden: ReadonlySet<string>): Partial<TimeDataset>[] {
  const sets = (spec.datasets as FilledDataset[]).map((dataset) => ({
    ...dataset,
    hidden: dataset.key !== undefined && hidden.has(dataset.key),
  }));
  const stacked = stackUp(sets);
  return sets.map(({ backgroundColor, fill, ...set }, i) => ({
    data: stacked[i]!,
    ...(fill === undefined ? {} : { fill }),
    ...(backgroundColor === undefined ? {} : { backgroundColor }),
    ...(set.segment ? outlineOf(set) : {}),
    hidden: set.hidden,
  }));
}

function limitsOf({ range }: Frame): { min: number; max: number } {
  return { min: range.fromMs, max: range.toMs };
}

function annotationsIn(
  spec: ChartSpec,
  { frame, theme, onPick, opened }: Drawing,
): ReturnType<typeof annotationsOf> {
  return annotationsOf(spec.key, frame.model, theme, onPick, frame.range, opened);
}

/** A chart's first data and options: made with them, it is laid out and drawn once, not first without. */
function firstOf(
  spec: ChartSpec,
  drawing: Drawing,
  onZoom: (fromMs: number, toMs: number) => void,
  clockNow: () => Clock,
): { model: ChartModel; data: ChartData; options: ChartOptions } {
  spec.fill(drawing.frame);
  const filled = filledOf(spec, drawing.hidden);
  const options = chartOptions(spec, drawing.theme, onZoom, clockNow);
  Object.assign(options.scales?.x ?? {}, limitsOf(drawing.frame));
  Object.assign(options.plugins?.annotation ?? {}, { annotations: annotationsIn(spec, drawing) });
  return {
    model: drawing.frame.model,
    options,
    data: {
      // `stackUp` has put them upon each other: chart.js, told of stacks, would work them out again.
      datasets: spec.datasets.map((dataset, i) => ({ ...dataset, stack: undefined, ...filled[i] })),
    } as unknown as ChartData,
  };
}

/** One chart with its title, legend and the gaps in what it shows. */
export function TimeChart({
  spec,
  theme,
  model,
  view,
  drawingNow,
  clockNow,
  onZoom,
  register,
}: {
  spec: ChartSpec;
  theme: ChartTheme;
  model: ChartModel;
  view: ChartView;
  drawingNow: () => Drawing;
  clockNow: () => Clock;
  onZoom: (fromMs: number, toMs: number) => void;
  register: (spec: ChartSpec, made: { chart: ChartInstance; model: ChartModel } | null) => void;
}) {
  const say = useSay();
  const t = useWords();
  const clock = useClock(view, model.run);
  const chart = useRef<ChartInstance | null>(null);
  // Stable objects: the chart is filled in place and never made anew by a render.
  const first = useMemo(
    () => firstOf(spec, drawingNow(), onZoom, clockNow),
    [spec, drawingNow, onZoom, clockNow],
  );
  const plugins = useMemo(() => (spec.layer ? [spec.layer.plugin] : []), [spec]);
  useEffect(() => {
    if (chart.current) register(spec, { chart: chart.current, model: first.model });
    return () => register(spec, null);
  }, [spec, first, register]);
  const titles: Record<string, [string, string]> = {
    requests: [
      t('charts.requests', { unit: unitOf(model.run.protocols) }),
      t('charts.requestsUnit', { unit: unitOf(model.run.protocols) }),
    ],
    ...protocolTitles(t),
    latency: [t('charts.latency'), t('charts.latencyUnit', { unit: unitOf(model.run.protocols) })],
    pods: [t('charts.pods'), t('charts.podsUnit')],
    concurrency: [t('charts.concurrency'), t('charts.concurrencyUnit')],
    averages: [t('charts.averages.title'), t('charts.averages.unit')],
    usage:
      spec.form === 'memory'
        ? [t('charts.usage.memory'), t('charts.usage.memoryUnit')]
        : [t('charts.usage.cpu'), t('charts.usage.cpuUnit')],
  };
  const [title, unit] = titles[spec.key] ?? ['', ''];
  const source = spec.key === 'concurrency' ? (model.recording.concurrency.at(-1)?.source ?? null) : null;
  const gaps = gapsOf(spec.key, model.recording.gaps);
  return (
    <section aria-label={title} data-chart={spec.key}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1 px-3 pt-2.5 sm:px-4">
        <h3 className="text-[13px] font-semibold">{title}</h3>
        <span
          className="text-xs text-muted-foreground"
          title={source ? t(`charts.sourceHint.${source}`) : undefined}
        >
          {unit}
          {source && `${t('common.comma')}${t(`charts.source.${source}`)}`}
        </span>
        {spec.key === 'latency' && (
          <Segmented<LatencyView>
            label={t('charts.latencyView')}
            value={view.latency.get()}
            onChange={(value) => view.latency.set(value)}
            options={[
              { value: 'lines', label: t('charts.lines') },
              { value: 'heat', label: t('charts.heat') },
              { value: 'both', label: t('charts.both') },
            ]}
          />
        )}
        {spec.key === 'averages' && model.correlation.autoscaler.length > 1 && (
          <Segmented<string>
            label={t('charts.averages.revision')}
            value={seenRevision(model, view.revision.get())?.revision ?? ''}
            onChange={(revision) => view.revision.set(revision)}
            options={model.correlation.autoscaler.map(({ revision }) => ({
              value: revision,
              label: shortRevision(revision, model.run.service.name),
            }))}
          />
        )}
        <Legend
          items={spec.legend}
          view={view}
          className="max-sm:order-last max-sm:w-full sm:min-w-0 sm:flex-[1_1_16rem] sm:justify-end"
        />
        <Button
          size="iconSm"
          variant="ghost"
          className="-ml-2 max-sm:ml-auto print:hidden"
          aria-label={t('exports.png', { chart: title })}
          title={t('exports.png', { chart: title })}
          onClick={() => void savePng(spec.key)}
        >
          <ImageDown />
        </Button>
      </div>
      {/* A chart asks for its size while it is made: of its box alone, not of the page. */}
      <div className="relative contain-strict" style={{ height: spec.height }}>
        <Chart
          ref={chart}
          type="line"
          data={first.data}
          options={first.options}
          plugins={plugins}
          aria-label={`${title}, ${unit}`}
        />
      </div>
      {gaps.length > 0 && (
        <ul
          className="space-y-0.5 px-3 pt-1 pb-1 text-xs text-muted-foreground sm:px-4"
          style={{ paddingLeft: plotLeft }}
        >
          {gaps.map((gap) => (
            <li key={gap.id} className="flex items-baseline gap-1.5">
              <Swatch colour={theme.colours.gap} shape="rising" />
              <span>
                {t(`charts.gap.${gap.what}`)} {clock.tell(gap.fromMs, true)} –{' '}
                {gap.toMs === null ? '…' : clock.tell(gap.toMs, true)}
                {t('common.colon')}
                {say(sentMessage(gap.code, gap.data, gap.reason))}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Titles and units of the charts that only some protocols have. */
function protocolTitles(t: Words): Record<ProtocolChart, [string, string]> {
  return Object.fromEntries(
    protocolChartKeys.map((key) => [
      key,
      [t(`charts.protocol.${key}.title`), t(`charts.protocol.${key}.unit`)],
    ]),
  ) as Record<ProtocolChart, [string, string]>;
}

async function savePng(key: string): Promise<void> {
  const blob = await chartPng(key);
  if (blob) saveBlob(blob, `scaletrace-${key}.png`);
}
