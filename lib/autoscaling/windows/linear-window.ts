import { roundHalfAway } from '@/lib/autoscaling/config/go-values';
import { type BucketWindow, bucketCount, never, secondOf } from './bucket-window';

/**
 * Knative's TimedFloat64Buckets (spec, section 2.2): the plain mean over the window. The total is a running sum, added
 * and subtracted in Knative's order, so that it has the same bits.
 */
export class LinearWindow implements BucketWindow {
  private cells: Float64Array;
  /** Cell of `lastWrite`. */
  private head = 0;
  private firstWrite = never;
  private lastWrite = never;
  private total = 0;

  constructor(private windowMs: number) {
    this.cells = new Float64Array(bucketCount(windowMs));
  }

  record(atMs: number, value: number): void {
    const second = secondOf(atMs);
    const cells = this.cells;
    const n = cells.length;
    let index = this.head;
    if (second !== this.lastWrite) {
      if ((second - this.lastWrite) * 1000 <= -this.windowMs) return;
      if (this.firstWrite === never || this.firstWrite > second) this.firstWrite = second;
      if (second > this.lastWrite) {
        const gap = second - this.lastWrite;
        if (gap * 1000 >= this.windowMs) {
          this.firstWrite = second;
          cells.fill(0);
          this.total = 0;
        } else {
          for (let i = 0; i < gap; i++) {
            index = index + 1 === n ? 0 : index + 1;
            this.total -= cells[index]!;
            cells[index] = 0;
          }
        }
        this.head = index;
        this.lastWrite = second;
      } else {
        index -= this.lastWrite - second;
        if (index < 0) index += n;
      }
    }
    cells[index]! += value;
    this.total += value;
  }

  isEmpty(atMs: number): boolean {
    return (secondOf(atMs) - this.lastWrite) * 1000 > this.windowMs;
  }

  average(atMs: number): number {
    const cells = this.cells;
    const n = cells.length;
    const late = secondOf(atMs) - this.lastWrite;
    const filled = this.lastWrite - this.firstWrite + 1;
    if (late <= 0) return toMicro(this.total / (filled < n ? filled : n));
    if (late * 1000 >= this.windowMs) return 0;
    let total = this.total;
    let index = this.head;
    for (let i = 0; i < late; i++) {
      index = index + 1 === n ? 0 : index + 1;
      total -= cells[index]!;
    }
    return toMicro(total / (filled < n - late ? filled : n - late));
  }

  resize(windowMs: number, atMs: number): void {
    if (windowMs === this.windowMs) return;
    const kept = new Float64Array(bucketCount(windowMs));
    let total = 0;
    if (!this.isEmpty(atMs)) {
      const old = this.cells;
      const copied = Math.min(old.length, kept.length);
      for (let back = 0; back < copied; back++) {
        const value = old[(this.head - back + old.length) % old.length]!;
        kept[kept.length - 1 - back] = value;
        total += value;
      }
      // Knative takes the old length here even if that window was not full yet.
      this.firstWrite = this.lastWrite - (old.length - 1);
    } else {
      this.firstWrite = never;
    }
    this.head = kept.length - 1;
    this.cells = kept;
    this.total = total;
    this.windowMs = windowMs;
  }
}

/** Rounds to 6 decimals, half away from zero; never to -0. */
function toMicro(value: number): number {
  return roundHalfAway(value * 1e6) / 1e6 + 0;
}
