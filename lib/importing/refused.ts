import { limits } from '@/lib/model/limits';
import { type Codes } from '@/lib/model/message';
import { Problem } from '@/lib/model/problem';
import { type ProblemCode } from '@/lib/model/problem-kinds';

/** A file that cannot be imported. `line` counts from 1; absent where the file as a whole is wrong. */
export function importRefused<C extends ProblemCode>(code: C, data: Codes[C], line?: number | null): Problem {
  return new Problem(code, data, { errors: [{ path: 'file', line: line ?? undefined }] });
}

/** More of something than is read of a file. */
export function tooMany(what: Codes['problems.import-too-many']['what'], line?: number | null): Problem {
  return importRefused('problems.import-too-many', { what, most: limits.file[what] }, line);
}
