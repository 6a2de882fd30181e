import { EventEmitter } from 'node:events';

const shared = globalThis as typeof globalThis & { scaletraceChanges?: EventEmitter };

function emitter(): EventEmitter {
  shared.scaletraceChanges ??= new EventEmitter().setMaxListeners(0);
  return shared.scaletraceChanges;
}

/** Says that something of this run was stored. */
export function announceChange(runId: string): void {
  emitter().emit(runId);
}

/** Resolves at the run's next change, after `timeoutMs`, or when `signal` aborts, whichever is first. */
export function nextChange(runId: string, timeoutMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      emitter().off(runId, done);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, timeoutMs);
    emitter().once(runId, done);
    signal.addEventListener('abort', done, { once: true });
    if (signal.aborted) done();
  });
}
