import { z } from 'zod';
import { checkScript, requireK6 } from '@/lib/runs/manager';
import { json, readBody, route } from '../../_lib/route';

const checkSchema = z.strictObject({ scriptName: z.string().min(1).max(200), scriptText: z.string().max(1_000_000), env: z.record(z.string(), z.string().max(4000)).default({}) });

/** Checks a script with `k6 inspect`: its options, or its error at its line. */
export const POST = route(async (request) => {
  const { scriptName, scriptText, env } = await readBody(request, checkSchema);
  return json({ ok: true, options: await checkScript(await requireK6(), scriptName, scriptText, { TARGET_URL: 'http://127.0.0.1', HOST: 'localhost', ...env }) });
}, { audit: false });
