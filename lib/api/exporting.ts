import { z } from 'zod';
import { exportFormatSchema, type ExportFormat } from '@/lib/exporting/formats';
import { jsonExportSchema } from '@/lib/exporting/json';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { offlinePage } from '@/lib/exporting/offline-page';
import { runExport } from '@/lib/exporting/run-export';
import { invalidInput } from '@/lib/model/problem';
import { getStore } from '@/lib/store/client';
import { locales } from '@/lib/words/catalogue';
import { fallbackLocale } from '@/lib/words/locale';
import { found } from './problem';
import { route } from './route';

const files: Record<ExportFormat, { type: string; ending: string }> = {
  html: { type: 'text/html; charset=utf-8', ending: 'html' },
  json: { type: 'application/json', ending: 'json' },
  csv: { type: 'application/zip', ending: 'csv.zip' },
  markdown: { type: 'text/markdown; charset=utf-8', ending: 'md' },
  'k6-summary': { type: 'application/json', ending: 'k6-summary.json' },
  junit: { type: 'application/xml', ending: 'junit.xml' },
};

const exportQuerySchema = z.object({
  /** The language of the words; names of columns and fields are not translated. */
  lang: z.enum(locales() as [string, ...string[]]).default(fallbackLocale),
  /** Judges the run by how late (ms) a scale-up may be, in place of what was asked for. */
  lateAfterMs: z.coerce.number().min(0).max(3_600_000).optional(),
});

export const exporting = [
  route(
    'GET /api/runs/{id}/export/{format}',
    {
      summary:
        'A run as a file, its secrets masked: html (works offline), json, csv (a zip of tables), markdown, k6-summary (the shape of k6’s --summary-export) or junit.',
      access: 'viewer',
      query: exportQuerySchema,
      answers: {
        200: jsonExportSchema,
        400: { mediaType: 'application/problem+json', description: 'There is no such format.' },
        404: { mediaType: 'application/problem+json', description: 'There is no such run.' },
      },
    },
    async ({ params: { id, format: asked }, query, signal }) => {
      const format = exportFormatSchema.safeParse(asked);
      if (!format.success) throw invalidInput(format.error);
      // The database is there, and its schema up to date. A run that is not there costs no thread; the thread only reads.
      const store = await getStore();
      found('run', await findJudgedRun(store, id));
      const kind =
        format.data === 'html' ? { format: format.data, page: await offlinePage() } : { format: format.data };
      const work = { runId: id, nowMs: Date.now(), ...query, ...kind };
      const { name, body } = found('run', await runExport(store, work, signal));
      const { type, ending } = files[format.data];
      return new Response(body, {
        headers: {
          'content-type': type,
          'content-disposition': `attachment; filename="scaletrace-${fileName(name)}-${id.slice(0, 8)}.${ending}"`,
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        },
      });
    },
  ),
] as const;

function fileName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^-+|-+$/g, '');
  return plain.slice(0, 60) || 'run';
}
