import { type DatabaseToRead } from '@/lib/store/client';
import { openToRead } from '@/lib/store/reading';
import { inThread } from '@/lib/threads/in-thread';
import { exportPieces, type ExportRequest } from './pieces';
import { readExportSource } from './source';

export type ExportWork = ExportRequest & { runId: string };

/** What is known before the file: the run's name, masked; null if there is no such run. */
export type ExportHead = { name: string } | null;

const pieceBytes = 65_536;

/** A worker thread: reads a run by a connection of its own, and gives its file in pieces. */
inThread(async function* ({
  database,
  ...work
}: ExportWork & { database: DatabaseToRead }): AsyncGenerator<ExportHead | Uint8Array> {
  const store = await openToRead(database);
  try {
    const detail = work.format === 'json' || work.format === 'csv';
    const source = await readExportSource(store, work.runId, detail, work);
    yield source && { name: source.run.name };
    if (source) yield* inLots(exportPieces(store, source, work));
  } finally {
    await store.$disconnect();
  }
});

/** Small pieces together, large ones apart: each is a message, which is copied on the main thread. */
async function* inLots(
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string>,
): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of pieces) {
    const whole = typeof piece === 'string' ? Buffer.from(piece) : piece;
    for (let at = 0; at < whole.length; at += pieceBytes) {
      const part = whole.subarray(at, at + pieceBytes);
      held.push(part);
      if ((bytes += part.length) < pieceBytes) continue;
      yield new Uint8Array(Buffer.concat(held));
      held = [];
      bytes = 0;
    }
  }
  if (bytes > 0) yield new Uint8Array(Buffer.concat(held));
}
