import { regressionTest } from '@/lib/statistics/regression';
import { type RegressionVerdict } from '@/lib/model/trend';
import { type Store } from '@/lib/store/client';
import { type TrendRow } from '@/lib/store/trend';
import { blocksOfRun } from './run-blocks';

/** What of a run the test of a regression needs. */
export type Tested = Pick<TrendRow, 'id' | 'ended' | 'thinnedStepMs'>;

/** How a run stands against another, its baseline, by its requests. */
export async function regressionAgainst(
  store: Store,
  baseline: Tested,
  run: Tested,
): Promise<Omit<RegressionVerdict, 'also'>> {
  const { tested, worse, again } = regressionTest(
    await blocksOfRun(store, baseline),
    await blocksOfRun(store, run),
  );
  return { tested, worse, again };
}
