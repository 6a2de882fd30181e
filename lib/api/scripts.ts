import { z } from 'zod';
import { listShippedScripts } from '@/lib/loadgen/scripts';
import { mayRunUncaged } from '@/lib/identity/caller';
import {
  checkScriptSchema,
  renameScriptSchema,
  saveScriptSchema,
  scriptNameSchema,
  scriptSchema,
} from '@/lib/model/script';
import { localEngine } from '@/lib/runs/check-script';
import { listScripts } from '@/lib/runs/scripts';
import { askedScript, loadFiles } from '@/lib/runs/script-files';
import { scriptFilesShape, scriptRequestCharacters } from '@/lib/model/script-files';
import { shownScripts } from '@/lib/masking/shown-scripts';
import { getStore } from '@/lib/store/client';
import { deleteScript, findSavedScript, renameScript, saveScript } from '@/lib/store/scripts';
import { Problem, notFound } from '@/lib/model/problem';
import { found } from './problem';
import { nothing, route } from './route';
import { message } from '@/lib/model/message';

const savedScriptSchema = z.object({
  script: z.object({
    name: z.string(),
    body: z.string(),
    ...scriptFilesShape,
    updatedAtMs: z.number(),
  }),
});

/** The name of a script of the user's own. Throws a Problem for what is no name, or that of one that ships. */
async function ownName(name: string): Promise<string> {
  if (!scriptNameSchema.safeParse(name).success)
    throw new Problem(
      'problems.script-name-wrong',
      {},
      { errors: [{ path: 'name', said: message('validation.script-name') }] },
    );
  if ((await listShippedScripts()).some((script) => script.name === name))
    throw new Problem('problems.script-ships', { name });
  return name;
}

export const scripts = [
  route(
    'GET /api/scripts',
    {
      summary: 'The scripts that ship and those that were saved.',
      access: 'viewer',
      answers: { 200: z.object({ scripts: z.array(scriptSchema) }) },
    },
    async ({ caller }) => ({ scripts: shownScripts(caller.role, await listScripts(await getStore())) }),
  ),
  route(
    'POST /api/scripts/check',
    {
      summary: 'Check a script with k6 inspect: its options, or its error at its line.',
      access: 'runner',
      audit: false,
      body: checkScriptSchema,
      maxCharacters: scriptRequestCharacters,
      answers: { 200: z.object({ ok: z.literal(true), options: z.record(z.string(), z.unknown()) }) },
    },
    async ({ body: { scriptName, env, ...asked }, caller }) => {
      const store = await getStore();
      const script = found('script', await askedScript(store, asked, Date.now()));
      return {
        ok: true as const,
        options: await localEngine().check({
          scriptName,
          ...script,
          files: await loadFiles(store, script.files),
          env: { TARGET_URL: 'http://127.0.0.1', HOST: 'localhost', ...env },
          uncagedAllowed: mayRunUncaged(caller),
        }),
      };
    },
  ),
  route(
    'PUT /api/scripts/{name}',
    {
      summary: 'Save a script under its name, in place of an earlier one.',
      access: 'runner',
      audit: 'script.save',
      body: saveScriptSchema,
      maxCharacters: scriptRequestCharacters,
      answers: { 200: savedScriptSchema },
    },
    async ({ params, body: { body: scriptText, ...asked } }) => {
      const store = await getStore();
      const name = await ownName(params.name);
      const script = found('script', await askedScript(store, { scriptText, ...asked }, Date.now()));
      const { entry, files } = script;
      return { script: await saveScript(store, name, { body: scriptText, entry, files }, Date.now()) };
    },
  ),
  route(
    'PATCH /api/scripts/{name}',
    {
      summary: 'Give a saved script another name.',
      access: 'runner',
      audit: 'script.rename',
      body: renameScriptSchema,
      answers: { 200: savedScriptSchema },
    },
    async ({ params, body }) => {
      const next = await ownName(body.name);
      const store = await getStore();
      const current = await ownName(params.name);
      found('script', await findSavedScript(store, current));
      if (next !== current && !(await renameScript(store, current, next, Date.now())))
        throw new Problem('problems.script-name-taken', { name: next });
      return { script: found('script', await findSavedScript(store, next)) };
    },
  ),
  route(
    'DELETE /api/scripts/{name}',
    {
      summary: 'Delete a saved script; runs keep the text that they ran.',
      access: 'runner',
      audit: 'script.delete',
      answers: { 204: nothing('Deleted.') },
    },
    async ({ params }) => {
      if (!(await deleteScript(await getStore(), await ownName(params.name)))) throw notFound('script');
    },
  ),
] as const;
