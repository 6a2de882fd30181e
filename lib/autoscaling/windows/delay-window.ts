const granularitySeconds = 2;

/**
 * The largest of the decisions of the last `durationMs`, in steps of the 2 s tick: Knative's scale-down-delay (spec,
 * section 3). Values of one step keep the larger.
 */
export class DelayWindow {
  private readonly cells: number;
  /** Steps and their values, oldest first, values falling: a value below a newer one can never be the largest again. */
  private entries: { step: number; value: number }[] = [];

  constructor(durationMs: number) {
    this.cells = Math.ceil(durationMs / 1000 / granularitySeconds);
  }

  record(atMs: number, value: number): void {
    const step = Math.floor(Math.floor(atMs / 1000) / granularitySeconds);
    const kept = this.entries;
    while (kept.length > 0 && value >= kept[kept.length - 1]!.value) kept.pop();
    while (kept.length > 0 && step - kept[0]!.step >= this.cells) kept.shift();
    const last = kept[kept.length - 1];
    // Only a larger value of the same step can be left here, and it stands for this step.
    if (last?.step !== step) kept.push({ step, value });
  }

  /** The largest recorded value that had not expired at the last recording. */
  get largest(): number {
    return this.entries[0]?.value ?? 0;
  }
}
