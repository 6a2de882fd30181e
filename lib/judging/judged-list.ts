import { setTimeout as pause } from 'node:timers/promises';
import { type RunListItem } from '@/lib/model/run';
import { type RunFilter, type RunQuery, type VerdictCounts } from '@/lib/model/run-query';
import { type Store } from '@/lib/store/client';
import { countVerdicts, listRuns, listUnjudged } from '@/lib/store/run-list';
import { log } from '@/lib/telemetry/log.mjs';
import { findJudgedRun } from './judge-run';

/** At most so many a question: who asks again goes on with the next. */
const most = 200;
/** Between two runs, so that what is read meanwhile is not held up. */
const pauseMs = 20;

/** How long who filters by verdict waits for runs that have none yet. */
const waitMs = 1500;

/** A page of the list, how many runs match in all, and how many of each verdict there are among those of any. */
export async function listJudgedRuns(
  store: Store,
  query: RunQuery,
): Promise<{ runs: RunListItem[]; total: number; verdicts: VerdictCounts }> {
  let verdicts = await countVerdicts(store, query);
  if (verdicts.unjudged > 0) {
    const judging = judgeUnjudged(store, query);
    if (query.verdict) {
      await Promise.race([judging, pause(waitMs, undefined, { ref: false })]);
      verdicts = await countVerdicts(store, query);
    }
  }
  return { ...(await listRuns(store, query)), verdicts };
}

let underWay: Promise<void> | null = null;

/**
 * Judges runs that match and ended without a verdict, or whose verdict stood on what is no longer asked, one after the
 * other; one pass at a time in this process.
 */
function judgeUnjudged(store: Store, filter: RunFilter): Promise<void> {
  underWay ??= judgeAll(store, filter)
    .catch((error: unknown) => log.error(error, 'verdicts of listed runs'))
    .finally(() => (underWay = null));
  return underWay;
}

async function judgeAll(store: Store, filter: RunFilter): Promise<void> {
  for (const id of await listUnjudged(store, filter, most)) {
    await findJudgedRun(store, id);
    await pause(pauseMs);
  }
}
