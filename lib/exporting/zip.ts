import { Zip, ZipDeflate } from 'fflate';
import { type CsvFile } from './csv';

/** Files as one archive, packed as they are made: neither they nor it are held as a whole. */
export async function* zipOf(files: readonly CsvFile[]): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let made: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    made.push(chunk);
  });
  const taken = (): Uint8Array[] => {
    const chunks = made;
    made = [];
    return chunks;
  };
  for (const { name, pieces } of files) {
    const entry = new ZipDeflate(name, { level: 6 });
    zip.add(entry);
    for await (const piece of pieces()) {
      entry.push(encoder.encode(piece));
      yield* taken();
    }
    entry.push(new Uint8Array(0), true);
    yield* taken();
  }
  zip.end();
  yield* taken();
}
