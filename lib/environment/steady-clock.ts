/**
 * About the Unix time in ms, by a clock that nobody sets: the time at which this process began, and what has passed since.
 * Differences of it are true whatever becomes of the wall clock; it is no date.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}
