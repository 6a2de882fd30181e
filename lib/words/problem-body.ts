import { z } from 'zod';
import { type Problem } from '@/lib/model/problem';
import { english } from './english';

const data = z.record(z.string(), z.unknown());

/** RFC 9457, as every refusal is answered: English, and the code with its data for other languages (`messages/`). */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  data,
  errors: z
    .array(
      z.object({
        path: z.string(),
        message: z.string(),
        code: z.string(),
        data,
        line: z.number().optional(),
        column: z.number().optional(),
      }),
    )
    .optional(),
});

/** A problem as it is answered. */
export function problemBody({ said, title, status, errors }: Problem): z.infer<typeof problemSchema> {
  return {
    type: 'about:blank',
    title: english(title),
    status,
    detail: english(said),
    code: said.code,
    data: said.data,
    ...(errors.length > 0
      ? {
          errors: errors.map(({ said: own = said, path, line, column }) => ({
            path,
            message: english(own),
            code: own.code,
            data: own.data,
            ...(line === undefined ? {} : { line }),
            ...(column === undefined ? {} : { column }),
          })),
        }
      : {}),
  };
}
