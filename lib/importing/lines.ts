import { ImportRefused } from './refused';

/** No tool writes a longer line; a file of other kind may be one line only. */
const longestLine = 1_000_000;

export interface LineBatch {
  lines: string[];
  /** Number of the first, counted from 1. */
  firstLine: number;
  /** True for the last batch, when the file does not end in a line break: its last line may be cut off. */
  open: boolean;
}

/** A text's lines in batches as they arrive; nothing but the line under way is held. Throws ImportRefused at a line that has no end. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<LineBatch> {
  const decoder = new TextDecoder();
  let rest = '';
  let firstLine = 1;
  for await (const chunk of stream) {
    const text = rest + decoder.decode(chunk, { stream: true });
    const lines = text.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > longestLine)
      throw new ImportRefused(
        'This line has more than a million characters, so the file is of no kind that Scaletrace reads.',
        firstLine + lines.length,
      );
    if (lines.length > 0) yield { lines: lines.map(withoutReturn), firstLine, open: false };
    firstLine += lines.length;
  }
  rest += decoder.decode();
  if (rest !== '') yield { lines: [withoutReturn(rest)], firstLine, open: true };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
