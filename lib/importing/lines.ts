import { limits } from '@/lib/model/limits';
import { importRefused } from './refused';

export interface Line {
  text: string;
  /** Counted from 1. */
  number: number;
  /** True for a last line that does not end in a line break: it may be cut off. */
  open: boolean;
}

/** A text's lines as they arrive; nothing but the line under way is held. Throws a Problem at a line that has no end. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<Line> {
  let rest = '';
  let number = 0;
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { text: withoutReturn(text), number: ++number, open: false };
    if (rest.length > limits.file.lineCharacters)
      throw importRefused('problems.file-line-too-long', {}, number + 1);
  }
  if (rest !== '') yield { text: withoutReturn(rest), number: number + 1, open: true };
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}
