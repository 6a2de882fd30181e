import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, relative, resolve, sep } from 'node:path';
import { type ApiAnswer, type ApiBody, type ApiClient } from '@/lib/api/client';
import { UserError } from '@/lib/environment/user-error';
import { isLeftOut, isScriptPath, scriptFileLimits } from '@/lib/model/script-files';
import { exitCodes } from './exit-codes';

type AskedScript = Pick<ApiBody<'POST /api/runs'>, 'scriptName' | 'entry' | 'files' | 'scriptText' | 'env'>;
type Uploaded = ApiAnswer<'POST /api/script-files'>;

/**
 * The script that `--script` names: one that Scaletrace has, or else a script's file, a folder or a tar of this machine,
 * which is uploaded; `env`: the variables of one that `k6 archive` made. A path has a `/`, or ends in `.tar`; a folder without one is taken where no script has its name.
 */
export async function scriptOf(
  client: ApiClient,
  { script, entry }: { script: string; entry?: string | undefined },
): Promise<AskedScript> {
  const isPath =
    /[\\/]/.test(script) || /\.tar$/i.test(script) || script === '.' || (await isFolderOnly(client, script));
  if (!isPath) {
    if (entry !== undefined)
      throw new UserError(
        '--entry names a file of a folder or a tar: give one by --script.',
        exitCodes.usage,
      );
    return { scriptName: script };
  }
  if (!existsSync(script)) throw new UserError(`There is no ${script}.`, exitCodes.usage);
  const scriptName = basename(resolve(script))
    .replace(/\.tar$/i, '')
    .slice(0, 200);
  if (isScriptPath(script) && statSync(script).isFile())
    return { scriptName, scriptText: readFileSync(script, 'utf8') };
  const body = statSync(script).isDirectory() ? formOf(script) : readFileSync(script);
  const uploaded = await client('POST /api/script-files', { body });
  const chosen = entry?.replace(/^(\.\/)+/, '') ?? uploaded.entry;
  if (!uploaded.files.some(({ path }) => path === chosen))
    throw new UserError(
      `There is no ${chosen} among the files: ${uploaded.files
        .map(({ path }) => path)
        .join(', ')
        .slice(0, 500)}.`,
      exitCodes.usage,
    );
  console.error(
    `· ${uploaded.files.length} ${uploaded.files.length === 1 ? 'file' : 'files'} of ${script}, from ${chosen} on`,
  );
  const { archive } = uploaded;
  const taken = Object.keys(archive?.env ?? {});
  if (taken.length > 0) console.error(`· with the archive’s variables ${taken.join(', ')}`);
  if (archive && archive.envLeftOut.length > 0)
    console.error(
      `· without its ${archive.envLeftOut.join(', ')}: the service gives them, or k6 acts on them`,
    );
  return { scriptName, entry: chosen, files: uploaded.files.map(inputOf), env: archive?.env ?? {} };
}

function inputOf({ path, text, sha256 }: Uploaded['files'][number]) {
  return text === null ? { path, sha256 } : { path, text };
}

async function isFolderOnly(client: ApiClient, script: string): Promise<boolean> {
  if (!existsSync(script) || !statSync(script).isDirectory()) return false;
  const { scripts } = await client('GET /api/scripts');
  return !scripts.some(({ name }) => name === script);
}

/** The plain files of a folder, by their paths in it. */
function formOf(folder: string): FormData {
  const form = new FormData();
  let files = 0;
  let bytes = 0;
  const walk = (place: string): void => {
    for (const one of readdirSync(place, { withFileTypes: true })) {
      const path = relative(folder, join(place, one.name)).split(sep).join('/');
      if (isLeftOut(path)) continue;
      if (one.isDirectory()) walk(join(place, one.name));
      if (!one.isFile()) continue;
      bytes += statSync(join(place, one.name)).size;
      if (++files > scriptFileLimits.files || bytes > scriptFileLimits.bytes)
        throw new UserError(
          `${folder} has more than ${scriptFileLimits.files} files or ${scriptFileLimits.bytes / 2 ** 20} MiB: leave out what the script does not read.`,
          exitCodes.usage,
        );
      form.append(path, new Blob([readFileSync(join(place, one.name))]), one.name);
    }
  };
  walk(folder);
  return form;
}
