import { mkdir, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { makeScratch } from '@/lib/environment/scratch';
import { message } from '@/lib/model/message';
import { requireCage } from './cage/find-cage';
import { folderSeen, guardStart } from './cage/plan';
import { runGuarded } from './cage/run-guarded';
import { configFileName } from './k6-environment';
import { ScriptError, scriptErrorOf } from './script-error';
import { writeScript, type ScriptSource } from './script-folder';

export { ScriptError } from './script-error';

const optionsSchema = z.record(z.string(), z.unknown());
const limits = { timeoutMs: 20_000, maxBytes: 16_000_000 };

/**
 * The script's options as `k6 inspect --execution-requirements` consolidates them, with `totalDuration` and `maxVUs`.
 * The script's init code runs for it, in its cage: it reads its own folder, and has no network. Throws ScriptError, in
 * k6's words and with the line, when k6 refuses it: wrong syntax, a missing module, an exception, options not valid.
 */
export async function inspectScript(
  input: ScriptSource & {
    k6Path: string;
    scriptName: string;
    env: Record<string, string>;
    uncagedAllowed: boolean;
  },
): Promise<Record<string, unknown>> {
  const folder = await makeScratch('inspect');
  try {
    const script = await writeScript(folder, input);
    const files = join(folder, 'files');
    await mkdir(files);
    const cage = await requireCage(input.k6Path, input.uncagedAllowed);
    const seen = folderSeen(cage, folder);
    const start = await guardStart({
      cage,
      k6Path: input.k6Path,
      args: [
        'inspect',
        '--execution-requirements',
        '--include-system-env-vars',
        '--log-format=json',
        `--config=${join(seen, configFileName)}`,
        join(seen, relative(folder, script)),
      ],
      folder,
      writable: [files],
      env: input.env,
      peers: [],
      relay: null,
    });
    const { code, stdout, stderr, cut } = await runGuarded(start, limits);
    if (cut === 'time')
      throw new ScriptError(message('problems.script-endless', { seconds: limits.timeoutMs / 1000 }));
    if (cut === 'bytes')
      throw new ScriptError(message('problems.script-wordy', { megabytes: limits.maxBytes / 1e6 }));
    if (code !== 0) throw scriptErrorOf(stderr, input, seen);
    return optionsSchema.parse(JSON.parse(stdout));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
