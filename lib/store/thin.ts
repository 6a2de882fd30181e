import { decodeHistogram, encodeHistogram } from '@/lib/statistics/histogram/encode';
import { mergeHistograms } from '@/lib/statistics/histogram/merge';
import { type Store } from './client';
import { dropColumns } from './overview';
import { byRevisionSchema, partOf } from './recording-rows';
import { slicesOf } from './slices';
import { type ConcurrencySampleModel, type DecisionModel, type MetricPointModel } from './generated/models';

/**
 * Merges a run's recording into steps of `stepMs`: counters add up and histograms merge, both exactly; a gauge or rate
 * keeps its last value, concurrency its mean. Pod events stay as they are, of the decisions those that changed
 * something. A row that stays keeps its id. Begun again after a crash, it comes to the same.
 */
export async function thinRun(store: Store, runId: string, stepMs: number): Promise<void> {
  for (const { id, type } of await store.metricSeries.findMany({
    where: { runId },
    select: { id: true, type: true },
  })) {
    const points = await store.metricPoint.findMany({ where: { seriesId: id }, orderBy: { id: 'asc' } });
    const groups = inSteps(points, stepMs);
    await store.$transaction([
      ...groups.map((group) =>
        store.metricPoint.update({
          where: { id: group.at(-1)!.id },
          data: mergePoints(group, type === 'counter'),
          select: { id: true },
        }),
      ),
      ...removals(groups, (ids) => store.metricPoint.deleteMany({ where: { id: { in: ids } } })),
    ]);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const samples = inSteps(
    await store.concurrencySample.findMany({ where: { runId, instant: false }, orderBy: { id: 'asc' } }),
    stepMs,
    ({ source }) => source,
  );
  const decisions = inSteps(
    repetitions(await store.decision.findMany({ where: { runId }, orderBy: { id: 'asc' } })),
    stepMs,
    (decision) => partOf(decision)?.revision ?? '',
  );
  await store.$transaction([
    ...samples.map((group) =>
      store.concurrencySample.update({
        where: { id: group.at(-1)!.id },
        data: meanOf(group),
        select: { id: true },
      }),
    ),
    ...removals(samples, (ids) => store.concurrencySample.deleteMany({ where: { id: { in: ids } } })),
    ...removals(decisions, (ids) => store.decision.deleteMany({ where: { id: { in: ids } } })),
    store.run.update({ where: { id: runId }, data: { thinnedStepMs: stepMs }, select: { id: true } }),
  ]);
  await dropColumns(store, runId);
}

/** Rows by the step that they end in; only those steps that have more than one. */
function inSteps<R extends { atMs: number }>(
  rows: readonly R[],
  stepMs: number,
  kindOf: (row: R) => string = () => '',
): R[][] {
  const groups = new Map<string, R[]>();
  for (const row of rows) {
    const key = `${kindOf(row)} ${Math.ceil(row.atMs / stepMs)}`;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

const idsAtOnce = 1000;

/** Removes all of each group but the last, which stands for them. */
function removals<T>(groups: { id: number }[][], remove: (ids: number[]) => T): T[] {
  const ids = groups.flatMap((group) => group.slice(0, -1).map(({ id }) => id));
  return slicesOf(ids, idsAtOnce).map(remove);
}

function mergePoints(
  group: readonly MetricPointModel[],
  adds: boolean,
): { value: number | null; histogram: Uint8Array<ArrayBuffer> | null } {
  const histograms = group.flatMap(({ histogram }) =>
    histogram === null ? [] : [decodeHistogram(histogram)],
  );
  const values = group.flatMap(({ value }) => (value === null ? [] : [value]));
  return {
    value: values.length === 0 ? null : adds ? values.reduce((sum, value) => sum + value, 0) : values.at(-1)!,
    histogram: histograms.length === 0 ? null : new Uint8Array(encodeHistogram(mergeHistograms(histograms))),
  };
}

function meanOf(group: readonly ConcurrencySampleModel[]): {
  active: number | null;
  waiting: number | null;
  total: number;
  byRevisionJson: string | null;
} {
  const mean = (values: readonly (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  return {
    active: mean(group.map(({ active }) => active)),
    waiting: mean(group.map(({ waiting }) => waiting)),
    total: mean(group.map(({ total }) => total)) ?? 0,
    byRevisionJson: meanByRevision(group),
  };
}

/** What is not named of a revision in a second that names others is 0. */
function meanByRevision(group: readonly ConcurrencySampleModel[]): string | null {
  const told = group.flatMap(({ byRevisionJson }) =>
    byRevisionJson === null ? [] : [byRevisionSchema.parse(JSON.parse(byRevisionJson))],
  );
  if (told.length === 0) return null;
  const names = [...new Set(told.flatMap((one) => Object.keys(one)))];
  return JSON.stringify(
    Object.fromEntries(
      names.map((name) => [name, told.reduce((sum, one) => sum + (one[name] ?? 0), 0) / told.length]),
    ),
  );
}

/** The decisions that say what the one before of the same revision said: scale events come from the others. */
function repetitions(decisions: readonly DecisionModel[]): DecisionModel[] {
  const before = new Map<string | null, Said>();
  return decisions.filter((decision) => {
    const part = partOf(decision);
    const said = part ?? decision;
    const last = before.get(part?.revision ?? null);
    before.set(part?.revision ?? null, said);
    return (
      last !== undefined &&
      last.replicas === said.replicas &&
      last.desiredPods === said.desiredPods &&
      last.valid === said.valid &&
      last.panicMode === said.panicMode
    );
  });
}

type Said = Pick<DecisionModel, 'replicas' | 'desiredPods' | 'valid' | 'panicMode'>;
