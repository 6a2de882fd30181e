import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { k6Environment, scriptFileName, writeK6Config } from './k6-environment';
import { ScriptError, scriptErrorOf } from './script-error';

export { ScriptError } from './script-error';

const optionsSchema = z.record(z.string(), z.unknown());
const timeoutMs = 20_000;

/**
 * The script's options as `k6 inspect --execution-requirements` consolidates them, with `totalDuration` and `maxVUs`.
 * The script's init code runs for it, in a private folder and with none of our environment. Throws ScriptError, in
 * k6's words and with the line, when k6 refuses it: wrong syntax, a missing module, an exception, options not valid.
 */
export async function inspectScript(input: {
  k6Path: string;
  scriptName: string;
  scriptText: string;
  env: Record<string, string>;
}): Promise<Record<string, unknown>> {
  const folder = await mkdtemp(join(tmpdir(), 'scaletrace-inspect-'));
  try {
    await writeFile(join(folder, scriptFileName), input.scriptText, { mode: 0o600 });
    const config = await writeK6Config(folder, null);
    const args = [
      'inspect',
      '--execution-requirements',
      '--include-system-env-vars',
      '--log-format=json',
      `--config=${config}`,
      scriptFileName,
    ];
    const { failed, stdout, stderr } = await run(input.k6Path, args, folder, k6Environment(input.env));
    if (failed) throw scriptErrorOf(stderr, input.scriptText);
    return optionsSchema.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  path: string,
  args: string[],
  cwd: string,
  env: Record<string, string>,
): Promise<{ failed: boolean; stdout: string; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(
      path,
      args,
      {
        cwd,
        env: env as NodeJS.ProcessEnv,
        timeout: timeoutMs,
        killSignal: 'SIGKILL',
        maxBuffer: 16_000_000,
      },
      (error, stdout, stderr) => {
        if (error?.killed)
          reject(new ScriptError(`The script’s init code did not end within ${timeoutMs / 1000} s.`));
        else if (error && typeof error.code !== 'number') reject(error);
        else resolve({ failed: error !== null, stdout, stderr });
      },
    );
  });
}
