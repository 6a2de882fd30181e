/** One observed start: when the pod was asked for (ms from the demand's beginning) and how long it took to be ready. */
export interface PodStart {
  atMs: number;
  tookMs: number;
  /** Of that, from its container's start on, while probes decide; absent: the cluster did not say. */
  probedMs?: number;
}

/** Starts further away than this are not those that a pod asked for now would be one of. */
const nearMs = 10_000;
const mostNear = 5;

/**
 * Delays from asking for a pod to its readiness, taken from those that were observed, the same for the same seed: the
 * first pods asked for take what the first observed ones took, as long as they were asked for about then; any other
 * takes what one of those took that were asked for nearest to it in time.
 */
export class PodStarts {
  private state: number;
  private taken = 0;

  /** `observed`: in order of `atMs`; none: every pod is ready at once. */
  constructor(
    private readonly observed: readonly PodStart[],
    seed: number,
  ) {
    this.state = seed >>> 0;
  }

  /** The delay of a pod asked for at `atMs` from the demand's beginning. */
  nextMs(atMs: number): number {
    const { observed } = this;
    if (observed.length < 2) return observed[0]?.tookMs ?? 0;
    const next = observed[this.taken];
    if (next && Math.abs(next.atMs - atMs) <= nearMs) {
      this.taken++;
      return next.tookMs;
    }
    const count = Math.min(mostNear, observed.length);
    const from = Math.min(Math.max(0, this.firstAfter(atMs) - (count >> 1)), observed.length - count);
    return observed[from + Math.floor(this.random() * count)]?.tookMs ?? 0;
  }

  private firstAfter(atMs: number): number {
    let low = 0;
    let high = this.observed.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.observed[middle]!.atMs > atMs) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Mulberry32: small, quick, and the same everywhere. */
  private random(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  }
}
