import { z } from 'zod';
import { sendJson } from './http';

export const scriptSchema = z.object({
  name: z.string(),
  title: z.string(),
  question: z.string(),
  parameters: z.array(z.object({ name: z.string(), default: z.string(), description: z.string() })),
  body: z.string(),
  origin: z.enum(['shipped', 'saved']),
});
export type Script = z.infer<typeof scriptSchema>;

const nothingElse = z.unknown();

/** Saves a script under its name, in place of an earlier one. Throws ApiProblem, also where one that ships has the name. */
export async function saveScript(name: string, body: string): Promise<void> {
  await sendJson('PUT', `/api/scripts/${encodeURIComponent(name)}`, { body }, nothingElse);
}

/** Gives a saved script another name. Throws ApiProblem where it is taken. */
export async function renameScript(name: string, next: string): Promise<void> {
  await sendJson('PATCH', `/api/scripts/${encodeURIComponent(name)}`, { name: next }, nothingElse);
}

export async function deleteScript(name: string): Promise<void> {
  await sendJson('DELETE', `/api/scripts/${encodeURIComponent(name)}`, undefined, z.null());
}

/** Has k6 inspect the script. Throws ApiProblem with the error's line. */
export async function checkScript(
  scriptName: string,
  scriptText: string,
  env: Record<string, string>,
): Promise<void> {
  await sendJson(
    'POST',
    '/api/scripts/check',
    { scriptName, scriptText, env },
    z.looseObject({ ok: z.literal(true) }),
  );
}
