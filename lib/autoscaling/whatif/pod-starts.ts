/** Delays from asking for a pod to its readiness, drawn from those that were observed, the same for the same seed. */
export class PodStarts {
  private state: number;

  /** `observedMs`: one delay a pod; none: every pod is ready at once. */
  constructor(private readonly observedMs: readonly number[], seed: number) {
    this.state = seed >>> 0;
  }

  nextMs(): number {
    const n = this.observedMs.length;
    if (n < 2) return this.observedMs[0] ?? 0;
    return this.observedMs[Math.floor(this.random() * n)] ?? 0;
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
