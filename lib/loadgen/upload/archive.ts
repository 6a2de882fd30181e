import { z } from 'zod';
import { Problem } from '@/lib/model/problem';
import { type UploadedFile } from './tar';

/** What is read of an archive's `metadata.json` (k6, lib/archive.go). */
const metadataSchema = z.object({ type: z.string(), filename: z.string().startsWith('file://') });

/**
 * The files of an archive that `k6 archive` made, by their paths below the nearest folder that holds them all, and that
 * of its script; null where it is none. The options and variables in it are not taken: the script's own count. Throws a
 * Problem where it has modules of other addresses, which k6 would have to fetch.
 */
export function archivedFiles(all: readonly UploadedFile[]): { files: UploadedFile[]; entry: string } | null {
  const named = (name: string): UploadedFile | undefined => all.find(({ path }) => path === name);
  const [metadata, data] = [named('metadata.json'), named('data')];
  if (!metadata || !data) return null;
  const { filename } = readMetadata(metadata);
  const remote = all.find(({ path }) => path.startsWith('https/'));
  if (remote) throw new Problem('problems.upload-remote', { address: remote.path.replace('https/', '') });
  const main = decoded(filename.slice('file://'.length));
  const files = [
    { path: main, content: data.content },
    ...all.flatMap(({ path, content }) =>
      path.startsWith('file/') && path.slice('file'.length) !== main
        ? [{ path: path.slice('file'.length), content }]
        : [],
    ),
  ];
  const root = commonFolder(files.map(({ path }) => path));
  const below = (path: string): string => path.slice(root.length);
  return { files: files.map((file) => ({ ...file, path: below(file.path) })), entry: below(main) };
}

function readMetadata({ content }: UploadedFile): z.infer<typeof metadataSchema> {
  try {
    return metadataSchema.parse(JSON.parse(content.toString('utf8')));
  } catch {
    throw new Problem('problems.upload-unreadable', {});
  }
}

/** A path of a `file:` address, which may have its spaces encoded. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The folder with its `/` in which all of these lie. */
function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const [first = []] = folders;
  const same = first.findIndex((name, i) => folders.some((folder) => folder[i] !== name));
  return [...first.slice(0, same < 0 ? first.length : same), ''].join('/');
}
