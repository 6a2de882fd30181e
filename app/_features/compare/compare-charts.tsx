'use client';

import { Undo2 } from 'lucide-react';
import {
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import { type ComparedRun, type Comparison } from '@/lib/comparing/comparison';
import { type TimeRange } from '@/app/_ui/charts/model';
import { plotLeft, plotRight } from '@/app/_ui/charts/axes';
import { below, hideZero, lineBase, type Datasets } from '@/app/_ui/charts/series';
import { createStore, type Store } from '@/app/_ui/charts/store';
import { Swatch } from '@/app/_ui/charts/swatch';
import { pattern, withAlpha, type ChartTheme, type PatternKind } from '@/app/_ui/charts/theme';
import { useChartTheme } from '@/app/_ui/charts/use-chart-theme';
import { clampRange } from '@/app/_ui/charts/view';
import { Button } from '@/app/_ui/primitives/button';
import { type Words } from '@/lib/words/words';
import { formatClock, formatMs, formatNumber } from '@/lib/words/format';
import { type Locale } from '@/lib/words/locale';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { type Alignment } from '@/app/_ui/compare-address';
import { CompareReading, CompactReading } from './compare-reading';
import { looks, RunSign } from './look';
import {
  columnLine,
  heldLine,
  inFlightLine,
  isTime,
  knownLine,
  middleLine,
  sharedProtocolKeys,
  shiftOf,
  unitOfRuns,
  wholeOf,
} from './overlay-data';
import { OverlayChart, type Overlay } from './overlay-chart';

/** All runs over each other on one time axis, and each one's pods below; one crosshair reads all of them. */
export function CompareCharts({
  comparison,
  align,
  range: chosen,
  onRange,
}: {
  comparison: Comparison;
  align: Alignment;
  range: TimeRange | null;
  onRange: (range: TimeRange | null) => void;
}) {
  const theme = useChartTheme();
  const t = useWords();
  const locale = useLocale();
  const { runs } = comparison;
  const [reading] = useState(() => createStore<number | null>(null));
  const whole = useMemo(() => wholeOf(runs, align), [runs, align]);
  const range = useMemo(() => (chosen && clampRange(chosen, whole)) ?? whole, [chosen, whole]);
  const overlays = useMemo(
    () => (theme ? overlaysOf(runs, align, theme, t, locale) : []),
    [runs, align, theme, t, locale],
  );
  const strips = useMemo(
    () => (theme ? runs.map((run) => stripOf(run, align, theme, t, locale)) : []),
    [runs, align, theme, t, locale],
  );
  const zoom = useCallback(
    (fromMs: number, toMs: number) => onRange(clampRange({ fromMs, toMs }, whole)),
    [onRange, whole],
  );
  const stableZoom = useLatest(zoom);
  const endMs = whole.toMs;
  if (!theme) return <div className="h-[900px]" />;
  return (
    <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,1fr)_260px] printing:grid-cols-1">
      <div className="panel relative min-w-0">
        <div className="printing:hidden sticky top-14 z-20 flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-t-xl border-b bg-card px-3 py-1.5 sm:px-4 max-sm:top-[6.1rem]">
          <div className="min-w-0 flex-1 xl:hidden">
            <CompactReading runs={runs} align={align} reading={reading} endMs={endMs} />
          </div>
          <div className="hidden flex-wrap gap-x-4 xl:flex">
            {runs.map((run, i) => (
              <span key={run.id} className="flex max-w-56 items-center gap-1.5 text-xs text-muted-foreground">
                <RunSign index={i} />
                <span className="truncate" title={run.name}>
                  {run.name}
                </span>
              </span>
            ))}
          </div>
          <div className="flex items-center gap-2 text-xs text-muted-foreground">
            {range === whole ? (
              <span className="hidden sm:inline">{t('compare.charts.zoomHint')}</span>
            ) : (
              <>
                <span className="tabular whitespace-nowrap" data-range>
                  {formatClock(range.fromMs, true)} – {formatClock(range.toMs, true)}
                </span>
                <Button size="sm" onClick={() => onRange(null)}>
                  <Undo2 />
                  {t('compare.charts.whole')}
                </Button>
              </>
            )}
          </div>
        </div>
        <Plot reading={reading} range={range} endMs={endMs} onReset={() => onRange(null)}>
          {overlays.map((overlay) => (
            <section key={overlay.key} aria-label={overlay.title} data-chart={overlay.key}>
              <h3 className="flex items-baseline gap-2.5 px-3 pt-2.5 text-[13px] font-semibold sm:px-4">
                {overlay.title}{' '}
                <span className="text-xs font-normal text-muted-foreground">{overlay.unit}</span>
              </h3>
              <OverlayChart overlay={overlay} theme={theme} range={range} onZoom={stableZoom} />
            </section>
          ))}
          <section aria-label={t('compare.strips')} className="mt-3 border-t">
            <div className="flex flex-wrap items-baseline gap-x-4 gap-y-1 px-3 pt-2.5 sm:px-4">
              <h3 className="text-[13px] font-semibold">{t('compare.strips')}</h3>
              <PhaseLegend theme={theme} />
            </div>
            {strips.map((strip, i) => (
              <section key={runs[i]!.id} aria-label={strip.title} data-strip={runs[i]!.id}>
                <p className="flex min-w-0 items-center gap-2 px-3 pt-1.5 text-xs sm:px-4">
                  <RunSign index={i} />
                  <span className="truncate" title={runs[i]!.name}>
                    {runs[i]!.name}
                  </span>
                </p>
                <OverlayChart overlay={strip} theme={theme} range={range} onZoom={stableZoom} />
              </section>
            ))}
          </section>
        </Plot>
      </div>
      <aside
        aria-label={t('compare.charts.reading')}
        className="printing:hidden panel sticky top-20 hidden max-h-[calc(100vh-6rem)] self-start overflow-y-auto p-4 xl:block"
      >
        <CompareReading runs={runs} align={align} reading={reading} endMs={endMs} />
      </aside>
    </div>
  );
}

/** A function that stays one and the same and calls the newest. */
function useLatest(callback: (fromMs: number, toMs: number) => void): (fromMs: number, toMs: number) => void {
  const latest = useRef(callback);
  useEffect(() => {
    latest.current = callback;
  }, [callback]);
  return useCallback((fromMs, toMs) => latest.current(fromMs, toMs), []);
}

/** The charts' common ground: pointer and keys move one crosshair over all of them. */
function Plot({
  reading,
  range,
  endMs,
  onReset,
  children,
}: {
  reading: Store<number | null>;
  range: TimeRange;
  endMs: number;
  onReset: () => void;
  children: React.ReactNode;
}) {
  const t = useWords();
  const box = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const show = (): void => {
      const element = line.current;
      const plot = Math.max(1, (box.current?.clientWidth ?? 0) - plotLeft - plotRight);
      const atMs = reading.get();
      const inside = atMs !== null && atMs >= range.fromMs && atMs <= range.toMs;
      if (!element) return;
      element.style.opacity = inside ? '1' : '0';
      if (inside)
        element.style.transform = `translateX(${plotLeft + ((atMs - range.fromMs) / (range.toMs - range.fromMs)) * plot}px)`;
    };
    show();
    return reading.subscribe(show);
  }, [reading, range]);
  const onPointerMove = (event: PointerEvent): void => {
    const bounds = box.current?.getBoundingClientRect();
    if (!bounds) return;
    const share = (event.clientX - bounds.left - plotLeft) / Math.max(1, bounds.width - plotLeft - plotRight);
    reading.set(share < 0 || share > 1 ? null : range.fromMs + share * (range.toMs - range.fromMs));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const stepMs =
      Math.max(1000, Math.round((range.toMs - range.fromMs) / 200 / 1000) * 1000) * (event.shiftKey ? 10 : 1);
    const at = reading.get() ?? endMs;
    const move = (atMs: number): void => reading.set(Math.min(range.toMs, Math.max(range.fromMs, atMs)));
    if (event.key === 'ArrowLeft') move(at - stepMs);
    else if (event.key === 'ArrowRight') move(at + stepMs);
    else if (event.key === 'Home') move(range.fromMs);
    else if (event.key === 'End') move(range.toMs);
    else if (event.key === '0') onReset();
    else if (event.key === 'Escape') reading.set(null);
    else return;
    event.preventDefault();
  };
  return (
    <div
      ref={box}
      role="group"
      aria-label={t('compare.charts.region')}
      tabIndex={0}
      className="relative touch-pan-y rounded-b-xl pb-2 outline-offset-[-2px]"
      onPointerMove={onPointerMove}
      onPointerLeave={(event) => event.pointerType === 'mouse' && reading.set(null)}
      onKeyDown={onKeyDown}
      onDoubleClick={onReset}
    >
      {children}
      <div
        ref={line}
        aria-hidden
        data-crosshair
        className="chart-overlay absolute inset-y-0 left-0 z-10 w-px bg-foreground/60 opacity-0"
      />
    </div>
  );
}

function overlaysOf(
  runs: readonly ComparedRun[],
  align: Alignment,
  theme: ChartTheme,
  t: Words,
  locale: Locale,
): Overlay[] {
  const lines = (
    of: (run: ComparedRun, shiftMs: number) => { x: number; y: number }[],
    width = 1.9,
    alpha = 1,
  ): Datasets =>
    runs.map((run, i) => {
      const { colour, dash } = looks[i]!;
      // The first run lies on top of the others.
      return {
        ...lineBase(run.id, run.name, i),
        data: of(run, shiftOf(run, align)),
        borderColor: withAlpha(theme.colours[colour], alpha),
        borderDash: dash,
        borderWidth: width,
        fill: false,
        spanGaps: false,
      };
    });
  const number = (value: number): string => formatNumber(value, locale, Number.isInteger(value) ? 0 : 1);
  const ms = (value: number): string => formatMs(value, locale);
  const unit = unitOfRuns(runs);
  return [
    {
      key: 'rate',
      title: t('compare.charts.rate', { unit }),
      unit: t('compare.charts.rateUnit', { unit }),
      height: 150,
      datasets: lines((run, shift) => columnLine(run, run.load.rate, shift)),
      y: { tick: number, stacked: false },
    },
    {
      key: 'p50',
      title: t('compare.charts.p50'),
      unit: t('charts.latencyUnit', { unit }),
      height: 140,
      datasets: lines((run, shift) => middleLine(run, run.load.p50Ms, shift)),
      y: { tick: ms, stacked: false },
    },
    {
      key: 'p95',
      title: t('compare.charts.p95'),
      unit: t('charts.latencyUnit', { unit }),
      height: 140,
      datasets: lines((run, shift) => middleLine(run, run.load.p95Ms, shift)),
      y: { tick: ms, stacked: false },
    },
    ...sharedProtocolKeys(runs).map((key): Overlay => ({
      key,
      title: t(`charts.protocol.${key}.title`),
      unit: `${isTime(key) ? 'p95, ' : ''}${t(`charts.protocol.${key}.unit`)}`,
      height: 130,
      datasets: lines((run, shift) =>
        isTime(key)
          ? knownLine(run, run.protocol?.[key] ?? [], shift)
          : columnLine(run, (run.protocol?.[key] ?? []).map(Number), shift),
      ),
      y: { tick: isTime(key) ? ms : number, stacked: false },
    })),
    {
      key: 'pods',
      title: t('compare.charts.pods'),
      unit: t('compare.charts.podsUnit'),
      height: 150,
      datasets: [
        ...lines(({ pods, endMs }, shift) => heldLine(pods.atMs, pods.ready, endMs, shift), 2.2),
        ...lines(
          ({ desired, endMs }, shift) => heldLine(desired.atMs, desired.replicas, endMs, shift),
          1,
          0.75,
        ),
      ],
      y: { tick: number, whole: true, suggestedMax: 2, stacked: false },
    },
    {
      key: 'inFlight',
      title: t('compare.charts.inFlight'),
      unit: t('compare.charts.inFlightUnit'),
      height: 150,
      datasets: lines(inFlightLine),
      y: { tick: number, suggestedMax: 5, stacked: false },
    },
  ];
}

const phases: { key: 'ready' | 'starting' | 'pending' | 'terminating'; pattern: PatternKind | null }[] = [
  { key: 'ready', pattern: null },
  { key: 'starting', pattern: 'rising' },
  { key: 'pending', pattern: 'dots' },
  { key: 'terminating', pattern: 'falling' },
];

function stripOf(run: ComparedRun, align: Alignment, theme: ChartTheme, t: Words, locale: Locale): Overlay {
  const shift = shiftOf(run, align);
  const areas = phases.map(({ key, pattern: kind }, i) => ({
    ...lineBase(key, t(`charts.phases.${key}`), i + 1),
    data: heldLine(run.pods.atMs, run.pods[key], run.endMs, shift),
    borderColor: theme.colours[key],
    borderWidth: 1,
    backgroundColor: kind ? pattern(kind, theme.colours[key]) : withAlpha(theme.colours[key], 0.5),
    fill: below(i),
    stack: 'pods',
    segment: hideZero,
  }));
  const desired = {
    ...lineBase('desired', t('charts.desired'), 0),
    data: heldLine(run.desired.atMs, run.desired.replicas, run.endMs, shift),
    borderColor: theme.colours.desired,
    borderWidth: 1.75,
    borderDash: [5, 3],
    fill: false,
    stack: 'desired',
  };
  return {
    key: `strip-${run.id}`,
    title: t('compare.stripOf', { name: run.name }),
    unit: t('charts.podsUnit'),
    height: 96,
    datasets: [...areas, desired] as Datasets,
    y: { tick: (value) => formatNumber(value, locale), whole: true, suggestedMax: 2, stacked: true },
  };
}

function PhaseLegend({ theme }: { theme: ChartTheme }) {
  const t = useWords();
  return (
    <span className="flex flex-wrap gap-x-3 text-xs text-muted-foreground">
      {phases.map(({ key, pattern: kind }) => (
        <span key={key} className="flex items-center gap-1.5">
          <Swatch colour={theme.colours[key]} shape={kind ?? 'area'} />
          {t(`charts.phases.${key}`)}
        </span>
      ))}
      <span className="flex items-center gap-1.5">
        <Swatch colour={theme.colours.desired} shape="dashed" />
        {t('charts.desired')}
      </span>
    </span>
  );
}
