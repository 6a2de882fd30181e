const binsPerOctave = 16;
const leastSeconds = 0.001;
const octaves = 24;
/** Less than this of a request is the dust of rounding. */
const nobody = 1e-9;

/**
 * A first-in-first-out queue of requests by when they came, and the histogram of how long they waited. Each second has
 * two cohorts: those that came at its very beginning, and those that came evenly over it. Bins are 4 % wide.
 */
export class Waits {
  private readonly left: Float64Array;
  private readonly came: Float64Array;
  private readonly bins = new Float64Array(octaves * binsPerOctave);
  private head = 0;
  private tail = 0;
  /** Requests now in the queue. */
  waiting = 0;
  /** Requests that left it, and those of them that had waited. */
  served = 0;
  waited = 0;
  private sumSeconds = 0;
  private maxSeconds = 0;

  constructor(seconds: number) {
    this.left = new Float64Array(2 * seconds);
    this.came = new Float64Array(2 * seconds);
  }

  reset(): void {
    this.bins.fill(0);
    this.head = this.tail = 0;
    this.waiting = this.served = this.waited = this.sumSeconds = this.maxSeconds = 0;
  }

  /**
   * In second `second`, `came` requests join the queue and `start` leave it to be served, at a pace of `capacity` a
   * second while anybody waits.
   */
  step(second: number, came: number, start: number, capacity: number): void {
    if (this.waiting <= nobody && came <= start + nobody) {
      this.served += came;
      this.waiting = 0;
      return;
    }
    const cohort = 2 * second + 1;
    this.join(cohort, came);
    const clears = this.waiting <= start + nobody;
    const gone = this.leave(
      clears ? cohort : this.tail,
      Math.min(start, this.waiting),
      (before) => second + before / capacity,
    );
    if (!clears) {
      this.waiting -= gone;
      return;
    }
    // Who comes before the older ones are gone waits, ever shorter; who comes after them does not.
    const waited =
      gone === 0 ? 0 : capacity > came ? Math.min(came, (came * gone) / (capacity - came)) : came;
    if (waited > 0) this.add(gone / (2 * capacity), waited);
    this.served += came - waited;
    this.waiting = 0;
    this.head = this.tail;
  }

  /** At the very beginning of second `second`, `count` requests join. */
  joinAtOnce(second: number, count: number): void {
    this.join(2 * second, count);
  }

  /** At `at` (in seconds), `count` places become free: as many leave at once. Returns how many there were to leave. */
  release(at: number, count: number): number {
    const released = this.leave(this.tail, Math.min(count, this.waiting), () => at);
    this.waiting = Math.max(0, this.waiting - released);
    if (this.waiting <= nobody) {
      this.waiting = 0;
      this.head = this.tail;
    }
    return released;
  }

  /** Requests that find a place at once. */
  pass(count: number): void {
    this.served += count;
  }

  /** Clients that gave up: the newest leave the queue unserved. */
  drop(count: number): void {
    let rest = Math.min(count, this.waiting);
    this.waiting -= rest;
    for (let cohort = this.tail - 1; rest > 0 && cohort >= this.head; cohort--) {
      const take = Math.min(this.left[cohort]!, rest);
      this.left[cohort]! -= take;
      this.came[cohort]! -= take;
      rest -= take;
    }
  }

  /** Quantile 0..1 of the wait in ms: over all requests, or over those that waited. */
  quantileMs(q: number, of: 'all' | 'waited'): number {
    const rank = of === 'all' ? q * this.served - (this.served - this.waited) : q * this.waited;
    if (this.waited === 0 || rank <= 0) return 0;
    let seen = 0;
    for (let bin = 0; bin < this.bins.length; bin++) {
      seen += this.bins[bin]!;
      if (seen >= rank)
        return Math.min(leastSeconds * 2 ** ((bin + 0.5) / binsPerOctave), this.maxSeconds) * 1000;
    }
    return this.maxSeconds * 1000;
  }

  get meanMs(): number {
    return this.served === 0 ? 0 : (this.sumSeconds / this.served) * 1000;
  }

  get maxMs(): number {
    return this.maxSeconds * 1000;
  }

  private join(cohort: number, count: number): void {
    // Cohorts that nobody joined are passed over.
    if (this.waiting <= nobody) this.head = cohort;
    else this.left.fill(0, this.tail, cohort);
    this.came[cohort] = this.left[cohort] = count;
    this.tail = cohort + 1;
    this.waiting += count;
  }

  /** Lets the oldest `count` before cohort `end` go; `leftAt` is when, by how many went before. Returns how many went. */
  private leave(end: number, count: number, leftAt: (gone: number) => number): number {
    let gone = 0;
    while (this.head < end && gone < count - nobody) {
      const cohort = this.head;
      const left = this.left[cohort]!;
      const take = Math.min(left, count - gone);
      if (take > 0) {
        const came = this.came[cohort]!;
        const second = Math.floor(cohort / 2);
        const cameAt = (before: number): number =>
          cohort % 2 === 0 ? second : second + (came - left + before) / came;
        this.add(leftAt(gone + take / 2) - cameAt(take / 2), take);
        // The first or the last of them waited the longest.
        const longest = Math.max(leftAt(gone) - cameAt(0), leftAt(gone + take) - cameAt(take));
        if (longest > this.maxSeconds && longest > leastSeconds) this.maxSeconds = longest;
        gone += take;
        this.left[cohort] = left - take;
      }
      if (this.left[cohort]! > nobody) break;
      this.head++;
    }
    return gone;
  }

  private add(seconds: number, count: number): void {
    this.served += count;
    if (seconds <= leastSeconds) return;
    this.waited += count;
    this.sumSeconds += seconds * count;
    if (seconds > this.maxSeconds) this.maxSeconds = seconds;
    const bin = Math.floor(Math.log2(seconds / leastSeconds) * binsPerOctave);
    this.bins[Math.min(bin, this.bins.length - 1)]! += count;
  }
}
