'use client';

import { Chart, type Chart as ChartInstance } from 'chart.js';
import { Undo2 } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { LogLink } from '@/app/_ui/log-links';
import { remeasureEvent } from '@/app/_ui/print';
import { Button } from '@/app/_ui/primitives/button';
import { Segmented } from '@/app/_ui/primitives/tabs';
import { useWords, useLocale } from '@/app/_ui/words/provider';
import { formatMs } from '@/lib/words/format';
import { unitOf } from '@/lib/model/protocol';
import { drawnTimes } from '@/lib/timeline/protocol-columns';
import { type UsageOverTime } from '@/lib/timeline/pod-usage';
import { annotationsKey } from './annotations';
import { averagesSpec } from './averages-spec';
import { type ClockKind, clockOf, useClock } from './clock';
import { concurrencySpec } from './concurrency-spec';
import { useCrosshair } from './crosshair';
import { EventLane } from './event-lane';
import { lateSeries } from './late';
import { latencySpec } from './latency-spec';
import { EventLegend } from './legend';
import { measureEvent } from './measure-event';
import { wholeRange, type ChartModel } from './model';
import { shortRevision } from '@/lib/timeline/one-revision';
import { plotLeft, plotRight } from './axes';
import { podsSpec } from './pods-spec';
import { ReadingPanel } from './reading-panel';
import {
  kindLatencySpec,
  kindsSpec,
  messagesSpec,
  openSpec,
  statusesSpec,
  timeSpec,
  tokensSpec,
} from './protocol-specs';
import { protocolCharts, type ProtocolChart } from './protocol-spans';
import { requestsSpec } from './requests-spec';
import { type ChartSpec } from './series';
import { useStore, type Store } from './store';
import { readTheme, type ChartTheme } from './theme';
import { drawChart, TimeChart, type Drawing, type Drawn } from './time-chart';
import { usageSpec } from './usage-spec';
import { chartKeys, clampRange, type ChartKey, type ChartView } from './view';

/** Columns finer than this many pixels are merged. */
const pixelsPerColumn = 1.5;
/** A chart this far (px) above or below what is seen is drawn too: the next turn of the wheel shows it. */
const nearPixels = 200;

/**
 * The charts of a run on one time axis, with one crosshair and one reading. They follow the model's store by
 * themselves: a second's data moves pixels, it does not render the page.
 */
export function ChartStack({
  model,
  view,
  shown = chartKeys,
}: {
  model: Store<ChartModel>;
  view: ChartView;
  /** Which charts; all of them unless given. */
  shown?: readonly ChartKey[];
}) {
  const { resolvedTheme } = useTheme();
  const t = useWords();
  const locale = useLocale();
  const latencyView = useStore(view.latency);
  const isDecidedKnown = useStore(model, knowsDecided);
  const usage = useStore(model, usageMetric);
  const revisions = useStore(model, revisionsOf);
  const inFlight = useStore(model, toldInFlight);
  const seen = useStore(model, seenRevisions);
  const isTheirsKnown = useStore(model, knowsTheirs);
  const ofProtocols = useStore(model, protocolCharts);
  const isGrpc = useStore(model, isAllGrpc);
  const revision = useStore(view.revision);
  const [theme, setTheme] = useState<ChartTheme>(readTheme);

  useEffect(() => {
    // The class on <html> changes after next-themes has told of it.
    const frame = requestAnimationFrame(() => setTheme(takeOver));
    return () => cancelAnimationFrame(frame);
  }, [resolvedTheme]);

  useEffect(() => {
    const remeasure = (): void => {
      flushSync(() => setTheme(takeOver));
      // After the colours' change: a stack that it made anew is there to hear it.
      window.dispatchEvent(new Event(measureEvent));
    };
    window.addEventListener(remeasureEvent, remeasure);
    return () => window.removeEventListener(remeasureEvent, remeasure);
  }, []);

  const specs = useMemo(() => {
    const input = { theme, t };
    const has = (chart: ProtocolChart): boolean => ofProtocols.split(' ').includes(chart);
    return [
      // By class, or, where all are gRPC's, by status.
      has('statuses') && isGrpc ? statusesSpec(input, locale, 'requests') : requestsSpec(input, locale),
      ...(has('statuses') && !isGrpc ? [statusesSpec(input, locale)] : []),
      ...(has('kinds') ? [kindsSpec(input, locale)] : []),
      latencySpec({ theme }, locale, latencyView),
      ...(has('kindLatency') ? [kindLatencySpec(input, locale)] : []),
      ...drawnTimes.filter(has).map((time) => timeSpec(time, input, locale)),
      ...(has('open') ? [openSpec(input, locale)] : []),
      ...(has('messages') ? [messagesSpec(input, locale)] : []),
      ...(has('tokens') ? [tokensSpec(input, locale)] : []),
      podsSpec({ theme, t }, locale, {
        isDecidedKnown,
        isTheirsKnown,
        revisions: revisions === '' ? [] : revisions.split(' '),
      }),
      ...(usage ? [usageSpec({ theme, t }, locale, usage)] : []),
      concurrencySpec(
        { theme, t },
        locale,
        inFlight === ''
          ? []
          : inFlight.split(' ').map((name, i) => ({ name, shown: revisions.split(' ')[i] ?? name })),
      ),
      ...(seen === '' ? [] : [averagesSpec({ theme, t }, locale, revision, seen.split(' '))]),
    ].filter(({ key }) => shown.some((one) => one === key));
  }, [
    theme,
    t,
    locale,
    latencyView,
    shown,
    isDecidedKnown,
    isTheirsKnown,
    usage,
    revisions,
    inFlight,
    seen,
    revision,
    ofProtocols,
    isGrpc,
  ]);
  return (
    <Stack key={theme.card + locale} model={model} view={view} specs={specs} shown={shown} theme={theme} />
  );
}

const isAllGrpc = ({ run }: ChartModel): boolean => unitOf(run.protocols) === 'grpc';
const usageMetric = ({ correlation }: ChartModel): UsageOverTime['metric'] | null =>
  correlation.usage?.metric ?? null;
const knowsDecided = ({ correlation }: ChartModel): boolean => correlation.decided.length > 0;

const knowsTheirs = ({ correlation }: ChartModel): boolean =>
  correlation.autoscaler.some(({ steps }) => steps.some(({ desired }) => desired !== null));
/** Those whose averages the cluster's autoscaler tells. */
const seenRevisions = ({ correlation }: ChartModel): string =>
  correlation.autoscaler.map(({ revision }) => revision).join(' ');

/** The revisions, where it is told what is in flight at each; as one text. */
const toldInFlight = ({ podsByRevision, recording }: ChartModel): string =>
  podsByRevision.size > 1 &&
  recording.concurrency.some(({ byRevision }) => byRevision && Object.keys(byRevision).length > 1)
    ? [...podsByRevision.keys()].join(' ')
    : '';

/** As one text, so that it is the same as long as they are. */
const revisionsOf = ({ podsByRevision, run }: ChartModel): string =>
  [...podsByRevision.keys()].map((name) => shortRevision(name, run.service.name)).join(' ');

/** The colours as they are now; the same object where none has changed, lest every chart be made anew. */
function takeOver(before: ChartTheme): ChartTheme {
  const now = readTheme();
  return JSON.stringify(now) === JSON.stringify(before) ? before : now;
}

/** Which charts do not reach as far as the others yet. */
function Late({ model }: { model: ChartModel }) {
  const t = useWords();
  const locale = useLocale();
  const late = lateSeries(model);
  if (late.length === 0) return null;
  return (
    <span data-late className="text-warning">
      {late
        .map(({ series, lateMs }) =>
          t('charts.late', { what: t(`charts.${series}`), time: formatMs(lateMs, locale) }),
        )
        .join(t('common.listSeparator'))}
    </span>
  );
}

function Stack({
  model: store,
  view,
  specs,
  shown,
  theme,
}: {
  model: Store<ChartModel>;
  view: ChartView;
  specs: ChartSpec[];
  shown: readonly ChartKey[];
  theme: ChartTheme;
}) {
  const t = useWords();
  const model = useStore(store);
  const chosen = useStore(view.range);
  const range = useMemo(() => chosen ?? wholeRange(model), [chosen, model]);
  const box = useRef<HTMLDivElement>(null);
  const line = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const drawn = useRef(new Map<string, Drawn>());

  // The click that ends a drag is not meant for what lies under it.
  const pressedAt = useRef<{ x: number; moved: boolean }>({ x: 0, moved: false });
  const pick = useCallback(
    (id: string) => {
      if (!pressedAt.current.moved) view.selected.set(id);
    },
    [view],
  );

  const drawingNow = useCallback((): Drawing => {
    const current = store.get();
    const shown = view.range.get() ?? wholeRange(current);
    const plot = Math.max(100, (box.current?.clientWidth ?? 800) - plotLeft - plotRight);
    const columns = current.table.between(shown.fromMs, shown.toMs, Math.floor(plot / pixelsPerColumn));
    return {
      frame: { model: current, range: shown, columns },
      hidden: view.hidden.get(),
      theme,
      opened: [view.selected.get(), view.opened.get()],
      onPick: pick,
    };
  }, [store, view, theme, pick]);

  /** Whether a chart that is out of sight lacks the last seconds. */
  const behind = useRef(false);
  const drawWhere = useCallback(
    (wanted: (canvas: HTMLCanvasElement) => boolean) => {
      if (document.visibilityState === 'hidden') return;
      behind.current = false;
      const drawing = drawingNow();
      const key = annotationsKey(drawing.frame.model, drawing.frame.range, drawing.opened);
      for (const one of drawn.current.values()) {
        if (wanted(one.chart.canvas)) drawChart(one, drawing, key);
        else behind.current = true;
      }
    },
    [drawingNow],
  );
  const draw = useCallback(() => drawWhere(() => true), [drawWhere]);

  useEffect(() => {
    // Each second of a run that goes on: what nobody sees waits until it is scrolled to.
    const drawSeen = (): void => drawWhere(isNear);
    const catchUp = (): void => void (behind.current && drawSeen());
    const stops = [
      store.subscribe(drawSeen),
      view.range.subscribe(draw),
      view.hidden.subscribe(draw),
      view.selected.subscribe(draw),
      view.opened.subscribe(draw),
      view.clock.subscribe(draw),
    ];
    // What came between the charts' making and now.
    if ([...drawn.current.values()].some(({ model }) => model !== store.get())) draw();
    document.addEventListener('visibilitychange', draw);
    window.addEventListener('scroll', catchUp, { passive: true });
    return () => {
      for (const stop of stops) stop();
      document.removeEventListener('visibilitychange', draw);
      window.removeEventListener('scroll', catchUp);
    };
  }, [store, view, draw, drawWhere]);

  // The charts are made when it is known how many columns have room.
  useLayoutEffect(() => setWidth(box.current?.clientWidth ?? 0), []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    let known = element.clientWidth;
    const observer = new ResizeObserver(() => {
      if (element.clientWidth === known) return;
      known = element.clientWidth;
      setWidth(known);
      draw();
    });
    observer.observe(element);
    // For paper the charts must have their size before the event that tells of it is over.
    const measure = (): void => {
      flushSync(() => setWidth(element.clientWidth));
      // Every chart of the page, not only these.
      for (const chart of Object.values(Chart.instances)) chart.resize();
      draw();
    };
    window.addEventListener(measureEvent, measure);
    return () => {
      observer.disconnect();
      window.removeEventListener(measureEvent, measure);
    };
  }, [draw]);

  const register = useCallback(
    (spec: ChartSpec, made: { chart: ChartInstance; model: ChartModel } | null) => {
      if (made) drawn.current.set(spec.key, { ...made, spec, annotated: '' });
      else if (drawn.current.get(spec.key)?.spec === spec) drawn.current.delete(spec.key);
    },
    [],
  );

  const clock = useClock(view, model.run);
  const clockNow = useCallback(() => clockOf(view.clock.get(), store.get().run), [view, store]);
  const zoomTo = useCallback(
    (fromMs: number, toMs: number) => view.range.set(clampRange({ fromMs, toMs }, wholeRange(store.get()))),
    [store, view],
  );
  const place = useCallback((x: number | null) => {
    const element = line.current;
    if (!element) return;
    element.style.opacity = x === null ? '0' : '1';
    if (x !== null) element.style.transform = `translateX(${x}px)`;
  }, []);
  const { onPointerMove, onPointerLeave, onKeyDown } = useCrosshair({
    store,
    view,
    range,
    box,
    place,
    width,
  });

  return (
    <div className="grid grid-cols-1 gap-4 xl:grid-cols-[minmax(0,1fr)_240px] printing:grid-cols-1">
      <div className="panel relative min-w-0">
        <div className="printing:hidden sticky top-14 z-20 flex min-h-11 flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-t-xl border-b bg-card px-3 py-1.5 sm:px-4 max-sm:top-[6.1rem]">
          <div className="min-w-0 flex-1 xl:hidden">
            <ReadingPanel model={store} view={view} specs={specs} shown={shown} compact />
          </div>
          <EventLegend decided={model.correlation.decided.length > 0} className="hidden xl:flex" />
          <div className="flex items-center gap-2 text-xs text-muted-foreground">
            {chosen ? (
              <>
                <span className="tabular whitespace-nowrap" data-range>
                  {clock.tell(range.fromMs, true)} – {clock.tell(range.toMs, true)}
                </span>
                <LogLink {...range} />
                <Button size="sm" onClick={() => view.range.set(null)}>
                  <Undo2 />
                  {t('charts.reset')}
                </Button>
              </>
            ) : (
              <span className="hidden 2xl:inline">{t('charts.zoomHint')}</span>
            )}
            <Late model={model} />
            <Segmented<ClockKind>
              label={t('charts.clock')}
              value={view.clock.get()}
              onChange={(kind) => view.clock.set(kind)}
              options={[
                { value: 'run', label: t('charts.clocks.run') },
                { value: 'local', label: t('charts.clocks.local') },
                { value: 'utc', label: 'UTC' },
              ]}
            />
          </div>
        </div>
        <div
          ref={box}
          role="group"
          aria-label={t('charts.region')}
          tabIndex={0}
          className="relative touch-pan-y rounded-b-xl px-0 pt-1 pb-2 outline-offset-[-2px]"
          onPointerDownCapture={(event) => (pressedAt.current = { x: event.clientX, moved: false })}
          onPointerUpCapture={(event) =>
            (pressedAt.current.moved = Math.abs(event.clientX - pressedAt.current.x) > 5)
          }
          onPointerMove={onPointerMove}
          onPointerLeave={onPointerLeave}
          onKeyDown={onKeyDown}
          onDoubleClick={() => view.range.set(null)}
        >
          {width > 0 && <EventLane model={model} range={range} view={view} width={width} />}
          {width > 0 &&
            specs.map((spec) => (
              <TimeChart
                key={`${spec.key} ${spec.form ?? ''}`}
                spec={spec}
                theme={theme}
                model={model}
                view={view}
                drawingNow={drawingNow}
                clockNow={clockNow}
                onZoom={zoomTo}
                register={register}
              />
            ))}
          <div
            ref={line}
            aria-hidden
            data-crosshair
            className="chart-overlay absolute inset-y-0 left-0 z-10 w-px bg-foreground/60 opacity-0"
          />
        </div>
      </div>
      <aside
        aria-label={t('charts.reading')}
        className="panel sticky top-20 hidden self-start p-4 xl:block printing:hidden"
      >
        <ReadingPanel model={store} view={view} specs={specs} shown={shown} compact={false} />
      </aside>
    </div>
  );
}

function isNear(canvas: HTMLCanvasElement): boolean {
  const { top, bottom } = canvas.getBoundingClientRect();
  return bottom > -nearPixels && top < window.innerHeight + nearPixels;
}
