import { type ImportedRows } from '@/lib/store/imports';
import { inThread } from '@/lib/threads/in-thread';
import { type ImportPreview } from './facts';
import { previewOf } from './preview';
import { readImport, type ReadFile } from './read-file';
import { rowsOf } from './rows';

/** What a file is: `file` without its rows, which follow in lots. */
export interface ImportHead {
  preview: ImportPreview;
  file: ReadFile;
}

/** A worker thread: reads a file as it comes. */
inThread(async function* (_input: null, source): AsyncGenerator<ImportHead | ImportedRows> {
  const file = await readImport(source);
  const { collected } = file;
  yield {
    preview: previewOf(file),
    file: { ...file, collected: collected && { ...collected, points: [], inFlight: [] } },
  };
  yield* rowsOf(file);
});
