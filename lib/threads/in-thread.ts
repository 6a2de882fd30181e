import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { Problem } from '@/lib/model/problem';
import { refusalOf, type FromThread, type ToThread } from './protocol';

/** A thread's share of the CPU is what recording and pages leave. */
const niceness = 10;

/**
 * What a thread does: `work` gives its values one by one, each once the main thread takes it. `source` are the bytes that
 * were sent with the work, read as they come. A Problem that is thrown is thrown on the main thread.
 */
export function inThread<I, T>(
  work: (input: I, source: ReadableStream<Uint8Array>) => AsyncGenerator<T>,
): void {
  const port = parentPort;
  if (!port) throw new Error('This file is the code of a thread.');
  // On Linux this is the thread's alone; elsewhere it may be refused, or be the process' and is not asked for.
  if (process.platform === 'linux') setPriority(niceness);
  const tell = (said: FromThread): void => port.postMessage(said);
  let feed: ((said: Exclude<ToThread, { next: true }>) => void) | null = null;
  let take: (() => void) | null = null;
  port.on('message', (said: ToThread) => {
    if ('next' in said) take?.();
    else feed?.(said);
  });
  const source = new ReadableStream<Uint8Array>(
    {
      pull: (controller) =>
        new Promise((resolve) => {
          feed = (said) => {
            if ('chunk' in said) controller.enqueue(said.chunk);
            else if ('end' in said) controller.close();
            else controller.error(new Error(said.broken));
            resolve();
          };
          tell({ want: true });
        }),
    },
    { highWaterMark: 0 },
  );
  const values = work(workerData as I, source);
  const run = async (): Promise<void> => {
    for (;;) {
      await new Promise<void>((resolve) => (take = resolve));
      const next = await values.next();
      if (next.done) return tell({ done: true });
      tell({ value: next.value });
    }
  };
  run()
    .catch((error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      tell({ refused: refusalOf(error as Problem) });
    })
    .finally(() => port.close());
}
