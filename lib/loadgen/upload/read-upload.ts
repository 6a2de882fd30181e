import { message } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { type ArchiveTaken, isLeftOut, likelyEntry, pathsFault } from '@/lib/model/script-files';
import { archivedFiles } from './archive';
import { refuseTooMuch } from './limits';
import { readTar, type UploadedFile } from './tar';

/** What was uploaded as one script. */
export interface Upload {
  files: UploadedFile[];
  /** The file that k6 starts with: the archive's own, or the likeliest. */
  entry: string;
  /** Files that were left out, as tools put them into a folder. */
  leftOut: number;
  /** What came with them, of a tar that `k6 archive` made. */
  archive: ArchiveTaken | null;
}

/**
 * The files of an upload: a tar of a folder, one that `k6 archive` made, or a form whose fields are named by their files'
 * paths. Throws a Problem that says what is wrong: too many or too large, a path that leads out of the folder, a link.
 */
export async function readUpload(body: Uint8Array, contentType: string): Promise<Upload> {
  const isForm = /^multipart\/form-data\b/i.test(contentType);
  const all = isForm ? await readForm(body, contentType) : await readTar(body);
  const archived = isForm ? null : archivedFiles(all);
  const rooted = archived?.files ?? withoutTop(all);
  const files = rooted.filter(({ path }) => !isLeftOut(path));
  const wrong = pathsFault(files.map(({ path }) => path));
  if (wrong)
    throw new Problem('problems.upload-path', {
      // No control characters: it is shown.
      path: wrong.path.replace(/\p{Cc}/gu, '?').slice(0, 100),
      why: message(`validation.path-${wrong.fault}`),
    });
  const entry = archived?.entry ?? likelyEntry(files.map(({ path }) => path));
  if (entry === null || !files.some(({ path }) => path === entry))
    throw new Problem('problems.upload-no-script', {});
  return { files, entry, leftOut: rooted.length - files.length, archive: archived?.taken ?? null };
}

async function readForm(body: Uint8Array, contentType: string): Promise<UploadedFile[]> {
  let parts: [string, File | string][];
  try {
    const form = await new Response(Buffer.from(body), {
      headers: { 'content-type': contentType },
    }).formData();
    parts = [...form];
  } catch {
    throw new Problem('problems.upload-unreadable', {});
  }
  let bytes = 0;
  for (const [, part] of parts) bytes += typeof part === 'string' ? Buffer.byteLength(part) : part.size;
  refuseTooMuch(parts.length, bytes);
  return Promise.all(
    parts.map(async ([path, part]) => ({
      path,
      content: typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer()),
    })),
  );
}

/** The files by their paths within the one folder that holds them all, as a folder is dropped or packed. */
function withoutTop(files: UploadedFile[]): UploadedFile[] {
  const named = files.map((file) => ({ ...file, path: file.path.replace(/^(\.\/)+/, '') }));
  const [top] = named[0]?.path.split('/') ?? [];
  const isBelow = top !== undefined && top !== '..' && named.every(({ path }) => path.startsWith(`${top}/`));
  return isBelow && top !== ''
    ? named.map((file) => ({ ...file, path: file.path.slice(top.length + 1) }))
    : named;
}
