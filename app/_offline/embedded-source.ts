import { importFactsOf } from '@/lib/model/import-facts';
import { distributionOf, seriesNeeded } from '@/lib/timeline/distribution';
import { boundColumns } from '@/lib/timeline/known-most';
import { type K6Metrics } from '@/lib/timeline/k6-metrics';
import {
  correlateOverview,
  overviewOf,
  rangeOverview,
  thinOverview,
  defaultColumns,
} from '@/lib/timeline/overview';
import { type Recording } from '@/lib/model/recording';
import { type Run } from '@/lib/model/run';
import { type RunSource } from '@/app/_ui/data/run-source';
import { type Messages } from '@/lib/words/words';
import { type LogLine } from '@/lib/model/recording';

/** What an HTML export holds of its run. */
export interface EmbeddedRun {
  run: Run;
  recording: Recording;
  cursor: string;
  log: LogLine[];
  metrics: K6Metrics;
  locale: string;
  messages: Messages;
  savedAtMs: number;
}

/** A run that lies in the page itself: nothing is asked of a server. */
export function embeddedSource({ run, recording, cursor, log, metrics }: EmbeddedRun): RunSource {
  const read = overviewOf(recording, run.loadStartMs);
  const full = { ...read, columns: boundColumns(read.columns, run.summary) };
  return {
    readOnly: true,
    overview: (range) =>
      Promise.resolve(
        range
          ? { run, overview: rangeOverview(full, range, defaultColumns), correlation: null, cursor }
          : {
              run,
              overview: thinOverview(full, defaultColumns),
              correlation: correlateOverview(full, run.loadStartMs, run.loadEndMs),
              cursor,
            },
      ),
    follow: () => () => undefined,
    log: (after) => Promise.resolve(log.filter((line) => line.id > after)),
    metrics: () => Promise.resolve(metrics),
    decisions: () => Promise.resolve(recording.decisions),
    range: (query) => {
      const whole = importFactsOf(run.options)?.withoutTimes;
      if (whole)
        return Promise.resolve(
          distributionOf(whole.series, whole.points, query, query.toMs ?? query.fromMs, run.summary),
        );
      const needed = new Set(seriesNeeded(recording.series, query).map(({ id }) => id));
      const fromMs = query.fromMs === 0 ? -1 : query.fromMs;
      const points = recording.points.filter(
        ({ seriesId, atMs }) => needed.has(seriesId) && atMs > fromMs && atMs <= (query.toMs ?? Infinity),
      );
      return Promise.resolve(
        distributionOf(
          recording.series,
          points,
          query,
          query.toMs ?? run.loadEndMs ?? query.fromMs,
          run.summary,
        ),
      );
    },
  };
}
