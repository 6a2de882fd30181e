/**
 * Keeps instant readings of a gauge and the means of whole seconds from counting the same load twice: buckets add up
 * what is recorded in one second (spec, section 2.1: the activator's next report is reduced by its first). Times in
 * Unix ms.
 */
export class ReadingTally {
  private second = -1;
  private instants = 0;
  private all = 0;

  /** What an instant reading adds to its second; 0: the second has been told of at least as much. */
  instant(atMs: number, total: number): number {
    this.enter(atMs);
    const added = Math.max(total - this.all, 0);
    this.instants += added;
    this.all += added;
    return added;
  }

  /** What a second's mean adds beyond the instant readings in it. */
  mean(atMs: number, total: number): number {
    this.enter(atMs);
    const added = Math.max(total - this.instants, 0);
    this.all += added;
    return added;
  }

  /** Whether an instant reading would add anything. */
  isNews(atMs: number, total: number): boolean {
    return total > (Math.floor(atMs / 1000) === this.second ? this.all : 0);
  }

  private enter(atMs: number): void {
    const second = Math.floor(atMs / 1000);
    if (second === this.second) return;
    this.second = second;
    this.instants = 0;
    this.all = 0;
  }
}
