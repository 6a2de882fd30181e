import { readingInput, type Store } from '@/lib/store/client';
import { lanes } from '@/lib/threads/lanes';
import { runInThread } from '@/lib/threads/run-in-thread';
import { type ExportHead, type ExportWork } from './export-thread';

/** Of one export; its time goes on while its reader is slow. */
const bounds = { seconds: 1800, heapMebibytes: 1024 };

/**
 * A run's file, made in a thread of its own as it is read: what the reader has not taken is not made. The thread ends with
 * the file, with the reader who leaves, or with the signal; null if there is no such run. Throws a Problem.
 */
export async function runExport(
  store: Store,
  work: ExportWork,
  signal: AbortSignal,
): Promise<{ name: string; body: ReadableStream<Uint8Array> } | null> {
  const leave = new AbortController();
  const values = runInThread<ExportHead | Uint8Array>({
    file: 'lib/exporting/export-thread.ts',
    input: () => readingInput(store, work),
    slots: lanes().exports,
    signal: AbortSignal.any([signal, leave.signal]),
    bounds,
  });
  const head = (await values.next()) as IteratorResult<ExportHead>;
  if (head.done || head.value === null) {
    await values.return(undefined);
    return null;
  }
  const pieces = values as AsyncGenerator<Uint8Array>;
  // What fails at once is answered as an error.
  const first = await pieces.next();
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => give(controller, first),
    pull: async (controller) => give(controller, await pieces.next()),
    async cancel() {
      leave.abort(new Error('The reader has left.'));
      await pieces.return(undefined).catch(() => undefined);
    },
  });
  return { name: head.value.name, body };
}

function give(
  controller: ReadableStreamDefaultController<Uint8Array>,
  { done, value }: IteratorResult<Uint8Array>,
): void {
  if (done) controller.close();
  else controller.enqueue(value);
}
