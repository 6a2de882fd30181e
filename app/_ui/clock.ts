const halfMinuteMs = 30_000;
/** At the latest so long after a page's first time; what is drawn first matters more. */
const latestMs = 1000;

const listeners = new Set<() => void>();
let nowMs: number | null = null;
let starting = false;
let timer: ReturnType<typeof setInterval> | undefined;

function tick(): void {
  nowMs = Math.ceil(Date.now() / halfMinuteMs) * halfMinuteMs;
  for (const listener of listeners) listener();
}

function start(): void {
  starting = false;
  if (listeners.size === 0 || timer !== undefined) return;
  tick();
  timer = setInterval(tick, halfMinuteMs);
}

/**
 * One clock for all times on the page: they change together, twice a minute. It starts when the browser has nothing else
 * to do: the first time in the reader's zone costs as much as a chart.
 */
export function subscribeToClock(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined && !starting) {
    starting = true;
    if (typeof requestIdleCallback === 'function') requestIdleCallback(start, { timeout: latestMs });
    else setTimeout(start, latestMs / 2);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The clock's time in Unix ms, up to half a minute ahead; null until it has started. */
export const clockMs = (): number | null => nowMs;
