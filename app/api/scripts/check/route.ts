import { checkScript, localEngine } from '@/lib/runs/check-script';
import { json, readBody, route } from '@/app/api/_lib/route';
import { checkScriptSchema } from '@/app/api/scripts/shapes';

/** Checks a script with `k6 inspect`: its options, or its error at its line. */
export const POST = route(
  async (request) => {
    const { scriptName, scriptText, env } = await readBody(request, checkScriptSchema);
    return json({
      ok: true,
      options: await checkScript(localEngine(), {
        scriptName,
        scriptText,
        env: { TARGET_URL: 'http://127.0.0.1', HOST: 'localhost', ...env },
      }),
    });
  },
  { audit: false },
);
