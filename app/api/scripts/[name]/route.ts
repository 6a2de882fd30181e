import { z } from 'zod';
import { listShippedScripts } from '@/lib/loadgen/scripts';
import { getStore } from '@/lib/store/client';
import { deleteScript, saveScript } from '@/lib/store/scripts';
import { notFound, Problem } from '../../_lib/problem';
import { json, readBody, route } from '../../_lib/route';
import { scriptBodySchema } from './operations';

const nameSchema = z.string().regex(/^[\w .-]{1,100}$/);

async function ownName(name: string): Promise<string> {
  if (!nameSchema.safeParse(name).success) throw new Problem(400, 'Invalid input', 'A name has 1 to 100 letters, digits, spaces, dots, - or _.', [{ path: 'name', message: 'letters, digits, spaces, dots, - or _' }]);
  if ((await listShippedScripts()).some((script) => script.name === name)) throw new Problem(409, 'Name is taken', `"${name}" ships with Scaletrace: choose another name.`);
  return name;
}

/** Saves a script under its name. */
export const PUT = route<{ name: string }>(async (request, { name }) => {
  const { body } = await readBody(request, scriptBodySchema);
  return json({ script: await saveScript(await getStore(), await ownName(decodeURIComponent(name)), body, Date.now()) });
}, { audit: 'script.save' });

export const DELETE = route<{ name: string }>(async (_request, { name }) => {
  if (!(await deleteScript(await getStore(), await ownName(decodeURIComponent(name))))) throw notFound('script');
  return new Response(null, { status: 204 });
}, { audit: 'script.delete' });
