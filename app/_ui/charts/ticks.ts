const steps = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400,
].map((seconds) => seconds * 1000);

/** Round moments on the run's clock between two others, at most `most` of them. */
export function timeTicks(fromMs: number, toMs: number, most: number): number[] {
  const span = toMs - fromMs;
  if (!(span > 0) || most < 1) return [];
  const step = steps.find((ms) => span / ms <= most) ?? Math.ceil(span / most / 86_400_000) * 86_400_000;
  const ticks: number[] = [];
  for (let tick = Math.ceil(fromMs / step) * step; tick <= toMs; tick += step) ticks.push(tick);
  return ticks;
}

/** Whether some of these moments (ms) are between whole seconds: told without tenths, two of them would read alike. */
export function areBetweenSeconds(ticksMs: readonly number[]): boolean {
  return ticksMs.some((tickMs) => Math.round(tickMs) % 1000 !== 0);
}
