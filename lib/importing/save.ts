import { randomUUID } from 'node:crypto';
import { type Store } from '@/lib/store/client';
import { type ImportedRows, insertImportedRun } from '@/lib/store/imports';
import { findService } from '@/lib/store/services';
import { type Run } from '@/lib/model/run';
import { type ImportRequest } from './facts';
import { type ImportFacts } from '@/lib/model/import-facts';
import { type ReadFile } from './read-file';

/** Keeps a file that was read as a run, with its `rows`. Null if there is no such service. */
export async function saveImport(
  store: Store,
  file: ReadFile,
  rows: AsyncIterable<ImportedRows> | Iterable<ImportedRows>,
  request: ImportRequest,
  nowMs: number,
): Promise<Run | null> {
  const service = request.service === '' ? null : await findService(store, request.service);
  if (request.service !== '' && !service) return null;
  const startedAtMs = file.startedAtMs ?? request.startedAtMs ?? nowMs - (file.spanMs ?? 0);
  const { collected } = file;
  // The clock of a file without absolute times begins at its own zero.
  const leadMs = collected ? collected.firstMs - collected.originMs : 0;
  const facts: ImportFacts = {
    format: file.format,
    file: request.file,
    notes: file.notes,
    settings: file.settings,
    histogram: file.histogram,
    withoutTimes: file.withoutTimes,
  };
  const name = request.name || `${request.file} (${file.engine})`;
  return insertImportedRun(
    store,
    {
      id: randomUUID(),
      name,
      service: service ?? unregistered(file),
      scriptName: request.script || file.engine,
      options: { import: facts },
      tags: request.tags,
      engine: file.engine,
      importedFrom: file.format,
      createdAtMs: startedAtMs,
      originMs: startedAtMs - leadMs,
      load: file.spanMs === null ? null : { startMs: leadMs, endMs: leadMs + file.spanMs },
      figures: { ...file.figures, peakReadyPods: null, worstLagMs: null },
      summary: file.summary,
      series: collected?.series ?? [],
      rows,
    },
    nowMs,
  );
}

/** The address that the file names as a service, so far as it says. */
function unregistered({ target, engine }: ReadFile): Omit<Run['service'], 'id'> & { id: null } {
  const url = target !== null && URL.canParse(target) ? new URL(target) : null;
  return {
    id: null,
    name: url?.host ?? engine,
    namespace: 'imported',
    gatewayUrl: url?.origin ?? '',
    host: url?.host ?? '',
    podSelector: '',
    containerConcurrency: 0,
    annotations: {},
    gatewayMetricsUrl: null,
    gatewayCluster: null,
    kubeContext: null,
    concurrencyFrom: 'knative',
    origin: 'manual',
  };
}
