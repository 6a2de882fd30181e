import { useEffect, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { type ChartModel, type TimeRange } from './model';
import { plotLeft, plotRight } from './axes';
import { type Store } from './store';
import { type ChartView } from './view';

/** The crosshair over all charts: moved by pointer or keys, without drawing a chart. `place` puts its line at a pixel. */
export function useCrosshair({
  store,
  view,
  range,
  box,
  place,
  width,
}: {
  store: Store<ChartModel>;
  view: ChartView;
  range: TimeRange;
  box: RefObject<HTMLDivElement | null>;
  place: (x: number | null) => void;
  width: number;
}) {
  const plot = Math.max(1, width - plotLeft - plotRight);

  useEffect(() => {
    const show = (): void => {
      const atMs = view.reading.get();
      const inside = atMs !== null && atMs >= range.fromMs && atMs <= range.toMs;
      place(inside ? plotLeft + ((atMs - range.fromMs) / (range.toMs - range.fromMs)) * plot : null);
    };
    show();
    return view.reading.subscribe(show);
  }, [view, range, plot, place]);

  const onPointerMove = (event: PointerEvent): void => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    const share = (event.clientX - left - plotLeft) / plot;
    view.reading.set(share < 0 || share > 1 ? null : range.fromMs + share * (range.toMs - range.fromMs));
  };
  const onPointerLeave = (event: PointerEvent): void => {
    if (event.pointerType === 'mouse') view.reading.set(null);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const model = store.get();
    const stepMs =
      Math.max(1000, Math.round((range.toMs - range.fromMs) / 200 / 1000) * 1000) * (event.shiftKey ? 10 : 1);
    const at = view.reading.get() ?? model.endMs;
    const move = (atMs: number): void => view.reading.set(Math.min(range.toMs, Math.max(range.fromMs, atMs)));
    if (event.key === 'ArrowLeft') move(at - stepMs);
    else if (event.key === 'ArrowRight') move(at + stepMs);
    else if (event.key === 'Home') move(range.fromMs);
    else if (event.key === 'End') move(Math.min(range.toMs, model.endMs));
    else if (event.key === '0') view.range.set(null);
    else if (event.key === 'Escape' && view.reading.get() === null) view.range.set(null);
    else if (event.key === 'Escape') view.reading.set(null);
    else if (event.key === '[' || event.key === ']') pickNeighbour(model, view, event.key === ']' ? 1 : -1);
    else return;
    event.preventDefault();
  };
  return { onPointerMove, onPointerLeave, onKeyDown };
}

/** Chooses the scale event after or before the one that is chosen. */
function pickNeighbour({ correlation }: ChartModel, view: ChartView, step: 1 | -1): void {
  const events = [
    ...correlation.expected,
    ...correlation.unexpected,
    ...correlation.otherReadings,
    ...correlation.corrections,
    ...correlation.losses,
  ].sort((a, b) => a.atMs - b.atMs);
  const index = events.findIndex((event) => event.id === view.selected.get());
  const next = index < 0 ? (step > 0 ? events[0] : events.at(-1)) : events[index + step];
  if (!next) return;
  view.selected.set(next.id);
  view.reading.set(next.atMs);
}
