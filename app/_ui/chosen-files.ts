import { api } from '@/app/_ui/data/api';
import { type ArchiveTaken, isLeftOut, isScriptPath, type ScriptFile } from '@/lib/model/script-files';

/** A file that was chosen or dropped, by its path in the folder that it came in. */
export interface ChosenFile {
  path: string;
  file: File;
}

/** A script as it was uploaded: of one file where `folder` is null. */
export interface UploadedScript {
  scriptName: string;
  scriptText: string;
  folder: { entry: string; files: ScriptFile[] } | null;
  /** What came with them in a tar that `k6 archive` made. */
  archive: ArchiveTaken | null;
}

/** The files of an input; one for folders gives them with their paths. */
export function filesOfInput(list: FileList | null): ChosenFile[] {
  return [...(list ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** All files that were dropped, also those in dropped folders. To be called within the event: its data ends with it. */
export async function filesOfDrop(data: DataTransfer): Promise<ChosenFile[]> {
  // What comes from another page has no entry in a file system, only itself.
  const dropped = [...data.items].map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const found = dropped.map(async ({ entry, file }) =>
    entry ? filesBelow(entry) : file ? [{ path: file.name, file }] : [],
  );
  return (await Promise.all(found)).flat();
}

async function filesBelow(entry: FileSystemEntry): Promise<ChosenFile[]> {
  const path = entry.fullPath.replace(/^\//, '');
  if (isLeftOut(path)) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ path, file }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: FileSystemEntry[] = [];
  // A reader gives some at a time, and none at the end.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) break;
    found.push(...some);
  }
  return (await Promise.all(found.map(filesBelow))).flat();
}

/**
 * Makes a script of chosen files: a single script stays one, all else is kept by the dashboard as a whole. Null where
 * nothing was chosen; throws the ApiProblem of what is refused.
 */
export async function uploadScript(chosen: readonly ChosenFile[]): Promise<UploadedScript | null> {
  const files = chosen.filter(({ path }) => !isLeftOut(path));
  const [first] = files;
  if (!first) return null;
  // One that is packed is sent as it is too: the answer says what to send instead.
  const isTar = files.length === 1 && archive.test(first.path);
  if (files.length === 1 && !isTar && isScriptPath(first.path))
    return {
      scriptName: nameOf(first.file.name),
      scriptText: await first.file.text(),
      folder: null,
      archive: null,
    };
  const answer = await api('POST /api/script-files', { body: isTar ? first.file : formOf(files) });
  const main = answer.files.find(({ path }) => path === answer.entry);
  const [top = first.path] = first.path.split('/');
  return {
    scriptName: nameOf(
      isTar ? first.path.replace(archive, '') : first.path.includes('/') ? top : answer.entry,
    ),
    scriptText: main?.text ?? '',
    archive: answer.archive,
    folder: { entry: answer.entry, files: answer.files.filter(({ path }) => path !== answer.entry) },
  };
}

const archive = /\.(tar|tgz|tar\.gz|zip)$/i;

function formOf(files: readonly ChosenFile[]): FormData {
  const form = new FormData();
  for (const { path, file } of files) form.append(path, file, file.name);
  return form;
}

function nameOf(text: string): string {
  return text.replace(/^.*\//, '').slice(0, 200);
}
