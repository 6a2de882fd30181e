import { importFactsOf } from '@/lib/model/import-facts';
import { type Store } from '@/lib/store/client';
import { readPointsBetween, readSeries } from '@/lib/store/range';
import { findRun } from '@/lib/store/runs';
import {
  distributionOf,
  seriesNeeded,
  type Distribution,
  type DistributionQuery,
} from '@/lib/timeline/distribution';
import { boundPoints } from '@/lib/timeline/known-most';
import { k6MetricsOf, type K6Metrics } from '@/lib/timeline/k6-metrics';

/** Later than any moment of a run; the store's times are 32-bit. */
const endOfTime = 2 ** 31 - 1;

/** How a run's times are distributed in a range, from every second that it recorded; null if there is no such run. */
export async function readDistribution(
  store: Store,
  runId: string,
  query: DistributionQuery,
): Promise<Distribution | null> {
  const run = await findRun(store, runId);
  if (!run) return null;
  const whole = importFactsOf(run.options)?.withoutTimes;
  if (whole)
    return distributionOf(whole.series, whole.points, query, query.toMs ?? query.fromMs, run.summary);
  const series = await readSeries(store, runId);
  const needed = seriesNeeded(series, query);
  // The last push comes when k6 has ended: a range without an end takes it too.
  const toMs = Math.min(query.toMs ?? endOfTime, endOfTime);
  const points = await readPointsBetween(
    store,
    needed.map(({ id }) => id),
    query.fromMs === 0 ? -1 : query.fromMs,
    toMs,
  );
  return distributionOf(series, points, query, query.toMs ?? run.loadEndMs ?? query.fromMs, run.summary);
}

/** What k6 recorded of a run's other metrics over time; null if there is no such run. */
export async function readK6Metrics(store: Store, runId: string): Promise<K6Metrics | null> {
  const run = await findRun(store, runId);
  if (!run) return null;
  const series = await readSeries(store, runId);
  // The parts of a request's time are shown by the distribution.
  const shown = series.filter(
    ({ metric }) => !/^http_req_(blocked|connecting|tls_handshaking|sending|waiting|receiving)$/.test(metric),
  );
  const points = await readPointsBetween(
    store,
    shown.map(({ id }) => id),
    -1,
    endOfTime,
  );
  return k6MetricsOf(shown, boundPoints(shown, points, run.summary));
}
