import { type Store } from '@/lib/store/client';
import { assumptionsOf } from '@/lib/model/run';
import { storyOf } from '@/lib/timeline/story';
import { storyMessage } from '@/lib/timeline/story-message';
import { wordsOf } from '@/lib/words/catalogue';
import { say } from '@/lib/words/say';
import { csvFiles } from './csv';
import { type ExportFormat } from './formats';
import { htmlExport } from './html';
import { jsonExport } from './json';
import { junit } from './junit';
import { k6Summary } from './k6-summary';
import { markdown } from './markdown';
import { type OfflinePage } from './offline-page';
import { type ExportSource } from './source';
import { zipOf } from './zip';

/** What file is asked for; HTML with the page that it carries. */
export type ExportRequest = {
  lang: string;
  /** Judges the run by how late (ms) a scale-up may be, in place of what was asked for. */
  lateAfterMs?: number;
  nowMs: number;
} & ({ format: Exclude<ExportFormat, 'html'> } | { format: 'html'; page: OfflinePage });

/** A run's file in pieces. */
export function exportPieces(
  store: Store,
  source: ExportSource,
  request: ExportRequest,
): AsyncIterable<string | Uint8Array> | Iterable<string> {
  const { run, correlation, recording } = source;
  const { lang, nowMs } = request;
  const t = wordsOf(lang);
  switch (request.format) {
    case 'html':
      return htmlExport(store, source, lang, nowMs, request.page);
    case 'json':
      return jsonExport(store, source, nowMs);
    case 'csv':
      return zipOf(csvFiles(store, source));
    case 'markdown': {
      // Incidents have a table of their own.
      const story = storyOf(run, correlation, recording)
        .filter(({ kind }) => kind !== 'incident')
        .map((sentence) => say({ locale: lang, t }, storyMessage(sentence)));
      const assumed = run.autoscaling
        ? assumptionsOf(run.autoscaling).map((one) => say({ locale: lang, t }, one))
        : [];
      return [markdown(source, { story, assumed }, t, lang)];
    }
    case 'k6-summary':
      return [`${JSON.stringify(k6Summary(run), null, 4)}\n`];
    case 'junit':
      return [junit(source)];
  }
}
