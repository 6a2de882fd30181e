import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathsFault } from '@/lib/model/script-files';
import { message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { scriptFileName } from './k6-environment';

/** A file beside the one that k6 starts with. */
export interface LoadedFile {
  /** From the script's folder, with `/`. */
  path: string;
  content: string | Uint8Array;
}

/** What k6 is given of a script: one text, or a folder of files in which the text is `entry`. */
export interface ScriptSource {
  scriptText: string;
  entry?: string | null | undefined;
  files?: readonly LoadedFile[] | undefined;
}

/** The folder of a script of several files, within its run's. */
export const scriptFolderName = 'script';

/**
 * Writes a script below `folder`, which is new, and returns the path of the file that k6 starts with. Throws a Problem
 * where a path would lead out of it; what is there already is never written over.
 */
export async function writeScript(
  folder: string,
  { scriptText, entry, files = [] }: ScriptSource,
): Promise<string> {
  const once = { mode: 0o600, flag: 'wx' };
  if (!entry) {
    const path = join(/* turbopackIgnore: true */ folder, scriptFileName);
    await writeFile(path, scriptText, { mode: 0o600 });
    return path;
  }
  const wrong = pathsFault([entry, ...files.map(({ path }) => path)]);
  if (wrong)
    throw new Problem('problems.upload-path', {
      path: wrong.path,
      why: message(`validation.path-${wrong.fault}`),
    });
  const root = join(/* turbopackIgnore: true */ folder, scriptFolderName);
  for (const { path, content } of [{ path: entry, content: scriptText }, ...files]) {
    const place = join(/* turbopackIgnore: true */ root, path);
    await mkdir(dirname(place), { recursive: true, mode: 0o700 });
    await writeFile(place, content, once);
  }
  return join(/* turbopackIgnore: true */ root, entry);
}
