import { createContext, useContext } from 'react';
import { formatClock, formatTimeOfDay } from '@/lib/words/format';
import { type ChartModel } from './model';
import { type Store, useStore } from './store';
import { type ChartView } from './view';

export const clockKinds = ['run', 'local', 'utc'] as const;
/** What the time axis counts: time since the run's zero, or the time of day, here or in UTC, to match logs. */
export type ClockKind = (typeof clockKinds)[number];

/** How a moment on the run's clock is told. */
export interface Clock {
  tell: (atMs: number, tenths?: boolean) => string;
  /** What an axis adds to the run's clock so that its ticks are round. */
  offsetMs: number;
}

/** Time since the run's zero. */
export const runClock: Clock = { tell: formatClock, offsetMs: 0 };

/** The clock of a kind for a run; the run's own where its zero is not known. */
export function clockOf(kind: ClockKind, { originMs }: Pick<ChartModel['run'], 'originMs'>): Clock {
  if (kind === 'run' || originMs === null) return runClock;
  const zoneMs = kind === 'utc' ? 0 : -new Date(originMs).getTimezoneOffset() * 60_000;
  return {
    tell: (atMs, tenths = false) => formatTimeOfDay(originMs + zoneMs + atMs, tenths),
    offsetMs: originMs + zoneMs,
  };
}

/** What a sentence with a moment in it is filled with: by the run's clock in seconds. */
export function momentIn(clock: Clock, atMs: number): { clock: 'run' | 'wall'; at: string } {
  return clock === runClock
    ? { clock: 'run', at: (atMs / 1000).toFixed(1) }
    : { clock: 'wall', at: clock.tell(atMs, true) };
}

/** The clock that a reader has chosen for a page's charts. */
export function useClock(view: ChartView, model: Store<ChartModel> | ChartModel['run']): Clock {
  const kind = useStore(view.clock);
  return clockOf(kind, 'get' in model ? model.get().run : model);
}

/** The clock that all of a run's page tells its moments by. */
export const RunClock = createContext<Clock>(runClock);

/** The clock of the run's page around; time since the run's zero where there is none. */
export function useRunClock(): Clock {
  return useContext(RunClock);
}
