import { EventEmitter } from 'node:events';

const shared = globalThis as typeof globalThis & { scaletraceChanges?: EventEmitter };

function emitter(): EventEmitter {
  shared.scaletraceChanges ??= new EventEmitter().setMaxListeners(0);
  return shared.scaletraceChanges;
}

const everyRun = Symbol('every run');

/** What of a run was stored: the run itself, rows of its recording, or lines of its log. */
export type Change = 'run' | 'rows' | 'log';

/** Says that something of this run was stored. */
export function announceChange(runId: string, change: Change = 'run'): void {
  emitter().emit(runId, change);
  emitter().emit(everyRun, runId, change);
}

/** Calls `told` with every change of every run from now on: for another thread, whose readers follow them. */
export function forwardChanges(told: (runId: string, change: Change) => void): void {
  emitter().on(everyRun, told);
}

/**
 * Collects a run's changes from now on until `signal` aborts; `next` gives those since it was last asked, waiting up to
 * `timeoutMs` for the first: an empty set then.
 */
export function followChanges(
  runId: string,
  signal: AbortSignal,
): { next(timeoutMs: number): Promise<ReadonlySet<Change>> } {
  let collected = new Set<Change>();
  let wake = (): void => {};
  const take = (change: Change): void => {
    collected.add(change);
    wake();
  };
  emitter().on(runId, take);
  signal.addEventListener(
    'abort',
    () => {
      emitter().off(runId, take);
      wake();
    },
    { once: true },
  );
  return {
    async next(timeoutMs) {
      if (collected.size === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, timeoutMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const changes = collected;
      collected = new Set();
      return changes;
    },
  };
}
