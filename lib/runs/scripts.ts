import { listShippedScripts, parseHeader, type ShippedScript } from '@/lib/loadgen/scripts';
import { type Store } from '@/lib/store/client';
import { findSavedScript, listSavedScripts } from '@/lib/store/scripts';

export type RunnableScript = ShippedScript & { origin: 'shipped' | 'saved' };

/** The scripts that ship, then those that users saved. A saved one may not take a shipped one's name. */
export async function listScripts(store: Store): Promise<RunnableScript[]> {
  const shipped = (await listShippedScripts()).map((script) => ({ ...script, origin: 'shipped' as const }));
  const saved = (await listSavedScripts(store)).map(({ name, body, entry, files }) => ({
    name,
    ...parseHeader(body, name),
    body,
    entry,
    files,
    origin: 'saved' as const,
  }));
  return [...shipped, ...saved];
}

/** A script by its name, or null. */
export async function findScript(
  store: Store,
  name: string,
): Promise<Pick<RunnableScript, 'name' | 'body' | 'entry' | 'files'> | null> {
  return (
    (await listShippedScripts()).find((script) => script.name === name) ??
    (await findSavedScript(store, name))
  );
}
