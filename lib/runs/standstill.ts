const mostKept = 100;

/** Notices when this thread does nothing for a while, because it is busy or was held back: then it takes no push either. */
export class Standstill {
  private readonly spans: { fromMs: number; toMs: number }[] = [];
  private seenMs: number;
  private readonly timer: NodeJS.Timeout;

  /** `everyMs`: how often it looks; what is shorter is not noticed. `steadyMs` is the steady clock. */
  constructor(
    private readonly everyMs: number,
    private readonly steadyMs: () => number,
  ) {
    this.seenMs = steadyMs();
    this.timer = setInterval(() => this.look(), everyMs).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** For how long the thread stood still since a time of the steady clock, up to now (ms). */
  sinceMs(fromMs: number): number {
    this.look();
    return this.spans.reduce((sum, span) => sum + Math.max(0, span.toMs - Math.max(span.fromMs, fromMs)), 0);
  }

  /** How long ago that is, but for the time that the thread stood still: how long what could have been taken is late (ms). */
  lateMs(fromMs: number): number {
    return this.steadyMs() - fromMs - this.sinceMs(fromMs);
  }

  private look(): void {
    const now = this.steadyMs();
    const dueMs = this.seenMs + this.everyMs;
    if (now - dueMs > this.everyMs) this.spans.push({ fromMs: dueMs, toMs: now });
    if (this.spans.length > mostKept) this.spans.shift();
    this.seenMs = now;
  }
}
