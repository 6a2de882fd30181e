import { clockKinds, type ClockKind } from './clock';
import { type TimeRange } from './model';
import { createStore, type Store } from './store';

export const latencyViews = ['both', 'lines', 'heat'] as const;
export type LatencyView = (typeof latencyViews)[number];

/**
 * The charts of a run, from top to bottom; those of protocols are only there where the load has what they show, what pods
 * use where it scales them, the averages where the cluster's autoscaler tells its own.
 */
export const chartKeys = [
  'requests',
  'statuses',
  'kinds',
  'latency',
  'kindLatency',
  'firstMessage',
  'firstByte',
  'firstToken',
  'perToken',
  'open',
  'messages',
  'tokens',
  'pods',
  'usage',
  'concurrency',
  'averages',
] as const;
export type ChartKey = (typeof chartKeys)[number];

/** What a reader has chosen to see; shared by all charts of a page. */
export interface ChartView {
  /** Null: the whole run. */
  range: Store<TimeRange | null>;
  /** The moment under the crosshair; null: none. */
  reading: Store<number | null>;
  /** The id of the scale event whose panel is open. */
  selected: Store<string | null>;
  /** The id of the incident whose events are shown, beside that of the selected one; null: none. */
  opened: Store<string | null>;
  latency: Store<LatencyView>;
  /** The revision whose averages are drawn; null: the one that is told of last. */
  revision: Store<string | null>;
  clock: Store<ClockKind>;
  /** Keys of series that are switched off. */
  hidden: Store<ReadonlySet<string>>;
}

/** The view that an address asks for; what it does not say, or says wrongly, is as at first. */
export function viewOfAddress(params: URLSearchParams): ChartView {
  return {
    range: createStore(rangeOfAddress(params)),
    reading: createStore<number | null>(null),
    selected: createStore(params.get('event')),
    opened: createStore(params.get('incident')),
    latency: createStore<LatencyView>(latencyViews.find((one) => one === params.get('latency')) ?? 'both'),
    revision: createStore(params.get('revision')),
    clock: createStore<ClockKind>(clockKinds.find((one) => one === params.get('clock')) ?? 'run'),
    hidden: createStore<ReadonlySet<string>>(
      new Set(
        params
          .get('hide')
          ?.split(',')
          .filter((key) => /^[\w-]{1,40}$/.test(key)),
      ),
    ),
  };
}

/** What of a view stands in its page's address; undefined: as at first. */
export function addressOfView(view: ChartView): Record<string, string | undefined> {
  const range = view.range.get();
  const latency = view.latency.get();
  const clock = view.clock.get();
  return {
    from: range?.fromMs.toString(),
    to: range?.toMs.toString(),
    event: view.selected.get() ?? undefined,
    incident: view.opened.get() ?? undefined,
    latency: latency === 'both' ? undefined : latency,
    revision: view.revision.get() ?? undefined,
    clock: clock === 'run' ? undefined : clock,
    hide: [...view.hidden.get()].sort().join(',') || undefined,
  };
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

/** `from` and `to` in ms on the run's clock; null where there is no range. */
function rangeOfAddress(params: URLSearchParams): TimeRange | null {
  const [fromMs, toMs] = ['from', 'to'].map((name) =>
    /^\d{1,12}$/.test(params.get(name) ?? '') ? Number(params.get(name)) : null,
  );
  return typeof fromMs === 'number' && typeof toMs === 'number' && toMs - fromMs >= leastSpanMs
    ? { fromMs, toMs }
    : null;
}
