import { type TimeRange } from '@/app/_ui/charts/model';
import { type ChartView } from '@/app/_ui/charts/view';

/** Seconds around what is shown, so that it is seen how it came and went. */
const beforeMs = 3000;
const afterMs = 4000;
const leastMs = 8000;

/** The range of the charts in which a place is seen with some seconds around it. */
export function rangeAround({ fromMs, toMs }: TimeRange): TimeRange {
  const from = Math.max(0, Math.round(fromMs - beforeMs));
  return { fromMs: from, toMs: Math.round(Math.max(toMs + afterMs, from + leastMs)) };
}

/** Zooms the charts to a place, opens its event and scrolls there. */
export function showPlace(view: ChartView, place: TimeRange, eventId: string | null): void {
  view.range.set(rangeAround(place));
  view.reading.set(place.fromMs);
  view.selected.set(eventId);
  scrollToCharts();
}

/** Scrolls to the charts, below the page's head. */
export function scrollToCharts(): void {
  const charts = document.getElementById('charts');
  const calm = window.matchMedia('(prefers-reduced-motion: reduce)').matches;
  charts?.scrollIntoView({ block: 'start', behavior: calm ? 'auto' : 'smooth' });
}
