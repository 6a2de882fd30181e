import { z } from 'zod';
import { getJson, sendJson } from './http';

export const scriptSchema = z.object({
  name: z.string(),
  title: z.string(),
  question: z.string(),
  parameters: z.array(z.object({ name: z.string(), default: z.string(), description: z.string() })),
  body: z.string(),
  origin: z.enum(['shipped', 'saved']),
});
export type Script = z.infer<typeof scriptSchema>;

export async function getScripts(): Promise<Script[]> {
  return (await getJson('/api/scripts', z.object({ scripts: z.array(scriptSchema) }))).scripts;
}

/** Has k6 inspect the script. Throws ApiProblem with the error's line. */
export async function checkScript(scriptName: string, scriptText: string, env: Record<string, string>): Promise<void> {
  await sendJson('POST', '/api/scripts/check', { scriptName, scriptText, env }, z.looseObject({ ok: z.literal(true) }));
}
