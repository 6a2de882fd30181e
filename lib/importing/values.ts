/** Beyond so many, a metric's percentiles come from its histogram: 32 MB a metric are held at most. */
const mostValues = 4_000_000;

/** How many values may still be held, of all trends together. */
export interface Room {
  values: number;
}

/** A trend's statistics over all its values, exact as long as they fit in memory. */
export class TrendValues {
  count = 0;
  sum = 0;
  min = Infinity;
  max = -Infinity;
  private values = new Float64Array(64);
  private held = 0;
  private sorted = false;

  constructor(private readonly room: Room) {}

  add(value: number): void {
    if (this.exact && this.held < mostValues && this.room.values > 0) {
      if (this.held === this.values.length) {
        const larger = new Float64Array(this.values.length * 2);
        larger.set(this.values);
        this.values = larger;
      }
      this.values[this.held++] = value;
      this.room.values--;
    }
    this.count++;
    this.sum += value;
    this.sorted = false;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
  }

  /** Whether every value is held, so that quantiles are exact. */
  get exact(): boolean {
    return this.held === this.count;
  }

  /** k6's own quantile: rank q × (count - 1), a straight line between its neighbours. Null for none, or where not all values are held. */
  quantile(q: number): number | null {
    if (this.count === 0 || !this.exact) return null;
    const held = this.values.subarray(0, this.held);
    if (!this.sorted) held.sort();
    this.sorted = true;
    const rank = q * (this.count - 1);
    const below = Math.floor(rank);
    const low = held[below]!;
    return rank === below ? low : low + (rank - below) * (held[below + 1]! - low);
  }
}
