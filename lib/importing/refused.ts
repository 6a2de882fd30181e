import { type Codes } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { type ProblemCode } from '@/lib/model/problem-kinds';

/** A file that cannot be imported. `line` counts from 1; absent where the file as a whole is wrong. */
export function importRefused<C extends ProblemCode>(code: C, data: Codes[C], line?: number | null): Problem {
  return new Problem(code, data, { errors: [{ path: 'file', line: line ?? undefined }] });
}
