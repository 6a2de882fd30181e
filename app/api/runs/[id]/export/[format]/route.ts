import { csvFiles } from '@/lib/exporting/csv';
import { exportFormatSchema, type ExportFormat } from '@/lib/exporting/formats';
import { htmlExport } from '@/lib/exporting/html';
import { jsonExport } from '@/lib/exporting/json';
import { junit } from '@/lib/exporting/junit';
import { k6Summary } from '@/lib/exporting/k6-summary';
import { markdown } from '@/lib/exporting/markdown';
import { readExportSource, type ExportSource } from '@/lib/exporting/source';
import { zipOf } from '@/lib/exporting/zip';
import { getStore, type Store } from '@/lib/store/client';
import { storyOf } from '@/lib/timeline/story';
import { storyIn } from '@/app/_ui/words/words-of-data';
import { type Locale } from '@/lib/words/locale';
import { invalidInput, notFound } from '@/app/api/_lib/problem';
import { readQuery, route } from '@/app/api/_lib/route';
import { streamed } from './streamed';
import { exportQuerySchema } from './operations';
import { wordsOf } from '@/lib/words/catalogue';

const files: Record<ExportFormat, { type: string; ending: string }> = {
  html: { type: 'text/html; charset=utf-8', ending: 'html' },
  json: { type: 'application/json', ending: 'json' },
  csv: { type: 'application/zip', ending: 'csv.zip' },
  markdown: { type: 'text/markdown; charset=utf-8', ending: 'md' },
  'k6-summary': { type: 'application/json', ending: 'k6-summary.json' },
  junit: { type: 'application/xml', ending: 'junit.xml' },
};

/** A run as a file to keep. */
export const GET = route<{ id: string; format: string }>(async (request, { id, format: asked }) => {
  const query = readQuery(request, exportQuerySchema);
  const format = exportFormatSchema.safeParse(asked);
  if (!format.success) throw invalidInput(format.error);
  const store = await getStore();
  const source = await readExportSource(store, id, format.data === 'json' || format.data === 'csv');
  if (!source) throw notFound('run');
  const { type, ending } = files[format.data];
  const name = `scaletrace-${
    source.run.name
      .replace(/[^A-Za-z0-9._-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'run'
  }-${id.slice(0, 8)}.${ending}`;
  return new Response(await bodyOf(format.data, store, source, query), {
    headers: {
      'content-type': type,
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
  });
});

async function bodyOf(
  format: ExportFormat,
  store: Store,
  source: ExportSource,
  { lang, lateAfterMs }: { lang: Locale; lateAfterMs?: number | undefined },
): Promise<string | ReadableStream<Uint8Array>> {
  const { run, correlation, recording } = source;
  switch (format) {
    case 'html':
      return streamed(htmlExport(store, source, lang, Date.now()));
    case 'json':
      return streamed(jsonExport(store, source, Date.now()));
    case 'csv':
      return streamed(zipOf(csvFiles(store, source)));
    case 'markdown':
      return markdown(
        source,
        storyOf(run, correlation, recording).map((sentence) => storyIn(lang, sentence)),
        wordsOf(lang),
        lang,
      );
    case 'k6-summary':
      return `${JSON.stringify(k6Summary(run), null, 4)}\n`;
    case 'junit':
      return junit(source, lateAfterMs);
  }
}
