import { type TimeRange } from './model';
import { createStore, type Store } from './store';

export type LatencyView = 'lines' | 'heat' | 'both';

/** What a reader has chosen to see; shared by all charts of a page. */
export interface ChartView {
  /** Null: the whole run. */
  range: Store<TimeRange | null>;
  /** The moment under the crosshair; null: none. */
  reading: Store<number | null>;
  /** The id of the scale event whose panel is open. */
  selected: Store<string | null>;
  latency: Store<LatencyView>;
  /** Keys of series that are switched off. */
  hidden: Store<ReadonlySet<string>>;
}

export function createView(range: TimeRange | null, selected: string | null): ChartView {
  return { range: createStore(range), reading: createStore<number | null>(null), selected: createStore(selected), latency: createStore<LatencyView>('both'), hidden: createStore<ReadonlySet<string>>(new Set()) };
}

/** Switches one series on or off. */
export function toggleHidden(view: ChartView, key: string): void {
  const next = new Set(view.hidden.get());
  if (!next.delete(key)) next.add(key);
  view.hidden.set(next);
}

const leastSpanMs = 1000;

/** A range in whole ms inside `whole`; null where it is the whole or too small. */
export function clampRange(range: TimeRange, whole: TimeRange): TimeRange | null {
  const fromMs = Math.max(whole.fromMs, Math.round(Math.min(range.fromMs, range.toMs)));
  const toMs = Math.min(whole.toMs, Math.round(Math.max(range.fromMs, range.toMs)));
  if (toMs - fromMs < leastSpanMs || (fromMs <= whole.fromMs && toMs >= whole.toMs)) return null;
  return { fromMs, toMs };
}

/** The range in an address (`from`, `to` in ms on the run's clock); null where there is none. */
export function rangeOfAddress(params: URLSearchParams): TimeRange | null {
  const [fromMs, toMs] = ['from', 'to'].map((name) => (/^\d{1,12}$/.test(params.get(name) ?? '') ? Number(params.get(name)) : null));
  return typeof fromMs === 'number' && typeof toMs === 'number' && toMs - fromMs >= leastSpanMs ? { fromMs, toMs } : null;
}

/** The address with this range and chosen event. */
export function addressWith(search: string, range: TimeRange | null, selected: string | null): string {
  const params = new URLSearchParams(search);
  for (const [name, value] of Object.entries({ from: range?.fromMs, to: range?.toMs, event: selected ?? undefined })) {
    if (value === undefined) params.delete(name);
    else params.set(name, String(value));
  }
  const next = params.toString();
  return next ? `?${next}` : '';
}
