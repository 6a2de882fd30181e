import { FortioReader, isFortioStart } from './fortio-json';
import { HeyReader, isHeyHeader, shortened } from './hey-csv';
import { isK6CsvHeader, K6CsvReader } from './k6-csv';
import { isK6JsonLine, K6JsonReader } from './k6-json';
import { readLines } from './lines';
import { type ImportedFile, type LineReader } from './reader';
import { ImportRefused } from './refused';

export interface ReadFile extends ImportedFile {
  lines: number;
  bytes: number;
}

/** So many characters tell a Fortio result from other JSON. */
const enoughToTell = 2000;

/**
 * Reads a file of any known tool, packed by gzip or not, in one pass: only seconds and totals are held. Throws
 * ImportRefused with the line that is wrong.
 */
export async function readImport(file: ReadableStream<Uint8Array>): Promise<ReadFile> {
  let bytes = 0;
  const counted = (await unpacked(file)).pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        bytes += chunk.byteLength;
        controller.enqueue(chunk);
      },
    }),
  );
  let reader: LineReader | null = null;
  let held: string[] = [];
  let lines = 0;
  try {
    for await (const batch of readLines(counted)) {
      const before = lines;
      lines = batch.firstLine + batch.lines.length - 1;
      if (!reader) {
        held.push(...batch.lines);
        reader = readerOf(held, batch.open);
        if (!reader) continue;
        for (const [i, text] of held.entries()) reader.line(text, i + 1, batch.open && i === held.length - 1);
        held = [];
        continue;
      }
      for (const [i, text] of batch.lines.entries()) reader.line(text, before + i + 1, batch.open);
    }
  } catch (error) {
    if (isZlibError(error))
      throw new ImportRefused(
        'The file begins as gzip does, but cannot be unpacked: it is damaged or not complete.',
      );
    throw error;
  }
  reader ??= readerOf(held, true);
  if (!reader) throw unknownFile(held);
  if (held.length > 0) for (const [i, text] of held.entries()) reader.line(text, i + 1, false);
  return { ...reader.finish(), lines, bytes };
}

function isZlibError(error: unknown): boolean {
  const { code } = (error instanceof Error && error.cause instanceof Error ? error.cause : error) as {
    code?: unknown;
  };
  return typeof code === 'string' && code.startsWith('Z_');
}

/** The reader for a file that begins so; null where more of it must be seen. Throws ImportRefused for a file of no known tool. */
function readerOf(held: readonly string[], whole: boolean): LineReader | null {
  const first = (held[0] ?? '').replace(/^\uFEFF/, '');
  if (isHeyHeader(first)) return new HeyReader();
  if (isK6CsvHeader(first)) return new K6CsvReader();
  if (isK6JsonLine(first)) return new K6JsonReader();
  const text = held.join('\n');
  if (isFortioStart(text)) return new FortioReader();
  if (first.trimStart().startsWith('{') && text.length < enoughToTell && !whole) return null;
  if (held.length === 0) return null;
  throw unknownFile(held);
}

function unknownFile(held: readonly string[]): ImportRefused {
  const text = held.join('\n');
  if (text.trim() === '') return new ImportRefused('The file is empty.');
  if (text.includes('"root_group"') || /"metrics":\s*\{/.test(text))
    return new ImportRefused(
      'This is k6’s end-of-test summary, which has no requests. Run k6 with "--out json=FILE" or "--out csv=FILE" and import that file.',
      1,
    );
  if (/^\s*Summary:\s*$/m.test(text) && text.includes('Requests/sec'))
    return new ImportRefused(
      'This is hey’s printed summary. Run "hey -o csv … > FILE" and import that file.',
      1,
    );
  return new ImportRefused(
    `No known tool writes a file that begins so: "${shortened(held[0] ?? '')}". Import the output of "hey -o csv", "k6 run --out json=FILE" or "--out csv=FILE", or "fortio load -json FILE".`,
    1,
  );
}

/** The file's own bytes, unpacked where it begins as gzip does: k6 writes `.json.gz` and `.csv.gz` too. */
async function unpacked(file: ReadableStream<Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const reader = file.getReader();
  const { value: first } = await reader.read();
  let cancelled = false;
  const rest = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first) controller.enqueue(first);
    },
    async pull(controller) {
      const { done, value } = await reader.read();
      if (cancelled) return;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    // Read to its end: Node fails outside of any handler when a request's body is given up, and a browser hears the refusal only after.
    async cancel() {
      cancelled = true;
      for (let done = false; !done;) ({ done } = await reader.read());
    },
  });
  // The stream's type of the web and Node's differ in the buffer that their bytes lie in.
  return first?.[0] === 0x1f && first[1] === 0x8b
    ? rest.pipeThrough(new DecompressionStream('gzip') as unknown as TransformStream<Uint8Array, Uint8Array>)
    : rest;
}
