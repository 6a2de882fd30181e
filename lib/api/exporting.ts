import { z } from 'zod';
import { csvFiles } from '@/lib/exporting/csv';
import { exportFormatSchema, type ExportFormat } from '@/lib/exporting/formats';
import { htmlExport } from '@/lib/exporting/html';
import { jsonExport, jsonExportSchema } from '@/lib/exporting/json';
import { junit } from '@/lib/exporting/junit';
import { k6Summary } from '@/lib/exporting/k6-summary';
import { markdown } from '@/lib/exporting/markdown';
import { readExportSource, type ExportSource } from '@/lib/exporting/source';
import { zipOf } from '@/lib/exporting/zip';
import { getStore, type Store } from '@/lib/store/client';
import { storyOf } from '@/lib/timeline/story';
import { locales, wordsOf } from '@/lib/words/catalogue';
import { fallbackLocale } from '@/lib/words/locale';
import { invalidInput } from '@/lib/model/problem';
import { found } from './problem';
import { route } from './route';
import { storyMessage } from '@/lib/timeline/story';
import { say } from '@/lib/words/say';

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
  /** JUnit: a scale-up whose last pod is ready later than this after it was due fails, in ms. */
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
    async ({ params: { id, format: asked }, query }) => {
      const format = exportFormatSchema.safeParse(asked);
      if (!format.success) throw invalidInput(format.error);
      const store = await getStore();
      const detail = format.data === 'json' || format.data === 'csv';
      const source = found('run', await readExportSource(store, id, detail));
      const { type, ending } = files[format.data];
      return new Response(await bodyOf(format.data, store, source, query), {
        headers: {
          'content-type': type,
          'content-disposition': `attachment; filename="scaletrace-${fileName(source.run.name)}-${id.slice(0, 8)}.${ending}"`,
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

async function bodyOf(
  format: ExportFormat,
  store: Store,
  source: ExportSource,
  { lang, lateAfterMs }: z.output<typeof exportQuerySchema>,
): Promise<string | ReadableStream<Uint8Array>> {
  const { run, correlation, recording } = source;
  const t = wordsOf(lang);
  switch (format) {
    case 'html':
      return bytesOf(htmlExport(store, source, lang, Date.now()));
    case 'json':
      return bytesOf(jsonExport(store, source, Date.now()));
    case 'csv':
      return bytesOf(zipOf(csvFiles(store, source)));
    case 'markdown':
      return markdown(
        source,
        storyOf(run, correlation, recording).map((sentence) =>
          say({ locale: lang, t }, storyMessage(sentence)),
        ),
        t,
        lang,
      );
    case 'k6-summary':
      return `${JSON.stringify(k6Summary(run), null, 4)}\n`;
    case 'junit':
      return junit(source, lateAfterMs);
  }
}

/** Pieces of a file as a body; the first is awaited, so that what fails at once is answered as an error. */
async function bytesOf(pieces: AsyncGenerator<string | Uint8Array>): Promise<ReadableStream<Uint8Array>> {
  const encoder = new TextEncoder();
  const encoded = (piece: string | Uint8Array): Uint8Array =>
    typeof piece === 'string' ? encoder.encode(piece) : piece;
  const first = await pieces.next();
  return new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.done) controller.close();
      else controller.enqueue(encoded(first.value));
    },
    async pull(controller) {
      const next = await pieces.next();
      if (next.done) controller.close();
      else controller.enqueue(encoded(next.value));
    },
    async cancel() {
      await pieces.return(undefined);
    },
  });
}
