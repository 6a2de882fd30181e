import { type PodStarts } from './pod-starts';

/** Simulated pods: asked for, starting, ready; on the way down those not ready go first, the newest before the others. */
export class SimulatedPods {
  ready = 0;
  /** Pods asked for: starting and ready. */
  replicas = 0;
  started = 0;
  /** Share of the last second that was over when, on average, pods became ready in it; 0: none did. */
  readyAfter = 0;
  /** When each starting pod will be ready (ms), the oldest first. */
  private readyAtMs: number[] = [];

  reset(readyPods: number): void {
    this.ready = this.replicas = readyPods;
    this.started = 0;
    this.readyAtMs.length = 0;
  }

  /** `startMs`: the demand's beginning. */
  scaleTo(replicas: number, atMs: number, startMs: number, starts: PodStarts): void {
    for (; this.replicas < replicas; this.replicas++) {
      this.readyAtMs.push(atMs + starts.nextMs(atMs - startMs));
      this.started++;
    }
    for (; this.replicas > replicas; this.replicas--) {
      if (this.readyAtMs.length > 0) this.readyAtMs.pop();
      else this.ready--;
    }
  }

  /** Ready pods at a moment of the second that comes next. */
  readyAt(atMs: number): number {
    return this.ready + this.readyAtMs.reduce((count, readyAtMs) => count + Number(readyAtMs <= atMs), 0);
  }

  /** Lets the second from `fromMs` pass; returns the ready pods' time in it, in pod-seconds. */
  pass(fromMs: number): number {
    const untilMs = fromMs + 1000;
    let time = this.ready;
    const starting = this.readyAtMs;
    const readyBefore = time;
    this.readyAfter = 0;
    if (starting.length === 0) return time;
    let kept = 0;
    for (let i = 0; i < starting.length; i++) {
      const atMs = starting[i]!;
      if (atMs < untilMs) {
        this.ready++;
        time += (untilMs - Math.max(atMs, fromMs)) / 1000;
      } else {
        starting[kept++] = atMs;
      }
    }
    starting.length = kept;
    if (this.ready > readyBefore) this.readyAfter = 1 - (time - readyBefore) / (this.ready - readyBefore);
    return time;
  }
}
