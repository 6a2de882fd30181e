import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { Problem } from '@/lib/model/problem';
import { refuseTooMuch } from './limits';

export interface UploadedFile {
  path: string;
  content: Buffer<ArrayBuffer>;
}

/** Of an archive of k6's, in which a file may be another name of its script (lib/archive.go). */
const archivedScript = 'data';

/**
 * The files of a tar as they are named in it. How many there are and how large is counted by their headers, before what
 * they hold is read. Throws a Problem for what is no tar, and for links, devices and all else that is no plain file.
 */
export async function readTar(body: Uint8Array): Promise<UploadedFile[]> {
  const files: UploadedFile[] = [];
  let [entries, bytes] = [0, 0];
  const tar = extract();
  try {
    const source = Readable.from([Buffer.from(body)]);
    source.on('error', (error) => tar.destroy(error)).pipe(tar);
    for await (const entry of tar) {
      const { name, type, size = 0, linkname } = entry.header;
      entries++;
      bytes += size;
      refuseTooMuch(entries, bytes);
      const isData = type === 'link' && linkname === archivedScript;
      if (type === 'file' || type === 'contiguous-file' || isData) {
        const parts: Buffer[] = [];
        for await (const part of entry as AsyncIterable<Buffer>) parts.push(part);
        const data = isData ? files.find(({ path }) => path === archivedScript)?.content : undefined;
        files.push({ path: name, content: data ?? Buffer.concat(parts) });
      } else if (type === 'directory') entry.resume();
      else
        throw new Problem('problems.upload-link', {
          path: name.replace(/\p{Cc}/gu, '?').slice(0, 100),
          kind: type ?? 'unknown',
        });
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('problems.upload-unreadable', {});
  }
  if (files.length === 0) throw new Problem('problems.upload-unreadable', {});
  return files;
}
