const granularityMs = 2000;

/** The maximum over the scale-down delay (spec, section 3; Knative pkg/autoscaler/aggregation/max/time_window.go). */
export class DelayWindow {
  private readonly cells: number;
  private entries: { index: number; value: number }[] = [];

  constructor(durationMs: number) {
    this.cells = Math.ceil(durationMs / granularityMs);
  }

  /** Records a value at `atMs` (Unix ms) and gives the largest that the window still holds. */
  recordAndMax(atMs: number, value: number): number {
    const index = Math.floor(Math.floor(atMs / 1000) / (granularityMs / 1000));
    this.entries = this.entries.filter((entry) => index - entry.index < this.cells);
    // Smaller and older values can never be the maximum again.
    while (this.entries.length > 0 && this.entries.at(-1)!.value <= value) this.entries.pop();
    this.entries.push({ index: Math.max(index, this.entries.at(-1)?.index ?? index), value });
    return this.entries[0]!.value;
  }
}
