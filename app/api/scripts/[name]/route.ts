import { listShippedScripts } from '@/lib/loadgen/scripts';
import { getStore } from '@/lib/store/client';
import { deleteScript, findSavedScript, renameScript, saveScript } from '@/lib/store/scripts';
import { notFound, Problem } from '@/app/api/_lib/problem';
import { json, readBody, route } from '@/app/api/_lib/route';
import { renameScriptSchema, saveScriptSchema, scriptNameSchema } from '@/app/api/scripts/shapes';

async function ownName(name: string): Promise<string> {
  if (!scriptNameSchema.safeParse(name).success)
    throw new Problem(400, 'Invalid input', 'A name has 1 to 100 letters, digits, spaces, dots, - or _.', [
      { path: 'name', message: 'letters, digits, spaces, dots, - or _' },
    ]);
  if ((await listShippedScripts()).some((script) => script.name === name))
    throw new Problem(409, 'Name is taken', `"${name}" ships with Scaletrace: choose another name.`);
  return name;
}

/** Saves a script under its name. */
export const PUT = route<{ name: string }>(
  async (request, { name }) => {
    const { body } = await readBody(request, saveScriptSchema);
    return json({
      script: await saveScript(await getStore(), await ownName(decodeURIComponent(name)), body, Date.now()),
    });
  },
  { audit: 'script.save' },
);

/** Gives a saved script another name. */
export const PATCH = route<{ name: string }>(
  async (request, { name }) => {
    const next = await ownName((await readBody(request, renameScriptSchema)).name);
    const store = await getStore();
    const current = await ownName(decodeURIComponent(name));
    if (!(await findSavedScript(store, current))) throw notFound('script');
    if (next !== current && !(await renameScript(store, current, next, Date.now())))
      throw new Problem(409, 'Name is taken', `There is a script "${next}" already: choose another name.`);
    return json({ script: await findSavedScript(store, next) });
  },
  { audit: 'script.rename' },
);

export const DELETE = route<{ name: string }>(
  async (_request, { name }) => {
    if (!(await deleteScript(await getStore(), await ownName(decodeURIComponent(name)))))
      throw notFound('script');
    return new Response(null, { status: 204 });
  },
  { audit: 'script.delete' },
);
