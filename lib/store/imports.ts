import { protocolsOf } from '@/lib/timeline/protocols';
import { type ConcurrencySample, type MetricPoint, type MetricSeries } from '@/lib/model/recording';
import { type Run, type RunFigures, type RunSummary } from '@/lib/model/run';
import { type Store } from './client';
import { appendPoints, ensureSeries } from './recording';
import { findRun } from './runs';

/** A run that another tool has made. */
export interface ImportedRun {
  id: string;
  name: string;
  /** Its `id` is null for a service that is not registered. */
  service: Omit<Run['service'], 'id'> & { id: string | null };
  scriptName: string;
  options: Record<string, unknown>;
  tags: string[];
  engine: string;
  importedFrom: string;
  /** Unix ms. */
  createdAtMs: number;
  originMs: number;
  /** On the run's clock; null where it is not known. */
  load: { startMs: number; endMs: number } | null;
  figures: RunFigures;
  summary: RunSummary;
  series: Omit<MetricSeries, 'id'>[];
  /** What is many, in lots. */
  rows: AsyncIterable<ImportedRows> | Iterable<ImportedRows>;
}

/** A lot of an imported run's rows, as many as one statement takes: some thousand of each. */
export interface ImportedRows {
  /** `seriesId` is the series' place in the run's `series`. */
  points: readonly Omit<MetricPoint, 'id'>[];
  concurrency: readonly Pick<ConcurrencySample, 'atMs' | 'total'>[];
}

/** Stores an imported run as finished, all of it or nothing. */
export async function insertImportedRun(store: Store, run: ImportedRun, nowMs: number): Promise<Run> {
  const { id, service, figures } = run;
  await store.run.create({
    data: {
      // Until all of it is stored it is hidden, as a deleted run is: an import that fails halfway leaves nothing in sight.
      id,
      name: run.name,
      state: 'finished',
      deletedAtMs: nowMs,
      serviceId: service.id,
      serviceJson: JSON.stringify({ ...service, id: service.id ?? '', logLink: undefined }),
      serviceName: service.name,
      scriptName: run.scriptName,
      scriptText: '',
      envJson: '{}',
      optionsJson: JSON.stringify(run.options),
      ingestSecretHash: '',
      createdAtMs: run.createdAtMs,
      originMs: run.originMs,
      loadStartMs: run.load && Math.round(run.load.startMs),
      loadEndMs: run.load && Math.round(run.load.endMs),
      endedAtMs: run.originMs + (run.load?.endMs ?? 0),
      summaryJson: JSON.stringify(run.summary),
      engine: run.engine,
      protocolsJson: JSON.stringify(protocolsOf(run.series)),
      importedFrom: run.importedFrom,
      ...figures,
      tags: { create: [...new Set(run.tags)].map((tag) => ({ tag })) },
    },
  });
  try {
    const ids: number[] = [];
    for (const series of run.series) ids.push(await ensureSeries(store, id, series));
    for await (const { points, concurrency } of run.rows) {
      await appendPoints(
        store,
        id,
        points.map((point) => ({ ...point, seriesId: ids[point.seriesId]! })),
      );
      if (concurrency.length > 0)
        await store.concurrencySample.createMany({
          data: concurrency.map((sample) => ({
            ...sample,
            runId: id,
            source: 'littles-law',
            active: null,
            waiting: null,
            instant: false,
          })),
        });
    }
    await store.run.update({ where: { id }, data: { deletedAtMs: null } });
  } catch (error) {
    await store.run.deleteMany({ where: { id } });
    throw error;
  }
  const stored = await findRun(store, id);
  if (!stored) throw new Error(`The imported run ${id} was deleted while it was stored.`);
  return stored;
}
