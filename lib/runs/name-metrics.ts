import { type RunningLoad } from '@/lib/loadgen/engine';
import { renamedBy } from '@/lib/loadgen/metric-names';
import { message } from '@/lib/model/message';
import { type RunSummary } from '@/lib/model/run';
import { type Store } from '@/lib/store/client';
import { renameMetrics } from '@/lib/store/recording';
import { english } from '@/lib/words/english';
import { type Recorder } from './recorder';

/**
 * Names what was recorded by k6's summary, which tells the names of all metrics, also of those whose series could be
 * another's. Values that were taken for another type's are not kept: the run's log says so.
 */
export async function nameMetrics(
  store: Store,
  { runId, recorder, nowMs }: { runId: string; recorder: Recorder; nowMs: number },
  load: RunningLoad,
  summary: RunSummary | null,
): Promise<void> {
  const renamed = renamedBy(load.pushes.metrics.values(), summary?.metrics ?? []);
  if (renamed.length === 0) return;
  await recorder.persist(() => renameMetrics(store, runId, renamed));
  for (const { from, to } of renamed)
    if ((from.type === 'counter') !== (to.type === 'counter'))
      recorder.log([
        {
          atMs: nowMs,
          level: 'warning',
          text: english(message('reasons.values-not-kept', { metric: to.metric })),
        },
      ]);
}
