import { type z } from 'zod';
import { distributionOf, seriesNeeded } from '@/lib/timeline/distribution';
import { type K6Metrics } from '@/lib/timeline/k6-metrics';
import { type RunSource } from '../_data/run-source';
import { type logLineSchema, type recordingAnswer } from '../_data/runs';

/** What an HTML export holds of its run. */
export interface EmbeddedRun extends z.infer<typeof recordingAnswer> {
  log: z.infer<typeof logLineSchema>[];
  metrics: K6Metrics;
  locale: string;
  savedAtMs: number;
}

/** A run that lies in the page itself: nothing is asked of a server. */
export function embeddedSource({ run, recording, cursor, log, metrics }: EmbeddedRun): RunSource {
  return {
    readOnly: true,
    recording: () => Promise.resolve({ run, recording, cursor }),
    follow: () => () => undefined,
    log: (after) => Promise.resolve(log.filter((line) => line.id > after)),
    metrics: () => Promise.resolve(metrics),
    decisions: () => Promise.resolve(recording.decisions),
    range: (query) => {
      const needed = new Set(seriesNeeded(recording.series, query).map(({ id }) => id));
      const fromMs = query.fromMs === 0 ? -1 : query.fromMs;
      const points = recording.points.filter(({ seriesId, atMs }) => needed.has(seriesId) && atMs > fromMs && atMs <= (query.toMs ?? Infinity));
      return Promise.resolve(distributionOf(recording.series, points, query, query.toMs ?? run.loadEndMs ?? query.fromMs));
    },
  };
}
