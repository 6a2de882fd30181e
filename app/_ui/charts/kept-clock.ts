import { clockKinds, type ClockKind } from './clock';
import { type ChartView } from './view';

const key = 'scaletrace-clock';

/** The clock that this browser's reader chose last, on whatever run; null where none or where nothing may be kept. */
function keptClock(): ClockKind | null {
  try {
    const kept = localStorage.getItem(key);
    return clockKinds.find((kind) => kind === kept) ?? null;
  } catch {
    return null;
  }
}

/** Shows a view by the clock that was chosen last, unless its address names one, and keeps what is chosen from then on. */
export function followKeptClock(view: ChartView, search: string): () => void {
  const kept = keptClock();
  if (kept && !new URLSearchParams(search).has('clock')) view.clock.set(kept);
  return view.clock.subscribe(() => {
    try {
      localStorage.setItem(key, view.clock.get());
    } catch {
      // The choice holds for this page.
    }
  });
}
