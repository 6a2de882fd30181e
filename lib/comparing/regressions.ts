import { regressionTest } from '@/lib/statistics/regression';
import { listBaselines } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { listTrendRunsById, type TrendRow } from '@/lib/store/trend';
import { blocksOfRun } from './run-blocks';
import { type RegressionVerdict } from '@/lib/model/trend';

type Tested = Pick<TrendRow, 'id' | 'ended' | 'thinnedStepMs'>;

/** How a run stands against another, its baseline. */
export async function verdictAgainst(
  store: Store,
  baseline: Tested,
  run: Tested,
): Promise<RegressionVerdict> {
  const { tested, worse } = regressionTest(await blocksOfRun(store, baseline), await blocksOfRun(store, run));
  return { tested, worse };
}

/** How each of the runs that have ended stands against its baseline, by id; runs without one, and those that are one, are left out. */
export async function regressionsOf(
  store: Store,
  ids: readonly string[],
): Promise<Record<string, RegressionVerdict>> {
  const chosen = await listBaselines(store);
  if (chosen.length === 0) return {};
  const [runs, baselines] = [
    await listTrendRunsById(store, ids),
    await listTrendRunsById(
      store,
      chosen.map(({ runId }) => runId),
    ),
  ];
  const verdicts: Record<string, RegressionVerdict> = {};
  // One after the other: what a run recorded is large while it is read.
  for (const run of runs) {
    const scope = chosen.find(
      ({ namespace, serviceName, scriptName }) =>
        namespace === run.namespace && serviceName === run.serviceName && scriptName === run.scriptName,
    );
    const baseline =
      scope && scope.runId !== run.id ? baselines.find(({ id }) => id === scope.runId) : undefined;
    if (baseline && run.ended) verdicts[run.id] = await verdictAgainst(store, baseline, run);
  }
  return verdicts;
}
