import { type Store } from './client';

export interface SavedScript {
  name: string;
  body: string;
  updatedAtMs: number;
}

/** Scripts that users saved, by name; the ones that ship are files. */
export async function listSavedScripts(store: Store): Promise<SavedScript[]> {
  return store.script.findMany({
    orderBy: { name: 'asc' },
    select: { name: true, body: true, updatedAtMs: true },
  });
}

/** The saved script, or null. */
export async function findSavedScript(store: Store, name: string): Promise<SavedScript | null> {
  return store.script.findUnique({ where: { name }, select: { name: true, body: true, updatedAtMs: true } });
}

/** Saves a script under its name, in place of an earlier one. */
export async function saveScript(
  store: Store,
  name: string,
  body: string,
  nowMs: number,
): Promise<SavedScript> {
  return store.script.upsert({
    where: { name },
    update: { body, updatedAtMs: nowMs },
    create: { name, body, createdAtMs: nowMs, updatedAtMs: nowMs },
    select: { name: true, body: true, updatedAtMs: true },
  });
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
