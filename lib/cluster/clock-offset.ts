/**
 * How far a server's clock is ahead of ours, from its answers' `Date`, which counts whole seconds. Each answer says that
 * the server's clock was within one second at some moment between our question and its answer; together they say more.
 */
export class ClockOffset {
  private leastMs = -Infinity;
  private mostMs = Infinity;

  /** Takes an answer. `dateMs` is its `Date`, the others are our times, all Unix ms. */
  add({ askedMs, answeredMs, dateMs }: { askedMs: number; answeredMs: number; dateMs: number }): void {
    const leastMs = dateMs - answeredMs;
    const mostMs = dateMs + 1000 - askedMs;
    if (leastMs > this.mostMs || mostMs < this.leastMs) {
      // One of the clocks was set: what was known is no longer so.
      this.leastMs = leastMs;
      this.mostMs = mostMs;
      return;
    }
    this.leastMs = Math.max(this.leastMs, leastMs);
    this.mostMs = Math.min(this.mostMs, mostMs);
  }

  /** Server's clock minus ours; 0 as long as nothing speaks against it. */
  get offsetMs(): number {
    const { leastMs, mostMs } = this;
    return leastMs <= 0 && mostMs >= 0 ? 0 : (leastMs + mostMs) / 2;
  }
}
