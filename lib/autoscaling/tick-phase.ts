/** A change may be seen this much later than the tick that asked for it, compared with the quickest one. */
const spreadMs = 300;

/**
 * Where an autoscaler's ticks fall, from the moments at which pods were seen to be made or told to end: ms after a
 * multiple of `tickMs`, where most of the changes lie within a short time after one another. Of two phases with as many
 * changes the one that was seen last holds. Null without any change.
 */
export function estimateTickPhase(changesMs: readonly number[], tickMs: number): number | null {
  const phaseOf = (atMs: number): number => ((atMs % tickMs) + tickMs) % tickMs;
  let best: { phase: number; votes: number } | null = null;
  for (const atMs of changesMs) {
    const phase = phaseOf(atMs);
    const votes = changesMs.filter((other) => phaseOf(other - phase) <= spreadMs).length;
    if (!best || votes >= best.votes) best = { phase, votes };
  }
  return best?.phase ?? null;
}

/** The first tick after `atMs` of an autoscaler that ticks each `tickMs` at this phase. */
export function nextTick(atMs: number, tickMs: number, phaseMs: number): number {
  return (Math.floor((atMs - phaseMs) / tickMs) + 1) * tickMs + phaseMs;
}
