import { type ScriptFile } from '@/lib/model/script-files';
import { naturalOrder } from '@/lib/model/natural-order';
import { type Store } from './client';
import { toScriptFiles } from './script-files';

export interface SavedScript {
  name: string;
  body: string;
  /** Of a script of several files: the path of its body; null: it is one. */
  entry: string | null;
  files: ScriptFile[];
  updatedAtMs: number;
}

const select = { name: true, body: true, entryPath: true, filesJson: true, updatedAtMs: true } as const;

function toScript({
  entryPath,
  filesJson,
  ...row
}: Omit<SavedScript, 'entry' | 'files'> & { entryPath: string | null; filesJson: string }): SavedScript {
  return { ...row, entry: entryPath, files: toScriptFiles(filesJson) };
}

/** Scripts that users saved, by name; the ones that ship are files. */
export async function listSavedScripts(store: Store): Promise<SavedScript[]> {
  const rows = await store.script.findMany({ select });
  return rows.map(toScript).sort((a, b) => naturalOrder(a.name, b.name));
}

/** The saved script, or null. */
export async function findSavedScript(store: Store, name: string): Promise<SavedScript | null> {
  const row = await store.script.findUnique({ where: { name }, select });
  return row && toScript(row);
}

/** Saves a script under its name, in place of an earlier one. */
export async function saveScript(
  store: Store,
  name: string,
  { body, entry, files }: Pick<SavedScript, 'body' | 'entry' | 'files'>,
  nowMs: number,
): Promise<SavedScript> {
  const data = { body, entryPath: entry, filesJson: JSON.stringify(files), updatedAtMs: nowMs };
  return toScript(
    await store.script.upsert({
      where: { name },
      update: data,
      create: { name, ...data, createdAtMs: nowMs },
      select,
    }),
  );
}

/** Gives a script another name. False if there is none, or one has that name already. */
export async function renameScript(
  store: Store,
  name: string,
  next: string,
  nowMs: number,
): Promise<boolean> {
  if (await store.script.findUnique({ where: { name: next }, select: { name: true } })) return false;
  return (
    (await store.script.updateMany({ where: { name }, data: { name: next, updatedAtMs: nowMs } })).count > 0
  );
}

/** False if there was none. */
export async function deleteScript(store: Store, name: string): Promise<boolean> {
  return (await store.script.deleteMany({ where: { name } })).count > 0;
}
