import { type BaselineScope, findBaseline, scopeOf } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { hasEnded } from '@/lib/model/life';
import { findRun } from '@/lib/store/runs';
import { listTrendPairs, listTrendRuns, listTrendRunsById, type TrendRow } from '@/lib/store/trend';
import { standingAgainst } from './regressions';
import { type RunBaseline, type Trend, type TrendQuery, type TrendRun } from '@/lib/model/trend';

/** More runs than a chart tells apart. */
const mostRuns = 60;

/** The figures of the runs of one script and service over time, each held against the baseline of its namespace. */
export async function trendOf(store: Store, { service, script }: TrendQuery): Promise<Trend> {
  const pairs = await listTrendPairs(store);
  const pair = pairs.find(
    (one) =>
      (service === undefined || one.serviceName === service) &&
      (script === undefined || one.scriptName === script),
  );
  const serviceName = service ?? pair?.serviceName ?? null;
  const scriptName = script ?? pair?.scriptName ?? null;
  if (serviceName === null || scriptName === null) return { pairs, serviceName, scriptName, runs: [] };
  const rows = await listTrendRuns(store, { serviceName, scriptName }, mostRuns);
  const baselines = new Map<string, TrendRow | null>();
  for (const namespace of new Set(rows.map((row) => row.namespace)))
    baselines.set(namespace, await baselineRow(store, { namespace, serviceName, scriptName }, rows));
  const runs: TrendRun[] = [];
  // One after the other: what a run recorded is large while it is read.
  for (const { thinnedStepMs, ended, serviceName: _service, scriptName: _script, ...row } of rows) {
    const baseline = baselines.get(row.namespace) ?? null;
    const isBaseline = baseline?.id === row.id;
    const regression =
      baseline && !isBaseline && ended
        ? await standingAgainst(store, baseline, { id: row.id, ended, thinnedStepMs })
        : null;
    runs.push({ ...row, isBaseline, regression });
  }
  return { pairs, serviceName, scriptName, runs };
}

/** The baseline among the runs shown, or read apart when it is older than they are. */
async function baselineRow(
  store: Store,
  scope: BaselineScope,
  rows: readonly TrendRow[],
): Promise<TrendRow | null> {
  const baseline = await findBaseline(store, scope);
  if (!baseline) return null;
  return rows.find(({ id }) => id === baseline.runId) ?? testedRun(store, baseline.runId);
}

async function testedRun(store: Store, id: string): Promise<TrendRow | null> {
  return (await listTrendRunsById(store, [id]))[0] ?? null;
}

/** The baseline of a run's script and service, and how the run stands against it; null if there is no such run. */
export async function runBaseline(store: Store, id: string): Promise<RunBaseline | null> {
  const run = await findRun(store, id);
  if (!run) return null;
  const baseline = await findBaseline(store, scopeOf(run));
  const [tested, other] =
    baseline && baseline.runId !== id && hasEnded(run.state)
      ? [await testedRun(store, id), await testedRun(store, baseline.runId)]
      : [null, null];
  return { baseline, regression: tested && other ? await standingAgainst(store, other, tested) : null };
}
