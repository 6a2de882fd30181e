import { createHash } from 'node:crypto';
import { z } from 'zod';
import { scriptFileSchema, type ScriptFile } from '@/lib/model/script-files';
import { type Store } from './client';

/** A file that is part of no run and no script goes this long after it was last used. */
const unusedMs = 86_400_000;

/** SHA-256 of a content, as hex. */
export function sha256Of(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Keeps contents under their hashes, each once. */
export async function keepContents(
  store: Store,
  contents: readonly Uint8Array<ArrayBuffer>[],
  nowMs: number,
): Promise<void> {
  for (const content of contents) {
    const sha256 = sha256Of(content);
    await store.scriptFile.upsert({
      where: { sha256 },
      update: { usedAtMs: nowMs },
      create: { sha256, content, bytes: content.byteLength, usedAtMs: nowMs },
    });
  }
}

/** The content under a hash; null if none is kept. */
export async function readContent(store: Store, sha256: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const row = await store.scriptFile.findUnique({ where: { sha256 }, select: { content: true } });
  return row?.content ?? null;
}

/** How many bytes each of these hashes' contents has, and that they are in use now; what is not kept is left out. */
export async function touchContents(
  store: Store,
  hashes: readonly string[],
  nowMs: number,
): Promise<Map<string, number>> {
  const where = { sha256: { in: [...hashes] } };
  await store.scriptFile.updateMany({ where, data: { usedAtMs: nowMs } });
  const rows = await store.scriptFile.findMany({ where, select: { sha256: true, bytes: true } });
  return new Map(rows.map(({ sha256, bytes }) => [sha256, bytes]));
}

/** Files as a row has them. */
export function toScriptFiles(json: string): ScriptFile[] {
  return z.array(scriptFileSchema).parse(JSON.parse(json));
}

/** Removes what is part of no run and no script any more. */
export async function removeUnusedContents(store: Store, nowMs: number): Promise<void> {
  const old = await store.scriptFile.findMany({
    where: { usedAtMs: { lt: nowMs - unusedMs } },
    select: { sha256: true },
  });
  if (old.length === 0) return;
  const select = { filesJson: true } as const;
  const where = { filesJson: { not: '[]' } };
  const rows = [
    ...(await store.run.findMany({ where, select })),
    ...(await store.script.findMany({ where, select })),
  ];
  const used = new Set(rows.flatMap(({ filesJson }) => toScriptFiles(filesJson).map(({ sha256 }) => sha256)));
  await store.scriptFile.deleteMany({
    where: { sha256: { in: old.map(({ sha256 }) => sha256).filter((sha256) => !used.has(sha256)) } },
  });
}
