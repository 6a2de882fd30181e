import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { limits } from '@/lib/model/limits';
import { importRefused } from './refused';

export interface CsvRecord {
  cells: string[];
  /** The line that it ends in, counted from 1: a quoted cell may have several. */
  line: number;
  /** True for a last record that does not end in a line break: it may be cut off. */
  open: boolean;
}

/** The records of CSV (RFC 4180) as they arrive, without empty lines. Throws a Problem with the line where a quote has no end. */
export async function* csvRecords(pieces: AsyncIterable<string>): AsyncGenerator<CsvRecord> {
  let closed = true;
  async function* watched(): AsyncGenerator<string> {
    for await (const piece of pieces) {
      if (piece !== '') closed = piece.endsWith('\n');
      yield piece;
    }
  }
  const parser = Readable.from(watched()).compose(
    parse({
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n'],
      max_record_size: limits.file.lineCharacters,
    }),
  ) as AsyncIterable<{ record: string[]; info: { lines: number } }>;
  // One is held back: whether the file's end cut it off is known only when nothing follows.
  let held: CsvRecord | null = null;
  try {
    for await (const { record, info } of parser) {
      if (held) yield held;
      held = { cells: record, line: info.lines, open: false };
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    if (error.code === 'CSV_QUOTE_NOT_CLOSED') {
      // The end of the file fell into a quoted cell: what is whole is read.
      if (held) yield held;
      yield { cells: [], line: Number(error.lines), open: true };
      return;
    }
    throw importRefused('problems.file-csv-line', { cause: error.message }, Number(error.lines));
  }
  if (held) yield { ...held, open: !closed };
}
