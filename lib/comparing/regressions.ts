import { regressionAgainst, type Tested } from '@/lib/judging/against-baseline';
import { findJudgedRun } from '@/lib/judging/judge-run';
import { standingOf } from '@/lib/verdict/standing';
import { listBaselines } from '@/lib/store/baselines';
import { type Store } from '@/lib/store/client';
import { listTrendRunsById } from '@/lib/store/trend';
import { type RegressionVerdict } from '@/lib/model/trend';

/** How a run stands against another, its baseline: by the test of their requests and by their verdicts. */
export async function standingAgainst(
  store: Store,
  baseline: Tested,
  run: Tested,
): Promise<RegressionVerdict> {
  const test = await regressionAgainst(store, baseline, run);
  const reference = (await findJudgedRun(store, baseline.id))?.verdict ?? null;
  return standingOf(test, reference, (await findJudgedRun(store, run.id))?.verdict ?? null);
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
    if (baseline && run.ended) verdicts[run.id] = await standingAgainst(store, baseline, run);
  }
  return verdicts;
}
