import { FortioReader, isFortioStart } from './fortio-json';
import { HeyReader, isHeyHeader, shortened } from './hey-csv';
import { isK6CsvHeader, K6CsvReader } from './k6-csv';
import { isK6JsonStart, K6JsonReader } from './k6-json';
import { type FileReader, type ImportedFile } from './reader';
import { type Problem } from '@/lib/model/problem';
import { limits } from '@/lib/model/limits';
import { importRefused } from './refused';
import { readText } from './text';

export interface ReadFile extends ImportedFile {
  lines: number;
  bytes: number;
}

/** So many characters tell what wrote a file. */
const enoughToTell = 4000;

/**
 * Reads a file of any known tool, packed by gzip or not, in one pass: only seconds and totals are held. Throws
 * a Problem with the line that is wrong.
 */
export async function readImport(file: ReadableStream<Uint8Array>): Promise<ReadFile> {
  let bytes = 0;
  let breaks = 0;
  let last = '';
  const pieces = readText(file, (more) => {
    bytes += more;
    if (bytes > limits.file.unpackedBytes)
      throw importRefused('problems.import-too-large', { gibibytes: limits.file.unpackedBytes / 2 ** 30 });
  });
  async function* counted(head: string): AsyncGenerator<string> {
    for (let piece: string | undefined = head; piece !== undefined;) {
      breaks += piece.split('\n').length - 1;
      last = piece.at(-1) ?? last;
      yield piece;
      const { done, value } = await pieces.next();
      piece = done ? undefined : value;
    }
  }
  try {
    let head = '';
    for (let ended = false; head.length < enoughToTell && !ended;) {
      const { done, value } = await pieces.next();
      ended = done === true;
      head += value ?? '';
    }
    const read = await readerOf(head).read(counted(head));
    return { ...read, lines: breaks + (last === '\n' || last === '' ? 0 : 1), bytes };
  } catch (error) {
    if (isZlibError(error)) throw importRefused('problems.file-gzip-damaged', {});
    throw error;
  } finally {
    await pieces.return(undefined);
  }
}

function isZlibError(error: unknown): boolean {
  const { code } = (error instanceof Error && error.cause instanceof Error ? error.cause : error) as {
    code?: unknown;
  };
  return typeof code === 'string' && code.startsWith('Z_');
}

/** The reader for a file that begins so. Throws a Problem for a file of no known tool. */
function readerOf(head: string): FileReader {
  if (isHeyHeader(head)) return new HeyReader();
  if (isK6CsvHeader(head)) return new K6CsvReader();
  if (isK6JsonStart(head)) return new K6JsonReader();
  if (isFortioStart(head)) return new FortioReader();
  throw unknownFile(head);
}

function unknownFile(head: string): Problem {
  if (head.trim() === '') return importRefused('problems.file-empty', {});
  if (head.includes('"root_group"') || /"metrics":\s*\{/.test(head))
    return importRefused('problems.file-k6-summary', {}, 1);
  if (/^\s*Summary:\s*$/m.test(head) && head.includes('Requests/sec'))
    return importRefused('problems.file-hey-summary', {}, 1);
  if (/^\s*execution: (local|cloud)/m.test(head)) return importRefused('problems.file-k6-console', {}, 1);
  const [first = ''] = head.trimStart().split('\n');
  return importRefused('problems.file-unknown', { start: shortened(first) }, 1);
}
