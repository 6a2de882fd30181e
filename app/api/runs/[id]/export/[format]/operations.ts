import { z } from 'zod';
import { jsonExportSchema } from '@/lib/exporting/json';
import { locales } from '@/lib/words/catalogue';
import { fallbackLocale } from '@/lib/words/locale';
import { type Operations } from '@/app/api/_lib/operation';

export const exportQuerySchema = z.object({
  /** The language of the words; names of columns and fields are not translated. */
  lang: z.enum(locales() as [string, ...string[]]).default(fallbackLocale),
  /** JUnit: a scale-up whose last pod is ready later than this after it was due fails, in ms. */
  lateAfterMs: z.coerce.number().min(0).max(3_600_000).optional(),
});

export const operations: Operations = {
  GET: {
    summary:
      'A run as a file, its secrets masked: html (works offline), json, csv (a zip of tables), markdown, k6-summary (the shape of k6’s --summary-export) or junit.',
    query: exportQuerySchema,
    answers: {
      200: jsonExportSchema,
      400: { mediaType: 'application/problem+json', description: 'There is no such format.' },
      404: { mediaType: 'application/problem+json', description: 'There is no such run.' },
    },
  },
};
