import { type BucketWindow, bucketCount, never, secondOf } from './bucket-window';

/** Sums below this are near the subnormal numbers, where only the same order of operations gives the same bits. */
const exactBelow = 1e-280;

/**
 * Knative's WeightedFloat64Buckets (spec, section 2.3): `Σ cell·α(1−α)^age`, over the cells still inside the window.
 *
 * Knative sums the whole window at each reading. Here the cells are kept as two parts, so that recording and reading
 * cost the same for any length: `recent`, the weighted sum of the cells after `boundary`, carried forward by one
 * multiplication a second; and `tails`, for each older cell the weighted sum from it up to the boundary. The sum over the
 * window is then recent + one tail. A cell that leaves the window is left out, never subtracted: subtracting would
 * leave a rest where Knative has 0, and a rest is one pod. Once a window's length the boundary moves up (amortized
 * one step a second).
 */
export class WeightedWindow implements BucketWindow {
  private cells: Float64Array;
  private tails: Float64Array;
  /** powers[k] = (1 − α)^k. */
  private powers: Float64Array;
  private alpha: number;
  private head = 0;
  private lastWrite = never;
  /** The newest second that `tails` covers: always before `lastWrite`, so that a further value of that second counts as recent. */
  private boundary = never;
  /** Weighted sum, at `lastWrite`, of the cells after the boundary. */
  private recent = 0;

  constructor(private windowMs: number) {
    const n = bucketCount(windowMs);
    this.cells = new Float64Array(n);
    this.tails = new Float64Array(n);
    this.alpha = smoothing(n);
    this.powers = powersOf(1 - this.alpha, n);
  }

  record(atMs: number, value: number): void {
    const second = secondOf(atMs);
    const age = this.lastWrite - second;
    if (age > 0) {
      if (age * 1000 >= this.windowMs) return;
      this.cells[this.cellAt(age)]! += value;
      if (second > this.boundary) this.recent += value * this.powers[age]!;
      else this.moveBoundary();
      return;
    }
    if (age < 0) this.advance(-age, second);
    this.cells[this.head]! += value;
    this.recent += value;
  }

  isEmpty(atMs: number): boolean {
    return (secondOf(atMs) - this.lastWrite) * 1000 > this.windowMs;
  }

  average(atMs: number): number {
    const second = secondOf(atMs);
    const late = second > this.lastWrite ? second - this.lastWrite : 0;
    if (late * 1000 > this.windowMs) return 0;
    const n = this.cells.length;
    if (late >= n) return 0;
    const oldest = this.lastWrite + late - n + 1;
    if (oldest > this.boundary + 1) this.moveBoundary();
    const reach = this.lastWrite - this.boundary;
    const sum =
      oldest > this.boundary
        ? this.recent
        : this.recent + this.tails[this.cellAt(this.lastWrite - oldest)]! * this.powers[reach]!;
    const average = sum * this.alpha * this.powers[late]!;
    return average !== 0 && average < exactBelow ? this.sumAsKnative(late) : average;
  }

  resize(windowMs: number, atMs: number): void {
    if (windowMs === this.windowMs) return;
    const n = bucketCount(windowMs);
    const kept = new Float64Array(n);
    if (!this.isEmpty(atMs)) {
      const copied = Math.min(this.cells.length, n);
      for (let back = 0; back < copied; back++) kept[n - 1 - back] = this.cells[this.cellAt(back)]!;
    }
    this.windowMs = windowMs;
    this.cells = kept;
    this.tails = new Float64Array(n);
    this.head = n - 1;
    this.alpha = smoothing(n);
    this.powers = powersOf(1 - this.alpha, n);
    this.moveBoundary();
  }

  private cellAt(age: number): number {
    const index = this.head - age;
    return index < 0 ? index + this.cells.length : index;
  }

  private advance(gap: number, second: number): void {
    const cells = this.cells;
    const n = cells.length;
    if (gap * 1000 >= this.windowMs) {
      cells.fill(0);
      this.tails.fill(0);
      this.recent = 0;
      this.lastWrite = second;
      this.boundary = second - 1;
      return;
    }
    // The boundary must stay inside the window, or cells would leave it unseen.
    if (second - n > this.boundary) this.moveBoundary();
    let index = this.head;
    for (let i = 0; i < gap; i++) {
      index = index + 1 === n ? 0 : index + 1;
      cells[index] = 0;
    }
    this.head = index;
    this.recent *= this.powers[gap]!;
    this.lastWrite = second;
  }

  /** Lets `tails` cover every cell before `lastWrite`. */
  private moveBoundary(): void {
    const { cells, tails, powers } = this;
    let sum = 0;
    for (let age = 1; age < cells.length; age++) {
      const index = this.cellAt(age);
      sum += cells[index]! * powers[age - 1]!;
      tails[index] = sum;
    }
    this.boundary = this.lastWrite - 1;
    this.recent = cells[this.head]!;
  }

  private sumAsKnative(late: number): number {
    let multiplier = this.alpha * Math.pow(1 - this.alpha, late);
    let sum = 0;
    for (let age = 0; age < this.cells.length - late; age++) {
      sum += this.cells[this.cellAt(age)]! * multiplier;
      multiplier *= 1 - this.alpha;
    }
    return sum;
  }
}

/** α: so large that the weights inside a window of `n` cells sum to 0.9999, and at least 0.2. */
function smoothing(n: number): number {
  return Math.max(1 - Math.pow(1 - 0.9999, 1 / n), 0.2);
}

function powersOf(base: number, n: number): Float64Array {
  const powers = new Float64Array(n + 1);
  powers[0] = 1;
  for (let k = 1; k <= n; k++) powers[k] = powers[k - 1]! * base;
  return powers;
}
