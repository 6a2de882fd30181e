import { type Aggregation } from './config';
import { roundHalfAway } from './config';

/**
 * One-second buckets over a window (spec, sections 2.2–2.4; Knative pkg/autoscaler/aggregation/bucketing.go). Seconds
 * are Unix seconds. `average` is linear or weighted exponentially towards the newest second.
 */
export class MetricWindow {
  private cells: Float64Array;
  private count: number;
  /** −1: nothing was written yet. */
  private firstWrite = -1;
  private lastWrite = 0;
  private total = 0;
  private alpha: number;

  constructor(
    private windowMs: number,
    private readonly aggregation: Aggregation = 'linear',
  ) {
    this.count = Math.ceil(windowMs / 1000);
    this.cells = new Float64Array(this.count);
    this.alpha = smoothing(this.count);
  }

  /** Adds a value to the second of `atMs` (Unix ms); ignored when a whole window late. */
  record(atMs: number, value: number): void {
    const second = Math.floor(atMs / 1000);
    const n = this.count;
    if (second !== this.lastWrite) {
      if (second + n <= this.lastWrite) return;
      if (this.firstWrite < 0 || this.firstWrite > second) this.firstWrite = second;
      if (second > this.lastWrite) {
        if (second - this.lastWrite >= n) {
          this.firstWrite = second;
          this.cells.fill(0);
          this.total = 0;
        } else {
          for (let s = this.lastWrite + 1; s <= second; s++) {
            const cell = s % n;
            this.total -= this.cells[cell]!;
            this.cells[cell] = 0;
          }
        }
        this.lastWrite = second;
      }
    }
    const cell = second % n;
    this.cells[cell] = this.cells[cell]! + value;
    this.total += value;
  }

  /** Whether nothing was written for longer than the window. */
  isEmpty(atMs: number): boolean {
    return Math.floor(atMs / 1000) - this.lastWrite > this.count;
  }

  average(atMs: number): number {
    return this.aggregation === 'linear' ? this.linear(Math.floor(atMs / 1000)) : this.weighted(Math.floor(atMs / 1000));
  }

  /** Takes the newest cells along into a window of another length. */
  resize(atMs: number, windowMs: number): void {
    if (windowMs === this.windowMs) return;
    const oldCount = this.count;
    const newCount = Math.ceil(windowMs / 1000);
    const cells = new Float64Array(newCount);
    let total = 0;
    if (Math.floor(atMs / 1000) - this.lastWrite <= oldCount) {
      for (let i = 0; i < Math.min(oldCount, newCount); i++) {
        const second = this.lastWrite - i;
        if (second < 0) break;
        const value = this.cells[second % oldCount]!;
        cells[second % newCount] = value;
        total += value;
      }
      this.firstWrite = this.lastWrite - (oldCount - 1);
    } else {
      this.firstWrite = -1;
    }
    this.total = total;
    this.cells = cells;
    this.count = newCount;
    this.windowMs = windowMs;
    this.alpha = smoothing(newCount);
  }

  private linear(now: number): number {
    const late = now - this.lastWrite;
    const n = this.count;
    if (this.firstWrite < 0 || late >= n) return 0;
    const filled = this.lastWrite - this.firstWrite + 1;
    if (late <= 0) return round6(this.total / Math.min(filled, n));
    let total = this.total;
    let stale = 0;
    for (let s = this.lastWrite + 1; s <= now; s++) stale += this.cells[s % n]!;
    total -= stale;
    return round6(total / Math.min(filled, n - late));
  }

  private weighted(now: number): number {
    if (this.firstWrite < 0 || now - this.lastWrite >= this.count) return 0;
    const n = this.count;
    const late = Math.max(0, now - this.lastWrite);
    const keep = 1 - this.alpha;
    let weight = late > 0 ? this.alpha * Math.pow(keep, late) : this.alpha;
    let sum = 0;
    // Ring order from the newest second backwards, without a division per cell.
    let cell = this.lastWrite % n;
    for (let i = n - late; i > 0; i--) {
      sum += this.cells[cell]! * weight;
      weight *= keep;
      cell = cell === 0 ? n - 1 : cell - 1;
      // What is left cannot change the sum any more: all weights together are below its last bit.
      if (weight < 1e-300) break;
    }
    return sum;
  }
}

function smoothing(count: number): number {
  return Math.max(1 - Math.pow(1 - 0.9999, 1 / count), 0.2);
}

function round6(value: number): number {
  return roundHalfAway(value * 1e6) / 1e6;
}
