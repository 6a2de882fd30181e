import { type Store } from '@/lib/store/client';
import { type Run } from '@/lib/model/run';
import { readK6Metrics } from '@/lib/runs/read-distribution';
import { parsedMessagesOf } from '@/lib/words/catalogue';
import { type OfflinePage } from './offline-page';
import { logPages, type ExportSource } from './source';

const pointsAtOnce = 1000;
// Nothing is loaded, whatever the data might hold.
const policy =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; base-uri 'none'; form-action 'none'";

/** One HTML file that works offline: the run's own page with its charts, over the data that it holds. */
export async function* htmlExport(
  store: Store,
  { run, mask, recording }: ExportSource,
  locale: string,
  nowMs: number,
  { script, style }: OfflinePage,
): AsyncGenerator<string> {
  yield `<!doctype html>\n<html lang="${locale}">\n<head>\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width, initial-scale=1">\n<meta name="generator" content="Scaletrace">\n<meta name="robots" content="noindex">\n`;
  yield `<meta http-equiv="Content-Security-Policy" content="${policy}">\n<title>${titleOf(run)}</title>\n<style>${style.replaceAll('</style', '<\\/style')}</style>\n</head>\n<body>\n<div id="root"></div>\n`;
  yield `<script type="application/json" id="run-data">{"locale":${JSON.stringify(locale)},"messages":${inScript(parsedMessagesOf(locale))},"savedAtMs":${nowMs},"cursor":"","run":${inScript(run)},"metrics":${inScript(mask.shape(await readK6Metrics(store, run.id)))},"recording":{`;
  const { points, ...rest } = recording;
  for (const [name, rows] of Object.entries(rest)) yield `${JSON.stringify(name)}:${inScript(rows)},`;
  yield '"points":[';
  for (let i = 0; i < points.length; i += pointsAtOnce)
    yield `${i === 0 ? '' : ','}${inScript(points.slice(i, i + pointsAtOnce)).slice(1, -1)}`;
  yield ']},"log":[';
  let first = true;
  for await (const lines of logPages(store, run.id, mask)) {
    yield `${first ? '' : ','}${inScript(lines).slice(1, -1)}`;
    first = false;
  }
  yield `]}</script>\n<script>${script.replaceAll('</script', '<\\/script').replaceAll('<!--', '<\\!--')}</script>\n</body>\n</html>\n`;
}

/** JSON that cannot end the script in which it stands. */
function inScript(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function titleOf({ name }: Run): string {
  return `${name} · Scaletrace`.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
