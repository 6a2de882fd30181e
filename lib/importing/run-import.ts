import { type ImportedRows } from '@/lib/store/imports';
import { lanes } from '@/lib/threads/lanes';
import { runInThread } from '@/lib/threads/run-in-thread';
import { type ImportHead } from './import-thread';

const bounds = { seconds: 1800, heapMebibytes: 1024 };

/**
 * Reads a file in a thread of its own, as it comes, and hands it to `keep`, with its rows in lots. The thread ends with
 * `keep`, or with the signal; what is left of the file is read to its end. Throws a Problem, which names the line that is
 * wrong.
 */
export async function withImport<T>(
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  keep: (head: ImportHead, rows: AsyncIterable<ImportedRows>) => Promise<T>,
): Promise<T> {
  const parts = runInThread<ImportHead | ImportedRows>({
    file: 'lib/importing/import-thread.ts',
    input: () => ({ data: null }),
    source: body,
    slots: lanes().short,
    signal,
    bounds,
  });
  try {
    const first = await parts.next();
    if (first.done) throw new Error('A file that was read gave nothing.');
    return await keep(first.value as ImportHead, parts as AsyncGenerator<ImportedRows>);
  } finally {
    await parts.return(undefined);
  }
}
