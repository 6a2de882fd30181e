import { type Recording } from '@/lib/model/recording';
import { type Service } from '@/lib/model/run';
import { type WatchedPiece } from '@/lib/timeline/stretch';
import { type Store } from './client';
import { reportRow } from './cluster-reports';
import { readRecording } from './recording';
import { concurrencyRow, decisionRow } from './recording-rows';
import { insertRun, moveRun } from './runs';
import { slicesOf } from './slices';
import { scaletraceVersion } from './version';

/** The services that are watched without a load, by their ids. */
export async function listWatched(store: Store): Promise<string[]> {
  const rows = await store.service.findMany({
    where: { watchedSinceMs: { not: null } },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** Since when (Unix ms) a service is watched; null: it is not, or there is none. */
export async function watchedSince(store: Store, serviceId: string): Promise<number | null> {
  const row = await store.service.findUnique({ where: { id: serviceId }, select: { watchedSinceMs: true } });
  return row?.watchedSinceMs ?? null;
}

/** Notes that a service is watched from now on (Unix ms), or no longer (null). */
export async function setWatched(store: Store, serviceId: string, sinceMs: number | null): Promise<void> {
  await store.service.updateMany({
    where: { id: serviceId, ...(sinceMs === null ? {} : { watchedSinceMs: null }) },
    data: { watchedSinceMs: sinceMs },
  });
}

/**
 * Begins another piece of a service's board: a recording without a load, in no list of runs. `originMs`, `createdAtMs`:
 * Unix ms.
 */
export async function insertPiece(
  store: Store,
  {
    id,
    service,
    originMs,
    ownerId,
    name = '',
    createdAtMs = originMs,
    startedBy = null,
  }: {
    id: string;
    service: Service;
    originMs: number;
    /** The dashboard that stores it, where there are others. */
    ownerId: string | null;
    name?: string;
    createdAtMs?: number;
    startedBy?: string | null;
  },
): Promise<void> {
  await insertRun(store, {
    id,
    run: { name, service, scriptName: '', scriptText: '', env: {}, options: {}, tags: [] },
    ingestSecretHash: '',
    createdAtMs,
    startedBy,
    engine: 'none',
    board: true,
    ownerId,
  });
  await moveRun(store, id, 'starting', { originMs, scaletraceVersion });
}

/** A piece of a board with the autoscaling that it was calculated with. */
export type StoredPiece = WatchedPiece & { id: string; autoscalingJson: string | null };

/** The pieces of a service's board that reach into (fromUnixMs, toUnixMs], in the order of time. */
export async function readPieces(
  store: Store,
  serviceId: string,
  { fromUnixMs, toUnixMs }: { fromUnixMs: number; toUnixMs: number },
): Promise<StoredPiece[]> {
  const rows = await store.run.findMany({
    where: {
      serviceId,
      board: true,
      loadStartMs: { not: null },
      originMs: { lt: toUnixMs },
      OR: [{ endedAtMs: null }, { endedAtMs: { gt: fromUnixMs } }],
    },
    orderBy: { originMs: 'asc' },
    select: { id: true, originMs: true, loadStartMs: true, endedAtMs: true, autoscalingJson: true },
  });
  return Promise.all(
    rows.map(async ({ originMs, loadStartMs, endedAtMs, ...row }): Promise<StoredPiece> => {
      const zeroMs = originMs ?? 0;
      return {
        ...row,
        originMs: zeroMs,
        fromMs: loadStartMs ?? 0,
        toMs: endedAtMs === null ? null : endedAtMs - zeroMs,
        ...(await readRecording(store, row.id, { since: Math.floor(fromUnixMs - zeroMs) })),
      };
    }),
  );
}

/** The board's pieces of all services that ended before a moment (Unix ms); `finerThanMs`: only those with finer steps. */
export async function listOldPieces(store: Store, beforeMs: number, finerThanMs?: number): Promise<string[]> {
  const rows = await store.run.findMany({
    where: {
      board: true,
      endedAtMs: { lt: beforeMs },
      ...(finerThanMs === undefined
        ? {}
        : { OR: [{ thinnedStepMs: null }, { thinnedStepMs: { lt: finerThanMs } }] }),
    },
    orderBy: { originMs: 'asc' },
    select: { id: true },
  });
  return rows.map(({ id }) => id);
}

/** All pieces of a service's board. */
export async function listPieces(store: Store, serviceId: string): Promise<string[]> {
  const rows = await store.run.findMany({ where: { serviceId, board: true }, select: { id: true } });
  return rows.map(({ id }) => id);
}

/** Rows of one statement: SQLite takes so many values at once. */
const rowsAtOnce = 1000;

/** Stores what was watched as the recording of a run. */
export async function insertWatched(
  store: Store,
  runId: string,
  { podEvents, concurrency, decisions, reports = [], gaps }: Recording,
): Promise<void> {
  const own = <T extends { id: number }>({ id: _id, ...row }: T) => ({ ...row, runId });
  await inPieces(podEvents.map(own), (data) => store.podEvent.createMany({ data }));
  await inPieces(
    concurrency.map(({ id: _id, ...sample }) => concurrencyRow(runId, sample)),
    (data) => store.concurrencySample.createMany({ data }),
  );
  await inPieces(
    decisions.map(({ id: _id, ...decision }) => decisionRow(runId, decision)),
    (data) => store.decision.createMany({ data }),
  );
  await inPieces(
    reports.map(({ id: _id, ...report }) => reportRow(runId, report)),
    (data) => store.clusterReport.createMany({ data }),
  );
  await inPieces(
    gaps.map(own).map(({ data, ...row }) => ({ ...row, dataJson: data ? JSON.stringify(data) : null })),
    (data) => store.recordingGap.createMany({ data }),
  );
}

async function inPieces<T>(rows: readonly T[], store: (rows: T[]) => Promise<unknown>): Promise<void> {
  for (const slice of slicesOf(rows, rowsAtOnce)) await store(slice);
}
