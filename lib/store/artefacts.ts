import { type Artefact } from '@/lib/model/artefact';
import { naturalOrder } from '@/lib/model/natural-order';
import { type Store } from './client';

/** Stores a run's files; those without content are only named. */
export async function insertArtefacts(
  store: Store,
  runId: string,
  files: readonly { name: string; bytes: number; content: Uint8Array<ArrayBuffer> | null }[],
): Promise<void> {
  if (files.length === 0) return;
  await store.runArtefact.createMany({
    data: files.map(({ name, bytes, content }) => ({ runId, name, bytes, content })),
  });
}

/** A run's files, by name. */
export async function listArtefacts(store: Store, runId: string): Promise<Artefact[]> {
  return store.$queryRaw<{ name: string; bytes: bigint | number; kept: bigint | boolean }[]>`
    SELECT "name", "bytes", "content" IS NOT NULL AS kept FROM "RunArtefact" WHERE "runId" = ${runId}`.then(
    (rows) =>
      rows
        .map(({ name, bytes, kept }) => ({ name, bytes: Number(bytes), kept: Number(kept) === 1 }))
        .sort((a, b) => naturalOrder(a.name, b.name)),
  );
}

/** The content of a run's file; null if there is none, or none was kept. */
export async function readArtefact(
  store: Store,
  runId: string,
  name: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const row = await store.runArtefact.findUnique({
    where: { runId_name: { runId, name } },
    select: { content: true },
  });
  return row?.content ?? null;
}
