import { type LoadedFile } from '@/lib/loadgen/script-folder';
import { type UploadedFile } from '@/lib/loadgen/upload/tar';
import { message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import {
  isCodePath,
  isScriptPath,
  pathsFault,
  scriptFileLimits,
  type ScriptFile,
  type ScriptFileInput,
} from '@/lib/model/script-files';
import { refuseTooMuch } from '@/lib/loadgen/upload/limits';
import { type Store } from '@/lib/store/client';
import { keepContents, readContent, sha256Of, touchContents } from '@/lib/store/script-files';

/** What a script is, as a run or the library keeps it. */
export interface KeptScript {
  scriptText: string;
  entry: string | null;
  files: ScriptFile[];
}

/** Keeps uploaded files: code as text, all else under its hash. Throws a Problem where code is no text, or too much. */
export async function keepFiles(
  store: Store,
  uploaded: readonly UploadedFile[],
  nowMs: number,
): Promise<ScriptFile[]> {
  const files = uploaded.map(({ path, content }): ScriptFile => {
    const text = isCodePath(path) ? textOf(content) : null;
    if (text === null && isCodePath(path)) throw new Problem('problems.upload-not-text', { path });
    return { path, bytes: content.byteLength, text, sha256: sha256Of(content) };
  });
  refuseMuchCode(files);
  const data = uploaded.filter((_, i) => files[i]!.text === null).map(({ content }) => content);
  await keepContents(store, data, nowMs);
  return files;
}

/**
 * The script that a request asks for: its text, and the files beside it, kept. Throws a Problem that names the field
 * where the entry is none of them, or a file is no longer kept.
 */
export async function askedScript(
  store: Store,
  asked: { scriptText?: string | undefined; entry: string | null; files: readonly ScriptFileInput[] },
  nowMs: number,
): Promise<KeptScript | null> {
  const { entry, files } = asked;
  if (entry === null) {
    if (files.length > 0)
      throw new Problem('problems.entry-unknown', { entry: '' }, { errors: [{ path: 'entry' }] });
    return asked.scriptText === undefined ? null : { scriptText: asked.scriptText, entry, files: [] };
  }
  const others = files.filter(({ path }) => path !== entry);
  const wrong = pathsFault([entry, ...others.map(({ path }) => path)]);
  if (wrong)
    throw new Problem(
      'problems.upload-path',
      { path: wrong.path, why: message(`validation.path-${wrong.fault}`) },
      { errors: [{ path: 'files' }] },
    );
  const own = files.find(({ path }) => path === entry);
  const scriptText = asked.scriptText ?? (own && 'text' in own ? own.text : undefined);
  if (scriptText === undefined || !isScriptPath(entry))
    throw new Problem('problems.entry-unknown', { entry }, { errors: [{ path: 'entry' }] });
  return { scriptText, entry, files: await keepAsked(store, others, nowMs) };
}

async function keepAsked(
  store: Store,
  asked: readonly ScriptFileInput[],
  nowMs: number,
): Promise<ScriptFile[]> {
  const hashes = asked.flatMap((file) => ('sha256' in file ? [file.sha256] : []));
  const kept = hashes.length === 0 ? new Map<string, number>() : await touchContents(store, hashes, nowMs);
  const edited: Buffer<ArrayBuffer>[] = [];
  const files = asked.map((file): ScriptFile => {
    const { path } = file;
    if ('text' in file) {
      const content = Buffer.from(file.text);
      if (!isCodePath(path)) edited.push(content);
      return {
        path,
        bytes: content.byteLength,
        text: isCodePath(path) ? file.text : null,
        sha256: sha256Of(content),
      };
    }
    const bytes = kept.get(file.sha256);
    if (bytes === undefined || isCodePath(path))
      throw new Problem('problems.script-file-gone', { path }, { errors: [{ path: `files.${path}` }] });
    return { path, bytes, text: null, sha256: file.sha256 };
  });
  refuseTooMuch(
    files.length,
    files.reduce((sum, { bytes }) => sum + bytes, 0),
  );
  refuseMuchCode(files);
  await keepContents(store, edited, nowMs);
  return files;
}

/** The files with what they hold, for k6. Throws a Problem where one is no longer kept. */
export async function loadFiles(store: Store, files: readonly ScriptFile[]): Promise<LoadedFile[]> {
  const loaded: LoadedFile[] = [];
  for (const { path, text, sha256 } of files) {
    const content = text ?? (await readContent(store, sha256));
    if (content === null)
      throw new Problem('problems.script-file-gone', { path }, { errors: [{ path: `files.${path}` }] });
    loaded.push({ path, content });
  }
  return loaded;
}

function refuseMuchCode(files: readonly ScriptFile[]): void {
  const characters = files.reduce((sum, { text }) => sum + (text?.length ?? 0), 0);
  if (characters > scriptFileLimits.codeCharacters)
    throw new Problem('problems.upload-code', { characters: scriptFileLimits.codeCharacters });
}

/** A content as text; null where it is none, or has a NUL. */
function textOf(content: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
}
