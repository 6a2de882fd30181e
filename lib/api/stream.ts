import { log } from '@/lib/telemetry/log.mjs';
/**
 * Items as they come, each framed. The next is asked for when the one before has gone out: whoever reads slowly costs one
 * of them. It ends when they end, when the reader leaves, and when `gone` aborts; `gone`
 * aborts with it.
 */
export function streamOf<T>(
  items: AsyncIterable<T>,
  frame: (item: T) => Uint8Array,
  gone: AbortController,
  opening?: Uint8Array,
): ReadableStream<Uint8Array> {
  const iterator = items[Symbol.asyncIterator]();
  const end = async (): Promise<void> => {
    gone.abort();
    await iterator.return?.();
  };
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (opening) controller.enqueue(opening);
    },
    async pull(controller) {
      try {
        const next = await iterator.next();
        if (!next.done && !gone.signal.aborted) return controller.enqueue(frame(next.value));
      } catch (error) {
        log.error(error, 'stream');
      }
      await end();
      try {
        controller.close();
      } catch {
        // The reader has closed it already.
      }
    },
    cancel: end,
  });
}

/** Aborts `gone` once `mayGoOn` no longer holds, or cannot be known; looked at this often until it aborts. */
export function endUnless(mayGoOn: () => Promise<boolean>, gone: AbortController, everyMs: number): void {
  const timer = setInterval(() => {
    mayGoOn().then(
      (may) => may || gone.abort(),
      () => gone.abort(),
    );
  }, everyMs);
  gone.signal.addEventListener('abort', () => clearInterval(timer), { once: true });
}
