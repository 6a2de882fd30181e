/**
 * How the activator reports a revision's load each second (spec, section 2.1): the first request after a second
 * without any is reported at once, as 1; the next report is the mean since that request, less the 1 that was told of.
 */
export class ActivatorReports {
  private idle = true;
  private toldOfFirst = false;

  /** What is to be recorded at once because a request came; null: the activator knows of requests already. */
  arrival(): number | null {
    if (!this.idle) return null;
    this.idle = false;
    this.toldOfFirst = true;
    return 1;
  }

  /** What a second's report adds: `mean` is over that second, or since the first request where that came in it. */
  second(mean: number): number {
    const told = this.toldOfFirst ? 1 : 0;
    this.toldOfFirst = false;
    this.idle = mean === 0;
    return Math.max(mean - told, 0);
  }
}
