import { noFaults, type Faults } from './faults';

/** The faults that are on, and whoever must know of a change. */
export class FaultSwitch {
  current: Faults = noFaults;
  /** Whether watches' bytes are held back now. */
  stalled = false;
  private readonly listeners = new Set<(before: Faults) => void>();
  private readonly stallListeners = new Set<(stalled: boolean) => void>();
  private stallEnd: NodeJS.Timeout | undefined;

  set(faults: Faults): void {
    const before = this.current;
    this.current = faults;
    if (before.stallWatchMs !== faults.stallWatchMs) this.stall(faults.stallWatchMs);
    for (const listener of [...this.listeners]) listener(before);
  }

  /** Calls back after each change; the result ends it. */
  subscribe(listener: (before: Faults) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Calls back when watches begin to be held back, and when they are let go; the result ends it. */
  onStall(listener: (stalled: boolean) => void): () => void {
    this.stallListeners.add(listener);
    return () => this.stallListeners.delete(listener);
  }

  /** Resolves after this time, or as soon as the fault is switched off. */
  hold(fault: 'imagePullMs' | 'podsPerNode', ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(end, ms).unref();
      const stop = this.subscribe(() => this.current[fault] === 0 && end());
    });
  }

  private stall(ms: number): void {
    clearTimeout(this.stallEnd);
    this.stalled = ms > 0;
    if (this.stalled) this.stallEnd = setTimeout(() => this.stall(0), ms).unref();
    for (const listener of [...this.stallListeners]) listener(this.stalled);
  }
}
